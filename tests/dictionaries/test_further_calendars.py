"""Work calendars beside the company's: made, copied, edited, removed; statutory days in all."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.db.models import PROTECT
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidTransition, InvalidValue, LimitReached, NotAllowed, Stale
from crm.dictionaries import calendar, further_calendars, statutory
from crm.dictionaries.calendar_services import (
    Days,
    delete_day,
    import_days,
    import_statutory,
    set_days,
    set_year_state,
    update_calendar,
)
from crm.dictionaries.further_calendars import create_calendar, delete_calendar
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    CalendarVersion,
    StatutoryYear,
    WeeklySpan,
)
from tests.factories.company import Company
from tests.kit.html import form_values, text_of

pytestmark = pytest.mark.django_db
Browsers = Callable[[str], Client]
#: Wednesday 2026-03-04 10:00 in Shanghai.
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
LONG = dict.fromkeys(range(7), ((480, 1320),))
NONE: dict[int, Any] = dict.fromkeys(range(7), ())
NATIONAL_DAY = date(2026, 10, 1)


@pytest.fixture
def row(company: Company) -> Any:
    """The company's calendar, with the inventory of 20 March by hand."""
    statutory.seed()
    with time_machine.travel(NOW, tick=False):
        found = calendar.company_row()
        day = date(2026, 3, 20)
        set_days(found, Days(day, day, "custom", "盘点", ((540, 720),)), actor=company.admin)
        yield found


def make(company: Company, name: str = "客服热线", **others: Any) -> BusinessCalendar:
    values = {"name": name, "time_zone": "Asia/Shanghai", "follows_statutory": False}
    given = {"values": values, "week": LONG, "actor": company.admin, **others}
    return create_calendar(**given)


def sources(row: BusinessCalendar) -> dict[str, int]:
    found = {"manual": 0, "statutory": 0}
    for day in CalendarException.objects.filter(calendar=row):
        found[day.source] += 1
    return found


def counts() -> tuple[int, ...]:
    models = (BusinessCalendar, WeeklySpan, CalendarException, CalendarVersion)
    events = Event.objects.filter(code__startswith="dictionaries.")
    return (*(model.objects.count() for model in models), events.count())


# --- making --------------------------------------------------------------------------------------
def test_a_desk_that_works_on_holidays(company: Company, row: BusinessCalendar) -> None:
    made = make(company)
    hours = calendar.work_calendar(made.code)
    assert hours.spans(NATIONAL_DAY) == ((480, 1320),) == hours.spans(date(2026, 10, 10))
    assert hours.is_complete(date(2031, 10, 1))  # no year is waited for
    assert not calendar.is_working_day(NATIONAL_DAY)
    assert sources(made) == {"manual": 0, "statutory": 0}
    assert CalendarVersion.objects.get(calendar=made).content["follows"] is False
    event = Event.objects.get(code="dictionaries.calendar.created")
    assert (event.label, event.changes["星期日"]) == ("客服热线", ["", "08:00-22:00"])
    assert make(company, "第二热线").code != made.code


def test_one_that_follows_the_holidays_has_them(company: Company, row: BusinessCalendar) -> None:
    values = {"name": "乌鲁木齐", "time_zone": "Asia/Urumqi", "follows_statutory": True}
    made = make(company, values=values)
    hours = calendar.work_calendar(made.code)
    assert sources(made) == {"manual": 0, "statutory": sources(row)["statutory"]}
    assert hours.spans(NATIONAL_DAY) == () and hours.spans(date(2026, 10, 10)) == ((480, 1320),)
    assert not hours.is_complete(date(2031, 10, 1))
    assert str(hours.open_spans(date(2026, 3, 4))[0][0]) == "2026-03-04 02:00:00+00:00"


