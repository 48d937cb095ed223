"""Who may take which step: the handler, or somebody who leads (the right to assign)."""

from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.core.errors import InvalidTransition, NotAllowed
from tickets.choices import ENDED, EventKind, Phase
from tickets.models import Ticket, TicketEvent
from tickets.states import LEADERS


def leads(user: Any, ticket: Ticket) -> bool:
    """Whether the user distributes this ticket."""
    return bool(policies.can(user, verbs.ASSIGN, ticket))


def handles(user: Any, ticket: Ticket) -> bool:
    """Whether the user is the handler and may change the ticket."""
    return ticket.owner_id == user.pk and bool(policies.can(user, verbs.CHANGE, ticket))


def handler_key(ticket: Ticket) -> int | None:
    """Whose work it is: the handler's, else that of whoever solved what nobody handled."""
    if ticket.owner_id is not None:
        return ticket.owner_id
    steps = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.PHASE).order_by("-seq")
    return next((row.actor_id for row in steps if row.after.get("phase") == Phase.RESOLVED), None)


def may_step(user: Any, ticket: Ticket, name: str) -> Answer:
    """Whether the user may take a step of the machine on this ticket."""
    if leads(user, ticket):
        return ALLOWED
    if name in LEADERS:
        return Denied(_("Only a supervisor may do this."))
    return ALLOWED if handles(user, ticket) else Denied(_("Only the handler or a supervisor may."))


def require_step(user: Any, ticket: Ticket, name: str, label: Any) -> None:
    """Raise NotAllowed with the reason."""
    answer = may_step(user, ticket, name)
    if isinstance(answer, Denied):
        values = {"action": label, "reason": answer.reason}
        raise NotAllowed(_("%(action)s failed: %(reason)s") % values)


def require_alive(ticket: Ticket) -> None:
    """Raise InvalidTransition for a ticket that is closed, voided, merged or in the bin."""
    if ticket.phase in ENDED or ticket.deleted_at is not None:
        raise InvalidTransition(
            _("Saving failed: the ticket is in the state “%(state)s”.")
            % {"state": ticket.get_phase_display()}
        )
