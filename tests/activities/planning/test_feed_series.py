"""What is due on every working day stands in the calendar feed day by day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.urls import reverse

from crm.activities.planning.models import Task
from crm.activities.planning.services import feed as services
from crm.activities.planning.services.tasks import create_task
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
