"""Writing of tables: exports, error workbooks and import templates (T22, market 2.12, 2.13).

Here: xlsx with flat memory and no formula, CSV with BOM, the template with red required headings,
drop-downs and the province-city-district cascade. Not here: which columns and rows.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from crm.core.clock import COMPANY_ZONE
from crm.core.text import XLSX_CELL_LIMIT, csv_safe, excel_safe, to_text
from crm.core.workbook.xlsxstream import STYLES, SheetStream, cell_text

XLSX, CSV = "xlsx", "csv"
SHEET_ROWS = 1_048_000  # an xlsx sheet ends at 1,048,576
DROP_DOWN_ROWS = 2_000  # rows of a template that offer drop-downs
_MAX_WIDTH, _MIN_WIDTH = 60, 6
_LISTS = "lists"


class ColumnKind(StrEnum):
    """How a column is stored and shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. `width` in characters; `choices` and `note` are for templates."""

    header: str
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 14
    required: bool = False
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook of several."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Cascade:
    """Choices that depend on other columns: the headers of the levels and the tree of names.

    `tree` is {province: {city: [district, …]}}; a city without districts has an empty list.
    """

    headers: tuple[str, str, str]
    tree: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Template:
    """What an import template shows beside its columns: notes above, example rows below."""

    title: str
    notes: tuple[str, ...] = ()
    examples: tuple[tuple[object, ...], ...] = ()
    cascade: Cascade | None = None


def write_table(
    path: str | os.PathLike[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    fmt: str = XLSX,
    *,
    sheet: str = "Sheet1",
    zone: tzinfo = COMPANY_ZONE,
) -> int:
    """Write rows as they come, in flat memory, and return how many.

    Text is never run by a spreadsheet; aware times are shown in `zone`; Decimal is a number.
    """
    if fmt == CSV:
        return _write_csv(path, columns, rows, zone)
    if fmt == XLSX:
        return _write_xlsx(path, columns, rows, sheet, zone)
    raise ValueError(f"unknown table format: {fmt}")


def write_sheets(
    path: str | os.PathLike[str], sheets: Iterable[Sheet], *, zone: tzinfo = COMPANY_ZONE
) -> int:
    """Write an xlsx workbook of several tables and return how many rows it has in all.

    The same promises as `write_table`; names of sheets are cut to what Excel takes and made
    different from each other.
    """
    stream, taken, count = SheetStream(path), set[str](), 0
    try:
        for sheet in sheets:
            name = _own_name(_sheet_name(sheet.name), taken)
            count += _write_sheets(stream, sheet.columns, sheet.rows, name, zone)
    except BaseException:
        stream.abandon()
        raise
    stream.close()
    return count


def _own_name(name: str, taken: set[str]) -> str:
    """A name no sheet of the workbook has yet; Excel does not tell cases apart."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = f"{name[:24]} ({number})"
    taken.add(found.casefold())
    return found


# --- CSV -----------------------------------------------------------------------------------------


