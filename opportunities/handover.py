"""Opportunities go along when a customer is transferred (`market` 2.4)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.handover import LEAVES, WRITES, Part, register
from customers.models import Customer
from opportunities.models import Opportunity
from opportunities.services.changing import hand_over
from opportunities.services.team import keep_in_team


def count(customers: Sequence[int], owner: Any) -> int:
    """How many open opportunities the owner has there."""
    rows = Opportunity.objects.open().filter(customer_id__in=customers)
    return (rows.filter(owner=owner) if owner is not None else rows).count()


def move(customer: Customer, old: Any, new: Any, actor: Any, stays: str) -> None:
    """Give those of the old owner to the new one; of them he keeps what he keeps of the customer.

    The transfer itself was permitted.
    """
    rows = Opportunity.objects.open().filter(customer=customer, owner=old)
    for opportunity in rows.select_related("customer", "owner"):
        hand_over(opportunity, new, actor=actor)
        if stays != LEAVES:
            keep_in_team(opportunity, old, write=stays == WRITES, actor=actor)


register(Part("opportunities", _("Open opportunities"), count, move))
