"""A list of days for the work calendar: CSV, JSON or typed; previewed; all of it or nothing."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries import calendar, calendar_import, statutory
from crm.dictionaries.calendar_services import Days, import_days, set_days
from crm.dictionaries.models import BusinessCalendar, CalendarException, CalendarVersion
from tests.factories.company import Company

pytestmark = pytest.mark.django_db
Browsers = Callable[[str], Client]
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
CSV = """日期,结束日期,类型,名称,时段
2027-01-01,2027-01-03,放假,元旦,
2027/1/9,,上班,调休,
2027-02-05,,自定义,春节前,09:00-12:00
"""
PUBLISHED = {
    "year": 2027,
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-09", "isOffDay": False},
    ],
}


@pytest.fixture
def row(company: Company) -> Any:
    statutory.seed()
    with time_machine.travel(NOW, tick=False):
        yield calendar.company_row()


def url() -> str:
    return reverse("admin:dictionaries_calendarexception_import")


def manual() -> dict[str, str]:
    rows = CalendarException.objects.filter(source="manual").order_by("date")
    return {str(each.date): f"{each.kind} {each.name}".strip() for each in rows}


def test_a_table_is_previewed_and_entered_whole(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin = browser_of("admin")
    file = SimpleUploadedFile("days.csv", CSV.encode("gb18030"))
    page = admin.post(url(), {"file": file, "check": "1"})
    assert page.status_code == 200 and manual() == {}
    text = page.context["form"].initial["text"]
    assert [entry.is_same for entry in page.context["plan"].entries] == [False] * 3
    assert admin.post(url(), {"text": text, "run": "1"}).status_code == 302
    assert manual() == {
        "2027-01-01": "holiday 元旦", "2027-01-02": "holiday 元旦", "2027-01-03": "holiday 元旦",
        "2027-01-09": "workday 调休", "2027-02-05": "custom 春节前",
    }  # fmt: skip
    assert calendar.is_working_day(date(2027, 1, 9))
    assert not calendar.is_working_day(date(2027, 1, 1))
    event = Event.objects.get(code="dictionaries.days.imported")
    assert event.label == "2027-01-01 – 2027-02-05 (5)"
    assert CalendarVersion.objects.filter(calendar=row).count() == 2
    again = admin.post(url(), {"text": text, "run": "1"})
    assert again.status_code == 200 and not again.context["plan"].can_run
    assert Event.objects.filter(code="dictionaries.days.imported").count() == 1


def test_json_as_it_is_published(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin = browser_of("admin")
    for content in (PUBLISHED, PUBLISHED["days"]):
        file = SimpleUploadedFile("2027.json", json.dumps(content).encode())
        plan = admin.post(url(), {"file": file, "check": "1"}).context["plan"]
        assert [each.days.kind for each in plan.entries] == ["holiday", "workday"]
    text = json.dumps(PUBLISHED, ensure_ascii=False)
    assert admin.post(url(), {"text": text, "run": "1"}).status_code == 302
    assert manual() == {"2027-01-09": "workday 元旦"}  # the law fixes the first day already


def test_every_wrong_line_is_named_and_nothing_entered(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    lines = [
        "2027-01-01,,放假,元旦",
        "2027-13-01,,放假,没有这一天",
        "2027-01-05,2027-01-04,放假,倒过来",
        "2027-01-06,,也许,类型不明",
        "2027-01-07,,自定义,没有时段",
        "2027-01-08,,放假,多了时段,09:00-12:00",
        "2027-01-01,,上班,重复",
        "2027-01-10,,自定义,时段不对,25:00-26:00",
    ]
    page = browser_of("admin").post(url(), {"text": "\n".join(lines), "run": "1"})
    assert [each.row for each in page.context["plan"].problems] == [2, 3, 4, 5, 6, 7, 8]
    assert manual() == {} and not Event.objects.filter(code="dictionaries.days.imported").exists()
    shown = page.content.decode()
    assert "2027-13-01" in shown and "也许" in shown


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{"), ("a.json", b"[1, 2]"), ("a.json", b"[" * 99_999),
        ("a.json", b"\xff\xfe"),
        ("a.json", b'{"days": "x"}'), ("a.csv", b""), ("a.exe", b"MZ"), ("a.json", b"[]"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(
    company: Company, row: BusinessCalendar, browser_of: Browsers, name: str, content: bytes
) -> None:
    file = SimpleUploadedFile(name, content)
    page = browser_of("admin").post(url(), {"file": file, "check": "1"})
    assert page.status_code == 200 and page.context["plan"] is None
    assert page.context["form"].errors and manual() == {}


def test_days_that_are_over_need_a_reason(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    admin = browser_of("admin")
    values = {"text": "2026-03-03,,放假,停电\n2026-03-10,,放假,检修", "run": "1"}
    refused = admin.post(url(), values)
    assert refused.status_code == 200 and "reason" in refused.context["form"].errors
    assert manual() == {}
    assert refused.context["plan"].needs_reason
    done = admin.post(url(), values | {"reason": "当天忘记登记"})
    assert done.url == reverse("tickets:clocks_reconsider")
    assert Event.objects.get(code="dictionaries.days.imported").note == "当天忘记登记"


def test_days_entered_by_hand_stay_unless_said_otherwise(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    day = date(2027, 1, 1)
    set_days(row, Days(day, day, "workday", "值班"), actor=company.admin)
    admin = browser_of("admin")
    values = {"text": "2027-01-01,,放假,元旦\n2027-01-02,,放假,元旦", "run": "1"}
    refused = admin.post(url(), values)
    assert "replace" in refused.context["form"].errors
    assert manual() == {"2027-01-01": "workday 值班"}
    assert admin.post(url(), values | {"replace": "on"}).status_code == 302
    assert manual() == {"2027-01-01": "holiday 元旦", "2027-01-02": "holiday 元旦"}


def test_the_service_refuses_by_itself(company: Company, row: BusinessCalendar) -> None:
    day = date(2027, 1, 1)
    fine = Days(day, day, "holiday", "元旦")
    wrong: list[tuple[list[Days], str]] = [
        ([], ""), ([fine, fine], ""), ([Days(day, day, "custom")], ""),
        ([fine, Days(date(2026, 3, 3), date(2026, 3, 3), "holiday")], " "),
    ]  # fmt: skip
    for days, reason in wrong:
        with pytest.raises(InvalidValue):
            import_days(row, days, reason=reason, actor=company.admin)
    with pytest.raises(NotAllowed):
        import_days(row, [fine], reason="", actor=company["service_lead"])
    assert manual() == {}


def test_only_who_keeps_the_calendar_imports(
    company: Company, row: BusinessCalendar, browser_of: Browsers
) -> None:
    for name in ("auditor", "service_lead", "sales1"):
        assert browser_of(name).get(url()).status_code == 403
    assert len(calendar_import.from_text("2027-01-01\t\t放假\t元旦\t09:00-12:00, 13:00-18:00")) == 1