def _write_csv(
    path: str | os.PathLike[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    zone: tzinfo,
) -> int:
    count = 0
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([csv_safe(column.header) for column in columns])
        for row in rows:
            writer.writerow([_csv_field(value, zone) for value in row])
            count += 1
    return count


def _csv_field(value: object, zone: tzinfo) -> str:
    if isinstance(value, str):
        return csv_safe(value.replace("\0", ""))
    if isinstance(value, datetime):
        return _local(value, zone).isoformat(" ", "minutes")
    return to_text(value)


def _local(value: datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo is not None else value


# --- xlsx ----------------------------------------------------------------------------------------


_NUMBER_FORMATS = {
    ColumnKind.TEXT: "@",
    ColumnKind.NUMBER: "General",
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.DATE: "yyyy\\-mm\\-dd",
    ColumnKind.DATETIME: "yyyy\\-mm\\-dd\\ hh:mm",
}
_EPOCH = date(1899, 12, 30).toordinal()
_EXACT = 10**15  # Excel keeps 15 digits; longer numbers are written as text


def _write_xlsx(
    path: str | os.PathLike[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    sheet: str,
    zone: tzinfo,
) -> int:
    stream = SheetStream(path)
    try:
        count = _write_sheets(stream, columns, rows, _sheet_name(sheet), zone)
    except BaseException:
        stream.abandon()
        raise
    stream.close()
    return count


def _write_sheets(
    stream: SheetStream,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    name: str,
    zone: tzinfo,
) -> int:
    """Write rows; another sheet begins where Excel's last row is reached."""
    headers = [excel_safe(column.header) for column in columns]
    widths = [max(_MIN_WIDTH, min(column.width, _MAX_WIDTH)) for column in columns]
    styles = [STYLES[_NUMBER_FORMATS[column.kind]] for column in columns]
    stream.sheet(name, headers, widths)
    places = list(zip(stream.letters, styles, strict=True))
    count, line = 0, 1
    for row in rows:
        line += 1
        if line > SHEET_ROWS:
            line = 2
            stream.sheet(f"{name[:24]} ({count // (SHEET_ROWS - 1) + 1})", headers, widths)
        stream.row(
            line,
            "".join(
                [
                    _cell(f'<c r="{letter}{line}" s="{style}"', value, zone)
                    for (letter, style), value in zip(places, row, strict=True)
                    if value is not None and value != ""
                ]
            ),
        )
        count += 1
    return count


def _cell(start: str, value: object, zone: tzinfo) -> str:
    """Return one cell by the type of its value; text is always stored as text."""
    if isinstance(value, str):
        text = cell_text(value[:XLSX_CELL_LIMIT])
        return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f'{start} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        local = _local(value, zone)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return f"{start}><v>{local.toordinal() - _EPOCH + seconds / 86400:.10f}</v></c>"
    if isinstance(value, date):
        return f"{start}><v>{value.toordinal() - _EPOCH}</v></c>"
    if isinstance(value, int | float | Decimal) and -_EXACT < value < _EXACT:
        return f"{start}><v>{value}</v></c>"
    return _cell(start, str(value), zone)


def _sheet_name(name: str) -> str:
    cleaned = "".join(char for char in excel_safe(name) if char not in "[]:*?/\\").strip("'")[:31]
    return cleaned or "Sheet1"


# --- the template --------------------------------------------------------------------------------


def write_template(
    path: str | os.PathLike[str], columns: Sequence[Column], template: Template
) -> None:
    """Write an import template: notes, red required headings with comments, drop-downs, cascade.

    The heading row is the second one when there are notes, else the first.
    """
    book = xlsxwriter.Workbook(
        os.fspath(path), {"strings_to_formulas": False, "strings_to_urls": False}
    )
    try:
        sheet = book.add_worksheet(_sheet_name(template.title))
        lists = _Lists(book)
        top = _write_notes(book, sheet, columns, template.notes)
        _write_headings(book, sheet, columns, top)
        _write_examples(book, sheet, columns, template.examples, top + 1)
        for index, column in enumerate(columns):
            if column.choices:
                source = lists.add(column.header, column.choices)
                sheet.data_validation(top + 1, index, top + DROP_DOWN_ROWS, index, _rule(source))
        if template.cascade is not None:
            _write_cascade(sheet, lists, columns, template.cascade, top + 1)
        sheet.freeze_panes(top + 1, 1)
        lists.sheet.hide()
        sheet.activate()
    finally:
        book.close()


def _rule(source: str) -> dict[str, Any]:
    # Other values are allowed: the import offers to map or to add them.
    return {"validate": "list", "source": source, "error_type": "warning", "show_error": False}


def _write_notes(book: Any, sheet: Any, columns: Sequence[Column], notes: tuple[str, ...]) -> int:
    if not notes:
        return 0
    look = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#666666"})
    body = "\n".join(notes)
    if len(columns) > 1:
        sheet.merge_range(0, 0, 0, len(columns) - 1, _plain(body), look)
    else:
        sheet.write_string(0, 0, _plain(body), look)
    sheet.set_row(0, 16 * len(notes) + 6)
    return 1


def _write_headings(book: Any, sheet: Any, columns: Sequence[Column], top: int) -> None:
    plain = book.add_format({"bold": True, "bg_color": "#F2F4F7", "bottom": 1})
    required = book.add_format(
        {"bold": True, "bg_color": "#F2F4F7", "bottom": 1, "font_color": "#C00000"}
    )
    for index, column in enumerate(columns):
        look = book.add_format({"num_format": _NUMBER_FORMATS[column.kind]})
        sheet.set_column(index, index, max(_MIN_WIDTH, min(column.width, _MAX_WIDTH)), look)
        name = f"*{column.header}" if column.required else column.header
        sheet.write_string(top, index, _plain(name), required if column.required else plain)
        if column.note:
            sheet.write_comment(top, index, _plain(column.note), {"x_scale": 1.5})


def _write_examples(
    book: Any,
    sheet: Any,
    columns: Sequence[Column],
    examples: tuple[tuple[object, ...], ...],
    first: int,
) -> None:
    for line, row in enumerate(examples, start=first):
        for index, value in enumerate(row):
            if isinstance(value, date):
                look = {"num_format": _NUMBER_FORMATS[columns[index].kind]}
                sheet.write_datetime(line, index, value, book.add_format(look))
            elif isinstance(value, int | float | Decimal):
                sheet.write_number(line, index, value)
            elif value not in (None, ""):
                sheet.write_string(line, index, _plain(value))


def _plain(value: object) -> str:
    """Return text for xlsxwriter, which takes a text that begins with <r> for markup."""
    text = excel_safe(value)
    return "\u200b" + text if text.startswith("<r>") else text


class _Lists:
    """The hidden sheet that holds the values of the drop-downs, one list per column."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.sheet = book.add_worksheet(_LISTS)
        self.used = 0

    def add(self, header: str, values: Sequence[str]) -> str:
        """Write a list and return the reference to it."""
        column, letter = self.used, xl_col_to_name(self.used)
        self.used += 1
        self.sheet.write_string(0, column, _plain(header))
        for line, value in enumerate(values, start=1):
            self.sheet.write_string(line, column, _plain(value))
        return f"={_LISTS}!${letter}$2:${letter}${max(len(values), 1) + 1}"

    def add_named(self, name: str, values: Sequence[str]) -> None:
        """Write a list that a cascade finds by a defined name."""
        self.book.define_name(name, self.add(name, values))


def _write_cascade(
    sheet: Any, lists: _Lists, columns: Sequence[Column], cascade: Cascade, first: int
) -> None:
    """Make the lower levels depend on the upper ones: INDIRECT over defined names (market 2.12).

    A name is made of an underscore and the chosen words, since 县 occurs in several provinces.
    """
    places = {column.header: index for index, column in enumerate(columns)}
    upper, middle, lower = (places[header] for header in cascade.headers)
    sheet.data_validation(
        first, upper, first + DROP_DOWN_ROWS - 1, upper,
        _rule(lists.add(cascade.headers[0], tuple(cascade.tree))),
    )  # fmt: skip
    for province, cities in cascade.tree.items():
        if cities:
            lists.add_named(f"_{province}", tuple(cities))
        for city, districts in cities.items():
            if districts:
                lists.add_named(f"_{province}_{city}", tuple(districts))
    top, middle_letter = xl_col_to_name(upper), xl_col_to_name(middle)
    line = first + 1
    for index, source in (
        (middle, f'=INDIRECT("_"&${top}{line})'),
        (lower, f'=INDIRECT("_"&${top}{line}&"_"&${middle_letter}{line})'),
    ):
        sheet.data_validation(first, index, first + DROP_DOWN_ROWS - 1, index, _rule(source))
