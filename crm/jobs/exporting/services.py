"""Handing out an export: at once where it is small, else as a job; both tell the log."""

from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.access import policies, verbs
from crm.audit.services import record
from crm.jobs import services
from crm.jobs.exporting.rows import Extract
from crm.jobs.models import Job


def write_file(extract: Extract, path: Path, keys: Any = None) -> int:
    """Write the table to `path` and record it; returns the number of rows.

    Raises NotAllowed where the user may not export the list.
    """
    policies.require(extract.user, verbs.EXPORT, extract.spec.model)
    rows = extract.write(path, extract.keys() if keys is None else keys)
    record_export(extract, rows)
    return rows


def enqueue(extract: Extract, *, total: int | None = None) -> Job:
    """Have a worker write the file. Raises NotAllowed."""
    return services.enqueue(
        extract.export.kind,
        actor=extract.user,
        params=extract.wanted.params(),
        source_name=extract.file_name,
        total=total,
    )


def record_export(extract: Extract, rows: int) -> None:
    """One event for the whole file: how many rows, which columns, chosen by what (T22, D16)."""
    columns = [str(column.label) for column in extract.columns]
    record(
        extract.export.event,
        None,
        actor=extract.user,
        label=ngettext("%(n)s row", "%(n)s rows", rows) % {"n": number_format(rows)},
        changes={
            _("Rows"): [None, rows],
            _("Format"): [None, extract.wanted.fmt],
            _("Columns"): [None, "、".join(columns)],
            _("Rows chosen by"): [None, extract.filter_text()],
        },
        note=extract.file_name,
    )
