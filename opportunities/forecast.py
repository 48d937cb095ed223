"""The forecast: what is won, committed, possible and likely, by month and owner, against targets.

Open opportunities stand in the month of their expected close date, won ones in that of their deal;
lost and invalid ones never count. What is expected before the first month stands in a row of its
own, and open ones without any date in one below the total, so that nothing falls out of sight.
"""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from opportunities import pipelines
from opportunities.choices import Outcome
from opportunities.figures import WEIGHTED, percent_of
from opportunities.models import Target

MONTHS = 6
ZERO = Decimal(0)


@dataclass
class Sums:
    """Amounts in yuan of one month and owner, or of several together."""

    won: Decimal = ZERO
    committed: Decimal = ZERO
    best: Decimal = ZERO
    weighted: Decimal = ZERO
    target: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            *(getattr(self, item.name) + getattr(other, item.name) for item in fields(Sums))
        )

    @property
    def expected(self) -> Decimal:
        """Won and likely together: what is held against the target."""
        return self.won + self.weighted

    @property
    def possible(self) -> Decimal:
        """Won and everything that may still be won."""
        return self.won + self.best

    @property
    def rate(self) -> Decimal | None:
        """Expected in percent of the target; None without one."""
        return self._of_target(self.expected)

    @property
    def best_rate(self) -> Decimal | None:
        """Possible in percent of the target; None without one."""
        return self._of_target(self.possible)

    def _of_target(self, amount: Decimal) -> Decimal | None:
        return (amount * 100 / self.target).quantize(Decimal("0.1")) if self.target else None


def committed() -> Q:
    """Open with the win probability from which its pipeline counts an opportunity as sure."""
    return Q(outcome=Outcome.OPEN) & likely_enough()


def likely_enough() -> Q:
    """The probability alone, for rows that are known to be open."""
    found = Q(pk__in=[])
    for line in pipelines.lines():
        found |= Q(pipeline_id=line.pk, probability__gte=line.committed_from)
    return found


def month_of(day: date, step: int = 0) -> date:
    """The first day of the month `step` months later."""
    place = day.year * 12 + day.month - 1 + step
    return date(place // 12, place % 12 + 1, 1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month_of(month, 1) - timedelta(days=1)


#: Stands for everything expected before the first month.
OVERDUE = date.min
#: Stands for open ones without an expected date, which are part of no month and of no total.
UNDATED = date.max
Table = dict[tuple[date, int], Sums]


def table(rows: QuerySet, first: date, owners: Any = None, months: int = MONTHS) -> Table:
    """Sums by (month, owner): three queries, however many opportunities there are.

    `rows` are what the reader sees; `owners` limits the targets to the same people. The database
    adds up days, as they stand in its indexes: cutting dates to months costs it ten times as much.
    """
    end = month_of(first, months)
    found: Table = defaultdict(Sums)
    weights: dict[tuple[date, int], Decimal] = defaultdict(Decimal)
    likely = rows.filter(outcome=Outcome.OPEN, expected_on__lt=end).order_by()
    for day, owner, best, sure, weighted in likely.values_list("expected_on", "owner_id").annotate(
        best=Sum("amount"), sure=Sum("amount", filter=likely_enough()), weighed=Sum(WEIGHTED)
    ):
        place = (month_of(day) if day >= first else OVERDUE), owner
        sums = found[place]
        sums.best += best or ZERO
        sums.committed += sure or ZERO
        weights[place] += weighted or ZERO
    for place, weighted in weights.items():  # rounded once
        found[place].weighted = percent_of(weighted)
    won = rows.filter(outcome=Outcome.WON, deal_on__gte=first, deal_on__lt=end).order_by()
    for day, owner, amount in won.values_list("deal_on", "owner_id").annotate(
        total=Sum("actual_amount")
    ):
        found[month_of(day), owner].won += amount or ZERO
    for month, owner, amount in targets(first, end, owners):
        found[month, owner] += Sums(target=amount)
    return found


def undated(rows: QuerySet) -> tuple[int, Sums]:
    """How many open ones have no expected date, and their amounts: one query."""
    found = rows.filter(outcome=Outcome.OPEN, expected_on__isnull=True).order_by()
    sums = found.aggregate(
        n=Count("pk"),
        best=Sum("amount"),
        sure=Sum("amount", filter=likely_enough()),
        weighed=Sum(WEIGHTED),
    )
    return sums["n"], Sums(
        best=sums["best"] or ZERO,
        committed=sums["sure"] or ZERO,
        weighted=percent_of(sums["weighed"]),
    )


def targets(first: date, end: date, owners: Any) -> list[tuple[date, int, Decimal]]:
    """Targets of people by month; `owners` None means everybody's."""
    rows = Target.objects.filter(owner__isnull=False, year__range=(first.year, end.year))
    if owners is not None:
        rows = rows.filter(owner_id__in=sorted(owners))
    found = rows.order_by().values_list("year", "month", "owner_id", "amount")
    dated = [(date(year, month, 1), owner, amount) for year, month, owner, amount in found]
    return [row for row in dated if first <= row[0] < end]


def months(first: date, number: int = MONTHS) -> list[date]:
    """The months of the forecast."""
    return [month_of(first, step) for step in range(number)]


def total(found: Table, *, month: date | None = None, owner: int | None = None) -> Sums:
    """The sum over one month, one owner, or everything."""
    result = Sums()
    for (each_month, each_owner), sums in found.items():
        if month in (None, each_month) and owner in (None, each_owner):
            result += sums
    return result
