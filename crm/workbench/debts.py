"""What nobody follows: lists of things left undone, summed up per person on the start page.

Apps register a list whose rows are a debt (A customers without a next step, open opportunities
without one). The panel counts them for the reader and, for managers, for each of their people;
every number opens exactly its rows.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.accounts.rights import organisation
from crm.core import prepared
from crm.core.prepared import Ask
from crm.web.listing import Listing, ListSpec, totals_of
from crm.web.paging import total_label
from crm.workbench import panels
from crm.workbench.panels import HomePanel

#: People shown, those with the most first, and what they are shown by.
PEOPLE = 12
PERSON = ("id", "name", "avatar", "is_active")
DEBTS: dict[str, "Debt"] = {}


@dataclass(frozen=True)
class Debt:
    """A list whose rows should not be there; `query` narrows a list that has others, too.

    `owner` is the path to whose rows they are. The list has the scenes "mine" and "all" and a
    filter "owner".
    """

    code: str
    label: Any
    icon: str
    spec: ListSpec
    url_name: str
    owner: str = "owner"
    order: int = 100
    query: tuple[tuple[str, str], ...] = ()

    def url(self, **query: Any) -> str:
        """The list with a query."""
        return f"{reverse(self.url_name)}?{urlencode([*self.query, *query.items()])}"

    def listing(self, user: Any, scene: str) -> Listing:
        """The rows of a scene, as the list itself selects them."""
        return Listing(self.spec, user, QueryDict(urlencode([*self.query, ("scene", scene)])))

    def by_person(self, user: Any, people: set[int]) -> Ask:
        """Each of these people, and how many rows he has, as the reader sees them."""

        def build() -> QuerySet:
            rows = self.listing(user, "all").queryset
            own = rows.filter(**{f"{self.owner}__in": sorted(people)}).order_by()
            shown = (f"{self.owner}__{name}" for name in PERSON)
            return own.values_list(*shown).annotate(n=Count("pk"))

        return Ask(prepared.ROWS, None, build)


def register(debt: Debt) -> Debt:
    """Add a debt. A second one with the same code is an error."""
    if debt.code in DEBTS:
        raise ValueError(f"debt {debt.code!r} is registered already")
    DEBTS[debt.code] = debt
    return debt


def debts_of(user: Any) -> list[Debt]:
    """The debts whose rows this user may have."""
    found = [debt for debt in DEBTS.values() if policies.can(user, verbs.CHANGE, debt.spec.model)]
    return sorted(found, key=lambda debt: debt.order)


class DebtPanel(HomePanel):
    """无人跟进: the reader's own debts."""

    name = "debts"
    title = gettext_lazy("Nobody follows this")
    icon = "user-question"
    side = panels.NARROW
    order = 15
    empty = gettext_lazy("Everything has a next step.")

    def is_for(self, user: Any) -> bool:
        return bool(debts_of(user))

    def context(self, user: Any) -> dict[str, Any]:
        debts = debts_of(user)
        totals = totals_of([debt.listing(user, "mine") for debt in debts])
        rows = [
            {
                "title": str(debt.label),
                "icon": debt.icon,
                "url": debt.url(scene="mine"),
                "amount": total_label(total),
            }
            for debt, total in zip(debts, totals, strict=True)
            if total
        ]
        return {"rows": rows, "count": len(rows)}


class TeamDebtPanel(HomePanel):
    """For managers: how much each of their people leaves without a next step."""

    name = "team_debts"
    title = gettext_lazy("What my people do not follow")
    icon = "users"
    side = panels.WIDE
    order = 35
    empty = gettext_lazy("Your people follow everything.")

    def is_for(self, user: Any) -> bool:
        return bool(debts_of(user)) and bool(organisation().reports_of(user.pk))

    def context(self, user: Any) -> dict[str, Any]:
        people = organisation().reports_of(user.pk)
        debts = debts_of(user)[:3]
        found = prepared.together(*(debt.by_person(user, people) for debt in debts))
        known: dict[int, User] = {}
        counts: dict[str, dict[int, int]] = {debt.code: {} for debt in debts}
        totals: Counter[int] = Counter()
        for debt, lines in zip(debts, found, strict=True):
            for *person, count in lines:
                known[person[0]] = User(**dict(zip(PERSON, person, strict=True)))
                counts[debt.code][person[0]] = count
                totals[person[0]] += count
        worst = sorted(totals, key=lambda pk: (-totals[pk], pk))
        rows = [
            {
                "title": known[pk].display_name,
                "person": known[pk],
                "url": debt.url(scene="all", owner=pk),
                "meta": str(debt.label),
                "amount": str(counts[debt.code][pk]),
            }
            for pk in worst[:PEOPLE]
            for debt in debts
            if counts[debt.code].get(pk)
        ]
        return {"rows": rows, "count": totals.total()}


panels.register(DebtPanel)
panels.register(TeamDebtPanel)
