"""The start page: who sees what, numbers equal to their lists, and what it costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import create_task
from crm.audit.models import Event
from crm.audit.services import record_view
from crm.core import clock
from crm.workbench.looks import look_of
from crm.workbench.panels import PANELS
from customers import team
from customers.home import new_customers
from customers.models import Customer
from customers.services.removing import delete_customer
from tests.kit import people

HOME = reverse("workbench:home")
CHINA = ZoneInfo("Asia/Shanghai")
#: What every page of a logged-in user reads: session, user, stamps, unread notices, shares.
FRAME = 5


def shape_of(name: str, user: Any) -> dict[str, Any]:
    """A panel with its body, for what its user usually looks at."""
    return PANELS[name].shape(look_of(user, {}))


def total_of(client: Client, url: str) -> str:
    """What the list behind a link counts."""
    answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "results"})
    assert answer.status_code == 200
    return answer.content.decode().split('data-total="')[1].split('"')[0]


@pytest.fixture
def working_day() -> Iterator[None]:
    """A Wednesday: at weekends nobody owes a report."""
    with time_machine.travel(datetime(2026, 3, 11, 10, tzinfo=CHINA), tick=False):
        yield


@pytest.fixture
def busy(sales: Any, other: Any) -> None:
    """Customers of `sales`: two overdue, one due today, one next week; one of somebody else."""
    now, today_end = clock.now(), clock.day_bounds(clock.today())[1]
    plans = [
        now - timedelta(days=3),
        now - timedelta(days=1, hours=1),
        today_end - timedelta(minutes=1),
        now + timedelta(days=7),
        None,
    ]
    for number, plan in enumerate(plans):
        people.make_customer(sales, f"第{number}号科技有限公司", next_contact_at=plan)
    people.make_customer(other, "别人的公司", next_contact_at=now - timedelta(days=2))


@pytest.mark.usefixtures("working_day", "busy")
def test_what_is_due_is_on_the_list_of_things_to_do(client: Client, sales: Any) -> None:
    client.force_login(sales)
    context = PANELS["todo"].context(sales)
    titles = [row["todo"].title for row in context["rows"]]
    companies = ["第0号科技有限公司", "第1号科技有限公司", "第2号科技有限公司"]
    assert titles == [*companies[:2], "日报", companies[2]]
    assert [row["late"] for row in context["rows"]] == [True, True, False, False]
    numbers = [item["number"] for item in context["numbers"]]
    assert [number.value for number in numbers] == ["2", "1"]
    for number in numbers:
        assert total_of(client, number.url) == number.value, number.label


@pytest.mark.usefixtures("busy")
def test_new_customers_equal_their_list(client: Client, sales: Any) -> None:
    client.force_login(sales)
    shape = shape_of("new", sales)
    assert shape["count"] == total_of(client, new_customers(sales).url) == "5"
    assert shape["body"].count("<li") == 5
    assert "别人的公司" not in shape["body"]


def test_counts_are_those_of_the_list_when_there_are_many(client: Client, sales: Any) -> None:
    late = clock.now() - timedelta(days=1)
    for number in range(12):
        people.make_customer(sales, f"第{number}号科技有限公司", next_contact_at=late)
    context = PANELS["todo"].context(sales)
    assert (context["numbers"][0]["number"].value, len(context["rows"])) == ("12", 10)


@pytest.mark.parametrize(("until", "days"), [("hour", 0), ("tomorrow", 1), ("monday", None)])
def test_put_off_with_one_click(
    client: Client, sales: Any, customer: Customer, until: str, days: int | None
) -> None:
    planned = clock.at_hour(clock.today() - timedelta(days=2), 10, 30)
    Customer.objects.filter(pk=customer.pk).update(next_contact_at=planned)
    client.force_login(sales)
    url = reverse("workbench:todo", args=["customers", customer.pk])
    assert client.post(url, {"until": until})["Location"] == HOME
    customer.refresh_from_db()
    then = timezone.localtime(customer.next_contact_at)
    assert then > clock.now()
    if days == 1:
        assert (then.date(), then.hour, then.minute) == (clock.today() + timedelta(1), 10, 30)
    if days is None:
        assert (then.weekday(), then.hour) == (0, 10)
    assert Event.objects.filter(code="customers.customer.updated").count() == 1
    part = client.post(url, {"until": until}, headers={"HX-Request": "true"})
    assert part.status_code == 204
    assert "panel-todo" in part["HX-Trigger"]


@pytest.mark.usefixtures("working_day")
def test_a_task_is_ticked_or_put_off(client: Client, sales: Any, other: Any) -> None:
    late = clock.now() - timedelta(days=1)
    mine = create_task(Task(title="寄送样品", due_at=late), actor=sales)
    foreign = create_task(Task(title="别人的任务", due_at=late), actor=other)
    client.force_login(sales)
    context = PANELS["todo"].context(sales)
    assert [row["todo"].title for row in context["rows"]] == ["寄送样品", "日报"]
    for item in context["numbers"]:
        assert total_of(client, item["number"].url) == item["number"].value
    urls = [reverse("workbench:todo", args=["tasks", task.pk]) for task in (mine, foreign)]
    assert [client.post(url, {"until": "tomorrow"}).status_code for url in urls] == [302, 404]
    mine.refresh_from_db()
    assert timezone.localdate(mine.due_at) == clock.today() + timedelta(days=1)
    assert [client.post(url, {"done": "1"}).status_code for url in urls] == [302, 404]
    mine.refresh_from_db()
    assert not mine.is_open


def test_customers_about_to_fall_into_the_pool(
    client: Client, sales: Any, manager: Any, customer: Customer, monkeypatch: Any
) -> None:
    monkeypatch.setattr("crm.pool.rules.recycles", lambda kind: True)
    soon = clock.now() + timedelta(days=2)
    values = {"pool_due_at": soon, "pool_due_rule": "follow_up", "pool_due_days": 30}
    Customer.objects.filter(pk=customer.pk).update(**values)
    people.make_customer(manager, "上级自己的公司")
    for reader, query, owner in ((sales, {}, ""), (manager, {}, sales.name)):
        client.force_login(reader)
        context = PANELS["pool-due"].context_of(look_of(reader, query))
        assert [row["title"] for row in context["rows"]] == [customer.name]
        assert context["rows"][0]["meta"].endswith(owner)
        assert total_of(client, context["more_url"]) == context["count"] == "1"
    own = PANELS["pool-due"].context_of(look_of(manager, {"scope": "own"}))
    assert (own["rows"], own["count"]) == ([], "0")


def test_putting_off_is_refused(client: Client, sales: Any, other: Any) -> None:
    foreign = people.make_customer(other, "别人的公司")
    mine = people.make_customer(sales, "我的公司")
    client.force_login(sales)

    def ask(source: str, pk: int, **form: str) -> int:
        url = reverse("workbench:todo", args=[source, pk])
        return client.post(url, form).status_code

    assert ask("customers", foreign.pk, until="tomorrow") == 404
    assert ask("nonsense", mine.pk, until="tomorrow") == 404
    assert ask("customers", mine.pk, done="1") == 404
    assert ask("customers", mine.pk, until="never") == 302
    assert ask("customers", mine.pk) == 302
    assert not Customer.objects.filter(next_contact_at__isnull=False).exists()


@pytest.mark.usefixtures("busy")
def test_forgotten_customers_equal_their_lists(client: Client, sales: Any, manager: Any) -> None:
    for age, customer in zip((3, 8, 20, 60), Customer.objects.order_by("pk"), strict=False):
        customer.last_contact_at = clock.now() - timedelta(days=age)
        customer.save(update_fields=["last_contact_at"])
    for user, wanted in ((sales, ["3", "2", "1", "1"]), (manager, ["3", "2", "1", "1"])):
        client.force_login(user)
        numbers = PANELS["forgotten"].context_of(look_of(user, {}))["numbers"]
        assert [number["value"] for number in numbers] == wanted
        for number in numbers:
            assert total_of(client, number["url"]) == number["value"], number["label"]


def test_a_customer_handed_over_is_new_to_its_owner(sales: Any, customer: Customer) -> None:
    old = clock.now() - timedelta(days=40)
    Customer.objects.update(created_at=old, owner_since=old)
    assert shape_of("new", sales)["count"] == "0"
    Customer.objects.update(owner_since=clock.now() - timedelta(days=6))
    assert shape_of("new", sales)["count"] == "1"


@pytest.mark.usefixtures("busy")
def test_managers_see_their_team(client: Client, manager: Any, sales: Any) -> None:
    client.force_login(manager)
    context = PANELS["team"].context_of(look_of(manager, {"period": "week"}))
    assert [row["name"] for row in context["rows"]] == ["张伟"]
    numbers = context["rows"][0]["numbers"]
    assert [number["value"] for number in numbers] == [2, 1, 0, 5]
    for number in numbers:
        assert total_of(client, number["url"]) == str(number["value"])
    alone = PANELS["team"].context_of(look_of(manager, {"scope": "own", "period": "week"}))
    assert alone["rows"][0]["numbers"] == numbers


@pytest.mark.usefixtures("busy")
def test_of_very_many_overdue_customers_a_number_says_at_least(
    manager: Any, sales: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "COUNT_CAP", 1)
    context = PANELS["team"].context_of(look_of(manager, {"period": "week"}))
    assert context["rows"][0]["numbers"][0]["value"] == "2+"


#: Panels that not everybody has.
FOR_SOME = {"new", "forgotten", "team", "follow-ups", "system"}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("sales", {"new", "forgotten", "follow-ups"}),
        ("service", {"follow-ups"}),
        ("finance", set()),
        ("auditor", set()),
        ("system_admin", {"system"}),
        ("", set()),
    ],
)
def test_everyone_has_a_start_page(
    role: str, names: set[str], client: Client, values: None
) -> None:
    user = people.make_user("u1", role)
    client.force_login(user)
    page = client.get(HOME)
    assert page.status_code == 200
    found = {name for name, panel in PANELS.items() if panel.is_for(user)}
    assert found & FOR_SOME == names
    assert {"recent", "notices", "jobs"} <= found
    for name in PANELS:
        expected = 200 if name in found else 404
        assert client.get(reverse("workbench:panel", args=[name])).status_code == expected, name


@pytest.mark.usefixtures("busy")
def test_the_first_answer_is_cheap(client: Client, sales: Any) -> None:
    client.force_login(sales)
    client.get(HOME)
    with CaptureQueriesContext(connection) as seen:
        client.get(HOME)
    assert len(seen) <= 12, [query["sql"][:120] for query in seen.captured_queries]


@pytest.mark.usefixtures("busy")
def test_every_panel_is_cheap(client: Client, sales: Any, manager: Any) -> None:
    for user in (sales, manager):
        client.force_login(user)
        record_view(user, Customer.objects.first())
        for name, panel in PANELS.items():
            if panel.is_for(user):
                url = reverse("workbench:panel", args=[name])
                client.get(url)
                with CaptureQueriesContext(connection) as seen:
                    client.get(url)
                most = FRAME + {"todo": 8, "team": 5}.get(name, 4)
                assert len(seen) <= most, (
                    name,
                    [query["sql"][:120] for query in seen.captured_queries],
                )


def test_recently_viewed_leaves_out_what_is_gone(
    client: Client, sales: Any, customer: Customer
) -> None:
    gone = people.make_customer(sales, "已删除的公司")
    record_view(sales, customer)
    record_view(sales, gone)
    delete_customer(gone, actor=sales)
    rows = PANELS["recent"].context(sales)["rows"]
    assert [row["title"] for row in rows] == [customer.name]


def test_masked_numbers_cannot_be_dialled(sales: Any, values: None) -> None:
    customer = people.make_customer(sales, next_contact_at=clock.now() - timedelta(days=1))
    body = shape_of("todo", sales)["body"]
    assert 'href="tel:13800138000"' in body
    assert reverse("activities:follow_up_add", args=["customers.customer", customer.pk]) in body


def test_no_login_no_page(client: Client, db: None) -> None:
    assert client.get(HOME).status_code == 302
