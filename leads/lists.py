"""The lists of this app: scenes, sort keys, search."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.search import plan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.viewed import ViewedSortKey
from customers.lists import Found, Matches, mine, ranks, reports
from leads import searching
from leads.choices import SOURCE, LeadState
from leads.filters import LeadFilter, ReportFilter
from leads.models import Lead
from leads.tables import LeadTable, ReportTable


def search_leads(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Leads by name, pinyin, initials, number, phone, contact person.

    A reader who sees numbers masked finds them only when typed in full.
    """
    found = Matches(
        plan.search(
            searching.LABEL,
            text,
            owner_ids=searched.owners,
            shared_ids=searched.shared,
            partial_phones=Masking(user, Lead).partial_search,
        )
    )
    return Found(found.apply(rows), found)


def search_report(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Leads of the report by name or number; converted ones are in no index."""
    words = text.split()[:5]
    for word in words:
        rows = rows.filter(name__icontains=word) | rows.filter(number__iexact=word)
    return Found(rows)


OWN = (
    Scene("mine", _("Mine"), lambda rows, user: rows.filter(owner_id=user.pk), mine),
    Scene(
        "reports",
        _("My subordinates'"),
        lambda rows, user: rows.filter(owner_id__in=sorted(reports(user))),
        reports,
        offered=lambda user: bool(reports(user)),
    ),
    Scene("all", _("All"), lambda rows, user: rows),
)

LEADS = register(
    ListSpec(
        name="leads",
        table=LeadTable,
        filterset=LeadFilter,
        base=lambda rows: rows.usable(),
        sorts={
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "score": SortKey("score", descending=True),
            "first_contact": SortKey("first_contact_due_at", nullable=True),
            "next_contact_at": SortKey("next_contact_at", nullable=True),
            "pool_due_at": SortKey("pool_due_at", nullable=True),
            "last_contact_at": SortKey("last_contact_at", nullable=True, descending=True),
            "status": RankedSortKey("status", lambda: LeadState.values),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
        },
        scenes=OWN,
        search=search_leads,
        advice=advice,
        search_placeholder=_("Name, pinyin, number, phone or contact"),
    )
)

REPORT = register(
    ListSpec(
        name="lead_report",
        table=ReportTable,
        filterset=ReportFilter,
        base=lambda rows: rows.kept(),
        default_sort="-created_at",
        sorts={
            "created_at": SortKey("created_at", descending=True),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "converted_at": SortKey("converted_at", nullable=True, descending=True),
            "status": RankedSortKey("status", lambda: LeadState.values),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
        },
        scenes=OWN,
        search=search_report,
        search_placeholder=_("Name or number"),
    )
)
