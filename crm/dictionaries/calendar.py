"""The work calendars (`contracts.md` 1.17), the company's first: which days are worked, with 调休.

The functions answer from memory; a stamp tells when an administrator has changed something. The
arithmetic is in `worktime`, writing in `calendar_services`.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from crm.core import clock
from crm.dictionaries.calendar_versions import STAMP
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
    WeeklySpan,
)
from crm.dictionaries.stamps import Cached
from crm.dictionaries.worktime import Span, SpecialDay, WorkCalendar

#: The code of the calendar that every installation has.
COMPANY = "company"
#: What is worked where no calendar is stored.
USUAL_WEEK: tuple[tuple[Span, ...], ...] = (((540, 1080),),) * 5 + ((), ())


Week = tuple[tuple[Span, ...], ...]


def _load() -> dict[str, WorkCalendar]:
    weeks: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for span in WeeklySpan.objects.all():
        weeks[span.calendar_id][span.weekday].append((span.start, span.end))
    days: dict[int, list[CalendarException]] = defaultdict(list)
    for day in CalendarException.objects.all():
        days[day.calendar_id].append(day)
    loaded = StatutoryYear.objects.filter(state=StatutoryYear.State.LOADED)
    published = frozenset(loaded.values_list("year", flat=True))
    found = {}
    for row in BusinessCalendar.objects.all():
        week = tuple(tuple(weeks[row.pk][day]) for day in range(7))
        special = special_days(days[row.pk], week[row.makeup_weekday])
        found[row.code] = WorkCalendar(
            ZoneInfo(row.time_zone), week, special, published, row.version, row.follows_statutory
        )
    found.setdefault(COMPANY, WorkCalendar(clock.COMPANY_ZONE, USUAL_WEEK))
    return found


def special_days(
    rows: Iterable[CalendarException], makeup: tuple[Span, ...]
) -> dict[date, SpecialDay]:
    """What differs, manual entries over statutory ones of the same day."""
    found: dict[date, SpecialDay] = {}
    # "statutory" sorts behind "manual", so the last one written is the manual one
    for day in sorted(rows, key=lambda each: each.source, reverse=True):
        spans = {
            DayKind.HOLIDAY: (),
            DayKind.WORKDAY: makeup,
            DayKind.CUSTOM: tuple((begin, end) for begin, end in day.spans),
        }[day.kind]
        found[day.date] = SpecialDay(spans, day.name)
    return found


def company_row() -> BusinessCalendar:
    """The company's calendar, which is meant where none is chosen."""
    return BusinessCalendar.objects.get(code=COMPANY)


def days_of(row: BusinessCalendar, *, follows: bool) -> QuerySet[CalendarException]:
    """The days of a calendar, were the statutory ones to count or not: the company has them."""
    counted = Q(calendar=row, source=Source.MANUAL)
    if follows:
        counted |= Q(calendar__code=COMPANY, source=Source.STATUTORY)
    return CalendarException.objects.filter(counted)


def week_of(row: BusinessCalendar) -> Week:
    """The stored spans of Monday to Sunday."""
    week: list[list[Span]] = [[] for _day in range(7)]
    for span in WeeklySpan.objects.filter(calendar=row):
        week[span.weekday].append((span.start, span.end))
    return tuple(map(tuple, week))


_calendars: Cached[dict[str, WorkCalendar]] = Cached(STAMP, _load)


def work_calendar(code: str = COMPANY) -> WorkCalendar:
    """A calendar by its code, as it is now. Raises KeyError for an unknown one."""
    return _calendars.get()[code]


def is_working_day(day: date) -> bool:
    """Whether the company works on this day; weekends before a long holiday may be worked."""
    return work_calendar().is_working_day(day)


def next_working_day(day: date) -> date:
    """The day itself where it is a working day, else the first one after it."""
    return work_calendar().next_working_day(day)


def previous_working_day(day: date) -> date:
    """The day itself where it is a working day, else the last one before it."""
    return work_calendar().previous_working_day(day)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, before it where negative; 0: the next one."""
    return work_calendar().add_working_days(day, count)


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and with `end`; negative where `end` is earlier."""
    return work_calendar().working_days_between(start, end)


def open_spans(day: date) -> list[tuple[datetime, datetime]]:
    """The instants (UTC, half open) between which the company works on a day."""
    return work_calendar().open_spans(day)


def is_published(year: int) -> bool:
    """Whether the statutory holidays of a year are known."""
    return year in work_calendar().published


def year_to_worry_about() -> int | None:
    """The year whose holidays should be known by now: the running one, the next from November."""
    today = clock.company_today()
    if not is_published(today.year):
        return today.year
    following = today.year + 1
    return following if today.month >= 11 and not is_published(following) else None
