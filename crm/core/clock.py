"""The one source of "now" and "today". Tests freeze it with time-machine."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

#: Numbers and working days follow the company's clock, whatever zone a user reads in.
COMPANY_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Today in the zone of the current user (or the company outside a request)."""
    return timezone.localdate()


def company_today() -> date:
    """Today in Asia/Shanghai, for numbers and rules."""
    return timezone.localdate(timezone=COMPANY_ZONE)


def company_day_start(day: date) -> datetime:
    """The first instant of a day by the company's clock."""
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first instant of a day and of the day after it, in the current zone."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    return start, datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def days_after(moment: datetime, days: int) -> datetime:
    """The same wall-clock time some days later."""
    local = timezone.localtime(moment)
    return datetime.combine(local.date() + timedelta(days=days), local.time(), tzinfo=local.tzinfo)


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a day in the current zone."""
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_current_timezone())
