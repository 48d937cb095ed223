"""The funnel: how many opportunities reached each stage, how many went on, how long they stood.

Looks at opportunities created in a period, of one pipeline (S11-30). An opportunity has reached a
stage when its log says so for that stage or a later one; a won one has reached all of them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum

from opportunities import pipelines
from opportunities.choices import Outcome
from opportunities.models import StageChange
from opportunities.pipelines import Line, Step

DAY = 86_400


def reached(step: Step) -> Q:
    """The condition: the opportunity came to this stage or beyond it."""
    changes = StageChange.objects.filter(
        opportunity_id=OuterRef("pk"),
        to_stage__pipeline_id=step.pipeline_id,
        to_stage__order__gte=step.order,
    )
    won = Q(outcome=Outcome.WON, pipeline_id=step.pipeline_id)
    return Q(Exists(changes)) | won


@dataclass(frozen=True)
class Level:
    """One stage of the funnel. Rates are percent of the stage before and of the first one."""

    step: Step
    count: int
    amount: Decimal
    present: int
    days: Decimal | None
    rate: Decimal | None
    share: Decimal


@dataclass(frozen=True)
class Funnel:
    """All stages, and what was won and lost."""

    levels: list[Level]
    won: int
    won_amount: Decimal
    won_rate: Decimal | None
    lost: int
    days: Decimal | None


def funnel_of(rows: QuerySet, line: Line) -> Funnel:
    """A fixed number of queries: one a stage, one for the stays, one for the ends."""
    rows = rows.filter(pipeline_id=line.pk)
    stays = _stays(rows)
    present = dict(
        rows.filter(outcome=Outcome.OPEN).order_by().values_list("stage_id").annotate(n=Count("pk"))
    )
    levels: list[Level] = []
    for step in line.active_steps:
        answer = rows.filter(reached(step)).aggregate(n=Count("pk"), amount=Sum("amount"))
        count = answer["n"]
        before = levels[-1].count if levels else None
        first = levels[0].count if levels else count
        levels.append(
            Level(
                step,
                count,
                answer["amount"] or Decimal(0),
                present.get(step.pk, 0),
                stays.get(step.pk),
                percent(count, before) if before is not None else None,
                percent(count, first) or Decimal(0),
            )
        )
    return _with_ends(rows, levels)


def _with_ends(rows: QuerySet, levels: list[Level]) -> Funnel:
    ends = rows.aggregate(
        won=Count("pk", filter=Q(outcome=Outcome.WON)),
        amount=Sum("actual_amount", filter=Q(outcome=Outcome.WON)),
        lost=Count("pk", filter=Q(outcome__in=[Outcome.LOST, Outcome.INVALID])),
    )
    won = rows.filter(outcome=Outcome.WON).values_list("created_at", "closed_at")
    spans = [Decimal((closed - created).total_seconds()) / DAY for created, closed in won[:5000]]
    days = (sum(spans) / len(spans)).quantize(Decimal("0.1")) if spans else None
    first = levels[0].count if levels else 0
    return Funnel(
        levels,
        ends["won"],
        ends["amount"] or Decimal(0),
        percent(ends["won"], first),
        ends["lost"],
        days,
    )


def _stays(rows: QuerySet) -> dict[int, Decimal]:
    """Average days in each stage, of those that left it."""
    changes = StageChange.objects.filter(
        opportunity__in=rows.order_by().values("pk"), seconds__isnull=False
    )
    found = changes.order_by().values_list("from_stage_id").annotate(mean=Avg("seconds"))
    return {key: (Decimal(mean) / DAY).quantize(Decimal("0.1")) for key, mean in found}


def percent(part: int, whole: int | None) -> Decimal | None:
    """A share with one decimal; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"))


def line_of(user: Any, wanted: str) -> tuple[Line, list[Line]]:
    """The pipeline asked for, else the user's own; and all that are in use."""
    shown = [line for line in pipelines.lines() if line.active_steps]
    chosen = [line for line in shown if line.code == wanted]
    return (chosen[0] if chosen else pipelines.first_for(user)), shown
