"""The start page: who sees what, numbers equal to their lists, and what it costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.audit.services import record_view
from crm.core import clock
from crm.workbench.looks import look_of
from crm.workbench.panels import PANELS
from customers.home import due_today, new_customers, overdue
from customers.models import Customer
from customers.services.removing import delete_customer
from tests.kit import people

HOME = reverse("workbench:home")
#: What every page of a logged-in user reads: session, user, stamps, unread notices, shares.
FRAME = 5


def shape_of(name: str, user: Any) -> dict[str, Any]:
    """A panel with its body, for what its user usually looks at."""
    return PANELS[name].shape(look_of(user, {}), load=True)


def total_of(client: Client, url: str) -> str:
    """What the list behind a link counts."""
    answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "results"})
    assert answer.status_code == 200
    return answer.content.decode().split('data-total="')[1].split('"')[0]


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


@pytest.mark.usefixtures("busy")
def test_panels_equal_their_lists(client: Client, sales: Any) -> None:
    client.force_login(sales)
    for name, part in {"today": due_today, "overdue": overdue, "new": new_customers}.items():
        shape = shape_of(name, sales)
        assert shape["count"] == total_of(client, part(sales).url), name
        assert shape["body"].count("<li") == int(shape["count"]), name
        assert "别人的公司" not in shape["body"]


def test_counts_are_those_of_the_list_when_there_are_many(client: Client, sales: Any) -> None:
    late = clock.now() - timedelta(days=1)
    for number in range(10):
        people.make_customer(sales, f"第{number}号科技有限公司", next_contact_at=late)
    shape = shape_of("overdue", sales)
    assert (shape["count"], shape["body"].count("due__item")) == ("10", 8)


def test_a_customer_handed_over_is_new_to_its_owner(sales: Any, customer: Customer) -> None:
    old = clock.now() - timedelta(days=40)
    Customer.objects.update(created_at=old, owner_since=old)
    assert new_customers(sales).total == 0
    Customer.objects.update(owner_since=clock.now() - timedelta(days=6))
    assert new_customers(sales).total == 1


@pytest.mark.usefixtures("busy")
def test_managers_see_how_many_of_each_are_overdue(client: Client, manager: Any) -> None:
    client.force_login(manager)
    context = PANELS["people"].context(manager)
    assert [(row["title"], row["amount"]) for row in context["rows"]] == [("张伟", "2")]
    assert total_of(client, context["rows"][0]["url"]) == "2"
    assert total_of(client, context["more_url"]) == str(context["count"])


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("sales", {"today", "overdue", "new", "follow-ups", "quick", "recent", "jobs"}),
        ("service", {"follow-ups", "quick", "recent", "jobs"}),
        ("finance", {"recent", "jobs"}),
        ("auditor", {"recent", "jobs"}),
        ("system_admin", {"recent", "jobs", "system"}),
        ("", {"recent", "jobs"}),
    ],
)
def test_everyone_has_a_start_page(
    role: str, names: set[str], client: Client, values: None
) -> None:
    user = people.make_user("u1", role)
    client.force_login(user)
    page = client.get(HOME)
    assert page.status_code == 200
    assert {name for name, panel in PANELS.items() if panel.is_for(user)} == names
    for name in PANELS:
        expected = 200 if name in names else 404
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
                assert len(seen) <= FRAME + 4, (
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
    body = shape_of("overdue", sales)["body"]
    assert 'href="tel:13800138000"' in body
    assert reverse("activities:follow_up_add", args=["customers.customer", customer.pk]) in body


def test_no_login_no_page(client: Client, db: None) -> None:
    assert client.get(HOME).status_code == 302
