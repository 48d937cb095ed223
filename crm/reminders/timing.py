"""When a reminder for a day is due. Pure: a rule, a zone and a work calendar go in.

The wall clock counts: nine o'clock stays nine o'clock where the zone changes its offset. A time
that does not exist moves to the first instant behind the gap.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.dictionaries.worktime import WorkCalendar
from crm.reminders.rules import ANY_DAY, NEXT_DAY


def reminding_day(day: date, step: int, working_days: str, calendar: WorkCalendar) -> date:
    """The day on which to remind of `day`, `step` days in advance.

    An advance reminder never moves behind its day, so it goes to the working day before.
    """
    wanted = day - timedelta(days=step)
    if working_days == ANY_DAY:
        return wanted
    if working_days == NEXT_DAY and step == 0:
        return calendar.next_working_day(wanted)
    return calendar.previous_working_day(wanted)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time, in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def due_moment(
    day: date, step: int, *, at: time, working_days: str, zone: ZoneInfo, calendar: WorkCalendar
) -> datetime:
    """The instant at which a person in `zone` is reminded of `day`."""
    return moment_of(reminding_day(day, step, working_days, calendar), at, zone)
