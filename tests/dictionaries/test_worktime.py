"""The arithmetic of working days and opening hours, for any calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.dictionaries.worktime import (
    SpecialDay,
    WorkCalendar,
    parse_spans,
    show_spans,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((540, 720), (780, 1080))
WEEK = (OFFICE,) * 5 + ((), ())

days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
some_spans = st.sampled_from([(), ((540, 1080),), OFFICE])
calendars = st.builds(
    WorkCalendar,
    zone=st.just(SHANGHAI),
    week=st.tuples(*[some_spans] * 6, st.just(OFFICE)),
    special=st.dictionaries(days, st.builds(SpecialDay, some_spans), max_size=20),
)

#: How slow a busy machine makes up calendars says nothing of the product.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(calendars, days, st.integers(1, 40))
def test_adding_and_counting_are_each_others_inverse(
    calendar: WorkCalendar, day: date, count: int
) -> None:
    later = calendar.add_working_days(day, count)
    assert calendar.is_working_day(later)
    assert calendar.working_days_between(day, later) == count
    earlier = calendar.add_working_days(day, -count)
    assert earlier < day and calendar.is_working_day(earlier)


@patient
@given(calendars, days, st.integers(0, 60))
def test_counting_equals_looking_at_every_day(
    calendar: WorkCalendar, day: date, length: int
) -> None:
    end = day + timedelta(days=length)
    plain = sum(
        calendar.is_working_day(day + timedelta(days=number)) for number in range(1, length + 1)
    )
    assert calendar.working_days_between(day, end) == plain
    assert calendar.working_days_between(end, day) == -plain


@patient
@given(calendars, days)
def test_the_next_working_day_skips_none(calendar: WorkCalendar, day: date) -> None:
    found = calendar.next_working_day(day)
    skipped = [day + timedelta(days=number) for number in range((found - day).days)]
    assert calendar.is_working_day(found)
    assert not any(calendar.is_working_day(other) for other in skipped)
    assert calendar.previous_working_day(found) == found


@given(days, st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]))
def test_open_spans_are_the_real_time_on_the_wall_clock(day: date, zone: str) -> None:
    calendar = WorkCalendar(ZoneInfo(zone), (OFFICE,) * 7)
    spans = calendar.open_spans(day)
    assert all(start < end for start, end in spans)
    assert sum((end - start for start, end in spans), timedelta()) == timedelta(hours=8)
    assert spans[0][0].astimezone(calendar.zone).strftime("%H:%M") == "09:00"


def test_hours_of_a_night_without_an_hour_and_of_one_with_two() -> None:
    night = WorkCalendar(ZoneInfo("America/New_York"), (((60, 240),),) * 7)
    gap = night.open_spans(date(2026, 3, 8))  # 02:00 to 03:00 does not exist
    assert sum((end - start for start, end in gap), timedelta()) == timedelta(hours=2)
    twice = night.open_spans(date(2026, 11, 1))  # 01:00 to 02:00 comes twice
    assert sum((end - start for start, end in twice), timedelta()) == timedelta(hours=4)


def test_spans_end_at_midnight_at_the_latest() -> None:
    calendar = WorkCalendar(SHANGHAI, (((0, 1440),),) * 7)
    start = datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert calendar.open_spans(date(2026, 3, 1)) == [(start, start + timedelta(days=1))]


def test_spans_are_read_as_people_write_them() -> None:
    assert parse_spans("9:00-12:00，13：30—18:00") == ((540, 720), (810, 1080))
    assert parse_spans(" ") == ()
    assert parse_spans("20:00-24:00") == ((1200, 1440),)
    assert show_spans(OFFICE) == "09:00-12:00, 13:00-18:00"


@pytest.mark.parametrize("text", ["9-8", "9:00", "a-b", "9:00-25:00", "9:61-10:00", "9-12, 11-13"])
def test_spans_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is for programs
        parse_spans(text)


def test_a_calendar_without_work_ends_the_search() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(SHANGHAI, ((),) * 7).next_working_day(date(2026, 1, 1))
