"""Figures of the sales briefing (`market` 2.9): what apps count, of whom, and by which time.

A measure is defined by a list: its rows are those the list shows for the same scope and period,
so the number and what stands behind its link cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import DateTimeField, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.http import urlencode

from crm.access import policies, verbs
from crm.access.scopes import Reach
from crm.accounts.filters import of_people
from crm.core import clock
from crm.core.periods import DAY, Period
from crm.web.listing import ListSpec
from crm.web.navigation import address

MEASURES: dict[str, "Measure"] = {}


def _own_reach(measure: "Measure", user: Any) -> Reach:
    return policies.policy_for(measure.model).reach(user, verbs.VIEW)


Times = tuple[datetime, datetime]  # from, until before


def own_part(measure: "Measure") -> "list[Part]":
    """Everybody's right reaches the person whose row it is."""
    return [Part(measure.model._meta.label_lower, F(f"{measure.person}_id"))]


@dataclass(frozen=True)
class Part:
    """Rows of a measure that a reader sees when his right on model `kind` reaches `keeper`."""

    kind: str
    keeper: Any
    condition: Q = Q()


@dataclass(frozen=True)
class Measure:
    """Rows of a list that came to be in a period, counted, or one of their amounts added up.

    `parts`, `depends`, `watched` and `is_backdated` keep its daily totals true: see `sealing`.
    """

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
    #: Who opens which rows to readers; by default the person whose row it is.
    parts: Callable[["Measure"], list[Part]] = own_part
    #: Model whose events may change the rows -> the rows of these keys. Each condition is asked for
    #: itself, so that an index alone can answer it.
    depends: Mapping[str, Callable[[Iterable[int]], Sequence[Q]]] = field(default_factory=dict)
    #: Fields whose change moves a row to other totals.
    watched: frozenset[str] = frozenset({"owner"})
    #: Whether a new row may belong to a day of the past.
    is_backdated: bool = False
    #: How far a reader sees; by default as far as his right on the model goes.
    reach_of: Callable[["Measure", Any], Reach] = _own_reach

    def reach(self, user: Any) -> Reach:
        """How far the reader sees in these rows."""
        return self.reach_of(self, user)

    def is_for(self, user: Any) -> bool:
        """Whether the reader sees any such rows; costs no query."""
        return bool(self.reach(user))

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return self.spec.model

    def all_rows(self) -> QuerySet:
        """The rows of everybody."""
        rows = self.spec.base(self.model.objects.all())
        return rows if self.condition is None else rows.filter(self.condition)

    # --- time -----------------------------------------------------------------------------------
    @property
    def is_date(self) -> bool:
        """Whether the time of a row is a day of the calendar and not an instant."""
        return not isinstance(self.model._meta.get_field(self.at), DateTimeField)

    def bounds(self, span: Period) -> Times:
        """The times of a period: of the reader's zone, unless rows have no hour anyway."""
        return self.days(span.first, span.last + DAY) if self.is_date else span.bounds

    def days(self, first: date, behind: date) -> Times:
        """The times of some company days."""
        return clock.company_day_start(first), clock.company_day_start(behind)

    def within(self, *times: Times) -> Q:
        """The rows of some times."""
        return self.between(*self.moments(times))

    def moments(self, times: Iterable[Times]) -> list[datetime | date]:
        """Beginnings and ends in one list, as they are compared with the column."""
        return [self._moment(moment) for time in times for moment in time]

    def between(self, *moments: Any) -> Q:
        """The rows from the first moment until before the second, and so on."""
        found = Q()
        for start, end in zip(moments[::2], moments[1::2], strict=True):
            found |= Q(**{f"{self.at}__gte": start, f"{self.at}__lt": end})
        return found

    def start_of(self, day: date) -> datetime | date:
        """The beginning of a company day, as it is compared with the column."""
        return self._moment(clock.company_day_start(day))

    def _moment(self, time: datetime) -> datetime | date:
        return timezone.localdate(time, clock.COMPANY_ZONE) if self.is_date else time

    def day_of(self) -> Any:
        """The company day of a row, as an expression."""
        return F(self.at) if self.is_date else TruncDate(self.at, tzinfo=clock.COMPANY_ZONE)

    # --- what a reader sees ---------------------------------------------------------------------
    def seen(self, user: Any, people: frozenset[int] | None) -> QuerySet:
        """The rows of these people that the reader's list shows, of any time."""
        rows = self.spec.base(self.model.objects.visible_to(user))
        if self.condition is not None:
            rows = rows.filter(self.condition)
        return of_people(rows, self.person, people)

    def url(self, look: Any) -> str:
        """The list that shows exactly the rows counted."""
        filters = self.at_filter, self.person_filter, self.condition_params
        return f"{address(self.list_url)}?{_query(look.scope, look.period, *filters)}"


@lru_cache(maxsize=2000)
def _query(
    scope: Any, period: Period, at: str, person: str, more: tuple[tuple[str, str], ...]
) -> str:
    """Scope, period and what is asked besides as parameters of a list."""
    asked = {"scene": "all", **period.params(at), **scope.params(person=person), **dict(more)}
    return urlencode(asked)


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