def test_a_copy_takes_hours_days_and_the_weekday_of_worked_weekends(
    company: Company, row: BusinessCalendar
) -> None:
    week = dict.fromkeys(range(5), ((540, 1020),)) | {4: ((540, 900),), 5: (), 6: ()}
    update_calendar(row, changes={"makeup_weekday": 4}, week=week, actor=company.admin)
    values = {"name": "副本", "follows_statutory": True, "makeup_weekday": None}
    made = make(company, values=values, week=NONE, copy_of=row)
    mine, theirs = calendar.work_calendar(made.code), calendar.work_calendar()
    assert (mine.week, mine.special) == (theirs.week, theirs.special)
    assert mine.spans(date(2026, 10, 10)) == ((540, 900),)
    assert mine.spans(date(2026, 3, 20)) == ((540, 720),)
    own = make(company, values={"name": "自定"}, week=LONG, copy_of=row)
    assert calendar.work_calendar(own.code).week == tuple(LONG.values())
    assert Event.objects.filter(code="dictionaries.calendar.created").count() == 2


@pytest.mark.parametrize(
    ("values", "week", "field"),
    [
        ({"name": "公司工作日历"}, LONG, "name"),
        ({"name": "热线", "time_zone": "Asia/Beijing"}, LONG, "time_zone"),
        ({"name": "热线"}, NONE, None),
    ],
)
def test_what_cannot_be_made_is_refused(
    company: Company, row: BusinessCalendar, values: dict[str, Any], week: Any, field: str | None
) -> None:
    before = counts()
    with pytest.raises(InvalidValue) as refused:
        make(company, values=values, week=week)
    assert refused.value.field == field
    with pytest.raises(NotAllowed):
        make(company, actor=company["service_lead"])
    assert counts() == before


def test_there_are_not_more_than_anybody_keeps_up(
    company: Company, row: BusinessCalendar, monkeypatch: Any
) -> None:
    monkeypatch.setattr(further_calendars, "MOST", 2)
    make(company)
    with pytest.raises(LimitReached):
        make(company, "再一个")
    assert BusinessCalendar.objects.count() == 2


# --- changing ------------------------------------------------------------------------------------
def test_following_the_holidays_can_begin_and_end(company: Company, row: BusinessCalendar) -> None:
    made = make(company, copy_of=row)
    statutory_days = sources(row)["statutory"]
    for follows, number in ((True, 2), (False, 3)):
        made = BusinessCalendar.objects.get(pk=made.pk)
        update_calendar(made, changes={"follows_statutory": follows}, actor=company.admin)
        assert sources(made) == {"manual": 1, "statutory": statutory_days * follows}
        assert calendar.work_calendar(made.code).is_working_day(NATIONAL_DAY) != follows
        newest = CalendarVersion.objects.filter(calendar=made).latest("number")
        assert (newest.number, newest.content["follows"]) == (number, follows)
    assert Event.objects.filter(code="dictionaries.calendar.updated").count() == 2


def test_the_company_keeps_its_zone_and_the_holidays(
    company: Company, row: BusinessCalendar
) -> None:
    before = counts()
    for changes in ({"follows_statutory": False}, {"time_zone": "Europe/Berlin"}):
        with pytest.raises(InvalidValue):
            update_calendar(row, changes=changes, actor=company.admin)
    assert counts() == before
    row.refresh_from_db()
    assert (row.time_zone, row.follows_statutory) == ("Asia/Shanghai", True)


def test_the_later_of_two_is_told(company: Company, row: BusinessCalendar) -> None:
    made = make(company)
    mine, theirs = (BusinessCalendar.objects.get(pk=made.pk) for _number in range(2))
    update_calendar(theirs, changes={"name": "热线一"}, actor=company.admin)
    before = counts()
    with pytest.raises(Stale):
        update_calendar(mine, changes={}, week=LONG | {6: ()}, actor=company.admin)
    assert counts() == before


