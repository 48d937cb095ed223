"""Opportunities in the global search and the palette."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.workbench.search import Hit, Hits, SearchGroup, hits_of, page_with_number, register
from opportunities import lists
from opportunities.models import Opportunity

#: The sign of an opportunity number, behind the customer number.
SIGN = "OP"


def find_opportunities(user: Any, text: str, limit: int) -> Hits:
    """The first opportunities of the list for this search, with number and customer."""
    return hits_of(lists.OPPORTUNITIES, user, text, limit, _hit, "customer")


def _hit(row: Opportunity) -> Hit:
    return Hit(row.name, row.get_absolute_url(), f"{row.number} · {row.customer.name}")


def opportunity_with_number(user: Any, text: str) -> str:
    """The page of the opportunity with exactly this number, where the user sees it."""
    if not text.isascii() or SIGN not in text.upper():
        return ""
    rows = Opportunity.objects.kept().visible_to(user)
    return page_with_number(rows, text, "opportunities:opportunity_detail")


register(
    SearchGroup(
        Opportunity,
        _("Opportunities"),
        icon="target",
        list_name="opportunities:opportunity_list",
        find=find_opportunities,
        allowed=lambda user: policy_for(Opportunity).allows(user, VIEW),
        exact=opportunity_with_number,
    )
)
