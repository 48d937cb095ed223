"""What the clock does with tickets: wakes those on hold, closes those nobody objected to."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.errors import DomainError
from crm.dictionaries import settings
from crm.dictionaries.calendar import working_days_between
from tickets import rules
from tickets.choices import Phase
from tickets.models import Ticket
from tickets.parameters import CONFIRM_DAYS
from tickets.services.moving import transition

logger = logging.getLogger(__name__)
#: Tickets of one run; the next run goes on.
SLICE = 200


def keep() -> dict[str, int]:
    """One run: each ticket in a transaction of its own, safe to run twice at once."""
    now = clock.now()
    woken = _each(Ticket.objects.to_wake(now).order_by("wake_at", "pk")[:SLICE], Phase.OPEN, "")
    closed = _each(_unopposed(now), Phase.CLOSED, _("Nobody objected in time."))
    return {"woken": woken, "closed": closed}


def _unopposed(now: datetime) -> list[Ticket]:
    """Solved for long enough in working days; complaints wait for the customer (P13)."""
    days = int(settings.get(CONFIRM_DAYS))
    rows = Ticket.objects.solved_before(now - timedelta(days=days)).order_by("resolved_at", "pk")
    rows = rows.exclude(type_id=rules.complaint_type())
    today = now.astimezone(clock.COMPANY_ZONE).date()
    return [
        row
        for row in rows[:SLICE]
        if working_days_between(row.resolved_at.astimezone(clock.COMPANY_ZONE).date(), today)
        >= days
    ]


def _each(tickets: Iterable[Ticket], to: str, reason: str) -> int:
    """Move them; one that somebody else moved meanwhile is left alone."""
    done = 0
    for ticket in tickets:
        try:
            transition(ticket, to, by=None, reason=reason, expected_version=ticket.version)
            done += 1
        except DomainError as error:
            logger.info("ticket %s was not moved by the clock: %s", ticket.pk, error.code)
    return done
