"""Opportunities on the start page: my funnel, and those without a next step.

The scope is that chosen at the top; every number opens exactly its rows.
"""

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.core import clock
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import CappedCount, total_label
from crm.workbench.looks import Look
from crm.workbench.panels import HomePanel, register
from opportunities import movement, pipelines
from opportunities.choices import Outcome
from opportunities.figures import list_url, short
from opportunities.models import Opportunity
from opportunities.tables import stage_text

LIMIT = 8
#: Open opportunities changed within the week that the movement panel compares one by one.
MOST_COMPARED = 2_000


def open_ones(look: Look) -> QuerySet:
    """Open opportunities of the scope that the reader sees."""
    rows = Opportunity.objects.open().visible_to(look.user)
    return of_people(rows, "owner", look.scope.people)


class FunnelPanel(HomePanel):
    """我的漏斗: open opportunities by stage."""

    name = "funnel"
    title = gettext_lazy("Open opportunities by stage")
    icon = "filter"
    side = "side"
    order = 12
    follows = True
    empty = gettext_lazy("No open opportunity.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Opportunity))

    def context_of(self, look: Look) -> dict[str, Any]:
        found = open_ones(look).order_by().values_list("stage_id")
        sums = {
            key: (count, amount)
            for key, count, amount in found.annotate(n=Count("pk"), total=Sum("amount"))
        }
        steps = [step for line in pipelines.lines() for step in line.steps if step.pk in sums]
        query = {"scene": "all", "outcome": Outcome.OPEN, **look.scope.params()}
        rows = [
            {
                "title": step.label,
                "url": list_url(**query, stage=step.pk),
                "meta": _("%(n)s opportunities") % {"n": sums[step.pk][0]},
                "amount": short(sums[step.pk][1]),
            }
            for step in steps
        ]
        return {"rows": rows, "more_url": list_url(**query) if rows else ""}


def stuck(look: Look) -> QuerySet:
    """Open ones of the scope without a next step, the largest first; each row with their number."""
    rows = open_ones(look).filter(next_contact_at__isnull=True)
    return (
        rows.select_related("customer")
        .annotate(in_all=CappedCount(rows))
        .order_by("-amount", "-pk")[:LIMIT]
    )


class StuckPanel(HomePanel):
    """Open opportunities nobody has planned anything for: a debt the manager sees too (B.1)."""

    name = "stuck"
    title = gettext_lazy("Opportunities without a next step")
    icon = "hourglass"
    side = "side"
    order = 14
    follows = True
    empty = gettext_lazy("Every open opportunity has a next step.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Opportunity))

    def context_of(self, look: Look) -> dict[str, Any]:
        now = clock.now()
        query = {"scene": "all", "outcome": Outcome.OPEN, **look.scope.params()}
        first = list(stuck(look))
        return {
            "rows": [
                {
                    "title": row.name,
                    "url": address("opportunities:opportunity_detail", row.pk),
                    "meta": " · ".join(
                        [
                            row.customer.name,
                            stage_text(row.stage_id, row.outcome),
                            _("%(n)s days in stage") % {"n": (now - row.stage_since).days},
                        ]
                    ),
                    "amount": short(row.amount),
                }
                for row in first
            ],
            "count": total_label(first[0].in_all if first else 0),
            "more_url": list_url(**query, next_contact=DueFilter.NEVER, sort="-amount"),
        }


class MovementPanel(HomePanel):
    """一周商机变动: what has become of the opportunities within a week; each number opens its rows.

    Comparing looks at every open opportunity of the scope that was changed. Where those are very
    many the panel shows what is new, won and lost, and leads to the page for the rest.
    """

    name = "movement"
    title = gettext_lazy("Pipeline movement of the week")
    icon = "arrows-exchange"
    side = "main"
    order = 36
    follows = True
    empty = gettext_lazy("Nothing has moved within a week.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Opportunity))

    def context_of(self, look: Look) -> dict[str, Any]:
        rows = Opportunity.objects.kept().visible_to(look.user)
        rows = of_people(rows, "owner", look.scope.people)
        day = movement.base_day()
        query = {"scene": "all", **look.scope.params()}
        shape = policies.shape(look.user, verbs.VIEW, Opportunity), look.scope.people
        found = [
            {
                "title": str(change.kind.label),
                "url": list_url(**query, moved=f"{change.kind.code}.{day:%Y-%m-%d}"),
                "meta": _("%(n)s opportunities") % {"n": change.count},
                "amount": short(change.amount),
            }
            for change in movement.changes(rows, day, shape, most=MOST_COMPARED)
            if change.count
        ]
        owner = look.scope.person
        url = reverse("opportunities:movement")
        return {"rows": found, "more_url": f"{url}?owner={owner}" if owner else url}


for panel in (FunnelPanel, StuckPanel, MovementPanel):
    register(panel)
