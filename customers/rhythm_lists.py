"""Customers below their frequency, those contacted too often, and A customers nobody follows."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, ngettext

from crm.core import clock
from crm.core.messages import listed
from crm.dictionaries import lookups
from crm.dictionaries.columns import ItemColumn
from crm.web.columns import CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.filters import DateRangeFilter
from crm.web.listing import ListSpec, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.tables import Table
from crm.web.templatetags.ui import badge_html
from crm.workbench import debts
from crm.workbench.debts import Debt
from customers import lists, rhythm
from customers.choices import GRADE, LifeCycle
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.rhythm_models import Action, RhythmDue, RhythmRule, RuleSet, often
from customers.tables import CustomerTable, DueColumn

BEST_GRADE = "a"
#: Up to so many overdue actions lead to their customers, and not the customers to them.
FEW_LATE = 10_000


class DueActionsColumn(Column):
    """What is due and since when, the longest overdue first: one query a page."""

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return "due actions", self._asked

    def _asked(self, ids: Sequence[int]) -> QuerySet:
        return (
            RhythmDue.objects.filter(customer_id__in=ids)
            .order_by("due_at", "pk")
            .values_list("customer_id", "rule__action", "rule__every", "rule__unit", "due_at")
        )

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        found: dict[int, list[tuple]] = {}
        for pk, *rest in answer:
            found.setdefault(pk, []).append(tuple(rest))
        ctx.prepared[self.name] = found

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        now, rows = clock.now(), ctx.prepared[self.name].get(pk, [])
        late = [row for row in rows if row[3] <= now]
        shown = [badge_html(said(*row, now=now), "red", "alert-triangle") for row in late]
        return SafeString(" ".join(shown))

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        now, rows = clock.now(), ctx.prepared[self.name].get(pk, [])
        return listed(said(*row, now=now) for row in rows if row[3] <= now)


def said(action: str, every: int, unit: str, due: datetime, *, now: datetime) -> str:
    """The action with its interval and how long it is overdue: 电话（每 1 个月）逾期 3 天."""
    days = (localtime(now).date() - localtime(due - timedelta(seconds=1)).date()).days
    late = ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}
    return f"{Action(action).label} · {often(every, unit)} · {late}"


class OverActionsColumn(DueActionsColumn):
    """Which rule is exceeded, and until when: one query a page."""

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return "exceeded actions", self._asked

    def _asked(self, ids: Sequence[int]) -> QuerySet:
        rows = RhythmDue.objects.filter(customer_id__in=ids, over_until__isnull=False)
        return rows.order_by("-over_until", "pk").values_list(
            "customer_id", "rule__action", "rule__every", "rule__unit", "rule__most", "over_until"
        )

    def texts(self, ctx: CellContext, pk: int) -> list[str]:
        """Each exceeded rule in words."""
        now, rows = clock.now(), ctx.prepared[self.name].get(pk, [])
        return [exceeded(*row) for row in rows if row[-1] > now]

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        shown = [badge_html(text, "orange", "message-plus") for text in self.texts(ctx, pk)]
        return SafeString(" ".join(shown))

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(self.texts(ctx, pk))


def exceeded(action: str, every: int, unit: str, most: int, until: datetime) -> str:
    """The action and what is more than enough: 任意方式联系 · 每 1 周 · 超过 2 次，至 11-29."""
    day = f"{localtime(until - timedelta(seconds=1), clock.COMPANY_ZONE):%m-%d}"
    many = ngettext(
        "more than %(n)s time until %(day)s", "more than %(n)s times until %(day)s", most
    )
    return f"{Action(action).label} · {often(every, unit)} · {many % {'n': most, 'day': day}}"


def columns_with(what: Column) -> tuple[Column, ...]:
    """The columns of both lists of the frequency: what they are about stands beside the name."""
    return (
        Column("name", gettext_lazy("Customer name"), sort="name"),
        what,
        ItemColumn("grade", gettext_lazy("Customer grade"), badge=True, sort="grade"),
        ChoiceColumn("life_cycle", gettext_lazy("Life cycle"), LifeCycle),
        DateColumn(
            "last_contact_at", gettext_lazy("Last contact"), fmt="relative", sort="last_contact_at"
        ),
        DueColumn("next_contact_at", gettext_lazy("Next contact"), sort="next_contact_at"),
        PersonColumn("owner", gettext_lazy("Owner")),
        Column(
            "last_contact_summary",
            gettext_lazy("Last contact summary"),
            css="wrap",
            default=False,
        ),
    )


class RhythmTable(Table):
    """Customers with what is due; the columns of the customer list stand ready."""

    name = "rhythm"
    model = Customer
    columns = columns_with(
        DueActionsColumn(
            "due_actions",
            gettext_lazy("What is due"),
            paths=("owner_id",),
            sort="rhythm_due_at",
            css="wrap wide",
        )
    )


class OverTable(Table):
    """Customers with what they are contacted for too often."""

    name = "over"
    model = Customer
    columns = columns_with(
        OverActionsColumn(
            "over_actions",
            gettext_lazy("Contacted too often"),
            paths=("owner_id",),
            sort="over_until",
            css="wrap wide",
        )
    )


class ActionFilter(django_filters.ChoiceFilter):
    """Customers for whom one kind of action is overdue."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = Action.choices
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(**kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        return late_by(qs, action=value) if value else qs


class RuleSetFilter(ActionFilter):
    """One of the two sets."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.extra["choices"] = RuleSet.choices

    def filter(self, qs: Any, value: str) -> Any:
        return late_by(qs, rule_set=value) if value else qs


def late_by(rows: QuerySet, **rules: Any) -> QuerySet:
    """Customers among those below their frequency with an overdue action of such rules.

    Few are found from their actions; among many overdue ones a page comes sooner by looking at one
    customer after the other. SQLite, which knows no numbers, has to be told.
    """
    keys = list(RhythmRule.objects.filter(**rules).values_list("pk", flat=True))
    late = RhythmDue.objects.filter(rule__in=keys, due_at__lte=clock.now())
    if late[: FEW_LATE + 1].count() <= FEW_LATE:
        return rows.filter(pk__in=late.values("customer"))
    return rows.filter(Exists(late.filter(customer=OuterRef("pk"))))


class OverdueSinceFilter(DateRangeFilter):
    """By the day on which an action became overdue."""

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        limits = {"due_at__gte": value.start, "due_at__lte": value.stop}
        late = {name: limit for name, limit in limits.items() if limit is not None}
        return qs.filter(pk__in=RhythmDue.objects.filter(**late).values("customer"))


class RhythmFilter(CustomerFilter):
    """The filters of customers, and what is due."""

    inline = ("grade", "action", "rule_set", "life_cycle")

    action = ActionFilter(label=gettext_lazy("What is due"))
    rule_set = RuleSetFilter(label=gettext_lazy("Rule set"))
    late_since = OverdueSinceFilter(label=gettext_lazy("Overdue since"))


SORTS = {
    "rhythm_due_at": SortKey("rhythm_due_at"),
    "last_contact_at": SortKey("last_contact_at", nullable=True),
    "next_contact_at": SortKey("next_contact_at", nullable=True),
    "name": SortKey("name_pinyin"),
    "updated_at": SortKey("updated_at", descending=True),
    "created_at": SortKey("created_at", descending=True),
    "grade": RankedSortKey("grade_id", lists.ranks(GRADE)),
}
SCENES = tuple(
    scene for scene in lists.CUSTOMERS.scenes if scene.name in ("mine", "reports", "all")
)


OVER_SORTS = {"over_until": SortKey("over_until", descending=True)}
OVER_SORTS |= {name: key for name, key in SORTS.items() if name != "rhythm_due_at"}


def below(rows: QuerySet) -> QuerySet:
    """Customers below their frequency."""
    return rhythm.below_frequency(rows.kept())


def above(rows: QuerySet) -> QuerySet:
    """Customers contacted too often."""
    return rhythm.contacted_too_often(rows.kept())


def unattended(rows: QuerySet) -> QuerySet:
    """A customers without a next step: no next contact is agreed, and nobody has lost them."""
    grade = lookups.by_code(GRADE, BEST_GRADE)
    if grade is None:
        return rows.none()
    return rows.kept().filter(
        grade=grade.pk, next_contact_at__isnull=True, owner__isnull=False
    ).exclude(life_cycle=LifeCycle.LOST)  # fmt: skip


RHYTHM = register(
    ListSpec(
        name="rhythm",
        table=RhythmTable,
        filterset=RhythmFilter,
        base=below,
        is_lasting=False,
        default_sort="rhythm_due_at",
        sorts=SORTS,
        scenes=SCENES,
        search=lists.search_customers,
        search_placeholder=gettext_lazy("Name, pinyin, number, phone or contact"),
    )
)
OVER = register(
    ListSpec(
        name="over",
        table=OverTable,
        filterset=CustomerFilter,
        base=above,
        is_lasting=False,
        default_sort="-over_until",
        sorts=OVER_SORTS,
        scenes=SCENES,
        search=lists.search_customers,
        search_placeholder=gettext_lazy("Name, pinyin, number, phone or contact"),
    )
)
UNATTENDED = register(
    ListSpec(
        name="unattended",
        table=CustomerTable,
        filterset=CustomerFilter,
        base=unattended,
        default_sort="last_contact_at",
        sorts={**lists.CUSTOMERS.sorts},
        scenes=SCENES,
        search=lists.search_customers,
        search_placeholder=gettext_lazy("Name, pinyin, number, phone or contact"),
    )
)
debts.register(
    Debt(
        "unattended_customers",
        gettext_lazy("A customers without a next step"),
        "user-question",
        UNATTENDED,
        "customers:unattended_list",
        order=10,
    )
)
debts.register(
    Debt(
        "below_frequency",
        gettext_lazy("Customers below their frequency"),
        "calendar-time",
        RHYTHM,
        "customers:rhythm_list",
        order=20,
    )
)
