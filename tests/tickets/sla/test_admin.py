"""The administration of service levels: policies as people type them, trial before saving."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.dictionaries.calendar import company_row
from crm.dictionaries.models import CalendarException
from tests.factories.calendars import make_calendar
from tests.factories.company import Company
from tests.factories.tickets import make_node, make_ticket, type_of
from tests.kit.html import form_values
from tickets.models import SlaPolicy, SlaTarget, SlaVersion
from tickets.sla.seeds import seed_policies

pytestmark = pytest.mark.usefixtures("promises")
Browsers = Callable[[str], Client]
START = datetime(2026, 3, 4, 2, tzinfo=UTC)


@pytest.fixture
def usual(company: Company) -> SlaPolicy:
    return SlaPolicy.objects.get(name="通用")


def page_of(browser: Client, policy: SlaPolicy) -> tuple[str, dict[str, Any]]:
    """Address and present values of a policy's form."""
    url = reverse("admin:tickets_slapolicy_change", args=[policy.pk])
    return url, form_values(browser.get(url), "position")


def test_the_form_saves_what_it_shows(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    before = list(SlaTarget.objects.order_by("kind", "priority").values("kind", "seconds"))
    url, values = page_of(browser_of("admin"), usual)
    assert values["first_response__high"] == ["1h"]
    assert browser_of("admin").post(url, values).status_code == 302
    after = list(SlaTarget.objects.order_by("kind", "priority").values("kind", "seconds"))
    assert after == before
    assert SlaVersion.objects.count() == 1


def test_a_trial_writes_nothing_and_a_save_makes_a_version(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        ticket = make_ticket(company, company["agent1"])
        make_ticket(company, company["agent1"], type_id=type_of("complaint").pk)
        traveller.shift(timedelta(minutes=30))
        admin = browser_of("admin")
        url, values = page_of(admin, usual)
        values |= {"first_response__all": "20分钟", "resolution__all": "30h", "also_running": "on"}
        page = admin.post(url, values | {"try": "1"}).content.decode()
        assert SlaTarget.objects.get(kind="first_response", priority="", policy=usual).seconds == (
            14_400
        )
        assert ticket.number in page
        assert 'id="trial"' in page
        trial = page.split('id="trial"')[1].split("</section>")[0]
        assert re.search(r"<b>\D*2 ", trial)  # first answer and solution of one of the two tickets
        assert admin.post(url, values).status_code == 302
    target = SlaTarget.objects.get(kind="first_response", priority="", policy=usual)
    assert target.seconds == 1200
    version = SlaVersion.objects.get(number=2)
    assert (version.also_running, version.created_by) == (True, company.admin)


def test_a_new_policy_with_a_condition(company: Company, browser_of: Browsers) -> None:
    support = type_of("support")
    values = {
        "name": "技术支持", "position": "20", "is_active": "on", "types": [support.pk],
        "warn": "60，90", "resolution__all": "2小时", "resolution__all__hours": "natural",
    }  # fmt: skip
    url = reverse("admin:tickets_slapolicy_add")
    assert browser_of("admin").post(url, values).status_code == 302
    made = SlaPolicy.objects.get(name="技术支持")
    assert (made.warn, list(made.types.all())) == ([60, 90], [support])
    assert made.targets.get().is_natural
    page = browser_of("admin").get(reverse("admin:tickets_slapolicy_changelist"))
    assert "技术支持" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resolution__all", "三天"),
        ("warn", "120"),
        ("position", ""),
        ("resolution__all", "0m"),
        ("resolution__all__warn", "120"),
    ],
)
def test_wrong_values_are_refused_and_kept(
    company: Company, browser_of: Browsers, usual: SlaPolicy, name: str, value: str
) -> None:
    url, values = page_of(browser_of("admin"), usual)
    page = browser_of("admin").post(url, values | {name: value})
    assert page.status_code == 200
    assert form_values(page, "position").get(name, [""]) == [value]
    assert SlaVersion.objects.count() == 1


