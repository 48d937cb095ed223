"""What a work report fills itself with: numbers and lines of a span, from sources that register.

A source reads what one person did between two instants, as that person; domains add theirs
(opportunity stages, tickets). Here: the registry and the sources of this package.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from crm.activities.models import FollowUp
from crm.activities.planning import links
from crm.activities.planning.choices import AppointmentStatus, ReportKind
from crm.activities.planning.models import Appointment, Task
from crm.core import clock

#: Lines of one source.
MOST_LINES = 30
#: Signs of one line.
MOST_SIGNS = 120


@dataclass(frozen=True)
class Stretch:
    """Whose days they are, and the instants they begin and end at."""

    user: Any
    start: datetime
    end: datetime


@dataclass
class Facts:
    """How many there were, and the first of them in words."""

    count: int = 0
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """One kind of work. `load(stretch)` reads it, at most two queries."""

    name: str
    label: Any
    load: Callable[[Stretch], Facts]
    order: int = 100


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source. A second one of the same name is an error."""
    if source.name in SOURCES:
        raise ValueError(f"work reports have a source {source.name!r} already")
    SOURCES[source.name] = source


def span_of(kind: str, day: date) -> tuple[date, date]:
    """The days of a report around a day: itself, its week from Monday on, its month."""
    if kind == ReportKind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    if kind == ReportKind.MONTHLY:
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return day, day


def facts_of(user: Any, first: date, last: date) -> list[dict[str, Any]]:
    """What the records say of these days, as it is shown and kept."""
    stretch = Stretch(user, clock.day_bounds(first)[0], clock.day_bounds(last)[1])
    found = []
    for source in sorted(SOURCES.values(), key=lambda each: each.order):
        facts = source.load(stretch)
        if facts.count:
            found.append({"name": source.name, "count": facts.count, "lines": facts.lines})
    return found


def label_of(name: str) -> str:
    """What a source is called; its name where it is gone."""
    source = SOURCES.get(name)
    return str(source.label) if source else name


def in_words(facts: list[dict[str, Any]]) -> str:
    """The lines as text, to be put into a report by one click and then edited."""
    parts = []
    for each in facts:
        parts.append(f"{label_of(each['name'])}（{each['count']}）")
        parts += [f"- {line}" for line in each["lines"]]
    return "\n".join(parts)


def short(text: str) -> str:
    """One line of a text."""
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST_SIGNS else f"{plain[:MOST_SIGNS]}…"


def follow_ups(stretch: Stretch) -> Facts:
    """What the person wrote about contacts, with the name of the record where he sees it.

    His own words stay in his report when somebody else has got the record since.
    """
    rows = FollowUp.objects.kept().filter(
        author_id=stretch.user.pk, happened_at__gte=stretch.start, happened_at__lt=stretch.end
    )
    found = list(rows.order_by("happened_at", "pk")[: MOST_LINES + 1])
    names = links.visible_names(
        ((row.subject_type_id, row.subject_id) for row in found[:MOST_LINES]), stretch.user
    )
    lines = [
        short("：".join(filter(None, (names.get((row.subject_type_id, row.subject_id)), row.text))))
        for row in found[:MOST_LINES]
    ]
    return Facts(rows.count() if len(found) > MOST_LINES else len(found), lines)


def tasks_done(stretch: Stretch) -> Facts:
    """What the person completed."""
    rows = Task.objects.kept().filter(
        done_by_id=stretch.user.pk, done_at__gte=stretch.start, done_at__lt=stretch.end
    )
    found = list(rows.order_by("done_at", "pk").values_list("title", flat=True)[: MOST_LINES + 1])
    count = rows.count() if len(found) > MOST_LINES else len(found)
    return Facts(count, [short(title) for title in found[:MOST_LINES]])


def appointments(stretch: Stretch) -> Facts:
    """Whom the person met, with what came of it."""
    rows = Appointment.objects.visible_to(stretch.user).kept().of(stretch.user.pk)
    rows = rows.exclude(status=AppointmentStatus.CANCELLED)
    rows = rows.filter(starts_at__gte=stretch.start, starts_at__lt=stretch.end)
    found = list(rows.order_by("starts_at", "pk")[: MOST_LINES + 1])
    lines = [
        short(f"{localtime(row.starts_at):%H:%M} {row.title} {row.outcome}".strip())
        for row in found[:MOST_LINES]
    ]
    return Facts(rows.count() if len(found) > MOST_LINES else len(found), lines)


register(Source("follow_ups", _("Follow-ups"), follow_ups, order=20))
register(Source("tasks", _("Tasks done"), tasks_done, order=30))
register(Source("appointments", _("Appointments"), appointments, order=40))
