"""Paging the timeline: every item once, in order, however many have the same instant."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.activities.models import FollowUp
from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import complete_task, create_task
from crm.audit.models import Event, EventLink
from crm.audit.services import record
from crm.core import clock
from crm.dictionaries.models import Item
from crm.web import timeline
from crm.web.timeline import Entry, Position
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.tickets import make_ticket
from tests.kit import people

START = datetime(2026, 3, 1, tzinfo=UTC)
#: The instants of a source's items, in days: few of them, so that most are equal.
instants = st.lists(st.integers(0, 3), max_size=70)


def source_of(days: list[int]) -> timeline.Source:
    """A source in memory that pages by its instant and its key, like the follow-ups."""
    made = [entry(START + timedelta(days=day), pk) for pk, day in enumerate(days, 1)]
    made.sort(key=lambda one: (one.at, one.pk), reverse=True)

    def read(obj: Any, user: Any, behind: Position | None, limit: int) -> list[Entry]:
        return [one for one in made if not behind or (one.at, one.pk) < behind][:limit]

    return read


def entry(at: datetime, pk: int) -> Entry:
    """An entry that always makes the same item."""
    item = {"kind": "made", "at": at, "pk": pk}
    return Entry(at, pk, lambda: item)


def walk(obj: Any, user: Any, kind: str = "") -> list[dict[str, Any]]:
    """All items by way of "Show earlier"."""
    page = timeline.page_of(obj, user, kind=kind)
    found = page.items
    while page.older:
        page = timeline.page_of(obj, user, kind=kind, marks=page.older)
        assert len(page.items) <= timeline.PAGE
        found = [*found, *page.items]
    return found


@settings(suppress_health_check=[HealthCheck.too_slow])  # of the machine, not of the product
@given(first=instants, second=instants)
def test_every_item_is_shown_once_and_in_order(first: list[int], second: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        sources = {"a": ("A", source_of(first)), "b": ("B", source_of(second))}
        patch.setattr(timeline, "SOURCES", sources)
        found = walk(None, None)
    assert [item["at"] for item in found] == sorted(
        (START + timedelta(days=day) for day in first + second), reverse=True
    )
    assert len({id(item) for item in found}) == len(first) + len(second)


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "changed",
        "changed~~",
        "changed~2026-01-01T00:00:00+00:00~",
        "changed~2026-01-01T00:00:00~5",
        "changed~0001-01-01T00:00:00+08:00~5",
        "changed~2026-13-41T00:00:00+00:00~5",
        "changed~2026-01-01T00:00:00+00:00~-1",
        f"changed~2026-01-01T00:00:00+00:00~{2**63}",
        "no_such_kind~2026-01-01T00:00:00+00:00~5",
        "2026-01-01T00:00:00+00:00",
    ],
)
def test_a_forged_mark_is_passed_over(mark: str, company: Company) -> None:
    customer = people.make_customer(company["sales1"])
    assert timeline.page_of(customer, company["sales1"], marks=[mark]).items


@pytest.fixture
def busy(company: Company) -> Customer:
    """A customer with 25 events, 25 events of others about it and 25 follow-ups at one instant."""
    sales = company["sales1"]
    customer = people.make_customer(sales)
    created = Event.objects.get(code="customers.customer.created", subject_id=customer.pk)
    at = clock.now()
    values = {"code": "customers.customer.updated", "at": at, "source": "web"}
    kind = created.subject_type
    Event.objects.bulk_create(
        Event(subject_type=kind, subject_id=customer.pk, **values) for _n in range(25)
    )
    others = [
        Event.objects.create(subject_type=kind, subject_id=customer.pk + 1, **values)
        for _n in range(25)
    ]
    EventLink.objects.bulk_create(
        EventLink(event=event, about_type=kind, about_id=customer.pk) for event in others
    )
    subject = {"subject_type": kind, "subject_id": customer.pk}
    parent = {"parent_type": kind, "parent_id": customer.pk}
    method = Item.objects.filter(dictionary__code="follow_up_method").first()
    FollowUp.objects.bulk_create(
        FollowUp(
            text=f"第 {number} 次",
            author=sales,
            created_by=sales,
            happened_at=at,
            created_at=at,
            updated_at=at,
            method=method,
            **subject,
            **parent,
        )
        for number in range(25)
    )
    return customer


def test_equal_instants_at_the_border_of_a_page(busy: Customer, company: Company) -> None:
    sales = company["sales1"]
    found = walk(busy, sales)
    shown = [(item["kind"] == "follow_up", item["pk"]) for item in found]
    assert len(shown) == len(set(shown)) == 76  # and "created"
    assert len(walk(busy, sales, kind="follow_up")) == 25


def test_show_earlier_by_address(busy: Customer, company: Company) -> None:
    client = Client()
    client.force_login(company["sales1"])
    address, seen = busy.get_absolute_url(), 0
    headers = {"HX-Request": "true", "HX-Target": "timeline"}
    for _page in range(10):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        html = answer.content.decode()
        seen += html.count('<li class="timeline__item')
        older = re.search(r'href="([^"]*behind=[^"]*)"', html)
        if older is None:
            break
        address = busy.get_absolute_url() + unescape(older[1])
    assert seen == len(walk(busy, company["sales1"]))


def test_a_customer_tells_nobody_of_tickets_and_tasks_he_may_not_see(company: Company) -> None:
    customer = people.make_customer(company["sales1"])
    make_ticket(company, company["agent1"], customer=customer, title="发票抬头开错")
    create_task(
        Task(title="准备降价方案", owner=company["sales1"]),
        actor=company["sales1"],
        subject=customer,
    )

    def told(login: str) -> set[str]:
        items = timeline.page_of(customer, company[login]).items
        words = " ".join(f"{item['title']} {item['extra']}" for item in items)
        return {part for part in ("发票抬头开错", "准备降价方案") if part in words}

    assert told("sales1") == {"发票抬头开错", "准备降价方案"}
    assert told("agent1") == {"发票抬头开错"}
    assert told("finance") == set()


def test_what_may_not_be_seen_does_not_end_the_timeline_early(company: Company) -> None:
    customer = people.make_customer(company["sales1"])
    for _n in range(timeline.PAGE + 5):
        make_ticket(company, company["agent1"], customer=customer)
    items = walk(customer, company["finance"])
    assert [item["kind"] for item in items] == ["created"]


@given(first=instants, second=instants, step=st.integers(1, 30))
def test_a_source_that_stops_is_read_on(first: list[int], second: list[int], step: int) -> None:
    whole, part = source_of(first), source_of(second)

    def read(obj: Any, user: Any, behind: Position | None, limit: int) -> list[Entry]:
        """Looks at `step` items a time and shows those with an even key."""
        looked = part(obj, user, behind, step)
        seen = [one for one in looked if one.pk % 2 == 0][:limit]
        if len(looked) < step or len(seen) == limit:
            return seen
        return [*seen, timeline.stop(looked[-1].at, looked[-1].pk)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "SOURCES", {"a": ("A", whole), "b": ("B", read)})
        found = walk(None, None)
    assert [item["at"] for item in found] == sorted((item["at"] for item in found), reverse=True)
    assert len({id(item) for item in found}) == len(found)
    assert len(found) == len(first) + len(second) // 2


def test_a_reader_who_may_see_hardly_any_reaches_the_oldest(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "ROUNDS", 1)
    customer = people.make_customer(company["sales1"])
    for _n in range(timeline.PAGE + 5):
        make_ticket(company, company["agent1"], customer=customer)
    page = timeline.page_of(customer, company["finance"])
    assert page.items == [] and page.older
    client = Client()
    client.force_login(company["finance"])
    html = client.get(customer.get_absolute_url()).content.decode()
    assert "最近的变更" in html and "behind=" in html
    assert [item["kind"] for item in walk(customer, company["finance"])] == ["created"]


def test_an_instant_that_changed_is_written_like_any_other_time(company: Company) -> None:
    task = create_task(
        Task(title="回访", owner=company["sales1"], due_at=clock.now() + timedelta(days=1)),
        actor=company["sales1"],
    )
    complete_task(task, actor=company["sales1"])
    changes = [item["changes"] for item in walk(task, company["sales1"]) if item.get("changes")]
    shown = {pair["label"]: pair["new"] for pair in changes[0]}
    assert shown["完成时间"] == date_format(localtime(task.done_at), "DATETIME_FORMAT")


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "系统"), ("en", "The system")])
def test_what_nobody_did_was_done_by_the_system(language: str, name: str, company: Company) -> None:
    customer = people.make_customer(company["sales1"], "上海规则自动化有限公司")
    record("customers.customer.updated", customer, actor=None, note="规则")
    with translation.override(language):
        (item, *_rest) = timeline.page_of(customer, company["sales1"]).items
        assert str(item["actor"]) == name
