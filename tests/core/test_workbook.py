"""Reading of workbooks and CSV files, finding of headings, writing back (contracts 1.2, F31)."""

import gc
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from crm.core import text
from crm.core.workbook import limits, reader, writer
from crm.core.workbook.headings import (
    FieldKind,
    FieldSpec,
    Skip,
    data_rows,
    find_heading,
    guess_mapping,
)
from crm.core.workbook.reader import open_workbook
from crm.core.workbook.refusals import MESSAGES, FileRefused
from crm.core.workbook.writer import Cascade, Column, ColumnKind, Template
from tests.kit import legacy

FIELDS = [
    FieldSpec(
        "name", ("客户名称", "Customer name"), ("公司名称",), FieldKind.COMPANY, required=True
    ),
    FieldSpec("nature", ("客户性质", "Nature"), (), FieldKind.CHOICE, frozenset({"企业", "个人"})),
    FieldSpec("city", ("市", "City"), ("城市",)),
    FieldSpec("district", ("区", "District"), ("区县",)),
    FieldSpec("mobile", ("手机", "Mobile"), ("手机号",), FieldKind.MOBILE),
    FieldSpec("phone", ("电话", "Telephone"), ("固定电话",), FieldKind.PHONE),
    FieldSpec("email", ("邮箱", "E-mail"), ("电子邮箱",), FieldKind.EMAIL),
    FieldSpec("created", ("创建时间", "Created"), ("录入日期",), FieldKind.DATE),
    FieldSpec("remarks", ("备注", "Remarks"), ()),
]


def read(path, name=None, **kwargs):
    with open_workbook(path, name or os.path.basename(path), **kwargs) as source:
        return source, list(source.rows())


def save(path, rows, **properties):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for key, value in properties.items():
        setattr(book, key, value)
    book.save(path)
    return path


