"""Lunar birthdays: a month and a day without a year, and when they fall next (market 2.17).

Here: the value type, its spelling, the next occurrence. Not here: reminders. The calendar of
borax covers 1900 to 2100.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from borax.calendars.lunardate import LCalendars, LunarDate
from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, dropped, repaired, shown
from crm.core.text import is_blank_word, to_text

FIRST_YEAR, LAST_YEAR = 1900, 2100
_MONTH_NAMES = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_MONTH_WORDS = {name: index + 1 for index, name in enumerate(_MONTH_NAMES)} | {
    "一": 1,
    "十一": 11,
    "十二": 12,
}
_ONES = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_DAY_NAMES = (
    *(f"初{one}" for one in _ONES),
    *(f"十{one}" for one in _ONES[:9]),
    "二十",
    *(f"廿{one}" for one in _ONES[:9]),
    "三十",
)
_DAY_WORDS = {name: index + 1 for index, name in enumerate(_DAY_NAMES)} | {
    f"二十{one}": index + 21 for index, one in enumerate(_ONES[:9])
}
_DAY_WORDS |= {"廿": 20, "廿十": 20, "卅": 30} | {one: i + 1 for i, one in enumerate(_ONES)}
_TEXT = re.compile(
    r"(?:农历|阴历|旧历)?\s*(闰)?\s*(?:(十[一二]|[正一二三四五六七八九十冬腊])月|(\d{1,2})[月./-])"
    r"\s*(?:([初十廿卅二三][一二三四五六七八九十]{0,2}|[一四五六七八九])|(\d{1,2}))[日号]?$"
)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar year: month 1-12, day 1-30, `leap` for a 闰月."""

    month: int
    day: int
    leap: bool = False

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.day <= 30):
            raise ValueError(f"no such lunar day: {self.month}-{self.day}")

    def __str__(self) -> str:
        """Return the Chinese spelling: 八月十五, 闰六月初一, 腊月三十."""
        leap = "闰" if self.leap else ""
        return f"{leap}{_MONTH_NAMES[self.month - 1]}月{_DAY_NAMES[self.day - 1]}"


def parse_lunar(value: object) -> Cleaned[LunarDay]:
    """Return the lunar day of 八月十五, 农历闰四月初三, 腊月三十, 8月15, 8-15."""
    raw = to_text(value)
    if not raw or is_blank_word(raw):
        return Cleaned(None)
    text = unicodedata.normalize("NFKC", raw[:60]).strip()
    hit = _TEXT.match(text)
    month = (_MONTH_WORDS.get(hit[2] or "") or int(hit[3] or 0)) if hit else 0
    day = (_DAY_WORDS.get(hit[4] or "") or int(hit[5] or 0)) if hit else 0
    if not (1 <= month <= 12 and 1 <= day <= 30):
        message = _("“%(value)s” is not a lunar month and day.")
        return Cleaned(None, (dropped("lunar_unknown", message, value=shown(raw)),))
    found = LunarDay(month, day, bool(hit and hit[1]))
    if text == str(found):
        return Cleaned(found)
    return Cleaned(
        found, (repaired("date_form", _("Date written in the usual form."), str(found)),)
    )


def to_solar(lunar: LunarDay, lunar_year: int) -> date | None:
    """Return the day of the sun calendar in one lunar year, None outside the calendar.

    腊月三十 is the last day of the month in years where it has 29 days; a leap month that the
    year does not have is kept on the plain month.
    """
    if not FIRST_YEAR <= lunar_year <= LAST_YEAR:
        return None
    leap = int(lunar.leap and LCalendars.leap_month(lunar_year) == lunar.month)
    last = LCalendars.ndays(lunar_year, lunar.month, leap)
    return LunarDate(lunar_year, lunar.month, min(lunar.day, last), leap).to_solar_date()


def next_occurrence(lunar: LunarDay, on_or_after: date) -> date | None:
    """Return the first day of the sun calendar on or after a date, None beyond the calendar."""
    for year in range(on_or_after.year - 1, on_or_after.year + 2):
        day = to_solar(lunar, year)
        if day is not None and day >= on_or_after:
            return day
    return None


def from_solar(day: date) -> LunarDay | None:
    """Return the lunar day of a date, None outside the calendar."""
    if not FIRST_YEAR < day.year <= LAST_YEAR:
        return None
    found = LunarDate.from_solar(day)
    return LunarDay(found.month, found.day, bool(found.leap))
