"""The one source of "now" and "today". Tests freeze it with time-machine."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

#: Numbers and working days follow the company's clock, whatever zone a user reads in.
COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)
#: No record is older or newer, and there is room on both sides.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9998, 12, 31)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Today in the zone of the current user (or the company outside a request)."""
    return timezone.localdate()


def company_today() -> date:
    """Today in Asia/Shanghai, for numbers and rules."""
    return timezone.localdate(timezone=COMPANY_ZONE)


def held(day: date) -> date:
    """The day, or the nearest one that records can have.

    Addresses name any day. Those at the edges of the calendar have no instants in every zone, and
    pages look a week, a month or a year further.
    """
    return min(max(day, FIRST_DAY), LAST_DAY)


def company_day_start(day: date) -> datetime:
    """The first instant of a day by the company's clock."""
    return datetime.combine(held(day), time.min, tzinfo=COMPANY_ZONE)


def company_day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day and of the day after it, by the company's clock."""
    return company_day_start(day), company_day_start(held(day) + ONE_DAY)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day and of the day after it, in the current zone."""
    zone, day = timezone.get_current_timezone(), held(day)
    start = datetime.combine(day, time.min, tzinfo=zone)
    return start, datetime.combine(day + ONE_DAY, time.min, tzinfo=zone)


def days_after(moment: datetime, days: int) -> datetime:
    """The same wall-clock time some days later."""
    local = timezone.localtime(moment)
    return datetime.combine(local.date() + timedelta(days=days), local.time(), tzinfo=local.tzinfo)


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day in the current zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_current_timezone())
