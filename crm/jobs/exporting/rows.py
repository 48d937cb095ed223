"""The rows of an export: keys first, then values by chunks, exactly as the screen shows them.

The keys are read once (8 bytes each), so that a row edited meanwhile is neither missed nor written
twice although it moves within the order. Each chunk asks for the right again: what is deleted or
given away meanwhile is left out.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core import clock
from crm.core.workbook import writer
from crm.core.workbook.writer import ColumnKind, write_table
from crm.jobs.exporting.exports import Export, Wanted
from crm.web.bulk import Selection
from crm.web.columns import CellContext, Column
from crm.web.listing import Listing

#: Rows read at once: their values are what an export holds in memory.
CHUNK = 500
#: Values of a column whose words are kept, so that memory stays flat.
REMEMBERED = 5_000
#: Characters of a column; pixels of the screen are of no use here.
WIDTHS = {
    ColumnKind.TEXT: 18,
    ColumnKind.NUMBER: 10,
    ColumnKind.MONEY: 16,
    ColumnKind.DATE: 12,
    ColumnKind.DATETIME: 17,
}
WIDE = 40


class Extract:
    """What one user gets of one export."""

    def __init__(self, export: Export, wanted: Wanted, user: Any) -> None:
        self.export = export
        self.spec = export.spec
        self.wanted = wanted
        self.user = user
        left_out = export.hidden(user)
        self.columns = [col for col in wanted.columns_of(export) if col.name not in left_out]

    @cached_property
    def listing(self) -> Listing:
        """The list the order came from: its filters in words and its sort order."""
        return Listing(self.spec, self.user, QueryDict(self.wanted.query))

    @cached_property
    def selection(self) -> Selection:
        """The wanted rows; `permitted` has those with the right to export."""
        ids, everything = list(self.wanted.ids or ()), self.wanted.ids is None
        return Selection(self.spec, self.user, verbs.EXPORT, ids, everything, self.wanted.query)

    def keys(self, limit: int | None = None) -> "array[int]":
        """The keys of the rows in the order of the list, `limit` of them at most."""
        name, descending = self.listing.sort
        segments = self.spec.sorts[name].segments(
            self.selection.permitted, descending=descending, user=self.user
        )
        found = array("q")
        for segment in segments:
            rows = segment.ordered().values_list("pk", flat=True)
            if limit is not None:
                rows = rows[: limit - len(found)]
            found.extend(rows.iterator(chunk_size=CHUNK))
            if limit is not None and len(found) >= limit:
                break
        return found

    def chunks(self, keys: Sequence[int]) -> Iterator[list[list[Any]]]:
        """Plain values of all rows, a chunk at a time; flat memory."""
        table, columns = self.spec.table, self.columns
        rows = self.spec.base(self.spec.model.objects.visible_to(self.user, verbs.EXPORT))
        masking = table.context_for(self.user).masking
        plains = [_remembering(column) for column in columns]
        for start in range(0, len(keys), CHUNK):
            ctx = CellContext(self.user, masking)
            part = list(keys[start : start + CHUNK])
            yield [
                [plain(value, ctx, pk) for plain, value in zip(plains, values, strict=True)]
                for pk, values in table.values(rows, part, columns, ctx)
            ]

    def write(
        self, path: Path, keys: Sequence[int], tick: Callable[[int], None] = lambda done: None
    ) -> int:
        """Write the table and return its number of rows; `tick` hears after each chunk."""
        return write_table(
            path,
            [self.heading(column) for column in self.columns],
            chain.from_iterable(_ticking(self.chunks(keys), tick)),
            self.wanted.fmt,
            sheet=str(self.export.title),
            zone=timezone.get_current_timezone(),
        )

    def heading(self, column: Column) -> writer.Column:
        """Label, kind and width of a column."""
        kind = kind_of(column, self.spec.model)
        return writer.Column(
            str(column.label), kind, WIDE if "wrap" in column.css else WIDTHS[kind]
        )

    @property
    def file_name(self) -> str:
        """What the file is called: title and moment."""
        moment = timezone.localtime(clock.now())
        return get_valid_filename(f"{self.export.title}-{moment:%Y%m%d-%H%M}.{self.wanted.fmt}")

    def filter_text(self) -> str:
        """What the rows were chosen by, in words."""
        if self.wanted.ids is not None:
            return _("selected rows")
        listing = self.listing
        listing.filterset.form.is_valid()
        words = [f"{part['label']}: {part['value']}" for part in listing.filterset.describe()]
        if listing.text:
            words.insert(0, _("Search: %(text)s") % {"text": listing.text})
        if listing.scene is not None:
            words.insert(0, str(listing.scene.label))
        return "; ".join(words)


def _remembering(column: Column) -> Callable[[tuple, CellContext, int], Any]:
    """The column's `plain`, asked once for each value where the column allows it."""
    if not column.by_value:
        return column.plain
    known: dict[tuple, Any] = {}

    def plain(values: tuple, ctx: CellContext, pk: int) -> Any:
        if values not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[values] = column.plain(values, ctx, pk)
        return known[values]

    return plain


def _ticking(
    chunks: Iterator[list[list[Any]]], tick: Callable[[int], None]
) -> Iterator[list[list[Any]]]:
    done = 0
    for rows in chunks:
        yield rows
        done += len(rows)
        tick(done)


_KINDS: dict[type[models.Field], ColumnKind] = {
    models.DateTimeField: ColumnKind.DATETIME,
    models.DateField: ColumnKind.DATE,
    models.DecimalField: ColumnKind.MONEY,
    models.IntegerField: ColumnKind.NUMBER,
}


def kind_of(column: Column, model: type[models.Model]) -> ColumnKind:
    """How a column is stored in a workbook: by the one field it shows, else as text."""
    field = _field(column.paths[0], model) if len(column.paths) == 1 else None
    if field is None or field.primary_key:
        return ColumnKind.TEXT
    for base, kind in _KINDS.items():
        if isinstance(field, base):
            return kind
    return ColumnKind.TEXT


def _field(path: Any, model: type[models.Model]) -> models.Field | None:
    """The field at the end of a value path; None where it is none (a key, a computed value)."""
    if not isinstance(path, str):
        return None
    *parents, last = path.split("__")
    try:
        for name in parents:
            model = model._meta.get_field(name).related_model
        field = model._meta.get_field(last)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None
