"""Reads the pipeline board: sums of all columns at once, and the first cards of each.

The rows are those of the list with its scene, filters and search, limited to open opportunities
of one pipeline. A column holds a limited number of cards; further ones follow by keyset, so that
ten thousand open opportunities cost no more than a hundred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from crm.core import clock
from crm.web.listing import Listing
from crm.web.sorting import Segment, decode, encode
from opportunities import pipelines
from opportunities.choices import Outcome
from opportunities.figures import WEIGHTED, percent_of
from opportunities.pipelines import Line, Step

#: Where a user's choice of the pipeline is kept.
SECTION, LINE = "board", "line"
#: Cards of a column before more are asked for, and the most that are drawn again after a step.
CARDS, MOST = 25, 200
FIELDS = (
    "pk", "name", "amount", "probability", "next_contact_at", "stage_since", "expected_on",
    "updated_at", "customer__name", "owner_id", "owner__name",
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """One opportunity on the board."""

    pk: int
    name: str
    amount: Decimal
    probability: int
    next_contact_at: datetime | None
    stage_since: datetime
    expected_on: Any
    updated_at: datetime
    customer: str
    owner_id: int | None
    owner: str

    @property
    def next_step(self) -> str:
        """`none`, `late` or `planned`: the colour of the dot."""
        if self.next_contact_at is None:
            return "none"
        return "late" if self.next_contact_at < clock.now() else "planned"

    @property
    def days(self) -> int:
        """Whole days in this stage."""
        return (clock.now() - self.stage_since).days


@dataclass(frozen=True)
class Column:
    """A stage with its first cards and what all of its opportunities make together."""

    step: Step
    count: int
    amount: Decimal
    weighted: Decimal
    cards: list[Card]
    after: str


def rows_of(listing: Listing, line: Line) -> QuerySet:
    """Open opportunities of a pipeline among those the list selects."""
    return listing.queryset.filter(outcome=Outcome.OPEN, pipeline_id=line.pk)


def columns(
    listing: Listing, line: Line, with_cards: Mapping[int, int] | None = None
) -> list[Column]:
    """All columns: one query for the sums and one for each column's cards.

    `with_cards` names the stages whose cards are wanted, and how many of each are shown already;
    None stands for the first cards of all of them.
    """
    rows = rows_of(listing, line)
    found = rows.order_by().values_list("stage_id")
    totals = {
        key: (count, amount, percent_of(weighted))
        for key, count, amount, weighted in found.annotate(
            n=Count("pk"), plain=Sum("amount"), weighed=Sum(WEIGHTED)
        )
    }
    made = []
    for step in line.steps:
        count, amount, weighted = totals.get(step.pk, (0, Decimal(0), Decimal(0)))
        if not step.is_active and not count:
            continue
        wanted = count and (with_cards is None or step.pk in with_cards)
        shown = (with_cards or {}).get(step.pk, CARDS)
        cards, after = cards_of(rows, step, limit=shown) if wanted else ([], "")
        made.append(Column(step, count, amount, weighted, cards, after))
    return made


def cards_of(
    rows: QuerySet, step: Step, after: str = "", *, limit: int = 0
) -> tuple[list[Card], str]:
    """The next cards of a column, newest change first, and the place behind the last one.

    A column has `CARDS` at least and `MOST` at most, whatever `limit` says.
    """
    limit = min(max(limit, CARDS), MOST)
    segment = Segment(rows.filter(stage_id=step.pk), "updated_at", descending=True)
    place = decode(after, 1) if after else None
    found = segment.after(*place[1:]) if place else segment.ordered()
    values = list(found.values_list(*FIELDS)[: limit + 1])
    cards = [Card(*row) for row in values[:limit]]
    behind = ""
    if len(values) > limit:
        behind = encode(0, cards[-1].updated_at, cards[-1].pk)
    return cards, behind


def lines_shown() -> list[Line]:
    """The pipelines that have a board."""
    return [line for line in pipelines.lines() if line.is_active and line.active_steps]


def line_for(user: Any, wanted: str) -> tuple[Line, list[Line]]:
    """The pipeline to show, and all that can be shown.

    Wanted, else chosen last time, else that of the reader's department.
    """
    shown = lines_shown()
    by_code = {line.code: line for line in shown}
    chosen = user.preferences.get(SECTION, {}).get(LINE, "")
    found = by_code.get(wanted) or by_code.get(chosen) or pipelines.first_for(user)
    return found, shown
