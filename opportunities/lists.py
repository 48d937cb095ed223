"""The list of opportunities: scenes, sort keys, search."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.search import plan
from crm.search.plan import SearchPlan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.viewed import ViewedSortKey
from customers.lists import mine, reports
from opportunities import pipelines, searching
from opportunities.choices import Grade
from opportunities.filters import OpportunityFilter
from opportunities.models import OpportunityShare
from opportunities.tables import OpportunityTable


@dataclass(frozen=True)
class Found:
    """Rows that match a search, and their number where the index knows it."""

    queryset: QuerySet
    plan: SearchPlan

    @property
    def total(self) -> int:
        """The number of rows if nothing else narrows them."""
        return self.plan.total


def search(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Opportunities by name, pinyin, number and customer (D07-8)."""
    found = plan.search(
        searching.LABEL, text, owner_ids=searched.owners, shared_ids=searched.shared
    )
    return Found(found.apply(rows), found)


def stage_ranks() -> list[int]:
    """The keys of all stages in order."""
    return [step.pk for line in pipelines.lines() for step in line.steps]


OPPORTUNITIES = register(
    ListSpec(
        name="opportunities",
        table=OpportunityTable,
        filterset=OpportunityFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "amount": SortKey("amount", descending=True),
            "expected_on": SortKey("expected_on", nullable=True),
            "next_contact_at": SortKey("next_contact_at", nullable=True),
            "last_contact_at": SortKey("last_contact_at", nullable=True, descending=True),
            "deal_on": SortKey("deal_on", nullable=True, descending=True),
            "stage": RankedSortKey("stage_id", stage_ranks),
            "grade": RankedSortKey("grade", lambda: Grade.values),
        },
        scenes=(
            Scene("mine", _("Mine"), lambda rows, user: rows.filter(owner_id=user.pk), mine),
            Scene(
                "reports",
                _("My subordinates'"),
                lambda rows, user: rows.filter(owner_id__in=sorted(reports(user))),
                reports,
                offered=lambda user: bool(reports(user)),
            ),
            Scene(
                "shared",
                _("Shared with me"),
                lambda rows, user: rows.filter(pk__in=OpportunityShare.shared_with(user, "view")),
                only_shared=True,
            ),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search,
        advice=advice,
        search_placeholder=_("Name, pinyin, number or customer"),
    )
)
