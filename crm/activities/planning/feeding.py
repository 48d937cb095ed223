"""What stands in a person's calendar feed: sources register here, each read as that person."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from crm.access import policies, verbs
from crm.activities.planning import ics
from crm.activities.planning.calendar_days import next_working_day
from crm.activities.planning.choices import AppointmentStatus, Repeat
from crm.activities.planning.ics import FeedEvent
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.repeating import days_after, is_on_its_day
from crm.activities.planning.times import end_of_day
from crm.core import clock

#: How far a feed reaches back and ahead, and how much of each source it holds.
BACK, AHEAD = timedelta(days=60), timedelta(days=366)
MOST = 1_000
#: How far ahead each single day of a series without a rule is written.
SERIES = timedelta(days=90)
HALF_HOUR = timedelta(minutes=30)
SOURCES: list[Callable[["Wanted"], Iterable[FeedEvent]]] = []


@dataclass(frozen=True)
class Wanted:
    """Whose feed it is, and the instants it reaches from and to."""

    user: Any
    start: datetime
    end: datetime

    def url(self, path: str) -> str:
        """The whole address of a page, where the site knows its own."""
        return f"{settings.SITE_URL.rstrip('/')}{path}" if settings.SITE_URL else ""


def register(source: Callable[[Wanted], Iterable[FeedEvent]]) -> None:
    """Add a source of events; it reads rows the person sees, at most `MOST`."""
    SOURCES.append(source)


def feed_of(user: Any) -> str:
    """The person's own calendar as a file; the same rows give the same file."""
    now = clock.now()
    wanted = Wanted(user, now - BACK, now + AHEAD)
    events = [event for source in SOURCES for event in islice(source(wanted), 2 * MOST)]
    events.sort(key=lambda event: event.uid)
    return ics.calendar_text(f"{settings.SITE_NAME} · {user.name}", events)


def uid(kind: str, pk: int) -> str:
    """A name that stays with the record, so that a change moves what is there already."""
    return f"{kind}-{pk}@heke-crm"


def appointments(wanted: Wanted) -> Iterable[FeedEvent]:
    """Appointments the person has or takes part in; cancelled ones are left out."""
    if not policies.can(wanted.user, verbs.VIEW, Appointment):
        return
    rows = Appointment.objects.visible_to(wanted.user).kept().of(wanted.user.pk)
    rows = rows.exclude(status=AppointmentStatus.CANCELLED).during(wanted.start, wanted.end)
    for row in rows.order_by("-starts_at", "-pk")[:MOST]:
        span: tuple[Any, Any] = row.starts_at, row.ends_at
        if row.is_all_day:
            span = tuple(localdate(moment, clock.COMPANY_ZONE) for moment in span)
        yield FeedEvent(
            uid("appointment", row.pk),
            row.title,
            *span,
            changed_at=row.updated_at,
            url=wanted.url(row.get_absolute_url()),
            place=row.place,
            text=row.purpose,
        )


def tasks(wanted: Wanted) -> Iterable[FeedEvent]:
    """Open tasks with a date, repeating ones with their rule."""
    if not policies.can(wanted.user, verbs.VIEW, Task):
        return
    rows = Task.objects.visible_to(wanted.user).kept().open().of(wanted.user.pk)
    rows = rows.filter(due_at__gte=wanted.start, due_at__lt=wanted.end)
    for row in rows.order_by("due_at", "pk")[:MOST]:
        span: tuple[Any, Any] = row.due_on, row.due_on + timedelta(days=1)
        if row.due_has_time:
            span = row.due_at, row.due_at + HALF_HOUR
        event = FeedEvent(
            uid("task", row.pk),
            row.title,
            *span,
            changed_at=row.updated_at,
            url=wanted.url(row.get_absolute_url()),
            text=row.description,
            is_free=True,
        )
        yield from series_of(event, row)


def series_of(event: FeedEvent, row: Task) -> Iterable[FeedEvent]:
    """A task with its later times: by rule, by working days, or alone.

    A rule begins with its event (RFC 5545 3.8.5.3). What was moved off its day stands alone, and
    the rule begins with the next time.
    """
    later = days_after(row.due_on, row.repeat, row.anchor_on, next_working_day)
    following = next(later, None) if row.anchor_on else None
    if following is None or (row.repeat_until and following > row.repeat_until):
        yield event
    elif row.repeat == Repeat.WORKDAYS:
        yield event
        yield from each_working_day(event, row)
    elif is_on_its_day(row.due_on, row.repeat, row.anchor_on):
        yield replace(event, rule=_rule(row))
    else:
        yield event
        yield _on(event, row, following, uid=uid("task-next", row.pk), rule=_rule(row))


def _rule(row: Task) -> str:
    until: Any = row.repeat_until
    if row.due_has_time:
        until = until and end_of_day(until)
    return ics.rule_of(row.repeat, row.anchor_on, until)


def _on(event: FeedEvent, row: Task, day: date, **changes: Any) -> FeedEvent:
    step = day - row.due_on
    return replace(event, start=event.start + step, end=event.end + step, **changes)


def each_working_day(event: FeedEvent, row: Task) -> Iterable[FeedEvent]:
    """The later times of what is due on working days, one by one: 调休 knows no rule.

    Times in the past are left out: what was missed does not pile up. Each keeps its name, so that
    the next fetch moves nothing.
    """
    first, last = clock.company_today(), clock.company_today() + SERIES
    if row.repeat_until is not None:
        last = min(last, row.repeat_until)
    for day in days_after(row.due_on, row.repeat, row.anchor_on, next_working_day):
        if day > last:
            return
        if day >= first:
            yield _on(event, row, day, uid=uid(f"task-{day:%Y%m%d}", row.pk))


register(appointments)
register(tasks)
