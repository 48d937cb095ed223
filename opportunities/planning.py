"""Opportunities in tasks and appointments: how they are found."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from crm.activities.planning.links import register
from opportunities.models import Opportunity


def find_opportunities(text: str, user: Any, limit: int) -> Iterable[Opportunity]:
    """Open opportunities by name or number; without a text those changed last."""
    rows = Opportunity.objects.open().visible_to(user).select_related("customer")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(number__iexact=text))
    return rows.order_by("-updated_at", "-pk")[:limit]


register(
    Opportunity,
    find=find_opportunities,
    hint=lambda row: f"{row.number} · {row.customer.name}",
)
