"""Every change of a calendar makes a version that is kept (`service.md` 8.2)."""

from typing import Any

from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    CalendarVersion,
    StatutoryYear,
    WeeklySpan,
)

#: The stamp of `crm.dictionaries.calendar`.
STAMP = "calendar"


def keep_version(calendar: BusinessCalendar) -> None:
    """Store what the calendar says now; called in the transaction of the change.

    The version of the row has been raised by the writer, or this is its first content.
    """
    stamps.bump(STAMP)
    CalendarVersion.objects.update_or_create(
        calendar=calendar,
        number=calendar.version,
        defaults={"content": _content(calendar), "valid_from": clock.now()},
    )


def _content(calendar: BusinessCalendar) -> dict[str, Any]:
    spans = WeeklySpan.objects.filter(calendar=calendar)
    days = CalendarException.objects.filter(calendar=calendar)
    years = StatutoryYear.objects.filter(state=StatutoryYear.State.LOADED)
    return {
        "time_zone": calendar.time_zone,
        "makeup_weekday": calendar.makeup_weekday,
        "follows": calendar.follows_statutory,
        "week": list(map(list, spans.values_list("weekday", "start", "end"))),
        "days": [[str(day.date), day.kind, day.spans, day.name, day.source] for day in days],
        "published": list(years.order_by("year").values_list("year", flat=True)),
    }