# --- days ----------------------------------------------------------------------------------------
def test_days_are_of_one_calendar(company: Company, row: BusinessCalendar) -> None:
    made = make(company)
    day = date(2026, 4, 15)
    set_days(made, Days(day, day, "holiday", "系统维护"), actor=company.admin)
    assert not calendar.work_calendar(made.code).is_working_day(day)
    assert calendar.is_working_day(day)
    assert Event.objects.get(label="客服热线: 2026-04-15 系统维护")
    made.refresh_from_db()
    import_days(made, [Days(day.replace(day=16), day.replace(day=16), "holiday")], reason="",
                actor=company.admin)  # fmt: skip
    assert (sources(made)["manual"], sources(row)["manual"]) == (2, 1)
    delete_day(CalendarException.objects.get(name="系统维护"), actor=company.admin)
    assert calendar.work_calendar(made.code).is_working_day(day)


def test_over_is_what_is_over_on_the_wall_of_the_calendar(
    company: Company, row: BusinessCalendar
) -> None:
    berlin = make(company, values={"name": "柏林", "time_zone": "Europe/Berlin"})
    yesterday = date(2026, 3, 3)
    with time_machine.travel(datetime(2026, 3, 3, 18, tzinfo=UTC), tick=False):  # 2 am in Shanghai
        set_days(berlin, Days(yesterday, yesterday, "holiday"), actor=company.admin)
        with pytest.raises(InvalidValue) as refused:
            set_days(row, Days(yesterday, yesterday, "holiday"), actor=company.admin)
    assert refused.value.field == "reason"


def test_statutory_days_reach_all_that_follow_them(company: Company, row: BusinessCalendar) -> None:
    hotline = make(company)
    plant = make(company, values={"name": "工厂", "follows_statutory": True})
    first, second = date(2027, 3, 1), date(2027, 3, 2)
    set_days(plant, Days(second, second, "workday", "值班"), actor=company.admin)
    wanted = [Days(first, second, "holiday", "春节")]
    assert import_statutory(wanted, reason="", actor=company.admin) == 2
    worked = [calendar.work_calendar(each.code) for each in (row, plant, hotline)]
    assert [each.is_working_day(first) for each in worked] == [False, False, True]
    assert [each.is_working_day(second) for each in worked] == [False, True, True]  # by hand: stays
    once = CalendarException.objects.filter(date=first, source="statutory")
    assert {each.calendar_id for each in once} == {row.pk, plant.pk}
    again = [Days(first, first, "workday", "春节")]
    import_statutory(again, reason="", actor=company.admin)
    assert [each.kind for each in once.all()] == ["workday"] * 2
    assert CalendarException.objects.filter(date=second).count() == 3
    events = Event.objects.filter(code="dictionaries.days.imported").order_by("pk")
    assert [event.subject_id for event in events] == [row.pk, plant.pk] * 2


def test_the_years_of_the_program_reach_them_too(company: Company, row: BusinessCalendar) -> None:
    hotline = make(company)
    plant = make(company, values={"name": "工厂", "follows_statutory": True}, copy_of=row)
    StatutoryYear.objects.filter(year=2026).update(sha256="")  # another edition of the package
    CalendarException.objects.filter(source="statutory", date__year=2026).delete()
    before = {each.pk: each.version for each in BusinessCalendar.objects.all()}
    assert statutory.seed() == 1
    assert sources(row) == sources(plant) and sources(row)["manual"] == 1
    assert sources(hotline)["statutory"] == 0
    after = {each.pk: each.version for each in BusinessCalendar.objects.all()}
    assert {pk: after[pk] - before[pk] for pk in after} == {row.pk: 1, plant.pk: 1, hotline.pk: 0}
    assert statutory.seed() == 0


def test_a_year_is_of_those_that_follow_the_holidays(
    company: Company, row: BusinessCalendar
) -> None:
    hotline = make(company)
    plant = make(company, values={"name": "工厂", "follows_statutory": True})
    year, new_year = StatutoryYear.objects.get(year=2027), date(2027, 1, 5)
    codes = (row.code, hotline.code, plant.code)
    known = [calendar.work_calendar(code).is_complete(new_year) for code in codes]
    assert known == [False, True, False]
    set_year_state(year, "loaded", actor=company.admin)
    numbers = {each.code: each.version for each in BusinessCalendar.objects.all()}
    assert numbers == dict(zip(codes, (3, 1, 2), strict=True))
    assert all(calendar.work_calendar(code).is_complete(new_year) for code in codes)


