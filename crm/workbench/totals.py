"""The values of measures for a look: this period and the one before."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, Q, Sum

from crm.core.periods import Period
from crm.workbench.looks import Look
from crm.workbench.measures import Measure, Value


def values(look: Look, measures: Sequence[Measure]) -> dict[str, Value]:
    """Measure -> its value, counted in the rows that the list behind it shows."""
    return {measure.name: _counted(measure, look) for measure in measures}


def _counted(measure: Measure, look: Look) -> Value:
    now, before = (_within(measure, each) for each in (look.period, look.period.previous))
    rows = measure.seen(look.user, look.scope.people).filter(now | before)
    what = Sum(measure.amount) if measure.amount else Count("pk")
    found = rows.aggregate(
        now=type(what)(measure.amount or "pk", filter=now),
        before=type(what)(measure.amount or "pk", filter=before),
    )
    return Value(*(Decimal(found[name] or 0) for name in ("now", "before")))


def _within(measure: Measure, period: Period) -> Q:
    start, end = period.bounds
    return Q(**{f"{measure.at}__gte": start, f"{measure.at}__lt": end})
