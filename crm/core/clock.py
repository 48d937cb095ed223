"""The one source of "now" and "today". Tests freeze it with time-machine."""

from datetime import date, datetime
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
