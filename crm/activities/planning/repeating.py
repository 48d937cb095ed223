"""When something that repeats comes next (F23). Pure: no database, no models.

The anchor is the day of the first time. It is kept: what is monthly from 31 January falls on
28 February and then on 31 March again; what is yearly from 29 February falls on 28 February in
years without that day.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from crm.activities.planning.choices import Repeat

#: No series is looked through further than this: a forged date must not keep a process busy.
MOST_STEPS = 4_000
NextWorkingDay = Callable[[date], date]


def in_month(year: int, month: int, day: int) -> date:
    """The day of a month, its last one where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_day(day: date, repeat: str, anchor: date, next_working_day: NextWorkingDay) -> date:
    """The next time after `day`. Raises ValueError for what does not repeat."""
    match repeat:
        case Repeat.DAILY:
            return day + timedelta(days=1)
        case Repeat.WORKDAYS:
            return next_working_day(day)
        case Repeat.WEEKLY:
            return day + timedelta(days=7)
        case Repeat.MONTHLY:
            year, month = divmod(day.year * 12 + day.month, 12)
            return in_month(year, month + 1, anchor.day)
        case Repeat.YEARLY:
            return in_month(day.year + 1, anchor.month, anchor.day)
    raise ValueError(f"{repeat!r} does not repeat")


def is_on_its_day(day: date, repeat: str, anchor: date) -> bool:
    """Whether the rhythm itself falls on this day; what was moved by hand does not."""
    match repeat:
        case Repeat.MONTHLY:
            return day == in_month(day.year, day.month, anchor.day)
        case Repeat.YEARLY:
            return day == in_month(day.year, anchor.month, anchor.day)
    return True


def days_after(
    day: date, repeat: str, anchor: date, next_working_day: NextWorkingDay
) -> Iterator[date]:
    """All later times in order, as many as are looked through."""
    for _step in range(MOST_STEPS):
        try:
            day = next_day(day, repeat, anchor, next_working_day)
        except (OverflowError, ValueError):  # the end of the calendar
            return
        yield day


def first_from(
    start: date, day: date, repeat: str, anchor: date, next_working_day: NextWorkingDay
) -> date | None:
    """The first time after `day` that is not before `start`: what was missed does not pile up."""
    later = days_after(day, repeat, anchor, next_working_day)
    return next((found for found in later if found >= start), None)
