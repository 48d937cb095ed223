"""The lists of this app: scenes, sort keys, search."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.accounts.rights import organisation
from crm.dictionaries import lookups
from crm.search import plan
from crm.search.plan import CAP, SearchPlan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.viewed import ViewedSortKey
from customers import searching
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE, LifeCycle
from customers.filters import ContactFilter, CustomerFilter
from customers.models import Contact, Customer, CustomerShare
from customers.tables import ContactTable, CustomerTable


@dataclass(frozen=True)
class Matches:
    """The answer of the index, in two parts where shared records must be searched apart."""

    plan: SearchPlan
    #: For the shared records, whose numbers the reader sees masked.
    apart: SearchPlan | None = None
    shared: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        """The number of customers; `CAP + 1` for more."""
        return min(self.plan.total + (self.apart.total if self.apart else 0), CAP + 1)

    @property
    def is_short(self) -> bool:
        """Whether the keys of all matches are at hand."""
        return all(part.mode == "ids" for part in (self.plan, self.apart) if part)

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of all matches where one search has found them and few enough to carry."""
        return self.plan.ids if self.apart is None and self.plan.mode == "ids" else ()

    def apply(self, rows: QuerySet, key: str = "pk") -> QuerySet:
        """The rows that match; `key` leads to the customer's key."""
        if self.apart is None:
            return self.plan.apply(rows, key)
        among = {f"{key}__in": self.shared}
        own, shared = rows.exclude(**among), rows.filter(**among)
        return self.plan.apply(own, key) | self.apart.apply(shared, key)


@dataclass(frozen=True)
class Found:
    """Rows that match a search, and their number where the index knows it without counting."""

    queryset: QuerySet
    matches: Matches | None = None

    @property
    def total(self) -> int | None:
        """The number of rows if nothing else narrows them; None leaves it to a count."""
        return self.matches.total if self.matches else None

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys of all matches where they are at hand, before anything else narrows them."""
        return self.matches.keys if self.matches else ()


def mine(user: Any) -> frozenset[int]:
    """The user alone."""
    return frozenset({user.pk})


def reports(user: Any) -> frozenset[int]:
    """Everyone below the user."""
    return frozenset(organisation().reports_of(user.pk))


def ranks(dictionary: str) -> Any:
    """The keys of a dictionary in its order."""
    return lambda: [value.pk for value in lookups.items(dictionary, active=False)]


def find_customers(text: str, user: Any, searched: Searched) -> Matches:
    """Ask the index; a reader who sees numbers masked finds them only when typed in full.

    Somebody who sees his own numbers in clear may type parts of them; the records that others
    share with him are then searched apart, or their numbers could be tried out digit by digit.
    """
    masking = Masking(user, Customer)
    digits = any(sign.isdigit() for sign in text)
    if masking.clear.everything or not (masking.partial_search and searched.shared and digits):
        return Matches(
            plan.search(
                searching.LABEL,
                text,
                owner_ids=searched.owners,
                shared_ids=searched.shared,
                partial_phones=masking.partial_search,
            )
        )
    owners = masking.clear.owners if searched.owners is None else searched.owners
    own = plan.search(searching.LABEL, text, owner_ids=owners)
    apart = plan.search(
        searching.LABEL, text, owner_ids=(), shared_ids=searched.shared, partial_phones=False
    )
    return Matches(own, apart, searched.shared)


def search_customers(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Customers by name, pinyin, initials, number, phone, contact (D03-7)."""
    found = find_customers(text, user, searched)
    return Found(found.apply(rows), found)


def search_contacts(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Contacts of the customers found; where the text names people there, only those people.

    A word that is in very many customers is answered by their contacts as they come: looking at
    every contact by itself would read the whole table.
    """
    found = find_customers(text, user, searched)
    rows = found.apply(rows, "customer_id")
    if not found.is_short:
        return Found(rows)
    people = rows.filter(_named(text, Masking(user, Contact)))
    return Found(people if people.exists() else rows)


def _named(text: str, masking: Masking) -> Q:
    """A contact's own name, pinyin or number, for every word of the text."""
    condition, clear = Q(), masking.clear
    seen = Q() if clear.everything else Q(customer__owner_id__in=sorted(clear.owners))
    for term in text.split()[:5]:
        word, letters = Q(name__icontains=term), term.lower()
        word |= Q(name_initials__contains=letters) | Q(name_pinyin__contains=letters)
        word |= Q(mobile=term) | Q(phone=term)
        if masking.partial_search:
            word |= seen & (Q(mobile__contains=term) | Q(phone__contains=term))
        condition &= word
    return condition


def shared_with(rows: QuerySet, user: Any) -> QuerySet:
    """Customers in whose team the user is."""
    return rows.filter(pk__in=CustomerShare.shared_with(user, "view"))


CUSTOMERS = register(
    ListSpec(
        name="customers",
        table=CustomerTable,
        filterset=CustomerFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
            "name": SortKey("name_pinyin"),
            "number": SortKey("number"),
            "entered_on": SortKey("entered_on", descending=True),
            "next_contact_at": SortKey("next_contact_at", nullable=True),
            "last_contact_at": SortKey("last_contact_at", nullable=True, descending=True),
            "pool_due_at": SortKey("pool_due_at", nullable=True),
            "life_cycle": RankedSortKey("life_cycle", lambda: LifeCycle.values),
            "grade": RankedSortKey("grade_id", ranks(GRADE)),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
            "industry": RankedSortKey("industry_id", ranks(INDUSTRY)),
            "nature": RankedSortKey("nature_id", ranks(NATURE)),
        },
        scenes=(
            Scene(
                "mine",
                _("Mine"),
                lambda rows, user: rows.filter(owner_id=user.pk),
                mine,
            ),
            Scene(
                "reports",
                _("My subordinates'"),
                lambda rows, user: rows.filter(owner_id__in=sorted(reports(user))),
                reports,
                offered=lambda user: bool(reports(user)),
            ),
            Scene("shared", _("Shared with me"), shared_with, only_shared=True),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search_customers,
        advice=advice,
        search_placeholder=_("Name, pinyin, number, phone or contact"),
    )
)

CONTACTS = register(
    ListSpec(
        name="contacts",
        table=ContactTable,
        filterset=ContactFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
            "name": SortKey("name_pinyin"),
            "next_contact_at": SortKey("next_contact_at", nullable=True),
        },
        scenes=(
            Scene(
                "mine",
                _("Mine"),
                lambda rows, user: rows.filter(customer__owner_id=user.pk),
                mine,
            ),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search_contacts,
        advice=advice,
        search_placeholder=_("Name, pinyin, phone or customer"),
    )
)
