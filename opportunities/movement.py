"""What happened to the pipeline since a day: the snapshot of that day against the present.

Each kind is a condition on opportunities. The page counts rows by it and the list filters by it,
so that every number opens exactly its rows. New, won and lost ones are told by their own instants,
those taken up again by the stage log; the others need the snapshot, because they compare values. Of
them only those are read that have been changed since that day, so that a large pipeline at rest
costs nothing.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.utils.translation import gettext_lazy as _

from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.dictionaries import stamps
from crm.dictionaries.stamps import Cached
from opportunities.choices import Outcome
from opportunities.models import Opportunity, Snapshot, StageChange

WEEK = 7
#: Days for which every snapshot is kept; of older ones only Mondays.
KEEP_DAYS = 35
CHUNK = 2_000
#: Moves when there are other days with a snapshot.
STAMP = "opportunity_snapshots"


def end_of(day: date) -> datetime:
    """The first instant after a day by the company's clock."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.COMPANY_ZONE)


def _before(day: date, **compared: Any) -> Exists:
    """Open on that day, with values that compare so with the present ones."""
    rows = Snapshot.objects.filter(opportunity_id=OuterRef("pk"), day=day, outcome=Outcome.OPEN)
    return Exists(rows.filter(**compared))


@dataclass(frozen=True)
class Kind:
    """One kind of movement: its name, a sign of good or bad, and how it is told."""

    code: str
    label: Any
    is_good: bool
    #: Rows tell it by themselves, without the state of that day.
    told: Callable[[date], Q] | None = None
    #: Column of the snapshot, comparison, column of the present it is held against.
    compared: tuple[str, str, str] = ("", "", "")
    #: Whether it speaks of the actual amount instead of the expected one.
    is_actual: bool = False

    @property
    def is_told(self) -> bool:
        """Whether no comparison is needed."""
        return self.told is not None

    def condition(self, day: date) -> Q:
        """The rows that moved that way since the end of a day."""
        if self.told is not None:
            return self.told(day)
        column, how, present = self.compared
        return changed(day) & Q(_before(day, **{f"{column}__{how}": OuterRef(present)}))

    @property
    def differs(self) -> Q:
        """The same where the snapshot stands beside the row as `past`."""
        column, how, present = self.compared
        return Q(**{f"past__{column}__{how}": F(present)})


OPEN = Q(outcome=Outcome.OPEN)
#: The same (a constraint says so) in words that leave the choice of the index to the instant.
NOT_CLOSED = Q(closed_at__isnull=True)


def changed(day: date) -> Q:
    """Open ones that somebody has written since the end of a day: no others can have moved."""
    return OPEN & Q(updated_at__gte=end_of(day))


def _taken_up(day: date) -> Q:
    """Open ones of before that were ended on that day, and have been reopened since."""
    since = end_of(day)
    reopened = StageChange.objects.filter(at__gte=since, to_outcome=Outcome.OPEN)
    reopened = reopened.exclude(from_outcome__in=["", Outcome.OPEN])
    was_open = Snapshot.objects.filter(opportunity_id=OuterRef("pk"), day=day, outcome=Outcome.OPEN)
    known = Q(pk__in=reopened.order_by().values("opportunity_id"))
    return NOT_CLOSED & Q(created_at__lt=since) & known & ~Exists(was_open)