# --- removing ------------------------------------------------------------------------------------
def test_what_nothing_uses_is_deleted(company: Company, row: BusinessCalendar) -> None:
    made = make(company)
    with pytest.raises(NotAllowed):
        delete_calendar(made, actor=company["service_lead"])
    with pytest.raises(InvalidTransition):
        delete_calendar(row, actor=company.admin)
    assert BusinessCalendar.objects.count() == 2
    delete_calendar(made, actor=company.admin)
    assert not CalendarVersion.objects.filter(calendar__code=made.code).exists()
    with pytest.raises(KeyError):
        calendar.work_calendar(made.code)
    assert Event.objects.get(code="dictionaries.calendar.deleted").label == "客服热线"


def test_what_points_to_a_calendar_is_its_own_or_protects_it() -> None:
    """Whoever lets another model name a calendar says so to `find_uses`, too."""
    pointing = {
        (relation.related_model.__name__, relation.on_delete is PROTECT)
        for relation in BusinessCalendar._meta.get_fields(include_hidden=True)
        if relation.one_to_many
    }
    assert pointing == {
        ("WeeklySpan", False), ("CalendarException", False), ("CalendarVersion", False),
        ("SlaPolicy", True), ("SlaTarget", True),
    }  # fmt: skip


# --- pages ---------------------------------------------------------------------------------------
def url(name: str, *args: Any) -> str:
    return reverse(f"admin:dictionaries_{name}", args=args)


