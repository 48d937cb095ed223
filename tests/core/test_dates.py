"""Dates, Excel serial numbers and lunar birthdays."""

import time as clock_time
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import dates, lunar
from crm.core.lunar import LunarDay

MAY = date(2024, 5, 1)


def codes(cleaned):
    return [note.code for note in cleaned.notes]


@pytest.mark.parametrize(
    "raw",
    [
        "2024-05-01",
        "2024-5-1",
        "2024/5/1",
        "2024/05/01",
        "2024.5.1",
        "2024.05.01",
        "2024年5月1日",
        "2024年05月01号",
        "2024 年 5 月 1 日",
        "２０２４年５月１日",
        "20240501",
        20240501,
        20240501.0,
        45413,
        45413.0,
        "45413",
        date(2024, 5, 1),
        datetime(2024, 5, 1),
        " 2024/5/1 ",
        "2024-05-01 00:00:00",
        "2024年5月1日 星期三",
        "2024/5/1（周三）",
        "二〇二四年五月一日",
        "2024\u00a0-5-1",
        "1 May 2024",
        "May 1, 2024",
        "1-May-2024",
        "'2024-05-01",
    ],
)
def test_the_same_day(raw):
    cleaned = dates.parse_date(raw)
    assert cleaned.value == MAY
    assert not cleaned.dropped
    assert not cleaned.suspect


def test_iso_date_needs_no_repair():
    assert dates.parse_date("2024-05-01") == dates.Cleaned(MAY)
    assert codes(dates.parse_date("2024/5/1")) == ["date_form"]
    assert codes(dates.parse_date("45413")) == ["date_serial"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("2024-02-30", "date_impossible"),
        ("2023/2/29", "date_impossible"),
        ("2024-13-01", "date_impossible"),
        ("2024年0月1日", "date_impossible"),
        ("20241301", "date_impossible"),
        ("2024-05", "date_no_day"),
        ("2024年5月", "date_no_day"),
        ("4/5/2024", "date_ambiguous"),
        ("1800-01-01", "date_range"),
        ("9999-12-31", "date_range"),
        ("昨天", "date_unknown"),
        ("5", "date_unknown"),
        (5, "date_unknown"),
        (True, "date_unknown"),
        (time(1, 2), "date_unknown"),
        (timedelta(hours=30), "date_unknown"),
        ("2024-05-01 25:00", "date_unknown"),
        ("2024-05-01 abc", "date_unknown"),
        ("1e1000000", "date_unknown"),
        ("2024-05-011", "date_unknown"),
        (float("inf"), "date_unknown"),
        (float("nan"), "date_unknown"),
        ("9" * 5000, "date_unknown"),
    ],
)
def test_lost_dates(raw, code):
    cleaned = dates.parse_date(raw)
    assert cleaned.value is None
    assert codes(cleaned) == [code]
    assert cleaned.dropped
    assert cleaned.notes[0].text()


def test_suggestions():
    assert dates.parse_date("4/5/2024").notes[0].suggestion == "2024-04-05"
    assert dates.parse_date("2024-05").notes[0].suggestion == "2024-05-01"


@pytest.mark.parametrize(("raw", "day"), [("24/5/1", MAY), ("98-05-01", date(1998, 5, 1))])
def test_two_digit_years_are_suspect(raw, day):
    cleaned = dates.parse_date(raw)
    assert cleaned.value == day
    assert codes(cleaned) == ["date_short_year"]


def test_one_meaning_with_the_year_last():
    assert dates.parse_date("13/5/2024").value == date(2024, 5, 13)
    assert dates.parse_date("5/13/2024").value == date(2024, 5, 13)


def test_serial_numbers():
    assert dates.parse_date("45542").value == date(2024, 9, 7)
    assert dates.from_serial(45413.5) == datetime(2024, 5, 1, 12)
    assert dates.from_serial(43951, date1904=True) == datetime(2024, 5, 1)
    assert dates.from_serial(1.0) is None
    assert dates.from_serial(10**9) is None


@pytest.mark.parametrize("raw", ["", None, "  ", "\u3000"])
def test_blank(raw):
    assert dates.parse_date(raw) == dates.Cleaned(None)


