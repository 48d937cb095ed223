"""Cleaning, keys and formula guards of `crm.core.text`, with the vectors of the documents."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core import text
from crm.core.notes import Note, Severity, worst

KEPT = [
    "𠮷野家爆脾气新能源有限公司🚚",
    "重庆康维他机械制造（集团）有限公司",
    "👨‍👩‍👧 家庭",
    "阿卜杜热合曼·买买提",
    "朗(U+F92C)",
    "Müller & Söhne",
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
]


@pytest.mark.parametrize("value", KEPT)
def test_own_characters_stay(value):
    assert text.clean_text(value) == text.Cleaned(value)


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("  苏州枫本\u3000有限公司 ", "苏州枫本 有限公司", "blanks"),
        ("Ａｃｍｅ\u3000Ｔｒａｄｉｎｇ\u3000１２３５", "Acme Trading 1235", "full_width"),
        ("张\u200b三\ufeff", "张三", "invisible"),
        ("\u202e张三", "张三", "invisible"),
        ("a\u200db", "ab", "blanks"),
        ("李\x07四", "李四", "invisible"),
        ("a\r\nb", "a b", "blanks"),
        ("⽤户", "用户", "blanks"),
        ("e\u0301", "é", "blanks"),
    ],
)
def test_repairs(raw, value, code):
    cleaned = text.clean_text(raw)
    assert cleaned.value == value
    assert [note.code for note in cleaned.notes] == [code]
    assert cleaned.repaired


@pytest.mark.parametrize("raw", ["a\x00b", "\ud800", "x" * 200_001])
def test_unstorable_is_refused(raw):
    cleaned = text.clean_text(raw)
    assert cleaned.value is None
    assert cleaned.dropped


def test_too_long_is_dropped_with_a_suggestion():
    cleaned = text.clean_text("长" * 300, max_length=200)
    assert cleaned.value is None
    assert cleaned.notes[0].code == "too_long"
    assert cleaned.notes[0].suggestion == "长" * 200
    assert cleaned.notes[0].text()


def test_multiline_keeps_lines():
    assert text.clean_text("a  b \r\n\r\n\r\n\r\nc", multiline=True).value == "a b\n\nc"


@pytest.mark.parametrize(
    "value",
    ["无", " 无 ", "-", "——", "/", "N/A", "null", "暂无", "空", "（无）", "...", "？", "#N/A"],
)
def test_blank_words(value):
    assert text.is_blank_word(value)
    assert text.clean_optional(value).value is None


@pytest.mark.parametrize("value", ["无锡", "空军", "A", "0", "", None, 5, "🚚", "★"])
def test_no_blank_words(value):
    assert not text.is_blank_word(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (13800138000.0, "13800138000"),
        (True, "TRUE"),
        (1.5, "1.5"),
        (None, ""),
        (7, "7"),
    ],
)
def test_to_text(value, expected):
    assert text.to_text(value) == expected


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("深圳绿缘文化传媒(集团)有限公司 ", "深圳绿缘文化传媒（集团）有限公司"),
        ("ACME Trading", "Ａｃｍｅ　Ｔｒａｄｉｎｇ"),
        ("张三·李四", "张三李四"),
    ],
)
def test_same_key(a, b):
    assert text.name_key(a) == text.name_key(b)


@pytest.mark.parametrize(
    ("a", "b"), [("腾讯科技（深圳）有限公司", "腾讯科技有限公司"), ("???", "!!!"), ("C++", "C")]
)
def test_different_key(a, b):
    assert text.name_key(a) != text.name_key(b)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("腾讯科技（深圳）有限公司", "腾讯科技"),
        ("深圳市腾讯计算机系统有限公司", "腾讯计算机系统"),
        ("四川省成都市天府软件股份有限公司", "天府软件"),
        ("华为技术集团有限公司", "华为技术"),
        ("北京公司", "北京"),
        ("阿里巴巴（中国）有限公司", "阿里巴巴"),
        ("Acme Trading Co., Ltd.", "acmetrading"),
        ("有限公司", "有限公司"),
    ],
)
def test_loose_name(name, expected):
    assert text.loose_name(name) == expected


def test_without_legal_form():
    assert text.without_legal_form("重庆长安汽车股份有限公司") == "重庆长安汽车"
    assert text.without_legal_form("重庆康维他（集团）有限公司") == "重庆康维他（集团）"


def test_similarity():
    assert text.similarity("腾讯科技", "腾讯科技") == 1.0
    assert text.similarity("腾讯科技", "腾讯技术") == pytest.approx(1 / 3)
    assert text.similarity("a", "b") == 0.0
    assert text.similarity("", "") == 0.0


@pytest.mark.parametrize(
    "cell",
    [
        "高潜力;竞品客户",
        "高潜力、竞品客户",
        "高潜力，竞品客户",
        "高潜力, 竞品客户",
        "高潜力 竞品客户",
        "高潜力|竞品客户",
        "高潜力\n竞品客户、高潜力",
    ],
)
def test_split_multi(cell):
    assert text.split_multi(cell) == ("高潜力", "竞品客户")


def test_split_multi_keeps_latin_phrases():
    assert text.split_multi("key account") == ("key account",)
    assert text.split_multi("key account、VIP") == ("key account", "VIP")


LEADS = [
    "=1+1",
    "==1",
    "@SUM(1)",
    "+cmd|' /C calc'!A0",
    "-1+cmd",
    "|x",
    "%0A",
    "＝1+1",
    "\u200b=1",
    "  =1",
]


@pytest.mark.parametrize("value", LEADS)
def test_formulas_are_guarded(value):
    assert text.looks_like_formula(value)
    assert text.csv_safe(value) == "'" + value
    assert text.strip_guard("'" + value) == value


@pytest.mark.parametrize(
    "value", ["-5", "+86 138-0013-8000", "-1,234.50", "中文", "a=b", "", 5, "-", "50%"]
)
def test_no_formulas(value):
    assert not text.looks_like_formula(value)


@given(st.sampled_from(("", "=", "+", "-", "@", "'", "\t", " =")), st.text(max_size=60))
def test_guard_round_trip(lead, rest):
    value = lead + rest
    assert text.strip_guard(text.csv_safe(value)) == value
    assert not text.has_formula_lead(text.csv_safe(value))


@given(st.text(max_size=200), st.booleans())
def test_cleaning_is_stable(value, multiline):
    once = text.clean_text(value, multiline=multiline).value
    assert text.clean_text(once, multiline=multiline) == text.Cleaned(once or None)


@given(st.text("甲乙丙aB", max_size=12), st.text("甲乙丙Ab", max_size=12))
def test_similarity_is_symmetric(a, b):
    assert text.similarity(a, b) == text.similarity(b, a)
    assert 0.0 <= text.similarity(a, b) <= 1.0


@pytest.mark.parametrize(
    "row",
    [
        ("合计", "共3000家", None, None),
        (None, "合 计：", None, 12.0, 13.0),
        ("小计", None, None, None),
        ("Total", 5, None, None),
        ("制表人：张三", None, None, None),
    ],
)
def test_total_rows(row):
    assert text.is_total_row(row)


@pytest.mark.parametrize(
    "row",
    [
        (1, "小计科技有限公司", "企业", "王磊"),
        ("总计算机科技", None, None, None),
        (1, "甲", "乙", "丙", "丁", "戊", "合计", "己"),
        (None, None),
    ],
)
def test_no_total_rows(row):
    assert not text.is_total_row(row)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(
        ["(", "=", " ", "\u200d", "有限公司", "co ", "、", "中国", "\u0301", "集团", "-"]
    )
)
def test_adversarial_text_is_linear(piece):
    value = piece * (100_000 // len(piece))
    started = time.process_time()
    text.clean_text(value, multiline=True)
    text.name_key(value)
    text.loose_name(value)
    text.similarity(value, value[:-1])
    text.split_multi(value)
    text.looks_like_formula(value)
    text.csv_safe(value)
    text.is_total_row([value])
    assert time.process_time() - started < 1.0


def test_notes_survive_storage():
    note = text.clean_text("长" * 5, max_length=3).notes[0]
    again = Note.from_dict(note.as_dict())
    assert again.text() == note.text()
    assert worst([note]) is Severity.DROPPED
    assert worst([]) is None
