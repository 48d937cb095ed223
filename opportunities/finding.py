"""Opportunities in the global search and the palette."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.web.listing import Listing
from crm.workbench.search import Hit, Hits, SearchGroup, register
from opportunities import lists
from opportunities.models import Opportunity

#: The sign of an opportunity number, behind the customer number.
SIGN = "OP"


def find_opportunities(user: Any, text: str, limit: int) -> Hits:
    """The first opportunities of the list for this search, with number and customer."""
    query = QueryDict(urlencode({"q": text, "page_size": limit}))
    listing = Listing(lists.OPPORTUNITIES, user, query)
    ids = listing.page.ids
    found = Opportunity.objects.filter(pk__in=ids).select_related("customer")
    rows = {
        row.pk: Hit(row.name, row.get_absolute_url(), f"{row.number} · {row.customer.name}")
        for row in found
    }
    total = listing.total_label if listing.page.has_next else str(len(ids))
    return Hits([rows[pk] for pk in ids if pk in rows], total)


def opportunity_with_number(user: Any, text: str) -> str:
    """The page of the opportunity with exactly this number, where the user sees it."""
    if not text.isascii() or SIGN not in text.upper():
        return ""
    rows = Opportunity.objects.kept().visible_to(user).filter(number=text.upper())
    pk = rows.values_list("pk", flat=True).first()
    return reverse("opportunities:opportunity_detail", args=[pk]) if pk else ""


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
