"""Repeating days: every so many days, weeks, months or years from an anchor. Pure.

The anchor is kept: monthly on the 31st falls on 28 February and on 31 March again, yearly on
29 February falls on the 28th in years without it (`reliability.md` F23).
"""

from calendar import monthrange
from datetime import date, timedelta

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
_DAYS = {DAY: 1, WEEK: 7}
_MONTHS = {MONTH: 1, YEAR: 12}


def occurrence(anchor: date, number: int, *, every: int, unit: str) -> date:
    """The `number`-th day after the anchor (0: the anchor itself), counted from the anchor.

    Raises KeyError for an unknown unit, OverflowError beyond the year 9999.
    """
    if unit in _DAYS:
        return anchor + timedelta(days=number * every * _DAYS[unit])
    return add_months(anchor, number * every * _MONTHS[unit])


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last one where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        raise OverflowError("beyond the last year")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
