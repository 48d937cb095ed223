"""The calendar: days and their marks, layers, the team, moving, and what a page costs."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from crm.activities.planning import calendar_hours as hours
from crm.activities.planning import calendar_page as page
from crm.activities.planning.layers import Ask, Entry
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.own_layers import load_appointments, load_tasks
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.diary import write_entry
from crm.activities.planning.services.tasks import complete_task, create_task
from crm.activities.planning.times import end_of_day, whole_days
from crm.dictionaries import statutory
from customers.models import Customer
from tests.activities.planning.conftest import NOW, SHANGHAI
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.queries import count_queries

HOUR = timedelta(hours=1)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def plan(actor: Any, at: datetime = NOW, title: str = "拜访", **values: Any) -> Appointment:
    people = values.pop("participants", ())
    values.setdefault("ends_at", at + HOUR)
    row = Appointment(title=title, starts_at=at, **values)
    return create_appointment(row, actor=actor, participants=people)


def ask(user: Any, first: date, last: date, *people: Any, limit: int = 50) -> Ask:
    return Ask(user, frozenset(each.pk for each in people or (user,)), first, last, limit)


# --- days ---------------------------------------------------------------------------------------
def test_a_month_has_whole_weeks_from_monday_on() -> None:
    span = page.span_of("month", date(2026, 11, 20))
    assert (span.first, span.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (span.before, span.behind) == (date(2026, 10, 1), date(2026, 12, 1))
    assert all(day.weekday() == 0 for day in span.days[::7])


def test_a_week_a_day_and_an_agenda() -> None:
    day = date(2026, 11, 22)  # a Sunday
    week = page.span_of("week", day)
    assert (week.first, week.last) == (date(2026, 11, 16), day)
    assert page.span_of("day", day).days == [day]
    assert len(page.span_of("agenda", day).days) == page.AGENDA_DAYS


@pytest.mark.usefixtures("company")
def test_holidays_and_working_weekends_are_marked() -> None:
    statutory.seed()
    assert page.mark_of(date(2026, 10, 1))[0] == "off"
    assert page.mark_of(date(2026, 10, 10))[0] == "work"
    assert page.mark_of(date(2026, 11, 20)) == ("", "")


def test_the_lunar_day_in_small_print() -> None:
    assert page.lunar_of(date(2026, 2, 17)) == "正月"
    assert page.lunar_of(date(2026, 9, 25)) == "十五"


# --- layers -------------------------------------------------------------------------------------
def test_a_day_holds_at_most_what_is_asked_and_knows_the_rest(company: Company) -> None:
    sales = company["sales1"]
    for number in range(7):
        plan(sales, NOW + number * timedelta(minutes=10))
    plan(sales, NOW + DAY)
    found = load_appointments(ask(sales, NOW.date(), NOW.date() + DAY, limit=3))
    assert len([each for each in found.entries if each.day == NOW.date()]) == 3
    assert found.totals == {NOW.date(): 7, NOW.date() + DAY: 1}


def test_an_appointment_stands_on_each_of_its_days(company: Company) -> None:
    sales = company["sales1"]
    start, end = whole_days(date(2026, 11, 29), date(2026, 12, 2))
    plan(sales, start, "展会", ends_at=end, is_all_day=True)
    first, last = date(2026, 12, 1), date(2026, 12, 31)
    found = load_appointments(ask(sales, first, last))
    assert [each.day for each in found.entries] == [date(2026, 12, 1), date(2026, 12, 2)]
    assert found.totals == {date(2026, 12, 1): 1, date(2026, 12, 2): 1}
    assert {each.at for each in found.entries} == {None}


def test_days_are_those_of_the_readers_zone(company: Company) -> None:
    sales = company["sales1"]
    late = datetime(2026, 11, 30, 23, 30, tzinfo=SHANGHAI)
    plan(sales, late, ends_at=late + timedelta(minutes=20))
    found = load_appointments(ask(sales, date(2026, 11, 1), date(2026, 12, 31)))
    assert [each.day for each in found.entries] == [date(2026, 11, 30)]


def test_only_what_the_reader_may_see(company: Company) -> None:
    sales, other, boss = company["sales1"], company["sales2"], company["manager"]
    mine, theirs = plan(sales), plan(other)
    joined = plan(other, participants=[sales])
    day = NOW.date()
    found = load_appointments(ask(sales, day, day, sales, other))
    assert {each.pk for each in found.entries} == {mine.pk, joined.pk}
    found = load_appointments(ask(boss, day, day, boss, sales))
    assert {each.pk for each in found.entries} == {mine.pk}
    assert theirs.pk


def test_done_tasks_stay_and_late_ones_are_marked(company: Company) -> None:
    sales = company["sales1"]
    late = create_task(Task(title="迟", due_at=end_of_day(NOW.date() - DAY)), actor=sales)
    done = create_task(Task(title="完", due_at=end_of_day(NOW.date())), actor=sales)
    complete_task(done, actor=sales)
    found = load_tasks(ask(sales, date(2026, 11, 1), date(2026, 11, 30)))
    states = {each.pk: (each.is_late, each.is_done, bool(each.move_url)) for each in found.entries}
    assert states == {late.pk: (True, False, True), done.pk: (False, True, False)}


# --- the page -----------------------------------------------------------------------------------
def page_of(company: Company, actor: str, **query: Any) -> str:
    return browser(company, actor).get(reverse("planning:calendar"), query).content.decode()


def test_every_view_shows_the_entry(company: Company) -> None:
    row = plan(company["sales1"], title="去看样机")
    for view in page.VIEWS:
        html = page_of(company, "sales1", view=view, day="2026-11-20")
        assert row.title in html, view
        assert row.title not in page_of(company, "sales1", view=view, day="2027-03-20"), view
    assert 'data-day="2026-11-20"' in page_of(company, "sales1", year=2026, month=11)


def test_layers_are_switched_and_nonsense_is_the_present_month(company: Company) -> None:
    sales = company["sales1"]
    plan(sales, title="去看样机")
    create_task(Task(title="写方案", due_at=end_of_day(NOW.date())), actor=sales)
    write_entry(NOW.date(), title="心情不错", content="", actor=sales)
    html = page_of(company, "sales1")
    assert all(title in html for title in ("去看样机", "写方案", "心情不错"))
    html = page_of(company, "sales1", layers="tasks")
    assert ("写方案" in html, "去看样机" in html, "心情不错" in html) == (True, False, False)
    html = page_of(company, "sales1", day="0000-99-99", view="x", who="9" * 30, layers="x")
    assert "data-day" in html


def test_the_team_and_one_of_it(company: Company) -> None:
    sales, boss = company["sales1"], company["manager"]
    plan(sales, title="属下的拜访")
    plan(boss, title="自己的会议")
    write_entry(NOW.date(), title="属下的日记", content="", actor=sales)
    html = page_of(company, "manager", who="team")
    assert all(title in html for title in ("属下的拜访", "自己的会议", sales.name))
    assert "属下的日记" not in html
    html = page_of(company, "manager", who=str(sales.pk))
    assert ("属下的拜访" in html, "自己的会议" in html) == (True, False)
    assert "属下的日记" not in html
    html = page_of(company, "sales1", who=str(boss.pk))
    assert "自己的会议" not in html
    assert "自己的会议" not in page_of(company, "sales1", who="all")
    assert "自己的会议" in page_of(company, "auditor", who="all")


def test_next_contacts_of_customers_are_a_layer(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    Customer.objects.filter(pk=customer.pk).update(next_contact_at=NOW + 3 * DAY)
    assert customer.name in page_of(company, "sales1")
    assert customer.name not in page_of(company, "sales2")
    url = reverse("planning:calendar_move", args=["next-contacts", customer.pk])
    assert browser(company, "sales2").post(url, {"day": "2026-11-30"}).status_code == 404
    assert browser(company, "sales1").post(url, {"day": "2026-11-30"}).status_code == 302
    customer.refresh_from_db()
    assert customer.next_contact_at == datetime(2026, 11, 30, 10, tzinfo=SHANGHAI)


def test_moving_by_drag_and_back(company: Company) -> None:
    row = plan(company["sales1"])
    client, url = (
        browser(company, "sales1"),
        reverse("planning:calendar_move", args=["appointments", row.pk]),
    )
    answer = client.post(url, {"day": "2026-11-25"}, headers={"HX-Request": "true"})
    toast = json.loads(answer["HX-Trigger"])["toast"]
    row.refresh_from_db()
    assert row.starts_at == NOW + 5 * DAY
    assert client.post(toast["undo_url"]).status_code == 302
    row.refresh_from_db()
    assert row.starts_at == NOW
    for layer, day, status in (
        ("diary", "2026-11-25", 404), ("appointments", "x", 404), ("x", "2026-11-25", 404),
    ):  # fmt: skip
        url = reverse("planning:calendar_move", args=[layer, row.pk])
        assert client.post(url, {"day": day}).status_code == status


def test_a_page_costs_the_same_however_much_it_shows(company: Company) -> None:
    sales, client = company["sales1"], browser(company, "manager")
    url = reverse("planning:calendar")

    def fill(number: int) -> None:
        for place in range(number):
            at = NOW + place * timedelta(hours=7)
            plan(sales, at)
            create_task(Task(title="t", due_at=at, due_has_time=True), actor=sales)

    def costs() -> list[int]:
        queries = [{"who": "team", "view": view} for view in page.VIEWS]
        for query in queries:
            client.get(url, query)
        return [count_queries(lambda query=query: client.get(url, query)) for query in queries]

    fill(2)
    few = costs()
    fill(28)
    assert costs() == few
    assert max(few) <= 13, few


# --- by hours -----------------------------------------------------------------------------------
def entry(pk: int, start: str, until: str = "") -> Entry:
    day = TODAY

    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"{day}T{text}").replace(tzinfo=SHANGHAI)

    return Entry(
        "tasks", pk, day, "x", "/", at=at(start), until=at(until) if until else None, has_place=True
    )


def test_overlapping_entries_stand_side_by_side() -> None:
    wanted = {
        1: (37, 8, 1, 1),  # 9:00-11:00
        2: (39, 4, 2, 1),  # 9:30-10:30
        3: (40, 2, 3, 1),  # 9:45, half an hour where no end is known
        4: (45, 4, 1, 3),  # 11:00-12:00, alone: all lanes
        5: (95, 2, 1, 3),  # 23:50 stays on its day
    }
    entries = [
        entry(1, "09:00", "11:00"), entry(2, "09:30", "10:30"), entry(3, "09:45"),
        entry(4, "11:00", "12:00"), entry(5, "23:50"),
    ]  # fmt: skip
    slots = hours.side_by_side([hours.slot_of(each) for each in reversed(entries)], 3)
    found = {slot.entry.pk: (slot.start, slot.length, slot.lane, slot.width) for slot in slots}
    assert found == wanted


def test_a_day_by_hours_knows_the_office_and_now(company: Company) -> None:
    sales = company["sales1"]
    for number in range(10):
        plan(sales, title=f"会{number}")
    start, end = whole_days(TODAY, TODAY)
    plan(sales, start, "展会", ends_at=end, is_all_day=True)
    client = browser(company, "sales1")
    context = client.get(reverse("planning:calendar"), {"view": "day"}).context
    (day,) = context["hours"]
    assert (len(day.slots), day.lanes, day.more, day.now) == (8, 8, 2, 41)
    assert [each.title for each in day.whole] == ["展会"]
    assert day.office == [(37, 36)]
    week = client.get(reverse("planning:calendar"), {"view": "week"}).context["hours"]
    assert [(len(each.slots), each.more) for each in week if each.slots] == [(3, 7)]
    assert [bool(each.office) for each in week] == [True] * 5 + [False] * 2


def test_an_entry_moves_to_another_hour_and_grows(company: Company) -> None:
    sales = company["sales1"]
    row = plan(sales)
    task = create_task(Task(title="寄样", due_at=end_of_day(TODAY)), actor=sales)
    client = browser(company, "sales1")

    def move(layer: str, pk: int, **values: str) -> str:
        url = reverse("planning:calendar_move", args=[layer, pk])
        answer = client.post(url, values, headers={"HX-Request": "true"})
        assert answer.status_code == 204, answer.content
        return json.loads(answer["HX-Trigger"])["toast"]["undo_url"]

    undo = move("appointments", row.pk, day="2026-11-23", at="14:15", until="2026-11-23T16:00")
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == (
        datetime(2026, 11, 23, 14, 15, tzinfo=SHANGHAI), datetime(2026, 11, 23, 16, tzinfo=SHANGHAI)
    )  # fmt: skip
    assert client.post(undo).status_code == 302
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == (NOW, NOW + HOUR)
    move("appointments", row.pk, day="2026-11-24", at="08:00")
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == HOUR
    move("tasks", task.pk, day="2026-11-24", at="09:30")
    task.refresh_from_db()
    assert (task.due_at, task.due_has_time) == (
        datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI), True
    )  # fmt: skip
    url = reverse("planning:calendar_move", args=["appointments", row.pk])
    for values in ({"at": "25:00"}, {"at": "x"}, {"at": "09:00", "until": "1800-01-01T00:00"}):
        assert client.post(url, {"day": "2026-11-24", **values}).status_code == 404
    wrong = {"day": "2026-11-24", "at": "09:00", "until": "2026-11-24T08:00"}
    assert client.post(url, wrong, headers={"HX-Request": "true"}).status_code >= 400
    row.refresh_from_db()
    assert row.starts_at == datetime(2026, 11, 24, 8, tzinfo=SHANGHAI)
