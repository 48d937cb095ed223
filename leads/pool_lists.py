"""The list of leads in the pool: 线索池 / 我领取的 / 待进入公海 (`market` 2.1, 2.2)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.pool.choices import Kind
from crm.pool.verbs import SEE
from crm.pool.words import WORDS
from crm.search import plan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from customers.lists import Found, ranks
from customers.pool_lists import claimed, falling, in_pool
from leads import searching
from leads.choices import SOURCE
from leads.filters import LeadPoolFilter
from leads.tables import LeadPoolTable


def search_pool(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """By name, pinyin, number and whole phone number; parts of hidden numbers find nothing."""
    found = plan.search(searching.LABEL, text, partial_phones=False, all_keys=True)
    return Found(found.apply(rows))


POOL = register(
    ListSpec(
        name="lead_pool",
        table=LeadPoolTable,
        filterset=LeadPoolFilter,
        base=lambda rows: rows.usable(),
        sorts={
            "pool_entered_at": SortKey("pool_entered_at", nullable=True, descending=True),
            "pool_due_at": SortKey("pool_due_at", nullable=True),
            "created_at": SortKey("created_at", descending=True),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "score": SortKey("score", descending=True),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
        },
        default_sort="-pool_entered_at",
        scenes=(
            Scene("pool", _("Lead pool"), in_pool, verb=SEE),
            Scene("claimed", _("Claimed by me"), claimed, sort="pool_due_at"),
            Scene("falling", WORDS[Kind.LEAD].entering, falling, sort="pool_due_at"),
        ),
        first_scene="pool",
        search=search_pool,
        advice=advice,
        search_placeholder=_("Name, pinyin or number"),
    )
)
