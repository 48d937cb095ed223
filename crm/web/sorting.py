"""Sort orders as sequences of segments, each walked in exactly the order of an index.

A segment is a part of the list with its own order: rows with a date before rows without one, grade
A before grade B. Inside a segment `(column, key)` is unique, so a page continues after the last
row it showed (keyset) however deep it is, and NULLs never need a special sort.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.dateparse import parse_datetime

Newest = Callable[[QuerySet], Iterable[QuerySet]]


@dataclass(frozen=True)
class Segment:
    """Rows of `queryset` in the order of (`field`, pk), newest or largest first if `descending`."""

    queryset: QuerySet
    field: str
    descending: bool
    #: Gives more and more of the rows, the first in this order: asked first, as that is cheaper.
    newest: Newest | None = None

    def first(self, wanted: int) -> list[tuple]:
        """(value, key) of the first rows."""
        for near in self.newest(self.queryset) if self.newest else ():
            found = Segment(near, self.field, self.descending).first(wanted)
            if len(found) == wanted:
                return found
        return list(self.ordered().values_list(self.field, "pk")[:wanted])

    def ordered(self) -> QuerySet:
        """The queryset in index order."""
        sign = "-" if self.descending else ""
        names = [self.field] if self.field == "pk" else [self.field, "pk"]
        return self.queryset.order_by(*(f"{sign}{name}" for name in names))

    def after(self, value: Any, pk: int) -> QuerySet:
        """The rows behind the one with this value and key."""
        compare = TupleLessThan if self.descending else TupleGreaterThan
        if self.field == "pk":
            return self.ordered().filter(**{"pk__lt" if self.descending else "pk__gt": pk})
        # SQLite finds its place in the index by the first column alone.
        bound = {f"{self.field}__{'lte' if self.descending else 'gte'}": value}
        return self.ordered().filter(compare((F(self.field), F("pk")), (value, pk)), **bound)


class SortKey:
    """One way to order a list: by a column without NULLs, or with them (rows without come last)."""

    def __init__(self, field: str, *, nullable: bool = False, descending: bool = False) -> None:
        self.field = field
        self.nullable = nullable
        #: The direction of the first click.
        self.descending = descending

    @property
    def is_plain(self) -> bool:
        """Whether the order is one segment that depends on nothing but the rows."""
        return type(self) is SortKey and not self.nullable

    def segments(self, queryset: QuerySet, *, descending: bool, user: Any) -> Sequence[Segment]:
        """The parts of the list in this order."""
        if not self.nullable:
            return [Segment(queryset, self.field, descending)]
        filled = queryset.filter(**{f"{self.field}__isnull": False})
        empty = queryset.filter(**{f"{self.field}__isnull": True})
        return [Segment(filled, self.field, descending), Segment(empty, "pk", True)]


class RankedSortKey(SortKey):
    """By the rank of a value (grade, stage): one segment per value in the given order."""

    def __init__(self, field: str, ranks: Any, *, then: str = "updated_at") -> None:
        super().__init__(field)
        self.ranks = ranks  # callable -> values in order
        self.then = then

    def segments(
        self, queryset: QuerySet, *, descending: bool, user: Any, newest: Newest | None = None
    ) -> Sequence[Segment]:
        values = list(self.ranks())
        ordered = values[::-1] if descending else values
        return _Parts(
            [
                partial(self._part, queryset, newest, condition)
                for condition in (
                    *({self.field: value} for value in ordered),
                    {f"{self.field}__isnull": True},
                )
            ]
        )

    def _part(self, rows: QuerySet, newest: Newest | None, condition: dict[str, Any]) -> Segment:
        return Segment(rows.filter(**condition), self.then, True, newest)


class _Parts(Sequence[Segment]):
    """Segments made when a page comes to them: most pages end in the first one."""

    def __init__(self, makers: Sequence[Callable[[], Segment]]) -> None:
        self.makers = makers

    def __len__(self) -> int:
        return len(self.makers)

    def __getitem__(self, place: Any) -> Any:
        return self.makers[place]()


def encode(segment: int, value: Any, pk: int) -> str:
    """The place of a row as a string for the address."""
    kind, text = "s", value
    if isinstance(value, datetime):
        kind, text = "t", value.isoformat()
    elif isinstance(value, int):
        kind = "i"
    return f"{segment}.{pk}.{kind}.{text}"


def decode(token: str, segments: int) -> tuple[int, Any, int] | None:
    """The place behind a string from the address; None for a string that is not one.

    `segments` is their number: they need not be made to find one's place in them.
    """
    try:
        number, pk, kind, text = token.split(".", 3)
        value: Any = {"s": str, "i": int, "t": parse_datetime}[kind](text)
        place = int(number), value, int(pk)
    except (ValueError, KeyError):
        return None
    return place if value is not None and 0 <= place[0] < segments else None
