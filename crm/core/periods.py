"""Periods of days that figures are about: this week, last month, a range; and the one before.

Weeks begin on Monday. Days are those of the reader's zone: `bounds` gives the instants.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import clock

DAY = timedelta(days=1)


class PeriodKind(models.TextChoices):
    """What a selector offers (`market` 2.9)."""

    TODAY = "today", gettext_lazy("Today")
    YESTERDAY = "yesterday", gettext_lazy("Yesterday")
    WEEK = "week", gettext_lazy("This week")
    LAST_WEEK = "last_week", gettext_lazy("Last week")
    MONTH = "month", gettext_lazy("This month")
    LAST_MONTH = "last_month", gettext_lazy("Last month")
    QUARTER = "quarter", gettext_lazy("This quarter")
    LAST_QUARTER = "last_quarter", gettext_lazy("Last quarter")
    YEAR = "year", gettext_lazy("This year")
    LAST_YEAR = "last_year", gettext_lazy("Last year")
    CUSTOM = "custom", gettext_lazy("Custom period")


#: Months of a calendar period.
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included."""

    kind: str
    first: date
    last: date

    @property
    def label(self) -> str:
        """本月, or the days of a range."""
        if self.kind == PeriodKind.CUSTOM:
            return f"{self.first:%Y-%m-%d} ~ {self.last:%Y-%m-%d}"
        return str(PeriodKind(self.kind).label)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant, and the first instant behind, in the current zone."""
        return clock.day_bounds(self.first)[0], clock.day_bounds(self.last)[1]

    @property
    def previous(self) -> "Period":
        """The period of the same kind before this one; for a range as many days before it."""
        before = self.first - DAY
        unit = self.kind.removeprefix("last_")
        if unit in _MONTHS:
            return Period(self.kind, _first_day(before, unit), before)
        days = min(self.last - self.first, before - date.min)
        return Period(self.kind, before - days, before)

    @property
    def compared(self) -> str:
        """What `previous` is called beside a figure."""
        return {
            PeriodKind.TODAY: _("vs yesterday"),
            PeriodKind.WEEK: _("vs last week"),
            PeriodKind.MONTH: _("vs last month"),
            PeriodKind.QUARTER: _("vs last quarter"),
            PeriodKind.YEAR: _("vs last year"),
        }.get(PeriodKind(self.kind), _("vs previous period"))

    def params(self, name: str) -> dict[str, str]:
        """The period as the parameters of a date filter of a list."""
        return {f"{name}_after": self.first.isoformat(), f"{name}_before": self.last.isoformat()}


def period(kind: str, today: date) -> Period:
    """The period of a kind around a day. Raises ValueError for an unknown kind or a range."""
    chosen = PeriodKind(kind)
    if chosen == PeriodKind.CUSTOM:
        raise ValueError("a range has days of its own: custom()")
    unit = kind.removeprefix("last_")
    if unit in _MONTHS:
        first, last = _calendar(today, unit)
    elif unit == "week":
        first = today - timedelta(days=today.weekday())
        last = first + timedelta(days=6)
    else:
        first = last = today - (DAY if chosen == PeriodKind.YESTERDAY else timedelta())
    found = Period(unit, first, last)
    if kind.startswith("last_"):
        found = found.previous
    return Period(kind, found.first, found.last)


def custom(first: date, last: date) -> Period:
    """A range of days, of those that records can have."""
    return Period(PeriodKind.CUSTOM, clock.held(first), clock.held(last))


def _first_day(day: date, unit: str) -> date:
    """The first day of the month, quarter or year of a day."""
    months = _MONTHS[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _calendar(day: date, unit: str) -> tuple[date, date]:
    first = _first_day(day, unit)
    behind = first.month - 1 + _MONTHS[unit]
    last = first.replace(year=first.year + behind // 12, month=behind % 12 + 1) - DAY
    return first, last
