"""The bugs of files that G07, G08 and G21 must see: readers, writers, and the error workbook.

`check` names the check of test_mutants_files and its arguments.
"""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from crm.core.text import to_text
from crm.core.workbook import gate, writer
from crm.jobs.importing import kinds, tables
from crm.jobs.models import Job
from customers.importing.customers import CustomerResource
from tests.gates.mutants import Mutant, Patch, put
from tests.kit.reading import stand_in

CELL, ORIGINAL, COMBINE = writer._cell, tables.original_rows, CustomerResource.combine


def in_child(bug: str) -> Patch:
    """A bug in the process that opens a stranger's file."""
    return lambda patch: stand_in(patch, bug=bug)


def first_sign_only(value: object) -> str:
    """A guard that blanks and wide signs deceive."""
    text = to_text(value)
    return f"'{text}" if text[:1] in "=+-@" and isinstance(value, str) else text


def live_cell(start: str, value: Any, zone: Any) -> str:
    """A writer that takes a text with = for a formula, as most do."""
    if isinstance(value, str) and value.startswith("="):
        return f"{start}><f>{escape(value[1:])}</f></c>"
    return CELL(start, value, zone)


def obliging_workbook(patch: pytest.MonkeyPatch) -> None:
    """A template written as the library suggests: `write` guesses what a text is."""
    patch.setattr(writer.xlsxwriter, "Workbook", lambda path, options: Workbook(path))
    patch.setattr(Worksheet, "write_string", Worksheet.write)


def first_missing(job: Job, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    """An error workbook that lacks a row."""
    return iter(list(ORIGINAL(job, numbers))[1:])


def counted(job: Job, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    """Cells beside the number of another row."""
    rows = list(ORIGINAL(job, numbers))
    return iter([(number, rows[place - 1][1]) for place, (number, _cells) in enumerate(rows)])


def cleaned(job: Job, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    """Cells as the program understands them, not as the user wrote them."""
    for number, cells in ORIGINAL(job, numbers):
        yield number, [cell.replace("1.38E+10", "13800000000") for cell in cells]


def named_anyhow(self: Any, row: Any, known: Any, options: Any) -> None:
    """A row without a name gets one."""
    row.values.setdefault("name", f"未命名{row.number}")
    COMBINE(self, row, known, options)


MUTANTS = (
    # --- G07 ------------------------------------------------------------------------------------
    Mutant("the archive is not checked", "G07",
           ("hostile", "macro sheet", "name with ..", "link to another workbook"),
           in_child("gate.check_archive = lambda path: {}")),
    Mutant("a DOCTYPE is allowed", "G07", ("hostile", "doctype in a theme"),
           in_child("gate._refuse_doctype = lambda *parts: None")),
    Mutant("strings are not counted", "G07", ("hostile", "a million strings"),
           in_child("limits.SHARED_STRINGS = 10**9")),
    Mutant("texts have no limit", "G07", ("hostile", "field of 40,000 characters"),
           in_child("limits.TEXT = 10**9; child.csvfile.limits.TEXT = 10**9")),
    Mutant("macros are let through", "G07", ("hostile", "macros"),
           put(gate, "_check_archive_kind", lambda path: None)),
    Mutant("any ending will do", "G07", ("hostile", "workbook as exe"),
           put(gate, "_check_name", lambda filename, kind: None)),
    # --- G08 ------------------------------------------------------------------------------------
    Mutant("csv is not guarded", "G08", ("export", "csv"), put(writer, "csv_safe", to_text)),
    Mutant("the guard looks at the first sign only", "G08", ("export", "csv"),
           put(writer, "csv_safe", first_sign_only)),
    Mutant("xlsx takes = for a formula", "G08", ("export", "xlsx"),
           put(writer, "_cell", live_cell)),
    Mutant("xlsx text is not escaped", "G08", ("export", "xlsx"),
           put(writer, "cell_text", lambda text: text)),
    Mutant("the template guesses what a text is", "G08", ("template",), obliging_workbook),
    # --- G21 ------------------------------------------------------------------------------------
    Mutant("the error workbook lacks a row", "G21", ("bad_rows",),
           put(tables, "original_rows", first_missing)),
    Mutant("cells stand beside the wrong number", "G21", ("bad_rows",),
           put(tables, "original_rows", counted)),
    Mutant("the error workbook shows repaired cells", "G21", ("bad_rows",),
           put(tables, "original_rows", cleaned)),
    Mutant("a refused row has a reason that says nothing", "G21", ("bad_rows",),
           put(kinds, "message_of", lambda item: "失败")),
    Mutant("rows without a name get one", "G21", ("bad_rows",),
           put(CustomerResource, "combine", named_anyhow)),
)  # fmt: skip
