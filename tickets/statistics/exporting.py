"""The statistics as a workbook: one line for each figure, with the table it stands in."""

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
from crm.core.workbook.writer import XLSX, Column, ColumnKind, write_table
from tickets.models import Ticket
from tickets.statistics.asking import Asked
from tickets.statistics.tables import Table


def write_statistics(asked: Asked, tables: list[Table], path: Path, *, actor: Any) -> str:
    """Write the workbook to `path`, tell the log, return the name for the file.

    Raises NotAllowed where the user may not export tickets.
    """
    policies.require(actor, verbs.EXPORT, Ticket)
    columns = [
        Column(_("Table"), width=22),
        Column(_("Item"), width=30),
        Column(_("Figure"), width=18),
        Column(_("Value"), ColumnKind.NUMBER, width=12),
        Column(_("As shown"), width=18),
        Column(_("Rows chosen by"), width=44),
    ]
    count = write_table(path, columns, lines(asked, tables), XLSX, sheet=_("Ticket statistics"))
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


def lines(asked: Asked, tables: list[Table]) -> list[list[Any]]:
    """Every figure of every table; lengths of time are hours, shares per cent."""
    words = asked.words
    return [
        [table.title, line.label, column, cell.value, cell.text, words]
        for table in tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
    ]
