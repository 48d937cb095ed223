"""Figures of the sales briefing (`market` 2.9): what apps count, of whom, and by which time.

A measure is defined by a list: its rows are those the list shows for the same scope and period,
so the number and what stands behind its link cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from crm.access import policies, verbs
from crm.access.scopes import Reach
from crm.accounts.filters import of_people
from crm.web.listing import ListSpec

MEASURES: dict[str, "Measure"] = {}


def _own_reach(measure: "Measure", user: Any) -> Reach:
    return policies.policy_for(measure.spec.model).reach(user, verbs.VIEW)


@dataclass(frozen=True)
class Measure:
    """Rows of a list that came to be in a period, counted, or one of their amounts added up."""

    name: str
    label: Any
    icon: str
    spec: ListSpec
    list_url: str
    #: Column of the time, and the date filter of the list on it.
    at: str
    at_filter: str
    #: Path to the person whose row it is, and the list's filter by one person.
    person: str = "owner"
    person_filter: str = "owner"
    #: Column that is added up; "" counts.
    amount: str = ""
    #: Rows that count besides time and scope, and the list parameters that say the same.
    condition: Q | None = None
    condition_params: tuple[tuple[str, str], ...] = ()
    order: int = 100
    #: How far a reader sees; by default as far as his right on the model goes.
    reach_of: Callable[["Measure", Any], Reach] = _own_reach

    def reach(self, user: Any) -> Reach:
        """How far the reader sees in these rows."""
        return self.reach_of(self, user)

    def is_for(self, user: Any) -> bool:
        """Whether the reader sees any such rows; costs no query."""
        return bool(self.reach(user))

    def seen(self, user: Any, people: frozenset[int] | None) -> QuerySet:
        """The rows of these people that the reader's list shows, of any time."""
        rows = self.spec.base(self.spec.model.objects.visible_to(user))
        if self.condition is not None:
            rows = rows.filter(self.condition)
        return of_people(rows, self.person, people)

    def url(self, look: Any) -> str:
        """The list that shows exactly the rows counted."""
        query = {
            "scene": "all",
            **look.period.params(self.at_filter),
            **look.scope.params(person=self.person_filter),
            **dict(self.condition_params),
        }
        return f"{reverse(self.list_url)}?{urlencode(query)}"


@dataclass(frozen=True)
class Value:
    """A measure in a period and in the one before."""

    now: Decimal
    before: Decimal

    @property
    def change(self) -> int | None:
        """Per cent against the period before; None where that was nothing."""
        if not self.before:
            return None
        return int(((self.now - self.before) * 100 / abs(self.before)).to_integral_value())


def register(measure: Measure) -> Measure:
    """Add a figure to the briefing. A second one of the same name is an error."""
    if measure.name in MEASURES:
        raise ValueError(f"the briefing has a figure {measure.name!r} already")
    MEASURES[measure.name] = measure
    return measure


def measures_of(user: Any) -> list[Measure]:
    """The figures this reader has, in order."""
    found = [measure for measure in MEASURES.values() if measure.is_for(user)]
    return sorted(found, key=lambda measure: measure.order)