def csv_file(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_legacy_workbook(tmp_path):
    made = legacy.write_workbook(tmp_path / "a.xlsx", rows=300)
    with open_workbook(made.path, "客户.xlsx") as source:
        preview = source.preview(60)
        heading = find_heading(preview, FIELDS)
        records = data_rows(source.rows(), heading)
        assert sum(1 for _row in records) == 300
    assert [(sheet.name, sheet.visible) for sheet in source.sheets] == [
        ("客户资料", True),
        ("字典", False),
    ]
    assert source.sheet == "客户资料"
    assert heading.row_no == 3
    assert records.counts == {Skip.ABOVE: 2, Skip.HEADING: 1, Skip.BLANK: 2, Skip.TOTAL: 1}
    assert (made.blank_rows, records.skipped[-1]) == (2, (306, Skip.TOTAL))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_legacy_csv(tmp_path, encoding):
    made = legacy.write_csv(tmp_path / "a.csv", rows=60, encoding=encoding)
    source, rows = read(made.path)
    heading = find_heading(rows[:40], FIELDS)
    assert source.encoding == encoding
    assert source.delimiter == ","
    assert heading.row_no == 1
    assert sum(1 for _row in data_rows(rows, heading)) == 60
    assert [number for number, _cells in rows] == list(range(1, 62))


def test_the_same_seed_makes_the_same_file(tmp_path):
    one = legacy.write_csv(tmp_path / "1.csv", rows=40, seed=5)
    two = legacy.write_csv(tmp_path / "2.csv", rows=40, seed=5)
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.defects == two.defects


def test_cells_keep_their_types(tmp_path):
    path = save(
        tmp_path / "a.xlsx",
        [
            [
                "甲",
                13800138000,
                1.5,
                datetime(2024, 5, 1, 13, 5),
                date(2024, 5, 1),
                True,
                None,
                10**17,
            ]
        ],
    )
    assert read(path)[1] == [
        (
            1,
            [
                "甲",
                13800138000,
                1.5,
                datetime(2024, 5, 1, 13, 5),
                datetime(2024, 5, 1),
                True,
                None,
                1e17,
            ],
        )
    ]


def test_row_and_column_numbers_are_those_of_excel(tmp_path):
    book = openpyxl.Workbook()
    book.active["C5"] = "名称"
    book.active["C7"] = "甲"
    book.save(tmp_path / "a.xlsx")
    rows = read(tmp_path / "a.xlsx")[1]
    assert [row for row in rows if row[1]] == [(5, [None, None, "名称"]), (7, [None, None, "甲"])]


def test_dates_of_a_macintosh(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = datetime(2024, 5, 1)
    book.save(path)
    assert read(path)[1] == [(1, [datetime(2024, 5, 1)])]


def test_cells_merged_over_rows_are_repeated(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in (["客户名称", "手机"], ["甲", "1"], [None, "2"], [None, None], [None, "4"]):
        book.active.append(row)
    book.active.merge_cells("A2:A5")
    book.save(path)
    rows = read(path)[1]
    assert [cells for _number, cells in rows[1:]] == [["甲", "1"], ["甲", "2"], [], ["甲", "4"]]


def test_formulas_without_a_result_are_not_taken_for_blank(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("前", 0)["A1"] = "=1+1"
    sheet = book.worksheets[1]
    sheet["A1"], sheet["B2"], sheet["D3"] = "客户名称", '=HYPERLINK("x")', "=A1"
    book.save(tmp_path / "a.xlsx")
    with open_workbook(tmp_path / "a.xlsx", "a.xlsx", sheet="Sheet") as source:
        assert list(source.rows()) == [
            (1, ["客户名称"]),
            (2, [None, text.UNSOLVED_FORMULA]),
            (3, [None, None, None, text.UNSOLVED_FORMULA]),
        ]
    cleaned = text.clean_text(text.UNSOLVED_FORMULA)
    assert cleaned.value is None
    assert [note.code for note in cleaned.notes] == ["formula"]


def test_first_visible_sheet_with_data_or_the_wanted_one(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "空"
    hidden = book.create_sheet("藏")
    hidden["A1"] = "hidden"
    hidden.sheet_state = "hidden"
    book.create_sheet("表")["A1"] = "shown"
    book.save(path)
    assert read(path)[1] == [(1, ["shown"])]
    assert read(path, sheet="藏")[1] == [(1, ["hidden"])]
    with pytest.raises(FileRefused) as refusal:
        read(path, sheet="没有")
    assert refusal.value.code == "unknown_sheet"


def test_rows_can_be_read_again(tmp_path):
    path = save(tmp_path / "a.xlsx", [["a"], ["b"]])
    with open_workbook(path, "a.xlsx") as source:
        assert source.preview(1) == [(1, ["a"])]
        assert [number for number, _cells in source.rows()] == [1, 2]
        assert [number for number, _cells in source.rows()] == [1, 2]
        assert source.preview(5) == [(1, ["a"]), (2, ["b"])]


def test_no_child_is_left_behind(tmp_path):
    path = legacy.write_csv(tmp_path / "a.csv", rows=5_000).path
    with open_workbook(path, "a.csv") as source:
        process = source._stream.process
        next(source.rows())
    gc.collect()
    assert process.poll() is not None


def test_a_child_that_says_nothing_is_a_timeout(tmp_path, monkeypatch):
    path = csv_file(tmp_path / "a.csv", "a,b\n1,2\n")
    sleeper = csv_file(tmp_path / "sleeper.py", "import time; time.sleep(60)")
    monkeypatch.setattr("crm.core.workbook.reader._CHILD", str(sleeper))
    monkeypatch.setattr(limits, "CHILD_WAIT", 0.3)
    with pytest.raises(FileRefused) as refusal:
        open_workbook(path, "a.csv")
    assert refusal.value.code == "timeout"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "memory"),
        ("import os,signal; os.kill(os.getpid(), signal.SIGXCPU)", "timeout"),
        ("raise SystemExit(3)", "damaged"),
        ("print('{}')", "damaged"),
    ],
)
def test_a_child_that_dies_is_a_refusal(tmp_path, monkeypatch, script, code):
    path = csv_file(tmp_path / "a.csv", "a,b\n1,2\n")
    monkeypatch.setattr("crm.core.workbook.reader._CHILD", str(csv_file(tmp_path / "c.py", script)))
    with pytest.raises(FileRefused) as refusal:
        open_workbook(path, "a.csv")
    assert refusal.value.code == code


def test_the_child_is_limited(tmp_path, monkeypatch):
    path = csv_file(tmp_path / "a.csv", "a,b\n1,2\n")
    script = csv_file(
        tmp_path / "c.py",
        "import json,sys\nsys.path += json.loads(sys.argv[1])['sys_path']\n"
        "from crm.core.workbook import child\n"
        "child.read_csv = lambda path: bytearray(600 * 1024 * 1024)\n"
        "child.main(sys.argv[1])\n",
    )
    monkeypatch.setattr("crm.core.workbook.reader._CHILD", str(script))
    with pytest.raises(FileRefused) as refusal:
        open_workbook(path, "a.csv")
    assert refusal.value.code == "memory"


def test_child_runs_without_django(tmp_path):
    code = (
        "import sys; sys.path += sys.argv[1:]; import crm.core.workbook.child; "
        "print('django' in sys.modules)"
    )
    paths = [reader._ROOT, reader._calamine_folder()]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, *paths], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("content", "delimiter", "rows"),
    [
        ("a,b\n1,2\n", ",", [["a", "b"], ["1", "2"]]),
        ("a\tb\r\n1\t2\r\n", "\t", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n", ";", [["a", "b"], ["1,5", "2"]]),
        ("sep=;\na;b\n", ";", [["a", "b"]]),
        ('名称,备注\n甲,"一,\n二"\n', ",", [["名称", "备注"], ["甲", "一,\n二"]]),
        ("a,b\r1,2\r", ",", [["a", "b"], ["1", "2"]]),
        ("名称\n甲\n", ",", [["名称"], ["甲"]]),
        ("a,b\n\n1,2\n\x1a", ",", [["a", "b"], [], ["1", "2"]]),
        ("姓名,电话\n张三,\n", ",", [["姓名", "电话"], ["张三"]]),
    ],
)
def test_csv_dialects(tmp_path, content, delimiter, rows):
    source, found = read(csv_file(tmp_path / "a.csv", content))
    assert source.delimiter == delimiter
    assert [cells for _number, cells in found] == rows


def test_refusals_have_texts(tmp_path):
    with pytest.raises(FileRefused) as refusal:
        open_workbook(csv_file(tmp_path / "a", "x"), "setup.exe")
    assert refusal.value.message == (
        "Reading the file failed: only .xlsx and .csv are read, this is “.exe”."
    )
    for code, message in MESSAGES.items():
        assert message.startswith("Reading the file failed: "), code


# --- headings ------------------------------------------------------------------------------------


def rows_of(*rows):
    return list(enumerate((list(row) for row in rows), start=1))


def test_mapping_by_name_synonym_and_likeness():
    rows = rows_of(
        ["公司名称", "市", "区/县", "手机号码", "*固定电话", "录入日期", "备注", "旧系统ID"],
        ["甲有限公司", "成都市", "武侯区", "13800138000", "95588", "2024/5/1", "x", "OLD-1"],
    )
    guesses = guess_mapping(find_heading(rows, FIELDS), rows, FIELDS)
    assert [guess.field for guess in guesses] == [
        "name", "city", "district", "mobile", "phone", "created", "remarks", None,
    ]  # fmt: skip
    assert [guess.reason for guess in guesses][:4] == ["synonym", "heading", "synonym", "similar"]
    assert guesses[0].confidence == 0.95
    assert guesses[7].samples == ("OLD-1",)


def test_mapping_by_values():
    rows = rows_of(
        ["A栏", "B栏", "C栏"],
        ["重庆甲有限公司", "a@example.com", "13800138000"],
        ["重庆乙有限公司", "b@example.com", 13900139000],
    )
    guesses = guess_mapping(find_heading(rows, FIELDS), rows, FIELDS)
    assert [(guess.field, guess.reason) for guess in guesses] == [
        ("name", "values"),
        ("email", "values"),
        ("mobile", "values"),
    ]


def test_a_field_is_given_once_unless_it_takes_several():
    rows = rows_of(["手机", "手机2"], ["13800138000", "13900139000"])
    heading = find_heading(rows, FIELDS)
    assert [guess.field for guess in guess_mapping(heading, rows, FIELDS)] == ["mobile", None]
    several = [FieldSpec("mobile", ("手机",), kind=FieldKind.MOBILE, several=True)]
    assert [guess.field for guess in guess_mapping(heading, rows, several)] == ["mobile", "mobile"]


def test_unknown_names_make_a_heading_too():
    rows = rows_of(["填表说明：请勿修改"], [], ["编码", "品名", "规格"], ["1", "螺丝", "M3"])
    assert find_heading(rows, FIELDS).row_no == 3


def test_no_heading_is_a_refusal():
    with pytest.raises(FileRefused) as refusal:
        find_heading(rows_of([1, 2, 3], [4, 5, 6]), FIELDS)
    assert refusal.value.code == "no_heading"


def test_rows_that_are_no_data():
    heading_cells = ["序号", "客户名称", "手机"]
    rows = rows_of(
        heading_cells,
        [1, "甲", "1"],
        [],
        heading_cells,
        [2, None, None],
        ["小计", None, 5],
        [3, "乙", "2"],
        [None, "合计：2家", None],
    )
    records = data_rows(rows, find_heading(rows, FIELDS))
    assert [number for number, _cells in records] == [2, 7]
    assert records.skipped == [
        (1, Skip.HEADING), (3, Skip.BLANK), (4, Skip.REPEATED), (5, Skip.BLANK), (6, Skip.TOTAL),
        (8, Skip.TOTAL),
    ]  # fmt: skip


def test_too_many_records_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "DATA_ROWS", 2)
    rows = rows_of(["客户名称", "手机"], ["甲", "1"], ["乙", "2"], ["丙", "3"])
    with pytest.raises(FileRefused) as refusal:
        list(data_rows(rows, find_heading(rows, FIELDS)))
    assert refusal.value.code == "rows"


