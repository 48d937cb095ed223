"""What customers show on the start page: figures, new ones, forgotten ones, and slices of mine.

Every number and every panel comes from the list of customers with a filter, so that it equals the
rows behind its link (`design.md` principle 3).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.core import clock, prepared
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import first_keys, total_label
from crm.web.templatetags.ui import relative_text
from crm.workbench import measures
from crm.workbench.looks import Look
from crm.workbench.measures import Measure
from crm.workbench.panels import HomePanel, register
from customers import lists
from customers.filters import SILENT_CHOICES, SilentFilter, silent, silent_since
from customers.models import Contact, Customer

LIMIT = 10
NEW_DAYS = 7


class Slice:
    """The first of a user's own customers under a condition, and how many there are.

    `query` is the list that shows exactly these rows (its sort is the order here); `condition`
    makes the filter from `moments`.
    """

    def __init__(
        self, user: Any, condition: Callable[..., Q], *moments: datetime, **query: str
    ) -> None:
        self.user = user
        self.condition = condition
        self.moments = moments
        self.query = {"scene": "mine", **query}
        rights = policies.shape(user, verbs.VIEW, Customer)
        self.shape = condition, query["sort"], rights

    @property
    def url(self) -> str:
        """The list that shows exactly these rows."""
        return f"{reverse('customers:customer_list')}?{urlencode(self.query)}"

    def _found(self, owner: int, *moments: datetime) -> QuerySet:
        rows = lists.CUSTOMERS.base(Customer.objects.visible_to(self.user))
        return rows.filter(self.condition(*moments), owner_id=owner)

    def _ordered(self, owner: int, *moments: datetime) -> QuerySet:
        order = self.query["sort"]
        pk = "-pk" if order.startswith("-") else "pk"
        return self._found(owner, *moments).order_by(order, pk).values_list("pk")[: LIMIT + 1]

    @cached_property
    def _first(self) -> list[int]:
        """Keys of the first rows and of one more."""
        shape = "first", self.shape
        found = prepared.rows(shape, self._ordered, self.user.pk, *self.moments)
        return [pk for (pk,) in found]

    @property
    def ids(self) -> list[int]:
        """Keys of the first rows."""
        return self._first[:LIMIT]

    @cached_property
    def total(self) -> int:
        """The number of rows, COUNT_CAP + 1 for more."""
        return prepared.count(
            ("total", self.shape),
            lambda *values: first_keys(self._found(*values)),
            self.user.pk,
            *self.moments,
        )

    @property
    def total_label(self) -> str:
        """The number as the list prints it."""
        return total_label(self.total)

    @property
    def has_more(self) -> bool:
        """Whether there are more rows than the first ones."""
        return len(self._first) > LIMIT

    @property
    def count(self) -> str:
        """The number of rows; counted only where there are more than shown."""
        return self.total_label if self.has_more else str(len(self.ids))

    def rows(self) -> list[dict[str, Any]]:
        """Values of the first rows with their primary contact: one query."""
        found = prepared.rows("first customers", _values_of, self.ids)
        by_pk = {row[0]: dict(zip(VALUES, row, strict=True)) for row in found}
        return [by_pk[pk] for pk in self.ids if pk in by_pk]


VALUES = (
    "pk", "name", "owner_id", "phone", "next_contact_at", "last_contact_at",
    "last_contact_summary", "owner_since", "person__name", "person__mobile", "person__phone",
)  # fmt: skip


def _values_of(ids: list[int]) -> QuerySet:
    primary = Q(contacts__is_primary=True, contacts__deleted_at__isnull=True)
    rows = Customer.objects.filter(pk__in=ids)
    return rows.annotate(
        person=FilteredRelation("contacts", condition=primary)
    ).values_list(*VALUES)  # fmt: skip


def _before(moment: datetime) -> Q:
    return Q(next_contact_at__lt=moment)


def _within(start: datetime, end: datetime) -> Q:
    return Q(next_contact_at__gte=start, next_contact_at__lt=end)


def _mine_since(start: datetime) -> Q:
    return Q(owner_since__gte=start)


def overdue(user: Any) -> Slice:
    """My customers whose next contact has passed, the oldest first."""
    now = clock.now()
    return Slice(user, _before, now, next_contact=DueFilter.OVERDUE, sort="next_contact_at")


def due_today(user: Any) -> Slice:
    """My customers to be contacted today."""
    start, end = clock.day_bounds(clock.today())
    return Slice(user, _within, start, end, next_contact=DueFilter.TODAY, sort="next_contact_at")


def until_tonight(user: Any) -> Slice:
    """Both: what is overdue and what is planned for today, the oldest first; no list shows it."""
    _start, end = clock.day_bounds(clock.today())
    return Slice(user, _before, end, sort="next_contact_at")


def new_customers(user: Any) -> Slice:
    """Customers that became mine in the last days."""
    since = clock.today() - timedelta(days=NEW_DAYS - 1)
    start, _end = clock.day_bounds(since)
    return Slice(user, _mine_since, start, assigned_after=since.isoformat(), sort="-created_at")


def works_on_customers(user: Any) -> bool:
    """Whether the user has customers of his own to contact."""
    return bool(policies.can(user, verbs.CHANGE, Customer))


class NewPanel(HomePanel):
    """新客户: created by or assigned to me in the last seven days."""

    name = "new"
    title = gettext_lazy("New customers")
    icon = "building-plus"
    side = "side"
    order = 20
    empty = gettext_lazy("No new customer in the last 7 days.")

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user)

    def context(self, user: Any) -> dict[str, Any]:
        part = new_customers(user)
        rows = [
            {
                "title": row["name"],
                "url": address("customers:customer_detail", row["pk"]),
                "meta": " · ".join(
                    filter(None, [row["person__name"], relative_text(row["owner_since"])])
                ),
            }
            for row in part.rows()
        ]
        return {"rows": rows, "count": part.count, "more_url": part.url}


class ForgottenPanel(HomePanel):
    """遗忘提醒: customers nobody has contacted for so many days; each number opens its rows."""

    name = "forgotten"
    title = gettext_lazy("Forgotten customers")
    icon = "hourglass"
    side = "side"
    order = 15
    follows = True
    template = "customers/_home_forgotten.html"

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user)

    def context_of(self, look: Look) -> dict[str, Any]:
        return {"numbers": [self.number(look, value, text) for value, text in self.steps()]}

    def steps(self) -> list[tuple[str, str]]:
        """The choices of the list's filter, the shorter times."""
        shown = ("7", "15", "30", SilentFilter.NEVER)
        return [(value, text) for value, text in SILENT_CHOICES if value in shown]

    def number(self, look: Look, value: str, text: str) -> dict[str, Any]:
        """How many, counted as the list counts them."""
        people = look.scope.people
        shape = "silent", value, people, policies.shape(look.user, verbs.VIEW, Customer)

        def rows(*moments: datetime) -> QuerySet:
            seen = lists.CUSTOMERS.base(Customer.objects.visible_to(look.user))
            return first_keys(of_people(seen, "owner", people).filter(silent(*moments)))

        found = prepared.count(shape, rows, *silent_since(value))
        query = {"scene": "all", "silent": value, **look.scope.params()}
        return {
            "label": text,
            "value": total_label(found),
            "url": f"{reverse('customers:customer_list')}?{urlencode(query)}",
        }


for panel in (NewPanel, ForgottenPanel):
    register(panel)
measures.register(
    Measure(
        "customers",
        gettext_lazy("Customers added"),
        icon="building-plus",
        spec=lists.CUSTOMERS,
        list_url="customers:customer_list",
        at="created_at",
        at_filter="created",
        order=10,
        depends={Customer._meta.label_lower: lambda ids: Q(pk__in=ids)},
    )
)
measures.register(
    Measure(
        "contacts",
        gettext_lazy("Contacts added"),
        icon="user-plus",
        spec=lists.CONTACTS,
        list_url="customers:contact_list",
        at="created_at",
        at_filter="created",
        person="customer__owner",
        order=20,
        depends={
            Contact._meta.label_lower: lambda ids: Q(pk__in=ids),
            Customer._meta.label_lower: lambda ids: Q(customer_id__in=ids),
        },
    )
)
