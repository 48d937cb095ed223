"""The statistics as a workbook: a sheet for each table, as the page shows it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.workbook.writer import XLSX, Column, ColumnKind, Sheet, write_sheets
from tickets.models import Ticket
from tickets.statistics.asking import Asked
from tickets.statistics.tables import HOURS, PERCENT, Cell, Line, Table


def write_statistics(asked: Asked, tables: list[Table], path: Path, *, actor: Any) -> str:
    """Write the workbook to `path`, tell the log, return the name for the file.

    Raises NotAllowed where the user may not export tickets.
    """
    policies.require(actor, verbs.EXPORT, Ticket)
    write_sheets(path, [cover(asked, tables, actor), *(sheet_of(table) for table in tables)])
    count = sum(len(table.lines) for table in tables)
    name = get_valid_filename(
        f"{_('Ticket statistics')}-{timezone.localtime(clock.now()):%Y%m%d-%H%M}.{XLSX}"
    )
    record(
        "tickets.statistics.exported",
        None,
        actor=actor,
        label=ngettext("%(n)s row", "%(n)s rows", count) % {"n": number_format(count)},
        changes={_("Rows"): [None, count], _("Rows chosen by"): [None, asked.words]},
        note=name,
    )
    return name


def cover(asked: Asked, tables: list[Table], actor: Any) -> Sheet:
    """The first sheet: which tickets, when, by whom, and how the figures are meant."""
    now = timezone.localtime(clock.now())
    rows = [
        (_("Tickets counted"), asked.words),
        (_("Exported at"), f"{now:%Y-%m-%d %H:%M}"),
        (_("Exported by"), actor.display_name),
        *((table.title, table.note) for table in tables if table.note),
    ]
    columns = [Column(_("Ticket statistics"), width=24), Column(_("About these figures"), width=60)]
    return Sheet(_("About these figures"), columns, rows)


def sheet_of(table: Table) -> Sheet:
    """A table as the page shows it; lengths of time are hours, shares per cent."""
    cells = table.lines[0].cells if table.lines else [Cell("") for _each in table.columns]
    columns = [Column(table.title, width=30)]
    for heading, cell in zip(table.columns, cells, strict=True):
        columns += [
            Column(text, ColumnKind.NUMBER, width=max(10, 2 * len(text) + 2))
            for text in headings(heading, cell)
        ]
    return Sheet(table.title, columns, [list(values(line)) for line in table.lines])


def headings(heading: str, cell: Cell) -> Iterator[str]:
    """A column with its unit, and one for the number behind a rate."""
    units = {PERCENT: _("%(heading)s (%%)"), HOURS: _("%(heading)s (hours)")}
    yield units[cell.unit] % {"heading": heading} if cell.unit else heading
    if cell.n is not None:
        yield _("%(heading)s: n") % {"heading": heading}


def values(line: Line) -> Iterator[Any]:
    """What the sheet stores of a line; below a node of the tree the label is moved in."""
    yield "\u3000" * line.depth + line.label
    for cell in line.cells:
        yield cell.value
        if cell.n is not None:
            yield cell.n
