"""Targets on the start page: this month's target, stretch and challenge against what was won.

Of the people of the scope, and of the departments whose targets the reader sees where he leads
people. What was won comes from the daily totals, so it costs no more in a large company.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.accounts.rights import organisation
from crm.core import clock, periods, prepared
from crm.core.prepared import Ask
from crm.dictionaries import stamps
from crm.workbench import kept_sums, looks, totals
from crm.workbench.looks import PERSON, Look, ScopeChoice
from crm.workbench.measures import MEASURES
from crm.workbench.panels import HomePanel, register
from opportunities import forecast
from opportunities.choices import Outcome
from opportunities.figures import list_url, short
from opportunities.models import Target
from opportunities.services.targets import STAMP

#: Lines shown of departments, and of people.
MOST = 8
COLUMNS = ("id", "owner_id", "department_id", "amount", "stretch", "challenge")
LABELS = {
    "amount": gettext_lazy("Target"),
    "stretch": gettext_lazy("Stretch target"),
    "challenge": gettext_lazy("Challenge target"),
}
WON = "won-amount"


class TargetsPanel(HomePanel):
    """目标完成: one line a holder, the three marks on it."""

    name = "targets"
    title = gettext_lazy("Sales targets of this month")
    icon = "flag"
    side = "main"
    order = 13
    follows = True
    template = "opportunities/_home_targets.html"
    empty = gettext_lazy("No target is set for this month.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.VIEW, Target)) and MEASURES[WON].is_for(user)

    def context_of(self, look: Look) -> dict[str, Any]:
        first = clock.company_today().replace(day=1)
        targets = targets_of(look, first)
        won = named_and_won(look, targets, first)
        url = f"{reverse('opportunities:targets')}?year={first.year}"
        return {"rows": [line_of(row, won[row.pk], first) for row in targets], "more_url": url}


def targets_of(look: Look, first: date) -> list[Target]:
    """Targets of the month, departments first, the largest first; kept until one is set."""
    shows = look.scope.code != PERSON and looks.may_choose_person(look.user)

    def build() -> QuerySet:
        rows = Target.objects.visible_to(look.user).filter(year=first.year, month=first.month)
        rows = rows.exclude(amount=0, stretch=0, challenge=0).order_by("-amount", "pk")
        people = of_people(rows.filter(owner__isnull=False), "owner", look.scope.people)
        wanted = Q(pk__in=people.values("pk")[:MOST])
        if shows:
            departments = rows.filter(department__isnull=False)
            wanted |= Q(pk__in=departments.values("pk")[:MOST])
        return Target.objects.filter(wanted).order_by().values_list(*COLUMNS)

    rights = policies.shape(look.user, verbs.VIEW, Target), look.scope.people, shows
    ask = Ask(prepared.ROWS, ("targets", first, *rights), build)
    (rows,) = kept_sums.together(stamps.current(STAMP), [ask])
    found = [Target(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
    return sorted(found, key=lambda row: (row.owner_id is not None, -row.amount, row.pk))


def named_and_won(look: Look, targets: list[Target], first: date) -> dict[int, Decimal]:
    """Key of a target -> what was won in the month, of the rows the reader sees; one query.

    The targets get their holders with it.
    """
    sellers = {row.pk: sellers_of(row) for row in targets}
    if not sellers:
        return {}
    scope = ScopeChoice("holders", frozenset().union(*sellers.values()), "")
    month = periods.custom(first, forecast.last_of(first))
    holders = [holders_of(targets, name) for name in ("owner", "department")]
    counted, found = totals.by_person(Look(look.user, scope, month), [MEASURES[WON]], *holders)
    people, departments = ({row.pk: row for row in rows} for rows in found)
    for row in targets:
        row.owner = people.get(row.owner_id)
        row.department = departments.get(row.department_id)
    won = counted[WON]
    return {pk: sum((won.get(who, Decimal(0)) for who in who_all), Decimal(0))
            for pk, who_all in sellers.items()}  # fmt: skip


def holders_of(targets: list[Target], name: str) -> Ask:
    """The people, or the departments, that have these targets."""
    keys = [key for row in targets if (key := getattr(row, f"{name}_id"))]
    rows = Target._meta.get_field(name).related_model._base_manager
    return Ask(prepared.OBJECTS, ("holders", name), lambda ids: rows.filter(pk__in=ids), (keys,))


def sellers_of(row: Target) -> frozenset[int]:
    """The person, or everybody of the department and those below it."""
    if row.owner_id is not None:
        return frozenset({row.owner_id})
    chart = organisation()
    return frozenset(chart.members(chart.below({row.department_id})))


def line_of(row: Target, won: Decimal, first: date) -> dict[str, Any]:
    """One holder: won, per cent of the target, and how far it is to each mark."""
    marks = [(name, getattr(row, name)) for name in LABELS if getattr(row, name)]
    whole = max([won, *(amount for _name, amount in marks)])
    holder = {"owner": row.owner_id} if row.owner_id else {"department": row.department_id}
    days = {"deal_after": first, "deal_before": forecast.last_of(first)}
    base = marks[0][1]
    return {
        "label": row.owner.display_name if row.owner_id else row.department.name,
        "person": row.owner,
        "won": short(won),
        "url": list_url(scene="all", outcome=Outcome.WON, **holder, **days),
        "rate": f"{won * 100 / base:.0f}%",
        "bar": _place(won, whole),
        "reached": won >= base,
        "marks": [
            {
                "name": name,
                "label": LABELS[name],
                "amount": short(amount),
                "place": _place(amount, whole),
                "reached": won >= amount,
            }
            for name, amount in marks
        ],
    }


def _place(amount: Decimal, whole: Decimal) -> int:
    return int(amount * 100 / whole) if whole else 0


register(TargetsPanel)
