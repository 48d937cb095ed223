"""The countdown to the first contact in words (T2)."""

from datetime import datetime

from django.utils.translation import gettext as _

HOUR = 3600
DAY = 24 * HOUR


def countdown(due: datetime, now: datetime) -> str:
    """剩余 5 小时, or 已逾期 2 天: whole units, the larger one."""
    seconds = int((due - now).total_seconds())
    amount = _amount(abs(seconds))
    if seconds < 0:
        return _("Overdue by %(time)s") % {"time": amount}
    return _("%(time)s left") % {"time": amount}


def _amount(seconds: int) -> str:
    if seconds >= 2 * DAY:
        return _("%(n)s days") % {"n": seconds // DAY}
    if seconds >= HOUR:
        return _("%(n)s h") % {"n": seconds // HOUR}
    return _("%(n)s min") % {"n": max(1, seconds // 60)}
