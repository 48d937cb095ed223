"""Tickets in the global search and the palette, found as their list finds them."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.web.listing import Listing
from crm.workbench.search import Hit, Hits, SearchGroup, register
from tickets import lists
from tickets.models import Ticket

#: Sign of a number: letters, then digits. Shorter texts are never jumped to.
SHORTEST_NUMBER = 5


def find_tickets(user: Any, text: str, limit: int) -> Hits:
    """The first tickets of the list for this search, with number, state and owner."""
    listing = Listing(lists.TICKETS, user, QueryDict(urlencode({"q": text, "page_size": limit})))
    found = Ticket.objects.filter(pk__in=listing.page.ids).select_related("owner")
    rows = {row.pk: Hit(row.title, row.get_absolute_url(), _meta(row)) for row in found}
    ids = listing.page.ids
    total = listing.total_label if listing.page.has_next else str(len(ids))
    return Hits([rows[pk] for pk in ids if pk in rows], total)


def _meta(row: Ticket) -> str:
    owner = row.owner.name if row.owner else ""
    return " · ".join(filter(None, [row.number, str(row.get_phase_display()), owner]))


def ticket_with_number(user: Any, text: str) -> str:
    """The page of the ticket with exactly this number, where the user sees it."""
    if len(text) < SHORTEST_NUMBER or not text.isascii() or not text[-1].isdigit():
        return ""
    rows = Ticket.objects.kept().visible_to(user).filter(number=text.upper())
    pk = rows.values_list("pk", flat=True).first()
    return reverse("tickets:ticket_detail", args=[pk]) if pk else ""


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
