"""A second opinion about clocks: it looks at every minute, and knows nothing of bisection."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm.dictionaries.worktime import WorkCalendar
from tests.tickets.sla.world import SHANGHAI

#: A rule: from when on, the promise in seconds, and the calendar.
Rule = tuple[int, int | None, WorkCalendar]


def works(calendar: WorkCalendar, instant: int, zone: ZoneInfo = SHANGHAI) -> bool:
    """Whether the minute that begins at the instant is worked."""
    local = datetime.fromtimestamp(instant, tz=zone)
    minute = local.hour * 60 + local.minute
    return any(begin <= minute < end for begin, end in calendar.spans(local.date()))


def walk(
    start: int,
    rests: Sequence[tuple[int, int | None]],
    rules: Sequence[Rule],
    days: int = 9,
    mark: int = 100,
) -> tuple[int | None, int | None, int]:
    """Due, breach, and the seconds used at the breach or at the end of so many days."""
    used, due = 0, None
    for instant in range(start, start + int(timedelta(days=days).total_seconds()), 60):
        _since, target, calendar = [rule for rule in rules if rule[0] <= instant][-1]
        if target is not None:
            due = (due or instant) if used * 100 >= target * mark else None
            if used > target:
                return due, instant, used
        resting = any(begin <= instant and (end is None or instant < end) for begin, end in rests)
        if works(calendar, instant) and not resting:
            if target is not None and used + 60 > target:
                return due, instant, used
            used += 60
    return due, None, used
