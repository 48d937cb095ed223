"""What customers show on the start page: figures, new ones, forgotten ones, and slices of mine.

Every number and every panel comes from the list of customers with a filter, so that it equals the
rows behind its link (`design.md` principle 3).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.pool import rules
from crm.pool.choices import Kind
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import CappedCount, counted, total_label
from crm.web.templatetags.ui import relative_text
from crm.workbench import measures
from crm.workbench.looks import Look
from crm.workbench.measures import Measure
from crm.workbench.panels import HomePanel, register
from customers import lists, protection
from customers.filters import SILENT_CHOICES, SilentFilter, silent, silent_since
from customers.models import Contact, Customer

LIMIT = 10
NEW_DAYS = 7


class Slice:
    """The first of a user's own customers under a condition.

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

    @property
    def url(self) -> str:
        """The list that shows exactly these rows."""
        return f"{reverse('customers:customer_list')}?{urlencode(self.query)}"

    def found(self, owner: int, moments: Sequence[datetime]) -> QuerySet:
        """All rows."""
        rows = lists.CUSTOMERS.base(Customer.objects.visible_to(self.user))
        return rows.filter(self.condition(*moments), owner_id=owner)

    def ask(self, *counted: "Slice", locks: bool = False) -> Ask:
        """Values of the first rows, and how many rows these slices have (`answer_of`).

        With `locks` the rows also say whether they are `locked` duplicates.
        """
        parts = (self, *counted)
        now = [clock.now()] if locks and rules.protects(Kind.CUSTOMER) else []
        moments = [moment for part in parts for moment in part.moments]

        def build(owner: int, *marks: datetime) -> QuerySet:
            left = iter(marks)
            every = [part.found(owner, [next(left) for _each in part.moments]) for part in parts]
            return _values_of(every[0], self.query["sort"], every[1:], *left)

        rights = policies.shape(self.user, verbs.VIEW, Customer)
        asked = tuple(part.condition for part in parts)
        shape = "first customers", asked, self.query["sort"], rights, len(now)
        return Ask(prepared.ROWS, shape, build, (self.user.pk, *moments, *now))


VALUES = (
    "pk", "name", "owner_id", "phone", "next_contact_at", "last_contact_at",
    "last_contact_summary", "owner_since", "person__name", "person__mobile", "person__phone",
    "locked",
)  # fmt: skip


def answer_of(found: list[tuple], counted: int) -> tuple[list[dict[str, Any]], list[int]]:
    """Values of the first rows, and the number of each of so many slices (`Slice.ask`)."""
    totals = found[0][len(VALUES) :] if found else [0] * counted
    return [dict(zip(VALUES, row, strict=False)) for row in found], list(totals)


def _values_of(
    rows: QuerySet, sort: str, counted: Sequence[QuerySet], now: datetime | None = None
) -> QuerySet:
    """The first rows with their primary contact: the keys first, so that only these are joined."""
    order = sort, "-pk" if sort.startswith("-") else "pk"
    first = Customer.objects.filter(pk__in=rows.order_by(*order).values("pk")[:LIMIT])
    primary = Q(contacts__is_primary=True, contacts__deleted_at__isnull=True)
    numbers = {f"n{place}": CappedCount(each) for place, each in enumerate(counted)}
    return (
        first.annotate(
            person=FilteredRelation("contacts", condition=primary),
            locked=protection.is_locked(now) if now else Value(0),
            **numbers,
        )
        .order_by(*order)
        .values_list(*VALUES, *numbers)
    )


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
        found, totals = answer_of(*prepared.together(part.ask(part)), 1)
        rows = [
            {
                "title": row["name"],
                "url": address("customers:customer_detail", row["pk"]),
                "meta": " · ".join(
                    filter(None, [row["person__name"], relative_text(row["owner_since"])])
                ),
            }
            for row in found
        ]
        return {"rows": rows, "count": total_label(sum(totals)), "more_url": part.url}


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
        people, steps = look.scope.people, self.steps()
        moments = [silent_since(value) for value, _text in steps]

        def build(*marks: datetime) -> QuerySet:
            left = iter(marks)
            seen = lists.CUSTOMERS.base(Customer.objects.visible_to(look.user))
            mine = of_people(seen, "owner", people)
            return counted(*(mine.filter(silent(*(next(left) for _m in each))) for each in moments))

        shape = "silent", people, policies.shape(look.user, verbs.VIEW, Customer)
        (found,) = prepared.rows(shape, build, *(moment for each in moments for moment in each))
        numbers = zip(steps, found, strict=True)
        return {"numbers": [self.number(look, *step, total) for step, total in numbers]}

    def steps(self) -> list[tuple[str, str]]:
        """The choices of the list's filter, the shorter times."""
        shown = ("7", "15", "30", SilentFilter.NEVER)
        return [(value, text) for value, text in SILENT_CHOICES if value in shown]

    def number(self, look: Look, value: str, text: str, total: int) -> dict[str, Any]:
        """How many, counted as the list counts them."""
        query = {"scene": "all", "silent": value, **look.scope.params()}
        return {
            "label": text,
            "value": total_label(total),
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
        depends={Customer._meta.label_lower: lambda ids: (Q(pk__in=ids),)},
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
            Contact._meta.label_lower: lambda ids: (Q(pk__in=ids),),
            Customer._meta.label_lower: lambda ids: (Q(customer_id__in=ids),),
        },
    )
)
