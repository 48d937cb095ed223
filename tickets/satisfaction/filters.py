"""The filter that the numbers of invitations lead to; only links set it."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet

from crm.core import clock
from tickets.satisfaction.models import InviteState, SurveyInvite, Why
from tickets.statistics.filters import LinkFilter


class SurveyFilter(LinkFilter):
    """Tickets whose customer was asked, or was not: `suppressed.recent.2026-01-01.2026-06-30`.

    The parts are state, reason, first and last day of the planning; all but the first may be empty.
    """

    def rows(self, value: str) -> QuerySet | None:
        state, why, *days = (*value.split("."), "", "", "")[:4]
        if state not in InviteState or (why and why not in Why):
            return None
        try:
            first, last = (date.fromisoformat(day) if day else None for day in days)
        except ValueError:
            return None
        rows = planned(SurveyInvite.objects.filter(state=state, reason=why), first, last)
        return rows.filter(ticket_id=OuterRef("pk"))


def planned(rows: Any, first: date | None, last: date | None) -> Any:
    """Invitations planned on these days of the reader's zone."""
    if first is not None:
        rows = rows.filter(planned_at__gte=clock.day_bounds(first)[0])
    if last is not None:
        rows = rows.filter(planned_at__lt=clock.day_bounds(last)[1])
    return rows


def code_of(state: str, why: str, first: date | None, last: date | None) -> str:
    """What an address carries for it."""
    return f"{state}.{why}.{first or ''}.{last or ''}"
