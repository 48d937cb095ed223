"""The values of measures for a look, exact at any moment and bounded at any size.

Sealed days come from the daily totals; all else is counted in the rows that the list behind the
figure shows: today (and yesterday, in the first hours), days with a change since, parts of days
where the reader lives in another zone, and days with rows that are not within the reader's reach
for certain (a shared record, one of the pool). So a total counts only where it must equal the rows
(docs/decisions/0015).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Q, QuerySet, Sum, Value
from django.utils import timezone

from crm.access import policies, verbs
from crm.core import clock, prepared
from crm.core.periods import DAY, Period
from crm.core.prepared import Ask
from crm.workbench import kept_sums
from crm.workbench.changed_days import standing
from crm.workbench.looks import Look
from crm.workbench.measures import MEASURES, Measure, Times, own_part
from crm.workbench.measures import Value as Pair
from crm.workbench.models import WHOLE, DayTotal
from crm.workbench.sealing import sealed_until

#: More days to be counted by themselves than this are counted as one stretch.
MOST = 24
_KINDS: dict[Hashable, tuple[str, ...]] = {}

Days = tuple[date, date]  # from, until before


@dataclass(frozen=True)
class Plan:
    """Which days of a measure come from the totals, and which times are counted in the rows."""

    sealed: tuple[Days, ...]
    live: tuple[Times, ...]


Plans = tuple[Plan, ...]  # of the period, and of the one before


def values(look: Look, measures: Sequence[Measure]) -> dict[str, Pair]:
    """Measure -> its value now and before; a query, and one more after new totals."""
    spans = look.period, look.period.previous
    open_days, version = _open_days(look, measures, spans)
    plans = _plans(measures, spans, open_days)
    found = {measure.name: [Decimal(0), Decimal(0)] for measure in measures}
    sums = _from_totals(look, measures, plans)
    answers = kept_sums.together(version, sums, _from_rows(look, measures, plans))
    for name, *numbers in (row for rows in answers[: len(sums)] for row in rows):
        for place in (0, 1):
            number = numbers[place + (2 if MEASURES[name].amount else 0)]
            found[name][place] += Decimal(number or 0)
    for name, place, number in (row for rows in answers[len(sums) :] for row in rows):
        found[name][place] += Decimal(number or 0)
    return {name: Pair(*pair) for name, pair in found.items()}


def by_person(
    look: Look, measures: Sequence[Measure], *beside: Ask
) -> tuple[dict[str, dict[int, Decimal]], list[Any]]:
    """Measure -> the value in the period of each person of the scope who has some.

    Questions beside it go along in the same statement; their answers are the second part.
    """
    open_days, version = _open_days(look, measures, [look.period])
    plans = {name: part for name, (part,) in _plans(measures, [look.period], open_days).items()}
    found: dict[str, dict[int, Decimal]] = {each.name: defaultdict(Decimal) for each in measures}
    live = [
        (measure, f"{measure.person}_id", plans[measure.name].live)
        for measure in measures
        if plans[measure.name].live
    ]
    sums = _by_person(look, plans)
    counted = [_counted(look, live)] if live else []
    answers = kept_sums.together(version, sums, [*counted, *beside])
    behind = len(sums) + len(counted)
    for name, person, *numbers in (row for rows in answers[: len(sums)] for row in rows):
        found[name][person] += Decimal(numbers[bool(MEASURES[name].amount)])
    for name, person, number in (row for rows in answers[len(sums) : behind] for row in rows):
        found[name][person or 0] += Decimal(number or 0)
    return found, answers[behind:]


def _by_person(look: Look, plans: dict[str, Plan]) -> list[Ask]:
    """(measure, person, number, amount) of the sealed days: one question where there are any."""
    runs = [(name, len(part.sealed)) for name, part in plans.items() if part.sealed]
    if not runs:
        return []
    days = [day for part in plans.values() for run in part.sealed for day in run]

    def build(*marks: Any) -> QuerySet:
        left, asked = list(marks), []
        for name, length in runs:
            taken = [(left.pop(0), left.pop(0)) for _n in range(length)]
            asked.append(Q(measure=name) & _on(*taken))
        rows = of_scope(DayTotal.objects.filter(_any(asked)).exclude(kind=WHOLE), look)
        people = rows.order_by().values_list("measure", "person")
        return people.annotate(numbers=Sum("number"), amounts=Sum("amount"))

    return [Ask(prepared.ROWS, ("people", look.scope.people, *runs), build, tuple(days))]


def of_scope(rows: QuerySet, look: Look) -> QuerySet:
    """The totals of the people of a look."""
    people = look.scope.people
    return rows if people is None else rows.filter(person__in=sorted(people))


def _plans(
    measures: Sequence[Measure], spans: Sequence[Period], open_days: dict[str, set[date]]
) -> dict[str, tuple[Plan, ...]]:
    """Measure -> a plan for each span; most measures are cut alike."""
    known: dict[Hashable, tuple[Plan, ...]] = {}
    found: dict[str, tuple[Plan, ...]] = {}
    for measure in measures:
        days = open_days[measure.name]
        key = measure.is_date, sealed_until(measure), frozenset(days)
        if key not in known:
            known[key] = tuple(plan(measure, span, days) for span in spans)
        found[measure.name] = known[key]
    return found


def plan(measure: Measure, span: Period, open_days: set[date]) -> Plan:
    """Cut a period into sealed days and the times between them."""
    start, end = measure.bounds(span)
    first, behind = _whole_days(start, end)
    behind = min(behind, sealed_until(measure) or first)
    if first >= behind:
        return Plan((), ((start, end),))
    inside = sorted(day for day in open_days if first <= day < behind)
    if len(inside) > MOST:
        inside = [inside[0] + n * DAY for n in range((inside[-1] - inside[0]).days + 1)]
    sealed = tuple(_between(first, behind, inside))
    return Plan(sealed, tuple(_around(start, end, sealed)))


def _whole_days(start: datetime, end: datetime) -> Days:
    """The company days that lie wholly within an interval."""
    first = timezone.localdate(start, clock.COMPANY_ZONE)
    if clock.company_day_start(first) < start:
        first += DAY
    return first, timezone.localdate(end, clock.COMPANY_ZONE)


def _between(first: date, behind: date, inside: Iterable[date]) -> Iterable[Days]:
    """The runs of days between single days."""
    for day in inside:
        if first < day:
            yield first, day
        first = day + DAY
    if first < behind:
        yield first, behind


def _around(start: datetime, end: datetime, sealed: Iterable[Days]) -> Iterable[Times]:
    """The times of an interval that the sealed days leave."""
    for first, behind in sealed:
        moment = clock.company_day_start(first)
        if start < moment:
            yield start, moment
        start = clock.company_day_start(behind)
    if start < end:
        yield start, end


# --- days that the totals cannot answer ---------------------------------------------------------
def _open_days(
    look: Look, measures: Sequence[Measure], spans: Iterable[Period]
) -> tuple[dict[str, set[date]], int | None]:
    """Changed days of each measure with days whose rows may or may not be seen; the version."""
    found: dict[str, set[date]] = defaultdict(set)
    bounds = [moment for measure in measures for span in spans for moment in measure.bounds(span)]
    if not bounds:
        return found, None
    days = first, behind = _whole_days(min(bounds), max(bounds))
    stand = standing()
    for measure in measures:
        days_of = stand.changed.get(measure.name, ())
        found[measure.name].update(day for day in days_of if first <= day < behind)
    doubts = {measure.name: _doubt(look, measure) for measure in measures}
    asked = {name: doubt for name, doubt in doubts.items() if doubt is not None}
    if asked:
        shape = "doubtful days", _rights(look, measures), tuple(asked)
        doubtful = _any(asked.values())
        ask = Ask(prepared.ROWS, shape, lambda *days: _doubtful(doubtful, *days), days)
        for name, day in kept_sums.together(stand.version, [ask])[0]:
            found[name].add(day)
    return found, stand.version


def _doubtful(doubtful: Q, first: date, behind: date) -> QuerySet:
    rows = DayTotal.objects.filter(doubtful, day__gte=first, day__lt=behind)
    return rows.values_list("measure", "day").distinct()


def _rights(look: Look, measures: Sequence[Measure]) -> Hashable:
    """All that the queries of a look depend on besides days."""
    shapes = tuple(policies.shape(look.user, verbs.VIEW, each.model) for each in measures)
    reaches = tuple(_reach(look, kind) for each in measures for kind in _kinds(each))
    return look.scope.people, shapes, reaches


def _kinds(measure: Measure) -> tuple[str, ...]:
    """The kinds of a measure's parts, made once a process: the parts hold whole queries."""
    key = measure.name, measure.parts, measure.model
    if key not in _KINDS:
        _KINDS[key] = tuple(part.kind for part in measure.parts(measure))
    return _KINDS[key]