# --- writing -------------------------------------------------------------------------------------

COLUMNS = [
    Column("客户名称", width=30),
    Column("金额", ColumnKind.MONEY),
    Column("日期", ColumnKind.DATE),
    Column("时间", ColumnKind.DATETIME),
    Column("数量", ColumnKind.NUMBER),
]
LEADS = [
    "=1+1",
    "==1+1",
    "@SUM(1)",
    "+1+cmd",
    "-2+3",
    "|x",
    "%0A",
    "＝1",
    "\t=1",
    "\u200b=1",
    "'=1",
    "'x",
]
TEXTS = [
    *LEADS,
    "<r><t>x</t></r>",
    "_x0041_",
    "a\rb",
    "a\nb ",
    "  a",
    "&<>\"'",
    "𠮷🚚",
    "張三",
    "x" * 40_000,
]


@pytest.mark.parametrize("fmt", ["xlsx", "csv"])
def test_text_is_never_a_formula_and_reads_back(tmp_path, fmt):
    path = tmp_path / f"a.{fmt}"
    rows = [(value, None, None, None, None) for value in TEXTS]
    assert writer.write_table(path, COLUMNS, rows, fmt) == len(TEXTS)
    if fmt == "xlsx":
        cells = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
        assert {cell.data_type for cell in cells} == {"s"}
        expected = [value[:32_767] for value in TEXTS]
        found = [cells[0] for _number, cells in read(path)[1][1:]]
    else:
        rows[-1] = ("x" * 100, None, None, None, None)
        writer.write_table(path, COLUMNS, rows, fmt)
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        fields = [cells[0] for _number, cells in read(path)[1][1:]]
        assert not any(text.has_formula_lead(field) for field in fields)
        expected = [row[0] for row in rows]
        found = [text.strip_guard(field) for field in fields]
    assert found == expected


