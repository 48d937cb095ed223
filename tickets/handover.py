"""Open tickets go along when a customer is transferred (`market` 2.4)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from customers.handover import Part, register
from customers.models import Customer
from tickets.models import Ticket
from tickets.services.moving import lock
from tickets.services.owning import give
from tickets.services.telling import tell_owner


def count(customers: Sequence[int], owner: Any) -> int:
    """How many open tickets the owner handles there."""
    rows = Ticket.objects.in_work().filter(customer_id__in=customers)
    return (rows.filter(owner=owner) if owner is not None else rows).count()


def move(customer: Customer, old: Any, new: Any, actor: Any, stays: str) -> None:
    """Give those of the old owner to the new one, where he may handle tickets.

    Tickets have no team for him to stay in.
    """
    if not policies.can(new, verbs.CHANGE, Ticket):
        return
    note = _("The customer “%(name)s” was transferred.") % {"name": customer.name}
    for ticket in Ticket.objects.in_work().filter(customer=customer, owner=old).order_by("pk"):
        lock(ticket)
        if ticket.owner_id == old.pk and ticket.is_in_work:
            give(ticket, new, actor=actor, event="tickets.ticket.assigned", note=note)
            tell_owner(ticket, actor)


register(Part("tickets", gettext_lazy("Open tickets"), count, move))