def _doubt(look: Look, measure: Measure) -> Q | None:
    """The totals within the scope that the reader does not see for certain; None: all of them."""
    certain = _certain(look, measure)
    if certain is None:
        return None
    scope, people = Q(measure=measure.name), look.scope.people
    if people is not None:
        if measure.parts is own_part:  # everybody keeps his own rows
            people = people - _reach(look, measure.model._meta.label_lower).owners
        if not people:
            return None
        scope &= Q(person__in=sorted(people))
    return scope & ~Q(kind=WHOLE) & ~certain


def _certain(look: Look, measure: Measure) -> Q | None:
    """The totals whose rows the reader sees for certain; None for every row there is."""
    reaches = {kind: _reach(look, kind) for kind in _kinds(measure)}
    own = policies.policy_for(measure.model).reach(look.user, verbs.VIEW)
    if own.everything and all(reach.everything for reach in reaches.values()):
        return None
    seen = [
        Q(kind=kind) if reach.everything else Q(kind=kind, keeper__in=sorted(reach.owners))
        for kind, reach in reaches.items()
        if reach
    ]
    found = _any(seen) if seen else Q(pk=0)
    return found if own.everything else found & Q(person__in=sorted(own.owners))


def _reach(look: Look, label: str) -> Any:
    return policies.POLICIES[label].reach(look.user, verbs.VIEW)


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


