"""Promises that are counted by a work calendar beside the company's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.core.errors import InvalidTransition, InvalidValue
from crm.dictionaries.calendar import work_calendar
from crm.dictionaries.calendar_services import (
    Days,
    import_statutory,
    set_days,
    set_year_state,
    update_calendar,
)
from crm.dictionaries.further_calendars import create_calendar, delete_calendar
from crm.dictionaries.models import BusinessCalendar, CalendarException, StatutoryYear
from tests.factories.company import Company
from tests.factories.tickets import make_ticket
from tests.kit.html import form_values
from tickets.models import SlaClock, SlaPolicy, SlaTarget, SlaVersion, Ticket
from tickets.services.conversing import reply
from tickets.sla import keeping
from tickets.sla.keeping import Promise, update_policy
from tickets.sla.reconsidering import find
from tickets.sla.showing import clocks_of
from tickets.sla.ticking import tick
from tickets.sla.walking import walk

pytestmark = pytest.mark.usefixtures("promises")
Browsers = Callable[[str], Client]
#: Wednesday 2026-09-30 17:00 in Shanghai: an hour of work is left before seven days off.
EVE = datetime(2026, 9, 30, 9, tzinfo=UTC)
HOUR = 3600
LONG = dict.fromkeys(range(7), ((480, 1320),))


@pytest.fixture
def watch() -> Any:
    with time_machine.travel(EVE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def usual(company: Company) -> SlaPolicy:
    return SlaPolicy.objects.get(name="通用")


def make(company: Company, name: str = "客服热线", **values: Any) -> BusinessCalendar:
    """08:00 to 22:00 on every day of the year, unless it follows the holidays."""
    values = {"name": name, "follows_statutory": False, **values}
    return create_calendar(values=values, week=LONG, actor=company.admin)


@pytest.fixture
def hotline(company: Company, watch: Any) -> BusinessCalendar:
    return make(company)


def promise(
    company: Company, policy: SlaPolicy, hours: BusinessCalendar | None, **others: Any
) -> SlaPolicy:
    """The first answer within 4 hours of the company, the solution within 30 of a calendar."""
    rows = [
        Promise("first_response", "", 4 * HOUR),
        Promise("resolution", "", 30 * HOUR, calendar=hours),
    ]
    policy.refresh_from_db()
    return update_policy(policy, changes={}, lists={}, promises=rows, actor=company.admin, **others)


def clocks(ticket: Ticket) -> dict[str, SlaClock]:
    return {row.kind: row for row in SlaClock.objects.filter(ticket=ticket)}


def due(ticket: Ticket) -> dict[str, str]:
    """When promises end, in Shanghai."""
    rows = clocks(ticket).values()
    return {row.kind: f"{row.due_at + timedelta(hours=8):%m-%d %H:%M}" for row in rows}


def test_each_promise_counts_by_its_own_calendar(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, watch: Any
) -> None:
    """Over the national holiday, and over the Saturday that is worked for it."""
    promise(company, usual, hotline)
    agent = company["agent1"]
    before = make_ticket(company, agent)
    assert due(before) == {"first_response": "10-08 12:00", "resolution": "10-02 19:00"}
    watch.move_to(datetime(2026, 10, 9, 9, tzinfo=UTC))  # Friday 17:00
    after = make_ticket(company, agent)
    # 5 hours of Friday, 14 of Saturday, 11 of Sunday; Saturday is worked by the company, too
    assert due(after) == {"first_response": "10-10 12:00", "resolution": "10-11 19:00"}
    shown = {each["kind"]: each for each in clocks_of(before)}
    assert shown["first_response"]["hours"] == "公司工作日历"
    assert shown["resolution"]["hours"] == "客服热线"
    begun = {kind: each["lines"][0]["text"] for kind, each in shown.items()}
    assert begun["resolution"] == "开始计时，承诺 30 小时，按“客服热线”计时"
    assert begun["first_response"].endswith("按“公司工作日历”计时")
    off = [line["text"] for line in shown["first_response"]["lines"] if line["what"] == "day_off"]
    assert off and "国庆节" in off[0]
    assert not [line for line in shown["resolution"]["lines"] if line["what"] == "day_off"]


def test_one_that_follows_the_holidays_rests_on_them(
    company: Company, usual: SlaPolicy, watch: Any
) -> None:
    plant = make(company, "工厂", follows_statutory=True)
    promise(company, usual, plant)
    ticket = make_ticket(company, company["agent1"])
    # 5 hours before the holiday, 14 on the 8th, 11 on the 9th
    assert due(ticket)["resolution"] == "10-09 19:00"


def test_a_change_of_the_calendar_is_said(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, watch: Any
) -> None:
    promise(company, usual, None)
    ticket = make_ticket(company, company["agent1"])
    watch.shift(timedelta(minutes=30))
    promise(company, usual, hotline, also_running=True)
    walk()
    assert due(ticket)["resolution"] == "10-02 19:00"
    lines = next(each for each in clocks_of(ticket) if each["kind"] == "resolution")["lines"]
    assert [line["text"] for line in lines if line["what"] == "hours"] == ["从此按“客服热线”计时"]


def test_other_hours_move_only_the_promises_counted_by_them(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, watch: Any
) -> None:
    promise(company, usual, hotline)
    ticket = make_ticket(company, company["agent1"])
    before = SlaClock.objects.filter(ticket=ticket, kind="first_response").values().get()
    watch.shift(timedelta(minutes=1))
    day = date(2026, 10, 1)
    set_days(hotline, Days(day, day, "holiday", "检修"), actor=company.admin)
    walk()
    assert due(ticket) == {"first_response": "10-08 12:00", "resolution": "10-03 19:00"}
    hotline.refresh_from_db()
    watch.shift(timedelta(minutes=1))
    update_calendar(
        hotline, changes={}, week=dict.fromkeys(range(7), ((480, 1440),)), actor=company.admin
    )
    walk()
    assert due(ticket)["resolution"] == "10-03 15:00"  # 7 hours, 16 on the 2nd, 7 on the 3rd
    after = SlaClock.objects.filter(ticket=ticket, kind="first_response").values().get()
    assert {name: after[name] for name in after if name not in ("elapsed", "wall")} == {
        name: before[name] for name in before if name not in ("elapsed", "wall")
    }


def test_a_year_concerns_who_follows_the_holidays(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, watch: Any
) -> None:
    """Loading a year re-evaluates exactly the promises that waited for it, in all calendars."""
    plant = make(company, "工厂", follows_statutory=True)
    watch.move_to(datetime(2026, 12, 31, 9, tzinfo=UTC))
    rows = [
        Promise("first_response", "", 40 * HOUR),
        Promise("resolution", "", 40 * HOUR, calendar=plant),
        Promise("acceptance", "", 40 * HOUR, calendar=hotline),
    ]
    update_policy(usual, changes={}, lists={}, promises=rows, actor=company.admin)
    ticket = make_ticket(company, company["agent1"])
    waiting = {kind: row.is_incomplete for kind, row in clocks(ticket).items()}
    assert waiting == {"first_response": True, "resolution": True, "acceptance": False}
    apart = SlaClock.objects.filter(ticket=ticket, kind="acceptance").values().get()
    before = due(ticket)
    watch.shift(timedelta(minutes=1))
    first = date(2027, 1, 4)
    wanted = [Days(first, first + timedelta(days=1), "holiday", "元旦")]
    import_statutory(wanted, reason="", actor=company.admin)
    year = StatutoryYear.objects.get(year=2027)
    set_year_state(year, "loaded", actor=company.admin)
    walk()
    assert not any(row.is_incomplete for row in clocks(ticket).values())
    after = due(ticket)
    # 5 hours on the last day of the year, 28 on the weekend after New Year, 7 on the 4th or 6th
    assert (before["resolution"], after["resolution"]) == ("01-04 15:00", "01-06 15:00")
    now = SlaClock.objects.filter(ticket=ticket, kind="acceptance").values().get()
    assert {name: now[name] for name in now if name not in ("elapsed", "wall")} == {
        name: apart[name] for name in apart if name not in ("elapsed", "wall")
    }
    watch.shift(timedelta(minutes=1))
    set_year_state(year, "missing", actor=company.admin)
    walk()
    assert {kind: row.is_incomplete for kind, row in clocks(ticket).items()} == waiting


# --- days that are over --------------------------------------------------------------------------
def test_days_entered_too_late_are_listed_for_waiving(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, watch: Any, browser_of: Browsers
) -> None:
    promise(company, usual, hotline)
    ticket, lead = make_ticket(company, company["agent1"]), company["service_lead"]
    reply(ticket, "正在处理。", by=company["agent1"])
    watch.move_to(datetime(2026, 10, 4, 2, tzinfo=UTC))
    walk()
    tick()
    assert clocks(ticket)["resolution"].state == "breached"
    hotline.refresh_from_db()
    update_calendar(hotline, changes={"follows_statutory": True}, actor=company.admin)
    assert find(lead).days == []  # no day was entered
    hotline.refresh_from_db()
    update_calendar(hotline, changes={"follows_statutory": False}, actor=company.admin)
    day = date(2026, 10, 1)
    days = Days(day, day + timedelta(days=1), "holiday", "电话中断", reason="")
    hotline.refresh_from_db()
    with pytest.raises(InvalidValue):
        set_days(hotline, days, actor=company.admin)
    assert find(lead).days == []
    set_days(
        hotline, Days(days.first, days.last, "holiday", "电话中断", reason="漏记"),
        actor=company.admin,
    )  # fmt: skip
    assert clocks(ticket)["resolution"].state == "breached"  # as it was judged
    found = find(lead)
    assert found.days == [(days.first, days.last)]
    assert [each.clock.pk for each in found.verdicts] == [clocks(ticket)["resolution"].pk]
    page = browser_of("service_lead").get(reverse("tickets:clocks_reconsider"))
    assert page.context["calendars"] == "客服热线"
    assert "2026-10-01 ~ 2026-10-02 · 客服热线" in page.content.decode()


# --- removing ------------------------------------------------------------------------------------
def test_a_calendar_in_use_stays_and_the_refusal_says_where(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, browser_of: Browsers
) -> None:
    url = reverse("admin:dictionaries_businesscalendar_delete", args=[hotline.pk])

    def refused() -> str:
        page = browser_of("admin").post(url, {"post": "yes"}, follow=True)
        assert BusinessCalendar.objects.filter(pk=hotline.pk).exists()
        with pytest.raises(InvalidTransition) as raised:
            delete_calendar(hotline, actor=company.admin)
        assert raised.value.message in page.content.decode()
        return raised.value.message

    promise(company, usual, hotline)
    assert "服务时限规则“通用”" in refused()
    promise(company, usual, None)
    number = SlaVersion.objects.latest("number").number
    assert f"第 {number - 1} 版" in refused()  # tickets may have been promised it
    other = make(company, "备用")
    usual.refresh_from_db()
    changes = {"calendar": other, "is_active": False}
    keeping.update_policy(usual, changes=changes, lists={}, promises=[], actor=company.admin)
    with pytest.raises(InvalidTransition):
        delete_calendar(other, actor=company.admin)  # of a policy that is off, too


def test_a_policy_does_not_take_a_calendar_that_is_gone(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar
) -> None:
    gone = BusinessCalendar.objects.get(pk=hotline.pk)
    delete_calendar(hotline, actor=company.admin)
    versions, rows = SlaVersion.objects.count(), SlaTarget.objects.count()
    with pytest.raises(InvalidValue):
        promise(company, usual, gone)
    assert (SlaVersion.objects.count(), SlaTarget.objects.count()) == (versions, rows)


# --- trying out ----------------------------------------------------------------------------------
def moved(page: Any) -> int | None:
    found = page.context["trial"]
    return None if found is None else found["moved"]


def test_hours_and_days_of_a_further_calendar_are_tried_out(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, browser_of: Browsers
) -> None:
    promise(company, usual, hotline)
    make_ticket(company, company["agent1"])
    admin, hours = browser_of("admin"), reverse("admin:tickets_slapolicy_hours")
    own = f"{hours}?calendar={hotline.pk}"
    values = form_values(admin.get(own), "hours_0")
    half = values | {f"hours_{day}": "08:00-12:00" for day in range(7)}
    page = admin.post(own, half | {"try": "1"})
    assert moved(page) == 1 and "客服热线" in page.content.decode()
    assert moved(admin.post(own, values | {"follows_statutory": "on", "try": "1"})) == 1
    assert moved(admin.post(own, values | {"time_zone": "America/New_York", "try": "1"})) == 1
    assert moved(admin.post(own, values | {"try": "1"})) == 0
    assert moved(admin.post(own, values | {"name": "公司工作日历", "try": "1"})) is None
    assert form_values(admin.get(own), "hours_0") == values
    days = reverse("admin:tickets_slapolicy_calendar")
    off = {"calendar": hotline.pk, "date": "2026-10-01", "kind": "holiday", "name": "检修"}
    assert moved(admin.post(days, off | {"try": "1"})) == 1
    assert moved(admin.post(days, off | {"calendar": "", "try": "1"})) == 0  # the company is off
    assert not CalendarException.objects.filter(name="检修").exists()
    assert admin.post(days, off).status_code == 302
    assert CalendarException.objects.get(name="检修").calendar == hotline
    stale = admin.post(own, half)
    assert stale.status_code == 200  # a colleague has entered a day meanwhile
    assert admin.post(own, form_values(stale, "hours_0")).status_code == 302
    assert work_calendar(hotline.code).week == (((480, 720),),) * 7
    for wrong in ("999999", "x", ""):
        assert admin.get(f"{hours}?calendar={wrong}").status_code == 404
    change = reverse("admin:dictionaries_businesscalendar_change", args=[hotline.pk])
    assert own in admin.get(change).content.decode()


def test_policies_offer_every_calendar_by_name(
    company: Company, usual: SlaPolicy, hotline: BusinessCalendar, browser_of: Browsers
) -> None:
    admin = browser_of("admin")
    url = reverse("admin:tickets_slapolicy_change", args=[usual.pk])
    values = form_values(admin.get(url), "position")
    values |= {"calendar": hotline.pk, "resolution__high__hours": hotline.pk}
    assert admin.post(url, values).status_code == 302
    usual.refresh_from_db()
    assert usual.calendar == hotline
    own = SlaTarget.objects.filter(policy=usual, calendar=hotline)
    assert [(row.kind, row.priority) for row in own] == [("resolution", "high")]
    shown = admin.get(reverse("admin:tickets_slapolicy_changelist")).content.decode()
    assert shown.count("客服热线") == 1
