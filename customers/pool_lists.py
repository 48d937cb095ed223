"""The list of customers in the pool: 公海 / 我领取的 / 待进入公海 (`market` 2.1)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.pool.verbs import SEE
from crm.search import plan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from customers import searching
from customers.choices import GRADE, INDUSTRY, SOURCE, LifeCycle
from customers.filters import CustomerPoolFilter
from customers.lists import Found, ranks
from customers.tables import CustomerPoolTable


def in_pool(rows: QuerySet, user: Any) -> QuerySet:
    """What stands in the reader's pools."""
    return rows.filter(pool__isnull=False)


def claimed(rows: QuerySet, user: Any) -> QuerySet:
    """What the reader has claimed and still owns."""
    return rows.filter(owner_id=user.pk, claimed_at__isnull=False)


def falling(rows: QuerySet, user: Any) -> QuerySet:
    """What will fall into the pool."""
    return rows.filter(owner__isnull=False, pool_due_at__isnull=False)


def search_pool(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """By name, pinyin, number and whole phone number; parts of hidden numbers find nothing."""
    found = plan.search(searching.LABEL, text, partial_phones=False, all_keys=True)
    return Found(found.apply(rows))


POOL = register(
    ListSpec(
        name="customer_pool",
        table=CustomerPoolTable,
        filterset=CustomerPoolFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "pool_entered_at": SortKey("pool_entered_at", nullable=True, descending=True),
            "pool_due_at": SortKey("pool_due_at", nullable=True),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "entered_on": SortKey("entered_on", descending=True),
            "last_contact_at": SortKey("last_contact_at", nullable=True, descending=True),
            "grade": RankedSortKey("grade_id", ranks(GRADE)),
            "industry": RankedSortKey("industry_id", ranks(INDUSTRY)),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
            "life_cycle": RankedSortKey("life_cycle", lambda: LifeCycle.values),
        },
        default_sort="-pool_entered_at",
        scenes=(
            Scene("pool", _("Pool"), in_pool, verb=SEE),
            Scene("claimed", _("Claimed by me"), claimed, sort="pool_due_at"),
            Scene("falling", _("Falling soon"), falling, sort="pool_due_at"),
        ),
        first_scene="pool",
        search=search_pool,
        advice=advice,
        search_placeholder=_("Name, pinyin or number"),
    )
)