def test_blank_word():
    assert codes(dates.parse_date("暂无")) == ["blank_word"]


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2024-5-1 13:05", (13, 5)),
        ("2024-05-01T13:05:00", (13, 5)),
        ("2024/5/1 下午1:05", (13, 5)),
        ("2024/5/1 1:05 PM", (13, 5)),
        ("2024年5月1日13时05分", (13, 5)),
        ("2024年5月1日 9点", (9, 0)),
        ("2024-05-01", (0, 0)),
        (45413.5, (12, 0)),
        (datetime(2024, 5, 1, 13, 5), (13, 5)),
    ],
)
def test_moments(raw, moment):
    zone = ZoneInfo("Asia/Shanghai")
    cleaned = dates.parse_datetime(raw)
    assert cleaned.value == datetime(2024, 5, 1, *moment, tzinfo=zone)


def test_aware_moment_is_kept():
    moment = datetime(2024, 5, 1, 1, tzinfo=UTC)
    assert dates.parse_datetime(moment).value is moment


def test_zone_of_a_text_counts():
    expected = datetime(2024, 5, 1, 5, 5, tzinfo=UTC)
    assert dates.parse_datetime("2024-05-01T13:05:00+08:00").value == expected
    assert dates.parse_datetime("2024-05-01T05:05:00Z").value == expected
    assert dates.parse_datetime("2024-05-01T05:05:00+99:00").dropped


def test_time_is_left_out_of_a_day():
    assert codes(dates.parse_date("2024-05-01 13:05")) == ["time_left_out"]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_date_in_every_form(day):
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 00:00:00")
    for form in forms:
        assert dates.parse_date(day.strftime(form)).value == day


@given(st.text(alphabet="0123456789-/.年月日 时分:上下午T十二", max_size=40))
def test_never_raises(value):
    dates.parse_date(value)
    dates.parse_datetime(value)
    lunar.parse_lunar(value)


@pytest.mark.parametrize("piece", ["1", " ", "年", "2024-", "十", "周一", "(", "2024-05-01"])
def test_adversarial_text_is_quick(piece):
    started = clock_time.process_time()
    dates.parse_date(piece * (100_000 // len(piece)))
    dates.parse_date(piece * (199 // len(piece)))
    assert clock_time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("八月十五", LunarDay(8, 15)),
        ("农历八月十五", LunarDay(8, 15)),
        ("闰六月初一", LunarDay(6, 1, leap=True)),
        ("腊月三十", LunarDay(12, 30)),
        ("腊月廿三", LunarDay(12, 23)),
        ("十二月二十三", LunarDay(12, 23)),
        ("正月初十", LunarDay(1, 10)),
        ("冬月二十", LunarDay(11, 20)),
        ("8月15日", LunarDay(8, 15)),
        ("8-15", LunarDay(8, 15)),
    ],
)
def test_lunar_text(raw, expected):
    assert lunar.parse_lunar(raw).value == expected


@pytest.mark.parametrize("raw", ["十三月初一", "八月三十一", "2024-05-01", "八月"])
def test_no_lunar_text(raw):
    assert lunar.parse_lunar(raw).dropped


@given(st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_lunar_spelling_round_trip(month, day, leap):
    value = LunarDay(month, day, leap)
    assert lunar.parse_lunar(str(value)) == lunar.Cleaned(value)


@pytest.mark.parametrize(
    ("value", "after", "expected"),
    [
        (LunarDay(8, 15), date(2026, 1, 1), date(2026, 9, 25)),
        (LunarDay(8, 15), date(2026, 9, 25), date(2026, 9, 25)),
        (LunarDay(8, 15), date(2026, 9, 26), date(2027, 9, 15)),
        (LunarDay(1, 1), date(2026, 1, 1), date(2026, 2, 17)),
        (LunarDay(12, 30), date(2026, 1, 1), date(2026, 2, 16)),
        (LunarDay(12, 30), date(2027, 1, 1), date(2027, 2, 5)),
        (LunarDay(6, 1, leap=True), date(2025, 1, 1), date(2025, 7, 25)),
        (LunarDay(6, 1, leap=True), date(2026, 1, 1), date(2026, 7, 14)),
    ],
)
def test_next_occurrence(value, after, expected):
    assert lunar.next_occurrence(value, after) == expected


@given(st.integers(1, 12), st.integers(1, 30), st.dates(date(1950, 1, 1), date(2098, 1, 1)))
def test_next_occurrence_is_within_thirteen_months(month, day, after):
    found = lunar.next_occurrence(LunarDay(month, day), after)
    assert after <= found <= after + timedelta(days=385)


def test_beyond_the_calendar():
    assert lunar.next_occurrence(LunarDay(1, 1), date(2150, 1, 1)) is None
    assert lunar.from_solar(date(2026, 9, 25)) == LunarDay(8, 15)
    with pytest.raises(ValueError, match="no such lunar day"):
        LunarDay(13, 1)
