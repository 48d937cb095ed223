"""The calendar: days and their marks, layers, the team, moving, and what a page costs."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from crm.activities.planning import calendar_page as page
from crm.activities.planning.layers import Ask
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
