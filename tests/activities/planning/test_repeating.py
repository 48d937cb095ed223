"""What repeats: the anchor is kept over short months and leap years (F23)."""

from datetime import date, timedelta
from itertools import islice

import pytest

from crm.activities.planning import calendar_days
from crm.activities.planning.repeating import days_after, first_from, next_day
from crm.dictionaries import statutory


def next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def times(start: date, repeat: str, number: int) -> list[date]:
    return list(islice(days_after(start, repeat, start, next_working_day), number))


def test_monthly_from_the_31st_keeps_the_31st() -> None:
    assert times(date(2026, 1, 31), "monthly", 4) == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
    ]  # fmt: skip
    assert times(date(2027, 11, 30), "monthly", 4)[2:] == [date(2028, 2, 29), date(2028, 3, 30)]


def test_yearly_from_29_february() -> None:
    assert times(date(2024, 2, 29), "yearly", 4) == [
        date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip


def test_december_is_followed_by_january() -> None:
    assert next_day(date(2026, 12, 5), "monthly", date(2026, 12, 5), next_working_day) == date(
        2027, 1, 5
    )


def test_daily_weekly_and_working_days() -> None:
    friday = date(2026, 11, 20)
    assert times(friday, "daily", 2) == [date(2026, 11, 21), date(2026, 11, 22)]
    assert times(friday, "weekly", 2) == [date(2026, 11, 27), date(2026, 12, 4)]
    assert times(friday, "workdays", 2) == [date(2026, 11, 23), date(2026, 11, 24)]


@pytest.mark.usefixtures("values")
def test_working_weekends_and_holidays_are_the_company_calendar() -> None:
    statutory.seed()
    day = date(2026, 9, 30)
    found = next_day(day, "workdays", day, calendar_days.next_working_day)
    assert found == date(2026, 10, 8)
    found = next_day(date(2026, 10, 9), "workdays", day, calendar_days.next_working_day)
    assert found == date(2026, 10, 10)


def test_what_was_missed_does_not_pile_up() -> None:
    start = date(2026, 1, 31)
    found = first_from(date(2026, 11, 20), start, "monthly", start, next_working_day)
    assert found == date(2026, 11, 30)


def test_the_end_of_the_calendar_ends_a_series() -> None:
    assert times(date(9999, 12, 30), "daily", 5) == [date(9999, 12, 31)]
    with pytest.raises(ValueError, match="does not repeat"):
        next_day(date(2026, 1, 1), "none", date(2026, 1, 1), next_working_day)
