"""Days and instants of planning: the end of a day, the span of whole days, moving to another day.

A day without a time of day is a day of the company's clock: everybody means the same 20 November.
"""

from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localtime

from crm.core.clock import COMPANY_ZONE

LAST_MINUTE = time(23, 59)


def end_of_day(day: date) -> datetime:
    """The instant from which something due on this day is late."""
    return datetime.combine(day, LAST_MINUTE, tzinfo=COMPANY_ZONE)


def whole_minute(moment: datetime) -> datetime:
    """Without seconds: what people agree on, and what forms show."""
    return moment.replace(second=0, microsecond=0)


def whole_days(first: date, last: date) -> tuple[datetime, datetime]:
    """The span of whole days, `last` included."""
    start = datetime.combine(first, time.min, tzinfo=COMPANY_ZONE)
    return start, datetime.combine(last + timedelta(days=1), time.min, tzinfo=COMPANY_ZONE)


def on_day(moment: datetime, day: date) -> datetime:
    """The same time of day on another day, in the current zone."""
    zone = get_current_timezone()
    return datetime.combine(day, localtime(moment, zone).time(), tzinfo=zone)
