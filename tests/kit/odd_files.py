"""Strange files that are right and must be read, each with its rows (G07).

Here: the cases, built in memory when asked for. Not here: files that want to do harm (`hostile`).
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import datetime

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tests.kit.workbooks import (
    GOOD_BODY,
    MAIN,
    ROWS,
    TEXT_ROWS,
    XML,
    Case,
    book,
    cell,
    many_rows,
    pack,
    parts,
    renamed,
    sheet,
    text_row,
)


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
    body = f'<row r="1">{cell("A1", 0, "s")}{cell("B1", 1, "s")}</row>{extra}'
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
            lambda: book(body=f'<row r="1">{cell("A1", 1, "b")}{cell("B1", 0, "b")}</row>'),
            [[True, False]],
        ),
        _odd(
            "text of 32,767 characters",
            lambda: book(body=text_row(1, "长" * 32_767)),
            [["长" * 32_767]],
        ),
        _odd("256 columns", lambda: _wide_book(wide), [wide]),
        _odd("same small row 20,000 times", lambda: book(body=many_rows(20_000)), [[1]] * 20_000),
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