def test_values_of_every_type(tmp_path):
    path = tmp_path / "a.xlsx"
    moment = datetime(2024, 5, 1, 1, 5, tzinfo=UTC)
    row = ("甲", Decimal("-1234.50"), date(2024, 5, 1), moment, 10**16)
    writer.write_table(path, COLUMNS, [row], sheet="客户/资料")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "客户资料"
    assert [cell.value for cell in sheet[2]] == [
        "甲",
        -1234.5,
        datetime(2024, 5, 1),
        datetime(2024, 5, 1, 9, 5),
        "1" + "0" * 16,
    ]
    assert sheet["B2"].number_format == "#,##0.00"
    csv_path = tmp_path / "a.csv"
    writer.write_table(csv_path, COLUMNS, [row], "csv")
    assert csv_path.read_text("utf-8-sig").splitlines()[1] == (
        '"甲","-1234.50","2024-05-01","2024-05-01 09:05","10000000000000000"'
    )


def test_a_second_sheet_begins_where_the_first_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "SHEET_ROWS", 3)
    writer.write_table(tmp_path / "a.xlsx", COLUMNS[:1], [(str(n),) for n in range(5)], sheet="表")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["表", "表 (2)", "表 (3)"]
    assert [[cell.value for cell in column] for column in book["表 (2)"].columns] == [
        ["客户名称", "2", "3"]
    ]


