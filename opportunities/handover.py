"""Opportunities go along when a customer is transferred (`market` 2.4)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.handover import Part, register
from customers.models import Customer
from opportunities.models import Opportunity
from opportunities.services.changing import hand_over


def count(customers: Sequence[int], owner: Any) -> int:
    """How many open opportunities the owner has there."""
    rows = Opportunity.objects.open().filter(customer_id__in=customers)
    return (rows.filter(owner=owner) if owner is not None else rows).count()


def move(customer: Customer, old: Any, new: Any, actor: Any) -> None:
    """Give those of the old owner to the new one; the transfer itself was permitted."""
    rows = Opportunity.objects.open().filter(customer=customer, owner=old)
    for opportunity in rows.select_related("customer", "owner"):
        hand_over(opportunity, new, actor=actor)


register(Part("opportunities", _("Open opportunities"), count, move))
