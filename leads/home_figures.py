"""Leads in the briefing of the start page, and the panel of first contacts of a team (T2).

Every number comes from a list with a filter, so that it equals the rows behind its link.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.core import clock, prepared
from crm.web.paging import counted, total_label
from crm.workbench import measures
from crm.workbench.looks import Look
from crm.workbench.measures import Measure
from crm.workbench.panels import HomePanel, register
from leads.choices import LeadState
from leads.filters import FirstContactFilter
from leads.lists import LEADS, REPORT
from leads.models import Lead


class FirstContactPanel(HomePanel):
    """首次联系: leads nobody has talked to, too late and still in time; follows the scope."""

    name = "first-contacts"
    title = gettext_lazy("First contact of leads")
    icon = "user-search"
    side = "side"
    order = 12
    follows = True
    template = "customers/_home_forgotten.html"

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.VIEW, Lead))

    def context_of(self, look: Look) -> dict[str, Any]:
        steps = (
            (FirstContactFilter.OVERDUE, gettext_lazy("First contact overdue"), "lt"),
            (FirstContactFilter.OPEN, gettext_lazy("First contact open"), "gte"),
        )
        people, now = look.scope.people, clock.now()
        shape = "first contacts", people, policies.shape(look.user, verbs.VIEW, Lead)

        def build(now: datetime) -> QuerySet:
            seen = LEADS.base(Lead.objects.visible_to(look.user)).filter(status=LeadState.NEW)
            mine = of_people(seen, "owner", people)
            sides = [side for _value, _label, side in steps]
            return counted(
                *(mine.filter(**{f"first_contact_due_at__{side}": now}) for side in sides)
            )

        (found,) = prepared.rows(shape, build, now)
        numbers = zip(steps, found, strict=True)
        return {"numbers": [self.number(look, *step[:2], total) for step, total in numbers]}

    def number(self, look: Look, value: str, label: Any, total: int) -> dict[str, Any]:
        """How many, counted as the list counts them."""
        query = {"scene": "all", "first_contact": value, **look.scope.params()}
        return {
            "label": label,
            "value": total_label(total),
            "url": f"{reverse('leads:lead_list')}?{urlencode(query)}",
        }


register(FirstContactPanel)

DEPENDS = {Lead._meta.label_lower: lambda ids: (Q(pk__in=ids),)}
# The report holds the converted ones too, so a lead that became a customer still counts as added.
measures.register(
    Measure(
        "leads",
        gettext_lazy("Leads added"),
        icon="target-arrow",
        spec=REPORT,
        list_url="leads:report_list",
        at="created_at",
        at_filter="created",
        order=30,
        depends=DEPENDS,
    )
)
measures.register(
    Measure(
        "leads-converted",
        gettext_lazy("Leads converted"),
        icon="user-check",
        spec=REPORT,
        list_url="leads:report_list",
        at="converted_at",
        at_filter="converted",
        condition=Q(status=LeadState.CONVERTED),
        condition_params=(("status", LeadState.CONVERTED.value),),
        order=35,
        depends=DEPENDS,
        watched=frozenset({"owner", "status", "converted_at"}),
    )
)
