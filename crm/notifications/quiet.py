"""Quiet hours: messages out of the product wait until the morning; the bell shows them at once."""

from datetime import datetime, time, timedelta

from crm.core.clock import COMPANY_ZONE
from crm.dictionaries import settings as parameters
from crm.notifications.parameters import QUIET_FROM, QUIET_UNTIL


def due(now: datetime) -> datetime:
    """When a message written at `now` may go out: at once, or when the quiet hours end.

    By the clock of the company (`service.md` 8.2, scheduler). The same hour twice means none.
    """
    begin, end = (int(parameters.get(key)) for key in (QUIET_FROM, QUIET_UNTIL))
    local = now.astimezone(COMPANY_ZONE)
    over_night = begin > end
    late, early = local.hour >= begin, local.hour < end
    if begin == end or not (late or early if over_night else late and early):
        return now
    day = local.date() + timedelta(days=int(over_night and late))
    return datetime.combine(day, time(end), tzinfo=COMPANY_ZONE)
