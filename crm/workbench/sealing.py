"""Adds up the days of the past, once each, and again where a change has touched one.

A worker does it every minute (`crm.workbench.tasks`). Readers never need it: what is not added up
they count in the rows (`totals`), so nothing here can make a figure wrong, only slow. A slow round
recounts every sealed day besides, and says so in the log where one did not hold.
"""

import logging
import time
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Sum, Value

from crm.core import clock
from crm.core.bulk import insert_many
from crm.core.periods import DAY
from crm.dictionaries import stamps
from crm.dictionaries.stamps import Cached
from crm.workbench.changed_days import STAMP, company_day
from crm.workbench.measures import MEASURES, Measure
from crm.workbench.models import WHOLE, ChangedDay, DayTotal, Seal

logger = logging.getLogger(__name__)

#: No transaction lasts longer than this.
OPEN = timedelta(hours=3)
#: Days added up in one transaction.
SPAN = 28
#: Days that the slow round recounts at a time.
ROUND = 7


def _load() -> dict[str, date]:
    return {name: until for name, until in Seal.objects.values_list("measure", "until") if until}


_sealed: Cached[dict[str, date]] = Cached(STAMP, _load)


def sealed_until(measure: Measure) -> date | None:
    """The first day that is not added up; costs no query on a page."""
    return _sealed.get().get(measure.name)


def newest_sealable() -> date:
    """Today stays open, and yesterday for some hours: what began then may still be committed."""
    return company_day(clock.now() - OPEN)


def catch_up(*, seconds: float = 20) -> int:
    """Add up what is new or changed, and a little of the old again; returns the days done."""
    end, done = time.monotonic() + seconds, 0
    for measure in MEASURES.values():
        done += _changed(measure, end) + _new(measure, end) + _walk(measure)
    return done


def forget() -> None:
    """Drop all totals; figures are counted in the rows until they are added up again."""
    with transaction.atomic():
        for model in (DayTotal, ChangedDay, Seal):
            model.objects.all().delete()
        stamps.bump(STAMP)


def _new(measure: Measure, end: float) -> int:
    """Seal days that are over, a span at a time."""
    done, until = 0, _until(measure)
    limit = newest_sealable()
    while until < limit and time.monotonic() < end:
        behind = min(until + SPAN * DAY, limit)
        if not recount(measure, until, behind, until=behind):
            break
        done, until = done + (behind - until).days, behind
    return done


def _until(measure: Measure) -> date:
    """Where sealing goes on; at first the day of the oldest row."""
    seal = Seal.objects.filter(pk=measure.name).first()
    if seal is not None and seal.until is not None:
        return seal.until
    oldest = measure.all_rows().aggregate(at=Min(measure.at))["at"]
    return company_day(oldest) if oldest else newest_sealable() - DAY


def _changed(measure: Measure, end: float) -> int:
    """Recount marked days; marks of days that are not sealed yet are of no use."""
    until = sealed_until(measure)
    if until is None:
        return 0
    marks = ChangedDay.objects.filter(measure=measure.name)
    done = 0
    for day in list(
        marks.filter(day__lt=until).order_by("day").values_list("day", flat=True).distinct()
    ):
        if time.monotonic() > end:
            break
        done += recount(measure, day, day + DAY)
    return done


def _walk(measure: Measure) -> int:
    """Recount the next few sealed days, whether somebody marked them or not."""
    seal = Seal.objects.filter(pk=measure.name).first()
    if seal is None or seal.until is None:
        return 0
    first = DayTotal.objects.filter(measure=measure.name).aggregate(day=Min("day"))["day"]
    if first is None:
        return 0
    start = seal.walked if seal.walked and seal.walked < seal.until else first
    behind = min(start + ROUND * DAY, seal.until)
    before = _whole(measure, start, behind)
    marked = ChangedDay.objects.filter(measure=measure.name, day__gte=start, day__lt=behind)
    unmarked = not marked.exists()
    done = recount(measure, start, behind, walked=behind)
    if done and unmarked and before != _whole(measure, start, behind):
        logger.warning("totals of %s from %s did not hold", measure.name, start)
    return done


def _whole(measure: Measure, first: date, behind: date) -> list[tuple]:
    days = DayTotal.objects.filter(measure=measure.name, kind=WHOLE, day__gte=first, day__lt=behind)
    return sorted(days.values_list("day", "number", "amount"))


def recount(measure: Measure, first: date, behind: date, **moved: date) -> int:
    """Add up the days from `first` until before `behind`; 0 where another worker was quicker.

    `moved` are columns of the seal to set. Marks are read before the rows and only those are
    removed: a change that ends in between keeps its mark, and its day is counted once more. Totals
    that changed get a new version, by which readers tell whether sums they keep still hold.
    """
    seal, _made = Seal.objects.get_or_create(pk=measure.name)
    days = {"measure": measure.name, "day__gte": first, "day__lt": behind}
    marks = list(ChangedDay.objects.filter(**days).values_list("pk", flat=True))
    rows = list(day_totals(measure, first, behind))
    with transaction.atomic():
        mine = Seal.objects.filter(pk=measure.name, version=seal.version)
        if not mine.update(version=seal.version + 1, **moved):
            return 0
        is_moved = bool(moved.get("until")) or _as_stored(days) != sorted(map(_values, rows))
        if is_moved:
            DayTotal.objects.filter(**days).delete()
            insert_many(rows)
            stamps.bump(STAMP)
        for place in range(0, len(marks), SPAN * 10):
            ChangedDay.objects.filter(pk__in=marks[place : place + SPAN * 10]).delete()
    return (behind - first).days


def _as_stored(days: dict[str, Any]) -> list[tuple]:
    return sorted(map(_values, DayTotal.objects.filter(**days)))


def _values(total: DayTotal) -> tuple:
    """All that a total says."""
    whose = total.day, total.person, total.kind, total.keeper
    return *whose, total.number, Decimal(total.amount)


def day_totals(measure: Measure, first: date, behind: date) -> Iterable[DayTotal]:
    """The totals of some days, counted in the rows: by person and keeper, and the whole day."""
    rows = measure.all_rows().filter(measure.within(measure.days(first, behind)))
    amount = Sum(measure.amount) if measure.amount else Value(0)
    whole: dict[date, tuple[int, Any]] = {}
    for part in measure.parts(measure):
        counted = (
            rows.filter(part.condition)
            .annotate(day_of=measure.day_of(), keeper_of=part.keeper)
            .order_by()
            .values_list("day_of", f"{measure.person}_id", "keeper_of")
            .annotate(number_of=Count("pk"), amount_of=amount)
        )
        for day, person, keeper, *values in counted:
            number, added = values[0], values[1] or 0
            before = whole.get(day, (0, 0))
            whole[day] = before[0] + number, before[1] + added
            yield _total(measure, day, part.kind, (person or 0, keeper or 0), (number, added))
    for day, sums in whole.items():
        yield _total(measure, day, WHOLE, (0, 0), sums)


def _total(
    measure: Measure, day: date, kind: str, who: tuple[int, int], sums: tuple[int, Any]
) -> DayTotal:
    return DayTotal(
        measure=measure.name, day=day, kind=kind, person=who[0], keeper=who[1],
        number=sums[0], amount=sums[1],
    )  # fmt: skip
