"""Pages of a list: keyset to the next one, offset over keys only when a page number is typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField, QuerySet, Subquery

from crm.web import sorting
from crm.web.sorting import Segment

#: Counts are exact up to here and "10000+" above (`contracts.md` 1.21).
COUNT_CAP = 10_000


def capped_count(queryset: QuerySet) -> int:
    """The number of rows, or COUNT_CAP + 1 where there are more."""
    return first_keys(queryset).count()


class CappedCount(Subquery):
    """The same within another statement, for its rows or beside other counts.

    A database counts once a statement, however many rows the number stands in.
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    empty_result_set_value = 0

    def __init__(self, queryset: QuerySet) -> None:
        super().__init__(first_keys(queryset), output_field=IntegerField())


def counted(*querysets: QuerySet) -> QuerySet:
    """One row with the number of rows of each, also of different tables, up to COUNT_CAP + 1."""
    numbers = {f"n{place}": CappedCount(rows) for place, rows in enumerate(querysets)}
    some_row = ContentType.objects.order_by()[:1]  # a table that always has one
    return some_row.annotate(**numbers).values_list(*numbers)


def first_keys(queryset: QuerySet) -> QuerySet:
    """As many keys as are counted at all."""
    return queryset.order_by().values_list("pk")[: COUNT_CAP + 1]


@dataclass(frozen=True)
class Page:
    """One page of keys, and where the pages around it begin."""

    ids: list[int]
    number: int
    size: int
    after: str  # place of the last row: the next page continues behind it
    has_next: bool

    @property
    def first_row(self) -> int:
        """1-based number of the first row, 0 on an empty page."""
        return (self.number - 1) * self.size + 1 if self.ids else 0

    @property
    def last_row(self) -> int:
        """1-based number of the last row."""
        return (self.number - 1) * self.size + len(self.ids)


def total_label(total: int) -> str:
    """The number for `data-total`: an integer or `10000+`."""
    return f"{COUNT_CAP}+" if total > COUNT_CAP else str(total)


def count_text(total: int) -> str:
    """The number as people read it: `1,284` or `10,000+`."""
    return f"{COUNT_CAP:,}+" if total > COUNT_CAP else f"{total:,}"


def page_from(rows: Sequence[tuple], number: int, size: int) -> Page:
    """A page of a list of one segment, from (value, key) of its rows and of one more."""
    shown = rows[:size]
    token = sorting.encode(0, *shown[-1]) if shown else ""
    return Page([row[1] for row in shown], number, size, token, len(rows) > size)


def fetch_page(segments: Sequence[Segment], *, number: int, size: int, after: str = "") -> Page:
    """Read the keys of one page; one row more tells whether there is a next page."""
    place = sorting.decode(after, len(segments)) if after else None
    rows = _walk(segments, place, 0 if place else (number - 1) * size, size + 1)
    shown = rows[:size]
    token = sorting.encode(*shown[-1]) if shown else ""
    return Page([row[2] for row in shown], number, size, token, len(rows) > size)


def _walk(
    segments: Sequence[Segment],
    place: tuple[int, Any, int] | None,
    offset: int,
    limit: int,
) -> list[tuple[int, Any, int]]:
    """Up to `limit` rows as (segment, value, key), behind `place` or behind `offset` rows."""
    found: list[tuple[int, Any, int]] = []
    for number, segment in enumerate(segments):
        if place is not None and number < place[0]:
            continue
        here = place is not None and number == place[0]
        wanted = limit - len(found)
        if here or offset:
            query = segment.after(place[1], place[2]) if here else segment.ordered()
            rows = list(query.values_list(segment.field, "pk")[offset : offset + wanted])
        else:
            rows = segment.first(wanted)
        found += [(number, value, pk) for value, pk in rows]
        if len(found) >= limit:
            break
        if offset:
            offset = 0 if rows else max(0, offset - segment.queryset.order_by().count())
    return found