# --- adding up ----------------------------------------------------------------------------------
def _from_totals(look: Look, measures: Sequence[Measure], plans: dict[str, Plans]) -> list[Ask]:
    """Number and amount of each measure, now and before, of the sealed days, where there are."""
    groups = _alike(look, measures, plans)
    if not groups:
        return []
    runs = [(tuple(names), whole, *map(len, parts)) for (parts, whole), names in groups.items()]
    days = [day for parts, _whole in groups for part in parts for run in part for day in run]
    shape = "sums", look.scope.people, tuple(runs)
    return [Ask(prepared.ROWS, shape, lambda *days: _sums(look, runs, list(days)), tuple(days))]


def _alike(
    look: Look, measures: Sequence[Measure], plans: dict[str, Plans]
) -> dict[tuple[tuple[tuple[Days, ...], ...], bool], list[str]]:
    """Measures by their sealed days, and by whether the row of the whole day is enough."""
    found: dict[Any, list[str]] = defaultdict(list)
    for measure in measures:
        sealed = tuple(part.sealed for part in plans[measure.name])
        if any(sealed):
            whole = look.scope.people is None and _certain(look, measure) is None
            found[sealed, whole].append(measure.name)
    return found


def _sums(look: Look, runs: Iterable[tuple], days: list[Any]) -> QuerySet:
    """Number and amount of each measure, now and before, of runs of days that lie in a row."""
    asked: list[Q] = []
    spans: tuple[list[Q], list[Q]] = [], []
    for names, whole, *lengths in runs:
        rows = Q(measure__in=names) & (Q(kind=WHOLE) if whole else ~Q(kind=WHOLE))
        for span, length in zip(spans, lengths, strict=True):
            taken = [(days.pop(0), days.pop(0)) for _n in range(length)]
            if taken:
                span.append(Q(measure__in=names) & _on(*taken))
                asked.append(rows & _on(*taken))
    sums = [
        Sum(column, filter=_any(span)) if span else Value(0)
        for column in ("number", "amount")
        for span in spans
    ]
    rows = of_scope(DayTotal.objects.filter(_any(asked)), look).order_by().values_list("measure")
    return rows.annotate(**{f"s{n}": each for n, each in enumerate(sums)})


def _on(*runs: Days) -> Q:
    return _any(Q(day__gte=first, day__lt=behind) for first, behind in runs)


def _from_rows(look: Look, measures: Sequence[Measure], plans: dict[str, Plans]) -> list[Ask]:
    """(measure, now or before, value) of the rest: counts, and amounts."""
    asked: dict[bool, list[tuple[Measure, int, Sequence[Times]]]] = {False: [], True: []}
    for measure in measures:
        for place, parts in enumerate(plans[measure.name]):
            if parts.live:
                asked[bool(measure.amount)].append((measure, place, parts.live))
    return [_counted(look, lines) for lines in asked.values() if lines]


def _counted(look: Look, asked: Sequence[tuple[Measure, Any, Sequence[Times]]]) -> Ask:
    """(measure, place, value) of the rows of some times; a place is a number or a column."""
    moments = [moment for measure, _place, times in asked for moment in measure.moments(times)]
    lines = tuple((measure.name, str(place), len(times)) for measure, place, times in asked)
    shape = "live", _rights(look, [each[0] for each in asked]), lines

    def build(*marks: Any) -> QuerySet:
        left, found = list(marks), []
        for measure, place, times in asked:
            taken = [left.pop(0) for _n in range(2 * len(times))]
            found.append(_counting(look, measure, taken, place))
        return found[0].union(*found[1:], all=True) if found[1:] else found[0]

    return Ask(prepared.ROWS, shape, build, tuple(moments))


def _counting(look: Look, measure: Measure, moments: Sequence[Any], place: Any) -> QuerySet:
    """Lines of the measure, the place, the value of some times."""
    what = Sum(measure.amount, output_field=DecimalField()) if measure.amount else Count("pk")
    rows = measure.seen(look.user, look.scope.people).filter(measure.between(*moments)).order_by()
    of = F(place) if isinstance(place, str) else Value(place)
    return rows.annotate(m=Value(measure.name), p=of).values_list("m", "p").annotate(v=what)
