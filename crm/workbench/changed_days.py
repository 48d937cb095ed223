"""Marks days of the past whose totals a change has touched, in the transaction of the change.

Hangs on the log: every change is an event (`crm.audit`), so no writer can forget it. What changes
today needs no mark: a day is added up some hours after its end, and counted in the rows until then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from crm.audit.models import Event
from crm.audit.services import events_recorded
from crm.core import clock, context, prepared
from crm.core.bulk import insert_many
from crm.core.prepared import Ask
from crm.dictionaries.models import Stamp
from crm.workbench.measures import MEASURES, Measure
from crm.workbench.models import ChangedDay

#: Endings of event codes that never move a row to other totals.
QUIET = (".tagged", ".classified", ".revealed", ".shared", ".exported", ".viewed")
CREATED, UPDATED = ".created", ".updated"
#: Whose version is new with every total that is written.
STAMP = "sealed days"
_KEY = "how the totals stand"


@dataclass(frozen=True)
class Standing:
    """Measure -> its days that no total holds, and the version of the totals (None: none made)."""

    changed: Mapping[str, frozenset[date]]
    version: int | None


def standing() -> Standing:
    """How the totals stand, asked once a request for all that shows figures.

    Marks and version come in one statement: what is kept for the version is then never older than
    the marks.
    """
    cache = context.request_cache()
    found = cache.get(_KEY) if cache is not None else None
    if found is None:
        marks, stamps = prepared.together(
            Ask(prepared.ROWS, "changed days", _marks),
            Ask(prepared.ROWS, "version of sealed days", _version, (STAMP,)),
        )
        days: dict[str, set[date]] = defaultdict(set)
        for name, day in marks:
            days[name].add(day)
        changed = {name: frozenset(found) for name, found in days.items()}
        found = Standing(changed, stamps[0][0] if stamps else None)
        if cache is not None:
            cache[_KEY] = found
    return found


def _marks() -> QuerySet:
    return ChangedDay.objects.order_by().values_list("measure", "day").distinct()


def _version(name: str) -> QuerySet:
    return Stamp.objects.filter(pk=name).values_list("version")


def mark_changed_days(events: list[Event]) -> None:
    """Mark the days of the rows that these events are about."""
    by_label: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.subject_type_id is not None and not event.code.endswith(QUIET):
            model = ContentType.objects.get_for_id(event.subject_type_id).model_class()
            if model is not None:  # no model of the product any more
                by_label[model._meta.label_lower].append(event)
    marks = [
        ChangedDay(measure=measure.name, day=day)
        for label, found in by_label.items()
        for measure in MEASURES.values()
        if label in measure.depends
        for day in changed_days(measure, label, found)
    ]
    if marks:
        insert_many(marks)
        cache = context.request_cache()
        if cache is not None:
            cache.pop(_KEY, None)


def changed_days(measure: Measure, label: str, events: Iterable[Event]) -> set[date]:
    """The days before today that these events on records of one model touch."""
    found = [event for event in events if concerns(measure, label, event)]
    if not found:
        return set()
    ids = sorted({event.subject_id for event in found})
    shape, build = ("times of rows", measure.name, label), partial(times_of, measure, label)
    times = prepared.rows(shape, build, ids, measure.start_of(clock.company_today()))
    moments = [*(time for (time,) in times), *old_times(measure, label, found)]
    days = {company_day(moment) for moment in moments if moment is not None}
    return {day for day in days if day < clock.company_today()}


def times_of(measure: Measure, label: str, ids: Iterable[int], until: datetime | date) -> QuerySet:
    """When the rows were, that belong to records with these keys, before a moment."""
    rows = measure.model._base_manager.filter(**{f"{measure.at}__lt": until}).order_by()
    first, *others = (
        rows.filter(condition).values_list(measure.at) for condition in measure.depends[label](ids)
    )
    return first.distinct().union(*others)


def concerns(measure: Measure, label: str, event: Event) -> bool:
    """Whether the event may have moved rows of the measure to other totals."""
    is_row = label == measure.model._meta.label_lower
    if event.code.endswith(CREATED):
        return is_row and measure.is_backdated
    if event.code.endswith(UPDATED):
        return bool(measure.watched & event.changes.keys())
    return True


def old_times(measure: Measure, label: str, events: Iterable[Event]) -> Iterator[date | None]:
    """Where rows stood whose time itself was changed."""
    if label == measure.model._meta.label_lower:
        for event in events:
            old = event.changes.get(measure.at, [None])[0]
            if old:
                yield parse_date(str(old)) if measure.is_date else parse_datetime(str(old))


def company_day(moment: date) -> date:
    """The day of an instant by the company's clock; a day is itself."""
    if isinstance(moment, datetime):
        return timezone.localdate(moment, clock.COMPANY_ZONE)
    return moment


events_recorded.register(mark_changed_days)
