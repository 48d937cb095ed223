"""Tickets in the global search and the palette, found as their list finds them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.workbench.search import (
    Hit,
    Hits,
    SearchGroup,
    hits_of,
    is_number,
    page_with_number,
    register,
)
from tickets import lists
from tickets.models import Ticket


def find_tickets(user: Any, text: str, limit: int) -> Hits:
    """The first tickets of the list for this search, with number, state and owner."""
    return hits_of(lists.TICKETS, user, text, limit, _hit, "owner")


def _hit(row: Ticket) -> Hit:
    owner = row.owner.name if row.owner else ""
    meta = " · ".join(filter(None, [row.number, str(row.get_phase_display()), owner]))
    return Hit(row.title, row.get_absolute_url(), meta)


def ticket_with_number(user: Any, text: str) -> str:
    """The page of the ticket with exactly this number, where the user sees it."""
    rows = Ticket.objects.kept().visible_to(user)
    return page_with_number(rows, text, "tickets:ticket_detail") if is_number(text) else ""


register(
    SearchGroup(
        Ticket,
        _("Tickets"),
        icon="ticket",
        list_name="tickets:ticket_list",
        find=find_tickets,
        allowed=lambda user: policy_for(Ticket).allows(user, VIEW),
        exact=ticket_with_number,
    )
)