def test_a_workbook_of_several_tables_has_a_sheet_for_each(tmp_path):
    rows = [("=1+1",), ("乙",)]
    names = ["按状态/类型", "按状态类型", "s" * 40, "S" * 40]
    sheets = [writer.Sheet(name, COLUMNS[:1], rows) for name in names]
    assert writer.write_sheets(tmp_path / "a.xlsx", sheets) == 8
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["按状态类型", "按状态类型 (2)", "s" * 31, "S" * 24 + " (2)"]
    for sheet in book:
        assert [(cell.value, cell.data_type) for cell in sheet["A"]] == [
            ("客户名称", "s"), ("=1+1", "s"), ("乙", "s"),
        ]  # fmt: skip


def test_a_failing_source_leaves_no_open_file(tmp_path):
    def rows():
        yield ("甲",)
        raise RuntimeError("database gone")

    with pytest.raises(RuntimeError, match="database gone"):
        writer.write_table(tmp_path / "a.xlsx", COLUMNS[:1], rows())


def test_unknown_format():
    with pytest.raises(ValueError, match="unknown table format"):
        writer.write_table("x", COLUMNS, [], "ods")


def test_template(tmp_path):
    path = tmp_path / "t.xlsx"
    columns = [
        Column("客户名称", required=True, note="公司全称"),
        Column("客户性质", choices=("企业", "个人")),
        Column("省"), Column("市"), Column("区"),
        Column("成立日期", ColumnKind.DATE),
    ]  # fmt: skip
    tree = {"四川省": {"成都市": ["武侯区"]}, "广东省": {"中山市": []}}
    template = Template(
        "客户导入模板",
        ("填写须知", "带*为必填"),
        (("<r>x</r>", "企业", "四川省", "成都市", "武侯区", date(2024, 5, 1)),),
        Cascade(("省", "市", "区"), tree),
    )
    writer.write_template(path, columns, template)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert [cell.value for cell in sheet[2]] == [
        "*客户名称",
        "客户性质",
        "省",
        "市",
        "区",
        "成立日期",
    ]
    assert sheet["A2"].font.color.rgb == "FFC00000"
    assert sheet["A2"].comment.text.endswith("公司全称")
    assert book["lists"].sheet_state == "hidden"
    formulas = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert formulas["B3:B2002"] == "lists!$A$2:$A$3"
    assert formulas["D3:D2002"] == 'INDIRECT("_"&$C3)'
    assert formulas["E3:E2002"] == 'INDIRECT("_"&$C3&"_"&$D3)'
    assert set(book.defined_names) == {"_四川省", "_四川省_成都市", "_广东省"}
    rows = read(path)[1]
    assert find_heading(rows, FIELDS).row_no == 2


def test_speed_of_writing(tmp_path):
    """40,000 (xlsx) and 50,000 (CSV) rows a second on an idle machine; alarm at a quarter."""
    columns = [Column(f"列{number}") for number in range(15)]
    for fmt in ("xlsx", "csv"):
        started = time.process_time()
        writer.write_table(tmp_path / f"a.{fmt}", columns, [("重庆长安",) * 15] * 5_000, fmt)
        assert 5_000 / (time.process_time() - started) > 10_000
