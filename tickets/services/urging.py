"""催单: the customer asks when it goes on; counted, dated, told to those who can do something."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition
from crm.core.text import clean_text
from tickets.choices import IN_WORK
from tickets.models import Ticket
from tickets.services.moving import lock
from tickets.services.owning import distributor_of
from tickets.services.telling import tell_urged

#: Reminders so close together are one.
REST = timedelta(minutes=10)
LONGEST = 500


def may_urge(ticket: Ticket) -> bool:
    """Whether somebody works on it, and was not reminded a moment ago."""
    rested = ticket.urged_at is None or clock.now() - ticket.urged_at >= REST
    return ticket.phase in IN_WORK and rested


@transaction.atomic
def urge_ticket(ticket: Ticket, *, words: str = "", by: Any = None) -> Ticket:
    """Count a reminder of the customer; `by` is the colleague who took it, None his own page.

    Handler and supervisor are told. No clock moves. Raises NotAllowed, InvalidTransition.
    """
    lock(ticket)
    if by is not None:
        policies.require(by, verbs.VIEW, ticket)
        policies.require(by, verbs.ADD, Ticket)
    if ticket.phase not in IN_WORK or ticket.deleted_at is not None:
        raise InvalidTransition(_("Reminding failed: nobody works on this ticket any more."))
    if not may_urge(ticket):
        raise InvalidTransition(
            _("Reminding failed: the last reminder came less than %(minutes)d minutes ago.")
            % {"minutes": REST.seconds // 60}
        )
    words = (clean_text(words[:LONGEST], multiline=True).value or "").strip()
    ticket.urge_count, ticket.urged_at = ticket.urge_count + 1, clock.now()
    Ticket.objects.filter(pk=ticket.pk).update(
        urge_count=F("urge_count") + 1, urged_at=ticket.urged_at, updated_at=ticket.urged_at
    )
    pair = [ticket.urge_count - 1, ticket.urge_count]
    record("tickets.ticket.urged", ticket, actor=by, changes={"urge_count": pair}, note=words)
    tell_urged(ticket, distributor_of(ticket), words, but=by)
    return ticket
