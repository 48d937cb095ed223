"""Dates and times as people type them and as workbooks hold them.

Here: every usual Chinese form, Excel serial numbers, impossible dates. Not here: "now"
(`crm.core.clock`), lunar dates (`crm.core.lunar`), the work calendar (`crm.dictionaries`).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from django.utils.translation import gettext_noop as _

from crm.core.clock import COMPANY_ZONE
from crm.core.notes import Cleaned, Note, dropped, repaired, shown, suspect
from crm.core.text import is_blank, is_blank_word, to_text

MIN_YEAR, MAX_YEAR = 1900, 2199
PIVOT = 70  # two-digit years: 70-99 are 19xx, 00-69 are 20xx
_EPOCH = datetime.combine(date(1899, 12, 30), time(0))
_EPOCH_1904 = datetime.combine(date(1904, 1, 1), time(0))
_SERIALS = range(3_654, 109_575)  # 1910-01-01 to 2199-12-31, the serial numbers believed

_YMD = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|(?!\d))")
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_YEAR_MONTH = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月?)$")
_SERIAL = re.compile(r"(\d{4,6})(\.\d{1,17})?$")
_ENGLISH = re.compile(
    r"(?:(\d{1,2})[ -])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"[ -]?(?:(\d{1,2}),? )?,?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = re.compile(
    r"(上午|下午|中午|晚上|凌晨|早上|[ap]m)?(\d{1,2})(?:[:点时](\d{1,2})分?|[点时])"
    r"(?::?(\d{1,2})(?:\.\d{1,9})?秒?)?"
    r"(上午|下午|[ap]m)?(z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\ufeff\u202a\u202c"))
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
_HAN_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
_HAN_DIGITS = {char: str(digit) for digit, char in enumerate("〇一二三四五六七八九")} | {"零": "0"}

IMPOSSIBLE = _("“%(value)s” is not a date that exists.")
UNKNOWN = _("“%(value)s” is not understood as a date.")


def parse_date(value: object, *, date1904: bool = False) -> Cleaned[date]:
    """Return the day of a cell or form field; the time of day is left out with a remark.

    Understood: 2024/5/1, 2024.5.1, 2024年5月1日, 20240501, 2024-5-1 13:05, Excel serial numbers,
    date objects. A date that does not exist is dropped; two-digit years are suspect.
    """
    cleaned = _parse(value, date1904=date1904)
    if cleaned.value is None:
        return Cleaned(None, cleaned.notes)
    notes = cleaned.notes
    if cleaned.value.time() != time(0):
        notes = (*notes, repaired("time_left_out", _("The time of day is left out.")))
    return Cleaned(cleaned.value.date(), notes)


def parse_datetime(
    value: object, *, date1904: bool = False, zone: tzinfo = COMPANY_ZONE
) -> Cleaned[datetime]:
    """Return the aware instant of a cell or form field; a text without zone is in `zone`."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return Cleaned(value)
    cleaned = _parse(value, date1904=date1904)
    if cleaned.value is None:
        return Cleaned(None, cleaned.notes)
    moment = cleaned.value
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return Cleaned(aware, cleaned.notes)


def from_serial(serial: float, *, date1904: bool = False) -> datetime | None:
    """Return the naive moment of an Excel serial number, None outside 1910 to 2199."""
    if int(serial) not in _SERIALS:
        return None
    moment = (_EPOCH_1904 if date1904 else _EPOCH) + timedelta(days=serial)
    # A serial number holds a time to about a millisecond; Excel shows whole seconds.
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def _parse(value: object, *, date1904: bool) -> Cleaned[datetime]:
    if isinstance(value, datetime):
        return _in_range(value.replace(tzinfo=None), value)
    if isinstance(value, date):
        return _in_range(datetime.combine(value, time(0)), value)
    if isinstance(value, (bool, timedelta | time)):
        return _lost(UNKNOWN, value)
    if is_blank(value):
        return Cleaned(None)
    if is_blank_word(value):
        return Cleaned(None, (repaired("blank_word", _("Means nothing, left empty.")),))
    return _parse_text(to_text(value), value, date1904=date1904)


def _parse_text(raw: str, value: object, *, date1904: bool) -> Cleaned[datetime]:
    if len(raw) > 200:
        return _lost(UNKNOWN, value)
    text = _fold(raw)
    found = _find_day(text, value)
    if found is None:
        return _from_number(text, value, date1904=date1904)
    day, end, notes = found
    if day is None:
        return Cleaned(None, tuple(notes))
    rest = text[end:].strip(" t,.号T")
    if not rest:
        moment = datetime.combine(day, time(0))
    elif (clock := _find_time(rest)) is None:
        return _lost(UNKNOWN, value)
    else:
        moment = datetime.combine(day, clock)
    if text[:end] != day.isoformat() and not notes:
        message = _("Date written in the usual form.")
        notes.append(repaired("date_form", message, day.isoformat()))
    return Cleaned(moment, tuple(notes))