def test_administrators_make_copy_and_delete(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin, add = browser_of("admin"), url("businesscalendar_add")
    values = form_values(admin.get(add), "name")
    assert (values["time_zone"], values["hours_0"]) == (["Asia/Shanghai"], [""])
    values |= {f"hours_{day}": "00:00-24:00" for day in range(7)} | {"name": "全年无休"}
    values.pop("follows_statutory")
    assert admin.post(add, values).status_code == 302
    made = BusinessCalendar.objects.get(name="全年无休")
    assert calendar.work_calendar(made.code).week == (((0, 1440),),) * 7
    assert not made.follows_statutory
    shown = text_of(admin.get(url("businesscalendar_changelist")))
    assert "全天候" in shown and "星期一至星期五 09:00-18:00" in shown
    copy = form_values(admin.get(f"{add}?copy_of={row.pk}"), "name")
    assert (copy["copy_of"], copy["hours_0"]) == ([str(row.pk)], ["09:00-18:00"])
    assert admin.post(add, copy | {"name": "副本"}).status_code == 302
    assert CalendarException.objects.filter(calendar__name="副本", name="盘点").exists()
    for name, wrong in (("name", "公司工作日历"), ("hours_3", "25:00-26:00"), ("time_zone", "x")):
        page = admin.post(add, copy | {"name": "又一个", name: wrong})
        assert page.status_code == 200
        assert list(page.context["adminform"].form.errors) == [name]
        assert form_values(page, "name")["hours_0"] == ["09:00-18:00"]
    assert admin.get(f"{add}?copy_of=x").status_code == 200
    assert admin.post(url("businesscalendar_delete", made.pk), {"post": "yes"}).status_code == 302
    assert admin.get(url("businesscalendar_delete", row.pk)).status_code == 403
    names = set(BusinessCalendar.objects.values_list("name", flat=True))
    assert names == {"公司工作日历", "副本"}
    for login in ("auditor", "service_lead"):
        assert browser_of(login).get(add).status_code == 403
        assert browser_of(login).post(add, copy | {"name": "乙"}).status_code == 403


def test_a_further_calendar_changes_zone_and_holidays_on_its_page(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin, made = browser_of("admin"), make(company)
    change = url("businesscalendar_change", made.pk)
    values = form_values(admin.get(change), "name")
    assert "copy_of" not in values and "follows_statutory" not in values
    late = values | {"name": "晚到"}
    values |= {"time_zone": "Europe/Berlin", "follows_statutory": "on"}
    assert admin.post(change, values).status_code == 302
    made.refresh_from_db()
    assert (made.time_zone, made.follows_statutory, made.version) == ("Europe/Berlin", True, 2)
    page = admin.post(change, late)  # the colleague saw the first version
    assert page.status_code == 200 and form_values(page, "name")["name"] == ["晚到"]
    assert admin.post(change, form_values(page, "name")).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.time_zone) == ("晚到", "Europe/Berlin")
    of_company = form_values(admin.get(url("businesscalendar_change", row.pk)), "name")
    assert "time_zone" not in of_company


def test_days_are_listed_and_entered_by_calendar(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin, made = browser_of("admin"), make(company)
    add = url("calendarexception_add")
    values = {"calendar": made.pk, "date": "2026-04-15", "kind": "holiday", "name": "系统维护"}
    assert admin.post(add, values).status_code == 302
    day = CalendarException.objects.get(name="系统维护")
    assert day.calendar == made
    page = admin.get(url("calendarexception_changelist") + f"?calendar__id__exact={made.pk}")
    assert list(page.context["cl"].result_list) == [day]
    for place in (url("calendarexception_import"), add):
        assert f'href="{place}?calendar={made.pk}"' in page.content.decode()
    assert form_values(admin.get(f"{add}?calendar={made.pk}"), "date")["calendar"] == [str(made.pk)]
    wrong = admin.post(add, values | {"calendar": "999999"})
    assert list(wrong.context["adminform"].form.errors) == ["calendar"]
    assert admin.post(add, {**values, "calendar": "", "name": "公司"}).status_code == 302
    assert CalendarException.objects.get(name="公司").calendar == row


def test_a_list_is_imported_into_the_chosen_calendar(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin, made, place = browser_of("admin"), make(company), url("calendarexception_import")
    assert form_values(admin.get(f"{place}?calendar={made.pk}"), "text")["calendar"] == [
        str(made.pk)
    ]
    values = {"calendar": made.pk, "text": "2026-04-15,,放假,系统维护"}
    checked = form_values(admin.post(place, values | {"check": "1"}), "text")
    assert checked["calendar"] == [str(made.pk)]
    assert admin.post(place, checked | {"run": "1"}).status_code == 302
    assert CalendarException.objects.get(name="系统维护").calendar == made
    assert not admin.post(place, values | {"run": "1"}).context["plan"].can_run
    assert admin.post(place, {**values, "calendar": row.pk, "run": "1"}).status_code == 302
    assert CalendarException.objects.filter(name="系统维护").count() == 2
    for wrong in ("999999", "x"):
        page = admin.post(place, {**values, "calendar": wrong, "run": "1"})
        assert "calendar" in page.context["form"].errors


def test_a_published_year_is_imported_into_all_that_follow_it(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    plant = make(company, values={"name": "工厂", "follows_statutory": True})
    make(company)
    day = date(2027, 1, 9)
    set_days(plant, Days(day, day, "holiday", "工厂检修"), actor=company.admin)
    text = json.dumps({"days": [{"name": "元旦", "date": "2027-01-09", "isOffDay": False}]})
    values = {"calendar": "statutory", "text": text}
    admin, place = browser_of("admin"), url("calendarexception_import")
    checked = admin.post(place, values | {"check": "1"})
    assert not checked.context["plan"].replaces
    assert form_values(checked, "text")["calendar"] == ["statutory"]
    assert "replace" not in checked.context["form"].fields
    assert admin.post(place, values | {"run": "1"}).status_code == 302
    rows = CalendarException.objects.filter(date=day, source="statutory")
    assert {each.calendar for each in rows} == {row, plant}
    assert calendar.is_working_day(day)
    assert not calendar.work_calendar(plant.code).is_working_day(day)
    assert not admin.post(place, values | {"run": "1"}).context["plan"].can_run
    over = {"calendar": "statutory", "text": "2026-03-03,,放假,补录", "run": "1"}
    assert "reason" in admin.post(place, over).context["form"].errors
    assert not CalendarException.objects.filter(name="补录").exists()
