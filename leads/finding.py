"""Leads in the global search and the palette, found as their list finds them."""

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
from leads import lists
from leads.models import Lead


def find_leads(user: Any, text: str, limit: int) -> Hits:
    """The first leads of the list for this search, with number, state and owner."""
    return hits_of(lists.LEADS, user, text, limit, _hit, "owner")


def _hit(row: Lead) -> Hit:
    owner = row.owner.name if row.owner else ""
    meta = " · ".join(filter(None, [row.number, str(row.get_status_display()), owner]))
    return Hit(row.name, row.get_absolute_url(), meta)


def lead_with_number(user: Any, text: str) -> str:
    """The page of the lead with exactly this number, where the user sees it."""
    rows = Lead.objects.usable().visible_to(user)
    return page_with_number(rows, text, "leads:lead_detail") if is_number(text) else ""


register(
    SearchGroup(
        Lead,
        _("Leads"),
        icon="target-arrow",
        list_name="leads:lead_list",
        find=find_leads,
        allowed=lambda user: policy_for(Lead).allows(user, VIEW),
        exact=lead_with_number,
    )
)
