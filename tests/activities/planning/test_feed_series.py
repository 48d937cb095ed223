"""Series in the calendar feed: working days one by one, and what was moved off its day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import icalendar
import pytest
import time_machine
from dateutil.rrule import rrulestr
from django.urls import reverse

from crm.activities.planning.models import Task
from crm.activities.planning.services import feed as services
from crm.activities.planning.services.tasks import create_task, move_task
from crm.activities.planning.times import end_of_day
from crm.dictionaries.calendar import is_working_day
from tests.activities.planning.conftest import NOW, SHANGHAI
from tests.conftest import browser
from tests.factories.company import Company


@pytest.fixture(autouse=True)
def frozen() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def feed_of(company: Company, login: str) -> dict[str, Any]:
    """The events of a person's feed by their names."""
    url = reverse("planning:calendar_ics", args=[services.renew_feed(actor=company[login])])
    parsed = icalendar.Calendar.from_ical(browser(company, "anonymous").get(url).content)
    return {str(event["UID"]): event for event in parsed.walk("VEVENT")}


def test_each_working_day_until_the_end_of_the_series(company: Company) -> None:
    task = Task(
        title="巡店",
        due_at=end_of_day(date(2026, 11, 20)),
        repeat="workdays",
        repeat_until=date(2026, 11, 24),
    )
    create_task(task, actor=company["sales1"])
    found = feed_of(company, "sales1")
    days = sorted(event["DTSTART"].dt for event in found.values())
    assert days == [date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)]
    assert set(found) == {
        f"task-{task.pk}@heke-crm",
        f"task-20261123-{task.pk}@heke-crm",
        f"task-20261124-{task.pk}@heke-crm",
    }


def test_ninety_days_ahead_at_their_hour(company: Company) -> None:
    begun = Task(title="晨会", due_at=NOW, due_has_time=True, repeat="workdays")
    create_task(begun, actor=company["sales1"])
    found = feed_of(company, "sales1").values()
    times = [event["DTSTART"].dt.astimezone(SHANGHAI) for event in found]
    ahead = (NOW.date() + timedelta(days=step) for step in range(1, 91))
    assert {moment.date() for moment in times} == {NOW.date(), *filter(is_working_day, ahead)}
    assert {moment.hour for moment in times} == {10} and len(times) == len(set(times))


@pytest.mark.parametrize(
    ("repeat", "to", "then"),
    [
        ("monthly", date(2026, 11, 27), [date(2026, 12, 25), date(2027, 1, 25)]),
        ("monthly", date(2026, 11, 23), [date(2026, 12, 25), date(2027, 1, 25)]),
        ("monthly", date(2026, 12, 3), [date(2027, 1, 25), date(2027, 2, 25)]),
        ("monthly", date(2026, 12, 25), [date(2027, 1, 25), date(2027, 2, 25)]),
        ("yearly", date(2026, 11, 23), [date(2027, 11, 25), date(2028, 11, 25)]),
        ("weekly", date(2026, 11, 26), [date(2026, 12, 3), date(2026, 12, 10)]),
    ],
)
@pytest.mark.parametrize("has_time", [True, False])
def test_what_was_moved_off_its_day_adds_no_date(
    company: Company, repeat: str, to: date, then: list[date], has_time: bool
) -> None:
    """RFC 5545 3.8.5.3: a rule begins with its DTSTART, and readers differ where it does not."""
    day = date(2026, 11, 25)
    due = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI) if has_time else end_of_day(day)
    task = Task(title="月结", due_at=due, due_has_time=has_time, repeat=repeat)
    create_task(task, actor=company["sales1"])
    move_task(task, to, actor=company["sales1"])
    found = list(feed_of(company, "sales1").values())
    assert sorted(day for event in found for day in days_of(event))[:3] == [to, *then]
    assert str(found[0]["UID"]) == f"task-{task.pk}@heke-crm"


def days_of(event: Any) -> list[date]:
    """The first days of an event: its own, and those of its rule, which begins with it."""
    start = event["DTSTART"].dt
    if "RRULE" not in event:
        return [start.date() if isinstance(start, datetime) else start]
    begin = datetime(start.year, start.month, start.day)
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin)
    days = [moment.date() for moment in islice(rule, 3)]
    assert days[0] == begin.date()
    return days


def test_the_last_one_moved_off_its_day_stands_alone(company: Company) -> None:
    values = {"repeat": "monthly", "repeat_until": date(2026, 12, 24)}
    task = Task(title="月结", due_at=end_of_day(date(2026, 11, 25)), **values)
    create_task(task, actor=company["sales1"])
    move_task(task, date(2026, 11, 27), actor=company["sales1"])
    (event,) = feed_of(company, "sales1").values()
    assert days_of(event) == [date(2026, 11, 27)]