KINDS = (
    Kind("new", _("New ones"), True, lambda day: NOT_CLOSED & Q(created_at__gte=end_of(day))),
    Kind("advanced", _("Advanced"), True, compared=("stage_order", "lt", "stage__order")),
    Kind("reopened", _("Taken up again"), True, _taken_up),
    Kind("regressed", _("Set back"), False, compared=("stage_order", "gt", "stage__order")),
    Kind("slipped", _("Postponed"), False, compared=("expected_on", "lt", "expected_on")),
    Kind("shrunk", _("Shrunk"), False, compared=("amount", "gt", "amount")),
    Kind(
        "won",
        _("Won"),
        True,
        lambda day: Q(outcome=Outcome.WON, closed_at__gte=end_of(day)),
        is_actual=True,
    ),
    Kind(
        "lost",
        _("Lost or invalid"),
        False,
        lambda day: Q(outcome__in=[Outcome.LOST, Outcome.INVALID], closed_at__gte=end_of(day)),
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}


def moved(rows: QuerySet, code: str, day: date) -> QuerySet:
    """The rows of one kind of movement since the end of a day."""
    return rows.filter(BY_CODE[code].condition(day))


@dataclass(frozen=True)
class Change:
    """How many moved that way, and their amount."""

    kind: Kind
    count: int
    amount: Any


def changes(
    rows: QuerySet, day: date, shape: Hashable = None, *, most: int | None = None
) -> list[Change]:
    """All kinds in one query; a kind without any row stands with zero.

    Where more than `most` open ones were changed, those that need a comparison are left out.
    `shape` names all that `rows` depends on (`policies.shape`), where the query is asked often:
    its SQL is then kept for the day.
    """
    told, compared = prepared.together(
        _told(rows, day, shape, most), _compared(rows, day, shape, most)
    )
    found = {code: (count, total) for code, count, total in told}
    changed_ones, _amount = found.pop(CHANGED, (0, 0))
    is_small = most is None or changed_ones <= most
    if is_small and compared:
        (line,) = compared
        codes = [kind.code for kind in KINDS if not kind.is_told]
        found |= dict(zip(codes, zip(line[::2], line[1::2], strict=True), strict=True))
    return [
        Change(kind, count, total or 0)
        for kind in KINDS
        if kind.is_told or is_small
        for count, total in [found.get(kind.code, (0, 0))]
    ]


#: Stands beside the codes of kinds for all open ones that were changed.
CHANGED = "changed"


def _ask(key: Hashable, shape: Hashable, build: Callable[[], QuerySet]) -> Ask:
    return Ask(prepared.ROWS, shape and ("movement", shape, key), build)


def _told(rows: QuerySet, day: date, shape: Hashable, most: int | None) -> Ask:
    """(code, number, amount) of the kinds that rows tell by themselves, and of all changed ones."""

    def build() -> QuerySet:
        first, *rest = (_counted(moved(rows, k.code, day), k) for k in KINDS if k.is_told)
        if most is not None:
            some = rows.filter(changed(day)).order_by().values("pk")[: most + 1]
            rest.append(_summed(Opportunity.objects.filter(pk__in=some), CHANGED, "amount"))
        return first.union(*rest, all=True)

    return _ask((day, "told", most), shape, build)


def _counted(rows: QuerySet, kind: Kind) -> QuerySet:
    return _summed(rows, kind.code, "actual_amount" if kind.is_actual else "amount")


def _summed(rows: QuerySet, code: str, column: str) -> QuerySet:
    found = rows.order_by().annotate(kind=Value(code)).values_list("kind")
    return found.annotate(n=Count("pk"), total=Sum(column))


def _compared(rows: QuerySet, day: date, shape: Hashable, most: int | None) -> Ask:
    """All comparisons in one walk along what was changed, each beside its state of that day.

    Of more than `most` changed ones only so many are compared: the answer is not used then.
    """
    kinds = [kind for kind in KINDS if not kind.is_told]

    def build() -> QuerySet:
        past = FilteredRelation(
            "snapshots", condition=Q(snapshots__day=day, snapshots__outcome=Outcome.OPEN)
        )
        some = rows.filter(changed(day)).order_by()
        if most is not None:
            some = Opportunity.objects.filter(pk__in=some.values("pk")[: most + 1]).order_by()
        both = some.annotate(past=past, whole=Value(1))
        figures: dict[str, Any] = {}
        for kind in kinds:
            figures[f"n_{kind.code}"] = Count("pk", filter=kind.differs)
            figures[f"sum_{kind.code}"] = Sum("amount", filter=kind.differs)
        found = both.filter(past__isnull=False).values_list("whole").annotate(**figures)
        return found.values_list(*figures)

    return _ask((day, "compared", most), shape, build)


#: From each day to the one before it: one look into the index a day, however many rows it has.
DAYS = """
WITH RECURSIVE "known" ("day") AS (
    SELECT MAX("day") FROM "{table}"
    UNION ALL
    SELECT (SELECT MAX("day") FROM "{table}" WHERE "{table}"."day" < "known"."day")
    FROM "known" WHERE "known"."day" IS NOT NULL
)
SELECT "day" FROM "known" WHERE "day" IS NOT NULL LIMIT %s
"""


def days() -> list[date]:
    """The days with a snapshot, newest first. Reads a row of each day, not the table."""
    column = Snapshot._meta.get_field("day")
    with connection.cursor() as cursor:
        cursor.execute(DAYS.format(table=Snapshot._meta.db_table), [KEEP_DAYS + 60])
        return [column.to_python(day) for (day,) in cursor.fetchall()]


_days: Cached[list[date]] = Cached(STAMP, days)


def base_day() -> date:
    """The day to compare with: the snapshot day a week ago, else the one just before it.

    Without any snapshot it is the day a week ago: new, won and lost ones are known all the same.
    """
    week_ago = clock.company_today() - timedelta(days=WEEK)
    known = _days.get()
    before = (day for day in known if day <= week_ago)
    return next(before, known[-1] if known else week_ago)


def take_snapshot(day: date | None = None) -> int:
    """Write how the pipeline stood at the end of yesterday; returns the number of rows.

    Safe to run again and twice at once: a day is written as a whole, and each opportunity once.
    A day on which nothing ran stays without a snapshot, since nobody knows what it looked like.
    """
    day = day or clock.company_today() - timedelta(days=1)
    if Snapshot.objects.filter(day=day).exists():
        return 0
    since = end_of(day) - timedelta(days=1)
    rows = Opportunity.objects.kept().filter(OPEN | Q(closed_at__gte=since))
    values = rows.order_by("pk").values_list(
        "pk", "stage_id", "stage__order", "outcome", "amount", "expected_on"
    )
    with transaction.atomic():
        made = [
            Snapshot(
                day=day,
                opportunity_id=pk,
                stage_id=stage_id,
                stage_order=order,
                outcome=outcome,
                amount=amount,
                expected_on=expected_on,
            )
            for pk, stage_id, order, outcome, amount, expected_on in values.iterator(CHUNK)
        ]
        Snapshot.objects.bulk_create(made, batch_size=CHUNK, ignore_conflicts=True)
        _thin_out(day)
        stamps.bump(STAMP)
    return len(made)


def _thin_out(day: date) -> None:
    """Of what is older than `KEEP_DAYS` only Mondays stay."""
    old = Snapshot.objects.filter(day__lt=day - timedelta(days=KEEP_DAYS))
    old.exclude(day__week_day=2).delete()
