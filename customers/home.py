"""What customers show on the start page: figures, contacts due and overdue, new ones, my people.

Every number and every panel comes from the list of customers with a filter, so that it equals the
rows behind its link (`design.md` principle 3).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.accounts.models import User
from crm.accounts.rights import organisation
from crm.activities.models import FollowUp
from crm.core import clock, context, prepared
from crm.core.phones import mask_phone
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import first_keys, total_label
from crm.web.templatetags.ui import relative_text
from crm.workbench import measures
from crm.workbench.measures import Measure
from crm.workbench.panels import HomePanel, register
from customers import lists
from customers.models import Contact, Customer

LIMIT = 8
NEW_DAYS = 7
PEOPLE = 12


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
    def count(self) -> str:
        """The number of rows; counted only where there are more than shown."""
        return self.total_label if len(self._first) > LIMIT else str(len(self.ids))

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
    """My customers to be contacted today; asked for once a page."""
    cache = context.request_cache()
    found = cache.get(due_today) if cache is not None else None
    if found is None:
        start, end = clock.day_bounds(clock.today())
        found = Slice(
            user, _within, start, end, next_contact=DueFilter.TODAY, sort="next_contact_at"
        )
        if cache is not None:
            cache[due_today] = found
    return found


def new_customers(user: Any) -> Slice:
    """Customers that became mine in the last days."""
    since = clock.today() - timedelta(days=NEW_DAYS - 1)
    start, _end = clock.day_bounds(since)
    return Slice(user, _mine_since, start, assigned_after=since.isoformat(), sort="-created_at")


def works_on_customers(user: Any) -> bool:
    """Whether the user has customers of his own to contact."""
    return bool(policies.can(user, verbs.CHANGE, Customer))


def late_text(moment: Any) -> str:
    """逾期 3 天, or the hours of today."""
    days = (clock.today() - localtime(moment).date()).days
    if days < 1:
        return _("Overdue since %(time)s") % {"time": f"{localtime(moment):%H:%M}"}
    return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}


class DuePanel(HomePanel):
    """Base of the panels with customers to contact."""

    side = "main"
    template = "customers/_home_due.html"

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user)

    def slice(self, user: Any) -> Slice:
        """The customers of the panel."""
        raise NotImplementedError

    def context(self, user: Any) -> dict[str, Any]:
        part = self.slice(user)
        masking, writes = (
            Masking(user, Customer),
            bool(policies.can(user, verbs.ADD, FollowUp)),
        )
        rows = [self.row(row, masking, writes) for row in part.rows()]
        return {"rows": rows, "count": part.count, "more_url": part.url}

    def row(self, row: dict[str, Any], masking: Masking, writes: bool) -> dict[str, Any]:
        """One customer: when, who, what was said last, and the two ways to act."""
        number = row["person__mobile"] or row["person__phone"] or row["phone"]
        hidden = masking.hides(row["owner_id"])
        late = row["next_contact_at"] < clock.now()
        when = row["next_contact_at"]
        return {
            "pk": row["pk"],
            "name": row["name"],
            "url": address("customers:customer_detail", row["pk"]),
            "when": late_text(when) if late else f"{localtime(when):%H:%M}",
            "at": when,
            "late": late,
            "person": row["person__name"] or "",
            "phone": mask_phone(number) if hidden and number else number,
            "tel": "" if hidden else number,
            "last": row["last_contact_summary"],
            "last_at": row["last_contact_at"],
            "follow_up_url": (
                address("activities:follow_up_add", "customers.customer", row["pk"])
                if writes
                else ""
            ),
        }


class OverduePanel(DuePanel):
    """已逾期."""

    name = "overdue"
    title = gettext_lazy("Overdue")
    icon = "alert-triangle"
    order = 20
    empty = gettext_lazy("Nothing is overdue. Well done.")

    def slice(self, user: Any) -> Slice:
        return overdue(user)


class TodayPanel(DuePanel):
    """今日待联系."""

    name = "today"
    title = gettext_lazy("To contact today")
    icon = "phone"
    order = 10
    lazy = False
    empty = gettext_lazy("Nobody is planned for today.")

    def slice(self, user: Any) -> Slice:
        return due_today(user)


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


class PeoplePanel(HomePanel):
    """For managers: how many contacts of each of my people are overdue."""

    name = "people"
    title = gettext_lazy("My people's overdue contacts")
    icon = "users"
    side = "main"
    order = 30
    empty = gettext_lazy("Nothing is overdue with your people.")

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user) and bool(organisation().reports_of(user.pk))

    def context(self, user: Any) -> dict[str, Any]:
        reports = sorted(organisation().reports_of(user.pk))
        counts = dict(
            Customer.objects.visible_to(user)
            .overdue()
            .filter(owner_id__in=reports)
            .order_by()
            .values_list("owner_id")
            .annotate(Count("pk"))
        )
        worst = sorted(counts, key=lambda pk: -counts[pk])[:PEOPLE]
        people = User.objects.in_bulk(worst)
        rows = [self.row(people[pk], counts[pk]) for pk in worst]
        total = sum(counts.values())
        query = {
            "scene": "reports",
            "next_contact": DueFilter.OVERDUE,
            "sort": "next_contact_at",
        }
        url = f"{reverse('customers:customer_list')}?{urlencode(query)}"
        return {"rows": rows, "count": total, "more_url": url if rows else ""}

    def row(self, person: User, count: int) -> dict[str, Any]:
        """One colleague; the number leads to exactly these customers."""
        query = {
            "owner": person.pk,
            "next_contact": DueFilter.OVERDUE,
            "sort": "next_contact_at",
        }
        return {
            "title": person.display_name,
            "person": person,
            "url": f"{reverse('customers:customer_list')}?{urlencode(query)}",
            "amount": str(count),
        }


for panel in (TodayPanel, OverduePanel, NewPanel, PeoplePanel):
    register(panel)
measures.register(
    Measure(
        "customers",
        gettext_lazy("Customers added"),
        "building-plus",
        lists.CUSTOMERS,
        "customers:customer_list",
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
        "user-plus",
        lists.CONTACTS,
        "customers:contact_list",
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
