"""The recycle bin of tickets: in, out again, and removal for good."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.attachments import forget_files
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition
from crm.search import index
from tickets import searching
from tickets.choices import Phase
from tickets.models import Ticket
from tickets.services.access import leads


@transaction.atomic
def delete_ticket(ticket: Ticket, *, actor: Any) -> None:
    """Put a mistaken ticket into the bin; what the customer has read about only leaders remove.

    Raises NotAllowed, InvalidTransition where another ticket was merged into it.
    """
    policies.require(actor, verbs.DELETE, ticket)
    if ticket.answered_at is not None and not leads(actor, ticket):
        raise InvalidTransition(
            _("Deleting failed: the customer has been answered. Void the ticket instead.")
        )
    if ticket.merged_tickets.filter(phase=Phase.MERGED).exists():
        raise InvalidTransition(_("Deleting failed: other tickets were merged into this one."))
    write_changes(ticket, {"deleted_at": clock.now(), "deleted_by": actor})
    index.remove(searching.LABEL, [ticket.pk])
    record("tickets.ticket.deleted", ticket, actor=actor)


@transaction.atomic
def restore_ticket(ticket: Ticket, *, actor: Any) -> Ticket:
    """Bring a ticket back."""
    policies.require(actor, verbs.DELETE, ticket)
    write_changes(ticket, {"deleted_at": None, "deleted_by": None})
    index.index(searching.LABEL, [ticket.pk])
    record("tickets.ticket.restored", ticket, actor=actor)
    return ticket


@transaction.atomic
def purge_ticket(ticket: Ticket, *, actor: Any) -> None:
    """Remove a ticket for good; the log keeps its name, tickets that name it lose the name."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, ticket)
    record("tickets.ticket.purged", ticket, actor=actor)
    for name in ("parent", "split_from", "follow_up_of"):
        Ticket.objects.filter(**{name: ticket}).update(**{name: None})
    forget_files(ticket)
    index.remove(searching.LABEL, [ticket.pk])
    ticket.delete()
