"""Amounts: parsing, showing and the capital vectors of market 2.17."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import money


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        ("1234.5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1，234.50", "1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥ 1234.5元", "1234.50"),
        ("RMB 1,234.50", "1234.50"),
        ("１２３４．５", "1234.50"),
        ("¥1.2万", "12000.00"),
        ("1.2万元", "12000.00"),
        ("3.5亿", "350000000.00"),
        ("5千", "5000.00"),
        ("50w", "500000.00"),
        ("12k", "12000.00"),
        ("300百万", "300000000.00"),
        ("-12.3", "-12.30"),
        ("(1,234.50)", "-1234.50"),
        ("1.2E+4", "12000.00"),
        ("壹万元整", "10000.00"),
        ("人民币壹仟肆佰零玖元伍角", "1409.50"),
        ("一百二十万", "1200000.00"),
        ("十五", "15.00"),
        ("两亿三千万", "230000000.00"),
        (12, "12.00"),
        (12.5, "12.50"),
        (0.1 + 0.2, "0.30"),
        (Decimal(7), "7.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        (".5", "0.50"),
        ("1,2345,6789", "123456789.00"),
    ],
)
def test_amounts(raw, amount):
    cleaned = money.parse_money(raw)
    assert cleaned.value == Decimal(amount)
    assert cleaned.value.as_tuple().exponent == -2
    assert not cleaned.dropped
    assert not cleaned.suspect


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("面议", "money_invalid"),
        ("1,23", "money_invalid"),
        ("1.2.3", "money_invalid"),
        ("1-2", "money_invalid"),
        ("1e1000000", "money_invalid"),
        ("1" * 300, "money_invalid"),
        ("1" * 41, "money_invalid"),
        ("=1+1", "money_invalid"),
        (True, "money_invalid"),
        (float("inf"), "money_invalid"),
        (float("nan"), "money_invalid"),
        ("1" * 17, "money_digits"),
        ("1e30", "money_digits"),
        ("一二三", "money_invalid"),
        ("12元5角", "money_invalid"),
    ],
)
def test_lost_amounts(raw, code):
    cleaned = money.parse_money(raw)
    assert cleaned.value is None
    assert [note.code for note in cleaned.notes] == [code]


def test_third_decimal_is_a_remark():
    cleaned = money.parse_money("1.005")
    assert cleaned.value == Decimal("1.01")
    assert [note.code for note in cleaned.notes] == ["money_rounded"]


def test_blank():
    assert money.parse_money("  ") == money.Cleaned(None)
    assert money.parse_money("无").value is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.05", "人民币伍分"),
        ("10", "人民币壹拾元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("100010001", "人民币壹亿零壹万零壹元整"),
        ("20000005", "人民币贰仟万零伍元整"),
        ("0", "人民币零元整"),
        ("0.50", "人民币伍角"),
        ("-12.3", "人民币负壹拾贰元叁角"),
        ("100000000", "人民币壹亿元整"),
        ("100100", "人民币壹拾万零壹佰元整"),
        ("1000000000000", "人民币壹万亿元整"),
        (
            "1234567890123456.78",
            "人民币壹仟贰佰叁拾肆万亿伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
        ),
    ],
)
def test_capitals(amount, text):
    assert money.to_chinese_upper(Decimal(amount)) == text


def test_capitals_have_an_end():
    with pytest.raises(ValueError, match="too large"):
        money.to_chinese_upper(10**16)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_capitals_read_back(amount):
    assert money.parse_money(money.to_chinese_upper(amount)).value == amount


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_shown_amount_reads_back(amount):
    for text in (str(amount), money.format_money(amount), money.format_money(amount, symbol="¥")):
        assert money.parse_money(text).value == amount


def test_format():
    assert money.format_money(Decimal("1234567.5")) == "1,234,567.50"
    assert money.format_money(Decimal("-1234.5"), symbol="¥") == "-¥1,234.50"
    assert money.format_money(None) == ""
    assert money.format_money(5, places=0) == "5"


@given(st.text(alphabet="0123456789.,+-eE¥万亿元角分零一壹拾百负() ", max_size=60))
def test_never_raises(value):
    money.parse_money(value)


@pytest.mark.parametrize("piece", ["1", ",", "1,111", "万", "零", "(", "壹拾"])
def test_adversarial_text_is_quick(piece):
    started = time.process_time()
    money.parse_money(piece * 100_000)
    money.parse_money(piece * (199 // len(piece)))
    assert time.process_time() - started < 1.0