def _fold(raw: str) -> str:
    text = raw
    if not raw.isascii():
        text = unicodedata.normalize("NFKC", raw).translate(_INVISIBLE)
        text = _WEEKDAY.sub(" ", text)
    text = re.sub(r"\s*([年月日号:\-/.])\s*", r"\1", text.strip().strip("'’"))
    text = text.replace("号", "日")
    if hit := _HAN_DATE.match(text):
        year = "".join(_HAN_DIGITS[char] for char in hit[1])
        text = f"{year}-{_han_number(hit[2])}-{_han_number(hit[3])} {text[hit.end() :]}"
    return re.sub(r"\s+", " ", text).strip()


def _han_number(text: str) -> int:
    """Return 1 to 99 written as 一, 十, 十二, 二十三."""
    tens, ten, ones = text.rpartition("十")
    unit = int(_HAN_DIGITS.get(ones[:1], "0"))
    return (int(_HAN_DIGITS.get(tens[:1], "1")) * 10 if ten else 0) + unit


Found = tuple[date | None, int, list[Note]]


def _find_day(text: str, value: object) -> Found | None:
    if hit := _YMD.match(text):
        return _year_first(hit, value)
    if hit := _COMPACT.match(text):
        return _day(int(hit[1]), int(hit[2]), int(hit[3]), hit.end(), value)
    if hit := _YEAR_LAST.match(text):
        return _year_last(hit, value)
    if hit := _ENGLISH.match(text):
        month = _MONTHS.index(hit[2].lower()) + 1
        number = hit[1] or hit[3]
        return _day(int(hit[4]), month, int(number), hit.end(), value) if number else None
    if hit := _YEAR_MONTH.match(text):
        month = int(hit[2] or hit[3])
        hint = f"{hit[1]}-{month:02d}-01" if 1 <= month <= 12 else ""
        message = _("“%(value)s” has no day.")
        return None, 0, [dropped("date_no_day", message, hint, value=shown(value))]
    return None


def _year_first(hit: re.Match[str], value: object) -> Found:
    if len(hit[1]) == 4:
        return _day(int(hit[1]), int(hit[2]), int(hit[3]), hit.end(), value)
    year = int(hit[1]) + (1900 if int(hit[1]) >= PIVOT else 2000)
    day, end, notes = _day(year, int(hit[2]), int(hit[3]), hit.end(), value)
    if day is not None:
        message = _("The year has two digits, taken as %(year)s.")
        notes.append(suspect("date_short_year", message, day.isoformat(), year=year))
    return day, end, notes


def _year_last(hit: re.Match[str], value: object) -> Found:
    """13/5/2024 has one meaning, 4/5/2024 has two: the second is not guessed."""
    first, second, year = int(hit[1]), int(hit[2]), int(hit[3])
    if first > 12:
        return _day(year, second, first, hit.end(), value)
    if second > 12 or first == second:
        return _day(year, first, second, hit.end(), value)
    hint = f"{year}-{first:02d}-{second:02d}" if first and second else ""
    message = _("“%(value)s” can be read in two ways: put the year first.")
    return None, 0, [dropped("date_ambiguous", message, hint, value=shown(value))]


def _day(year: int, month: int, day: int, end: int, value: object) -> Found:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, end, [dropped("date_impossible", IMPOSSIBLE, value=shown(value))]
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None, end, [_out_of_range(value)]
    return found, end, []


def _find_time(text: str) -> time | None:
    hit = _TIME.match(text.replace(" ", "").lstrip("Tt"))
    if hit is None:
        return None
    hour, minute, second = int(hit[2]), int(hit[3] or 0), int(hit[4] or 0)
    half = (hit[1] or hit[5] or "").lower()
    if half in ("下午", "晚上", "pm", "中午") and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    elif half in ("上午", "凌晨", "早上", "am") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second, tzinfo=_zone(hit[6]))
    except ValueError:
        return None


def _zone(text: str | None) -> tzinfo | None:
    """Return the zone of "Z" or "+08:00"; raise ValueError for an offset of a day and more."""
    if not text:
        return None
    if text in "zZ":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _from_number(text: str, value: object, *, date1904: bool) -> Cleaned[datetime]:
    hit = _SERIAL.match(text)
    if hit is None:
        return _lost(UNKNOWN, value)
    moment = from_serial(float(hit[0]), date1904=date1904)
    if moment is None:
        return _lost(UNKNOWN, value)
    message = _("Excel date number read as a date.")
    return Cleaned(moment, (repaired("date_serial", message, moment.date().isoformat()),))


def _in_range(moment: datetime, value: object) -> Cleaned[datetime]:
    if MIN_YEAR <= moment.year <= MAX_YEAR:
        return Cleaned(moment)
    return Cleaned(None, (_out_of_range(value),))


def _out_of_range(value: object) -> Note:
    message = _("“%(value)s” is not between the years %(first)s and %(last)s.")
    return dropped(
        "date_range", message, value=shown(to_text(value)), first=MIN_YEAR, last=MAX_YEAR
    )


def _lost(message: str, value: object) -> Cleaned[datetime]:
    return Cleaned(None, (dropped("date_unknown", message, value=shown(to_text(value))),))
