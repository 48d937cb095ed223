"""Filters that the figures lead to; only links set them."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q

from crm.core import clock
from crm.core.rowkeys import key_of
from crm.web.filters import EMPTY_CHOICE, YesNoFilter
from tickets.choices import IN_WORK
from tickets.sla.models import ClockKind, ClockState, SlaClock
from tickets.statistics.models import HeldTime, Holder

#: What a figure can count of clocks.
STATES: dict[str, Q] = {
    "judged": Q(state__in=(ClockState.MET, ClockState.BREACHED)),
    "stopped": Q(stopped_at__isnull=False),
    **{state: Q(state=state) for state in ClockState.values},
}
FIRST, EVERY = "first", "all"


class LinkFilter(django_filters.CharFilter):
    """Codes that addresses carry; one that says nothing known finds nothing."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        found = self.rows(value)
        return qs.none() if found is None else self.narrowed(qs, found)

    def narrowed(self, qs: Any, found: Any) -> Any:
        """The tickets that have such a row."""
        return qs.filter(Exists(found))

    def rows(self, value: str) -> Any:
        """Rows of another table that belong to the ticket; None for an unknown code."""
        raise NotImplementedError


class ClockFilter(LinkFilter):
    """Tickets with a promise in some state: `resolution.breached.first`."""

    def rows(self, value: str) -> Any:
        kind, state, cycles = (*value.split("."), "", "")[:3]
        if kind not in ClockKind or state not in STATES or cycles not in (FIRST, EVERY):
            return None
        rows = SlaClock.objects.filter(STATES[state], ticket_id=OuterRef("pk"), kind=kind)
        return rows.filter(cycle=1) if cycles == FIRST else rows


class BrokenFilter(LinkFilter):
    """Tickets of which a promise was broken on a day: `2026-11-22`, or `resolution.2026-11-22`.

    A day has few of them, and an index leads there: asked ticket by ticket, all would be read.
    """

    def narrowed(self, qs: Any, found: Any) -> Any:
        return qs.filter(pk__in=found.order_by().values("ticket_id"))

    def rows(self, value: str) -> Any:
        kind, _dot, text = value.rpartition(".")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        rows = SlaClock.objects.filter(broken_on(day))
        return rows.filter(kind=kind) if kind else rows


def broken_on(day: date) -> Q:
    """Clocks broken on a day of the reader's zone."""
    begin, end = clock.day_bounds(day)
    return Q(state=ClockState.BREACHED, breach_at__gte=begin, breach_at__lt=end)


class HeldFilter(LinkFilter):
    """Solved tickets that somebody or something held: `person.12`, `customer.0`."""

    def rows(self, value: str) -> Any:
        holder, _dot, key = value.partition(".")
        if holder not in Holder or not key.isdecimal() or len(key) > 18:
            return None
        return HeldTime.objects.filter(ticket_id=OuterRef("pk"), holder=holder, key=int(key))


class DepartmentFilter(django_filters.CharFilter):
    """Tickets of the handlers of a main department, or of nobody in one."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        if value == EMPTY_CHOICE:
            return qs.filter(owner__main_department__isnull=True)
        return qs.filter(owner__main_department_id=key_of(value) or 0)


class LateFilter(YesNoFilter):
    """In work with a promise that is broken and not fulfilled yet."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        late = Q(phase__in=IN_WORK, sla_breach_at__lt=clock.now())
        # a missing time makes the comparison unknown: `exclude` would lose those rows
        never = Q(sla_breach_at__isnull=True) | Q(sla_breach_at__gte=clock.now())
        return qs.filter(late) if value == "true" else qs.filter(never | ~Q(phase__in=IN_WORK))


class PromisedFilter(YesNoFilter):
    """Whether a promise of the ticket still waits to be kept."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(sla_breach_at__isnull=value == "false") if value else qs