def test_an_unknown_calendar_of_a_promise_is_refused(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    url, values = page_of(browser_of("admin"), usual)
    page = browser_of("admin").post(url, values | {"resolution__high__hours": "999999"})
    assert "resolution__high__hours" in page.context["form"].errors
    assert SlaVersion.objects.count() == 1


def test_a_promise_may_have_hours_and_warnings_of_its_own(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    night = make_calendar("hotline", "热线值班")
    url, values = page_of(browser_of("admin"), usual)
    own = {
        "first_response__high__hours": str(night.pk), "first_response__high__warn": "60，90%",
        "resolution__all__hours": "natural", "resolution__all__warn": "75",
    }  # fmt: skip
    assert {name: values[name] for name in own} == dict.fromkeys(own, [""])
    assert browser_of("admin").post(url, values | own).status_code == 302
    kept = {
        (row.kind, row.priority): (row.is_natural, row.calendar, row.warn)
        for row in usual.targets.exclude(is_natural=False, calendar=None, warn=[])
    }
    assert kept == {
        ("first_response", "high"): (False, night, [60, 90]),
        ("resolution", ""): (True, None, [75]),
    }
    event = Event.objects.filter(code="tickets.policy.updated").latest("pk")
    assert event.changes["首次响应 (高)"] == ["1 小时", "1 小时 · 热线值班 · 60, 90 %"]
    _url, again = page_of(browser_of("admin"), usual)
    assert {name: again[name] for name in own} == {
        **{name: [value] for name, value in own.items()}, "first_response__high__warn": ["60, 90"],
    }  # fmt: skip
    assert again["resolution__low__hours"] == again["resolution__high__hours"] == [""]
    assert "热线值班 · 60, 90 %" in browser_of("admin").get(url).content.decode()
    browser_of("admin").post(url, again)
    assert SlaVersion.objects.count() == 2  # nothing was changed


def test_a_priority_that_gets_a_time_begins_with_the_hours_of_all(
    company: Company, browser_of: Browsers
) -> None:
    complaints = SlaPolicy.objects.get(name="投诉")
    _url, values = page_of(browser_of("admin"), complaints)
    assert values["resolution__urgent"] == [""]
    assert values["resolution__urgent__hours"] == values["resolution__all__hours"] == ["natural"]


def test_deleting_keeps_a_version(company: Company, browser_of: Browsers, usual: SlaPolicy) -> None:
    url = reverse("admin:tickets_slapolicy_delete", args=[usual.pk])
    assert browser_of("admin").post(url, {"post": "yes"}).status_code == 302
    assert SlaVersion.objects.count() == 2
    assert not SlaPolicy.objects.filter(name="通用").exists()


def test_others_stay_out(company: Company, browser_of: Browsers, usual: SlaPolicy) -> None:
    url = reverse("admin:tickets_slapolicy_change", args=[usual.pk])
    assert browser_of("auditor").get(url).status_code == 200
    assert browser_of("auditor").post(url, {}).status_code == 403
    assert browser_of("agent1").get(url).status_code == 403
    assert browser_of("admin").get(url.replace(str(usual.pk), "999999")).status_code == 404


def test_days_off_are_tried_before_they_are_entered(company: Company, browser_of: Browsers) -> None:
    url = reverse("admin:tickets_slapolicy_calendar")
    with time_machine.travel(START, tick=False):
        ticket = make_ticket(company, company["agent1"])
        admin = browser_of("admin")
        values = {"date": "2026-03-05", "kind": "holiday", "name": "停电检修"}
        page = admin.post(url, values | {"try": "1"}).content.decode()
        assert re.search(r"<b>\D*1 ", page.split('id="trial"')[1])  # the solution, due on Friday
        assert ticket.number in page
        assert not CalendarException.objects.filter(name="停电检修").exists()
        wrong = admin.post(url, values | {"until": "2026-03-01", "try": "1"})
        assert 'id="trial"' not in wrong.content.decode()
        assert admin.post(url, values).status_code == 302
    assert CalendarException.objects.get(name="停电检修").date.isoformat() == "2026-03-05"
    assert browser_of("auditor").get(url).status_code == 200
    assert browser_of("auditor").post(url, values).status_code == 403


def test_weekly_hours_are_tried_before_they_are_saved(
    company: Company, browser_of: Browsers
) -> None:
    url = reverse("admin:tickets_slapolicy_hours")
    with time_machine.travel(START, tick=False):
        ticket = make_ticket(company, company["agent1"])
        admin = browser_of("admin")
        values = form_values(admin.get(url), "hours_0")
        assert values["hours_2"] != ["10:00-12:00"]
        half = values | {f"hours_{day}": "10:00-12:00" for day in range(5)}
        trial = admin.post(url, half | {"try": "1"}).content.decode().split('id="trial"')[1]
        # the first answer within four hours and the solution within 24 move, none is late or saved
        assert re.findall(r"<b>\D*(\d+) ", trial)[:1] == ["2"]
        assert ticket.number in trial
        assert form_values(admin.get(url), "hours_0") == values
        empty = values | {f"hours_{day}": "" for day in range(7)} | {"try": "1"}
        assert 'id="trial"' not in admin.post(url, empty).content.decode()
        assert admin.post(url, half).status_code == 302
        assert admin.post(url, half).status_code == 200  # the version has moved on
    assert form_values(browser_of("admin").get(url), "hours_0")["hours_2"] == ["10:00-12:00"]
    assert browser_of("auditor").get(url).status_code == 200
    assert browser_of("auditor").post(url, half).status_code == 403


@pytest.mark.parametrize(
    ("page", "trial"),
    [
        ("dictionaries_businesscalendar_change", "hours"),
        ("dictionaries_calendarexception_changelist", "calendar"),
    ],
)
def test_the_calendar_leads_to_the_trial(
    company: Company, browser_of: Browsers, page: str, trial: str
) -> None:
    row = company_row()
    args = [row.pk] if page.endswith("_change") else []
    shown = browser_of("admin").get(reverse(f"admin:{page}", args=args)).content.decode()
    assert reverse(f"admin:tickets_slapolicy_{trial}") in shown


def test_complaints_of_older_installations_get_the_legal_deadline_once(company: Company) -> None:
    legal = SlaTarget.objects.filter(kind="legal")
    assert [(row.policy.name, row.seconds, row.is_natural) for row in legal] == [
        ("投诉", 7 * 86_400, True)
    ]
    legal.delete()
    for version in SlaVersion.objects.all():  # as written before there was one
        for policy in version.content:
            policy["targets"] = [row for row in policy["targets"] if row[1] != "legal"]
        version.save()
    seed_policies()
    assert (legal.count(), SlaVersion.objects.count()) == (1, 2)
    seed_policies()
    assert SlaVersion.objects.count() == 2
    legal.delete()  # the company wants none
    seed_policies()
    assert legal.count() == 0


def test_a_late_save_keeps_what_was_typed_and_shows_what_is_stored(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    client = browser_of("admin")
    url, mine = page_of(client, usual)
    _url, theirs = page_of(client, usual)
    theirs |= {"first_response__high": "3h", "escalate_minutes": "7"}
    assert client.post(url, theirs).status_code == 302
    page = client.post(url, mine | {"first_response__high": "2h", "resolution__high": "9h"})
    assert page.status_code == 200
    assert page.context["form"].errors["first_response__high"][0].endswith("3h")
    again = form_values(page, "position")
    names = ("first_response__high", "resolution__high", "escalate_minutes")
    assert [again[name] for name in names] == [["2h"], ["9h"], ["7"]]
    assert client.post(url, again).status_code == 302
    usual.refresh_from_db()
    assert usual.escalate_minutes == 7


def test_categories_stand_in_the_order_of_the_tree(
    company: Company, browser_of: Browsers, usual: SlaPolicy
) -> None:
    first, second = make_node(company, "设备报修"), make_node(company, "订单与物流")
    make_node(company, "发票", parent=second)
    make_node(company, "水泵", parent=first)
    url, _values = page_of(browser_of("admin"), usual)
    page = browser_of("admin").get(url).content.decode()

    def offered(name: str) -> list[str]:
        select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
        return re.findall(r">\s*([^<>]+?)\s*</option>", select.group())

    tree = ["设备报修", "设备报修 / 水泵", "订单与物流", "订单与物流 / 发票"]
    assert offered("categories") == tree
    assert offered("calendar")[0] == "全天候"
