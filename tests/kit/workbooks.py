"""Workbooks put together part by part, right or wrong on purpose, as cases of the file gate (G07).

Here: what a case is and how its bytes are built. Not here: the cases (`hostile`, `odd_files`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ROWS = [["客户名称", "手机"], ["甲公司", 13800138000], ["乙公司", "021-68881234"]]
TEXT_ROWS = [[str(cell) for cell in row] for row in ROWS]


@dataclass(frozen=True, slots=True)
class Case:
    """One file. `refused` holds the codes that are right, empty when the file must be read.

    `rows` are the filled rows expected of a file that is read; None when only the absence of a
    crash and of hostile cells counts.
    """

    name: str
    filename: str
    make: Callable[[], bytes]
    refused: frozenset[str] = frozenset()
    rows: list[list[object]] | None = None


def sheet(body: str, before: str = "", prolog: str = XML) -> str:
    """Return a worksheet part around the rows given."""
    return f'{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'


def text_row(number: int, *values: object) -> str:
    """Return a row of inline strings and numbers, cells with references."""
    cells = []
    for index, value in enumerate(values):
        reference = f"{chr(65 + index)}{number}"
        if isinstance(value, str):
            cells.append(f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>')
        else:
            cells.append(f'<c r="{reference}"><v>{value}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


GOOD_BODY = "".join(text_row(number, *row) for number, row in enumerate(ROWS, start=1))


def parts(**changes: str | bytes) -> dict[str, str | bytes]:
    """Return the parts of a small right workbook; keys such as `sheet1` replace one."""
    base: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
        'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{TYPES}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet(GOOD_BODY),
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}"><si><t>甲公司</t></si></sst>',
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    paths = {
        "types": "[Content_Types].xml",
        "rels": "_rels/.rels",
        "workbook": "xl/workbook.xml",
        "links": "xl/_rels/workbook.xml.rels",
        "sheet1": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
    }
    base.update({paths.get(name, name): content for name, content in changes.items()})
    return base


def pack(content: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the parts as a zip archive, pressed quickly: some have hundreds of megabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=1) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def book(body: str = GOOD_BODY, **changes: str | bytes) -> bytes:
    """Return a workbook with the given rows and replaced parts."""
    return pack(parts(sheet1=sheet(body), **changes))


def with_parts(**extra: str | bytes) -> bytes:
    """Return the right workbook with more parts; `__` in a key stands for a slash."""
    content = parts()
    content.update({name.replace("__", "/"): data for name, data in extra.items()})
    return pack(content)


def renamed(name: str, data: bytes = b"x") -> bytes:
    """Return the right workbook with one more part of a forbidden name."""
    content = parts()
    content[name] = data
    return pack(content)


def patched(marker: bytes, offset: int, value: bytes, every: bool = True) -> bytes:
    """Return the right workbook with bytes replaced at an offset behind a header signature."""
    data = bytearray(book())
    position = data.find(marker)
    while position >= 0:
        data[position + offset : position + offset + len(value)] = value
        position = data.find(marker, position + 4) if every else -1
    return bytes(data)


def zeros(megabytes: int) -> bytes:
    """Return that many megabytes of blanks."""
    return b" " * (megabytes * 1024 * 1024)


def cell(reference: str, value: object = 1, kind: str = "") -> str:
    """Return a cell with a value and, where given, its type."""
    mark = f' t="{kind}"' if kind else ""
    return f'<c r="{reference}"{mark}><v>{value}</v></c>'


def many_rows(count: int) -> str:
    """Return that many rows of one number."""
    return "".join(
        f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, count + 1)
    )
