"""A plain xlsx written row by row: flat memory, three times as fast as a general writer.

Here: the few parts a table needs, text always stored as text. xlsxwriter is used where more is
wanted (`writer.write_template`); its flat-memory mode reaches 7,000 rows/s where the target is
8,000 with the query included, and it takes a text such as "<r>…</r>" for markup.
Not here: choice of columns, CSV.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from xlsxwriter.utility import xl_col_to_name

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = f"{_PACKAGE}/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FLUSH = 1 << 18  # bytes of XML collected before they are compressed
# Not allowed in XML, or read back as an escape by Excel (_x0041_).
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile("[&<>\r]|_x|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

HEADING_STYLE = 1
NUMBER_FORMATS = ("General", "@", "#,##0.00", "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm")
#: Style number of a number format: the first styles are the default and the heading.
STYLES = {name: index + 2 for index, name in enumerate(NUMBER_FORMATS)}


def cell_text(text: str) -> str:
    """Return text as the content of a <t>: escaped, illegal characters removed."""
    if not _SPECIAL.search(text):
        return text
    text = _ESCAPE_LIKE.sub("_x005F_", _BAD.sub("", text))
    return escape(text).replace("\r", "_x000D_")


class SheetStream:
    """An open xlsx file; `row` adds a line of ready cells, `sheet` begins a worksheet."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self._names: list[str] = []
        self._part: IO[bytes] | None = None
        self._buffer: list[str] = []
        self._size = 0
        self.letters: tuple[str, ...] = ()

    def sheet(self, name: str, headers: Sequence[str], widths: Sequence[int]) -> None:
        """Begin a worksheet: heading row written and frozen with the first column."""
        self._end_sheet()
        self._names.append(name)
        self._part = self._zip.open(
            f"xl/worksheets/sheet{len(self._names)}.xml", "w", force_zip64=True
        )
        self.letters = tuple(xl_col_to_name(index) for index in range(len(headers)))
        self._buffer = [_sheet_head(widths)]
        cells = [
            f'<c r="{letter}1" s="{HEADING_STYLE}" t="inlineStr">'
            f'<is><t xml:space="preserve">{cell_text(header)}</t></is></c>'
            for letter, header in zip(self.letters, headers, strict=True)
        ]
        self.row(1, "".join(cells))

    def row(self, number: int, cells: str) -> None:
        """Add one row; `cells` is finished XML (`text_cell` and its like in `writer`)."""
        line = f'<row r="{number}">{cells}</row>'
        self._buffer.append(line)
        self._size += len(line)
        if self._size > _FLUSH:
            self._flush()

    def _flush(self) -> None:
        if self._part is not None:
            self._part.write("".join(self._buffer).encode())
        self._buffer, self._size = [], 0

    def _end_sheet(self) -> None:
        if self._part is None:
            return
        self._buffer.append("</sheetData></worksheet>")
        self._flush()
        self._part.close()
        self._part = None

    def close(self) -> None:
        """Finish the file."""
        self._end_sheet()
        for name, content in _parts(self._names).items():
            self._zip.writestr(name, content)
        self._zip.close()

    def abandon(self) -> None:
        """Close the file unfinished, after an error."""
        if self._part is not None:
            self._part.close()
        self._zip.close()


def _sheet_head(widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{index}" max="{index}" width="{width}" customWidth="1"/>'
        for index, width in enumerate(widths, start=1)
    )
    pane = '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/>'
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}'
        f"</sheetView></sheetViews><cols>{columns}</cols><sheetData>"
    )


def _parts(names: Sequence[str]) -> dict[str, str]:
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{_TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    return {
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _styles(),
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPE}.sheet.main+xml"/>{types}<Override PartName="/xl/styles.xml" '
        f'ContentType="{_TYPE}.styles+xml"/></Types>',
    }


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{164 + index}" formatCode={quoteattr(code)}/>'
        for index, code in enumerate(NUMBER_FORMATS)
    )
    looks = "".join(
        f'<xf numFmtId="{164 + index}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
        for index in range(len(NUMBER_FORMATS))
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    heading = (
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}">'
        f'<numFmts count="{len(NUMBER_FORMATS)}">{formats}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        '<fgColor rgb="FFF2F4F7"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        "</cellStyleXfs>"
        f'<cellXfs count="{len(NUMBER_FORMATS) + 2}">{plain}{heading}{looks}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
