"""The company's work calendar: 调休 of 2026, entries by hand, versions, years without holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries import calendar, calendar_services, statutory
from crm.dictionaries.calendar_services import Days
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    CalendarVersion,
    DayKind,
    StatutoryYear,
)
from tests.factories.company import Company
from tests.tickets.sla.world import SPECIAL

pytestmark = pytest.mark.django_db
WORKED_WEEKENDS = {(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)}


@pytest.fixture
def company_calendar(company: Company) -> BusinessCalendar:
    statutory.seed()
    return calendar.company_row()


def test_the_working_weekends_of_2026(company_calendar: BusinessCalendar) -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    worked = {(d.month, d.day) for d in days if d.weekday() > 4 and calendar.is_working_day(d)}
    assert worked == WORKED_WEEKENDS
    assert sum(map(calendar.is_working_day, days)) == 248
    assert not calendar.is_working_day(date(2026, 2, 23))
    assert calendar.next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)
    assert calendar.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert calendar.is_published(2026) and not calendar.is_published(2031)


def test_weekends_within_a_holiday_belong_to_it(company_calendar: BusinessCalendar) -> None:
    """As the State Council orders it, from the first to the last day, whoever works weekends."""
    rows = CalendarException.objects.filter(date__year=2026, kind=DayKind.HOLIDAY)
    assert sorted(rows.values_list("date", flat=True)) == sorted(
        day for day, special in SPECIAL.items() if not special.spans
    )
    assert rows.get(date=date(2026, 10, 4)).name.startswith("国庆节")


def test_seeding_again_changes_nothing(company_calendar: BusinessCalendar) -> None:
    before = CalendarException.objects.count()
    assert statutory.seed() == 0
    assert CalendarException.objects.count() == before
    assert CalendarVersion.objects.count() == 1


def test_a_year_that_is_not_published_knows_only_what_the_law_fixes(
    company_calendar: BusinessCalendar,
) -> None:
    statutory.load_year(2031)
    assert StatutoryYear.objects.get(year=2031).state == StatutoryYear.State.MISSING
    assert not CalendarException.objects.filter(date__year=2031, kind=DayKind.WORKDAY).exists()
    assert CalendarException.objects.filter(date=date(2031, 10, 1)).exists()


def test_entries_by_hand_count_over_statutory_ones(
    company: Company, company_calendar: BusinessCalendar
) -> None:
    day = date(2026, 10, 8)
    days = Days(day, day + timedelta(days=1), DayKind.HOLIDAY, "公司旅游", reason="补录")
    calendar_services.set_days(company_calendar, days, actor=company.admin)
    assert calendar.next_working_day(date(2026, 10, 1)) == date(2026, 10, 10)
    first = date(2026, 10, 1)
    statutory_day = Days(first, first, DayKind.WORKDAY, "值班", reason="补录")
    calendar_services.set_days(company_calendar, statutory_day, actor=company.admin)
    assert calendar.is_working_day(date(2026, 10, 1))
    statutory.load_year(2026)
    manual = CalendarException.objects.get(date=date(2026, 10, 1), source="manual")
    with time_machine.travel(datetime(2026, 9, 30, 9, tzinfo=UTC)):
        calendar_services.delete_day(manual, actor=company.admin)
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert list(CalendarVersion.objects.values_list("number", flat=True).order_by("number")) == [
        1, 2, 3, 4,
    ]  # fmt: skip
    assert Event.objects.filter(code__startswith="dictionaries.days.").count() == 3


def test_weekly_hours_give_the_opening_spans(
    company: Company, company_calendar: BusinessCalendar
) -> None:
    week = dict.fromkeys(range(5), ((540, 720), (780, 1080))) | {5: ((540, 720),), 6: ()}
    calendar_services.update_calendar(company_calendar, changes={}, week=week, actor=company.admin)
    saturday = calendar.open_spans(date(2026, 11, 21))
    assert [end - start for start, end in saturday] == [timedelta(hours=3)]
    assert len(calendar.open_spans(date(2026, 5, 9))) == 2  # a worked Saturday is like a Monday
    event = Event.objects.get(code="dictionaries.calendar.updated")
    assert list(event.changes.values())[0] == ["09:00-18:00", "09:00-12:00, 13:00-18:00"]


def test_what_is_wrong_is_refused(company: Company, company_calendar: BusinessCalendar) -> None:
    day = date(2026, 6, 1)
    wrong = [
        Days(day, day - timedelta(days=1), DayKind.HOLIDAY),
        Days(day, day + timedelta(days=60), DayKind.HOLIDAY),
        Days(day, day, DayKind.CUSTOM),
        Days(day, day, DayKind.HOLIDAY, spans=((540, 600),)),
    ]
    wrong = [replace(days, reason="补录") for days in wrong]
    before = CalendarException.objects.count()
    for days in wrong:
        with pytest.raises(InvalidValue):
            calendar_services.set_days(company_calendar, days, actor=company.admin)
    with pytest.raises(InvalidValue):
        calendar_services.update_calendar(
            company_calendar, changes={}, week=dict.fromkeys(range(7), ()), actor=company.admin
        )
    with pytest.raises(NotAllowed):
        right = Days(day, day, DayKind.HOLIDAY, reason="补录")
        calendar_services.set_days(company_calendar, right, actor=company["sales1"])
    with pytest.raises(InvalidValue):
        fixed = CalendarException.objects.filter(source="statutory").first()
        calendar_services.delete_day(fixed, actor=company.admin)
    assert CalendarException.objects.count() == before


def test_days_that_are_over_change_only_with_a_reason(
    company: Company, company_calendar: BusinessCalendar
) -> None:
    """`service.md` 8.2: what was judged by them stays, so nobody changes them by mistake."""
    with time_machine.travel(datetime(2026, 3, 4, 2, tzinfo=UTC), tick=False):
        yesterday, today = date(2026, 3, 3), date(2026, 3, 4)
        over = Days(yesterday, today, DayKind.HOLIDAY, "停电")
        for reason in ("", "  "):
            with pytest.raises(InvalidValue) as refused:
                calendar_services.set_days(
                    company_calendar, replace(over, reason=reason), actor=company.admin
                )
            assert refused.value.field == "reason"
        assert not CalendarException.objects.filter(name="停电").exists()
        calendar_services.set_days(
            company_calendar, replace(over, reason="当天忘记登记"), actor=company.admin
        )
        assert Event.objects.get(code="dictionaries.days.set").note == "当天忘记登记"
        rows = {row.date: row for row in CalendarException.objects.filter(name="停电")}
        with pytest.raises(InvalidValue):
            calendar_services.delete_day(rows[yesterday], actor=company.admin)
        calendar_services.delete_day(rows[today], actor=company.admin)
        assert not calendar.is_working_day(yesterday) and calendar.is_working_day(today)
        newest = BusinessCalendar.objects.get(pk=company_calendar.pk)
        calendar_services.set_days(newest, Days(today, today, DayKind.HOLIDAY), actor=company.admin)
