"""The layers of the calendar: things with a date, registered by whoever owns them.

A layer answers one question (`Ask`): what of these people falls on these days? It reads at most a
few rows of each day and says how many there are, so that a page costs the same number of queries
and of rows whatever its range holds (`per_day`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.timezone import get_current_timezone, localdate

from crm.access import policies, verbs
from crm.core import clock

Span = tuple[datetime, datetime | None]
LAYERS: dict[str, "Layer"] = {}


@dataclass(frozen=True)
class Ask:
    """What a page wants to know: of `people` (None: everybody the reader sees), on these days.

    `limit` is the number of entries of a layer that a day needs.
    """

    user: Any
    people: frozenset[int] | None
    first: date
    last: date
    limit: int

    @property
    def start(self) -> datetime:
        """The first instant."""
        return clock.day_bounds(self.first)[0]

    @property
    def end(self) -> datetime:
        """The instant behind the last day."""
        return clock.day_bounds(self.last)[1]

    @property
    def is_own(self) -> bool:
        """Whether the page is about the reader alone."""
        return self.people == frozenset({self.user.pk})


@dataclass(frozen=True)
class Entry:
    """One thing on one day. `at` is its time of day, None for the whole day.

    `move_url` takes a POST with another `day`, where the reader may move it; `has_place` says
    that it takes another time of day, too, and `has_length` another end.
    """

    layer: str
    pk: int
    day: date
    title: str
    url: str
    at: datetime | None = None
    until: datetime | None = None
    color: str = ""
    who: str = ""
    note: str = ""
    is_done: bool = False
    is_late: bool = False
    move_url: str = ""
    has_place: bool = False
    has_length: bool = False
    opens_dialog: bool = False


@dataclass
class Found:
    """Entries of a layer, and how many there are of each day."""

    entries: list[Entry] = field(default_factory=list)
    totals: dict[date, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, entry: Entry, total: int = 1) -> None:
        """One more entry of a day that has `total` of them."""
        self.entries.append(entry)
        self.totals[entry.day] = max(self.totals[entry.day], total)

    def add_over(self, entry: Entry) -> None:
        """One more that its day has not counted: it began on another day."""
        self.entries.append(entry)
        self.totals[entry.day] += 1


@dataclass(frozen=True)
class Layer:
    """One kind of thing with a date.

    `load(ask)` reads it, at most two queries. `move(pk, day, actor)` puts one on another day and
    returns the day it was on; layers without cannot be dragged. `place(pk, start, end, actor)` puts
    one at a time of day, with another end where one is given, and returns its span before. `model`
    is what the reader needs the right to view. `is_personal` ones stand only on one's own calendar.
    """

    name: str
    label: Any
    color: str
    model: type[models.Model]
    load: Callable[[Ask], Found]
    move: Callable[[int, date, Any], date] | None = None
    place: Callable[[int, datetime, datetime | None, Any], Span] | None = None
    order: int = 100
    is_personal: bool = False

    def is_for(self, user: Any) -> bool:
        """Whether the reader has it."""
        return bool(policies.can(user, verbs.VIEW, self.model))


def register(layer: Layer) -> Layer:
    """Add a layer. A second one of the same name is an error."""
    if layer.name in LAYERS:
        raise ValueError(f"the calendar has a layer {layer.name!r} already")
    LAYERS[layer.name] = layer
    return layer


def layers_for(user: Any, *, own: bool) -> list[Layer]:
    """The layers of a reader, in order."""
    found = [
        each for each in LAYERS.values() if each.is_for(user) and (own or not each.is_personal)
    ]
    return sorted(found, key=lambda layer: layer.order)


def per_day(rows: models.QuerySet, name: str, limit: int) -> models.QuerySet:
    """The first rows of each day with `day`, and `total`, the number of that day: one query.

    `name` is a date or an instant; days are those of the current zone.
    """
    is_instant = isinstance(rows.model._meta.get_field(name), models.DateTimeField)
    day = TruncDate(name, tzinfo=get_current_timezone()) if is_instant else F(name)
    rows = rows.order_by().annotate(day_of=day)
    return rows.annotate(
        rank_of_day=Window(RowNumber(), partition_by=[F("day_of")], order_by=[F(name), F("pk")]),
        total=Window(Count("pk"), partition_by=[F("day_of")]),
    ).filter(rank_of_day__lte=limit)


def days_of(start: datetime, end: datetime) -> Iterable[date]:
    """The days a span touches, in the current zone."""
    day, last = localdate(start), localdate(end - timedelta(microseconds=1))
    while day <= last:
        yield day
        day += timedelta(days=1)
