"""The administration of rules and of the calendar, and what people do with their reminders."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.dictionaries import calendar, statutory
from crm.dictionaries.models import CalendarException, StatutoryYear
from crm.notifications.models import Notification
from crm.reminders import services
from crm.reminders.choices import rule_for
from crm.reminders.models import Reminder, ReminderRule, State
from crm.reminders.rules import RuleKind
from crm.reminders.seeds import seed_rules
from customers.models import Customer
from tests.factories.company import Company
from tests.reminders.conftest import at
from tests.reminders.test_reminders import run_at

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]


@pytest.fixture
def told(probe: RuleKind, company: Company, customer: Customer) -> Reminder:
    """A reminder that sales1 got on 3 September."""
    with time_machine.travel(at(2026, 9, 1, 8), tick=False):
        services.schedule("probe", customer, recipient=company["sales1"], due_on=date(2026, 9, 3))
    run_at(at(2026, 9, 3, 9))
    return Reminder.objects.get()


def test_put_off_and_finish_from_the_notice(told: Reminder, browser_of: Browser) -> None:
    client = browser_of("sales1")
    page = client.get(reverse("notifications:notification_list")).content.decode()
    for name, args in (("reminder_done", [told.pk]), ("reminder_snooze", [told.pk, "hour"])):
        assert reverse(f"reminders:{name}", args=args) in page
    url = reverse("reminders:reminder_snooze", args=[told.pk, "tomorrow"])
    assert browser_of("manager").post(url).status_code == 404
    assert client.post(url).status_code == 302
    later = Reminder.objects.get(snoozed_from=told)
    assert later.state == State.PENDING
    assert client.post(url.replace("tomorrow", "never")).status_code == 404
    page = client.get(reverse("notifications:notification_list")).content.decode()
    assert reverse("reminders:reminder_done", args=[told.pk]) not in page
    assert client.post(reverse("reminders:reminder_done", args=[told.pk])).status_code == 302
    assert not Notification.objects.of(told.recipient).unread().exists()


def test_the_own_time_of_day(probe: RuleKind, company: Company, browser_of: Browser) -> None:
    client, url = browser_of("sales1"), reverse("notifications:preferences")
    assert "reminder_probe_at" in client.get(url).content.decode()
    data = {"reminder_rules": "1", "reminder_probe": "1", "reminder_probe_at": "08:15"}
    assert client.post(url, data).status_code == 302
    chosen = rule_for("probe", company["sales1"].pk)
    assert chosen.is_on and f"{chosen.at:%H:%M}" == "08:15"
    client.post(url, {**data, "reminder_probe_at": "25:99"})
    assert f"{rule_for('probe', company['sales1'].pk).at:%H:%M}" == "08:15"
    client.post(url, {"reminder_rules": "1"})
    assert not rule_for("probe", company["sales1"].pk).is_on


def test_administrators_set_the_rules(company: Company, browser_of: Browser) -> None:
    seed_rules()
    client = browser_of("admin")
    page = client.get(reverse("admin:reminders_reminderrule_changelist"))
    assert page.status_code == 200
    rule = ReminderRule.objects.get(code="next_contact")
    url = reverse("admin:reminders_reminderrule_change", args=[rule.pk])
    assert client.get(url).status_code == 200
    data = {
        "is_on": "on", "at": "08:30", "working_days": "previous", "steps": "0，1",
        "version": rule.version,
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    rule.refresh_from_db()
    assert (f"{rule.at:%H:%M}", rule.steps, rule.working_days) == ("08:30", [0, 1], "previous")
    assert rule.replan_after == 0
    refused = client.post(url, {**data, "steps": "a", "version": rule.version})
    assert refused.status_code == 200
    ladder = ReminderRule.objects.get(code="overdue_contact")
    url = reverse("admin:reminders_reminderrule_change", args=[ladder.pk])
    data = {"is_on": "on", "at": "09:00", "working_days": "any", "escalation": "2, 4, 6"}
    assert client.post(url, {**data, "version": ladder.version}).status_code == 302
    ladder.refresh_from_db()
    assert ladder.escalation == [2, 4, 6]
    assert browser_of("sales1").get(url).status_code == 403


def test_failed_reminders_are_seen_and_sent_again(told: Reminder, browser_of: Browser) -> None:
    Reminder.objects.filter(pk=told.pk).update(state=State.FAILED)
    client = browser_of("admin")
    assert (
        reverse("admin:reminders_reminder_changelist")
        in client.get(reverse("admin:index")).content.decode()
    )
    assert client.get(reverse("admin:reminders_reminder_changelist")).status_code == 200
    retry = reverse("admin:reminders_reminder_retry")
    assert browser_of("auditor").post(retry).status_code == 403
    assert client.post(retry).status_code == 302
    told.refresh_from_db()
    assert told.state == State.PENDING


@time_machine.travel(at(2026, 11, 22, 12))
def test_administrators_keep_the_calendar(company: Company, browser_of: Browser) -> None:
    statutory.seed()
    client = browser_of("admin")
    for name in ("businesscalendar", "calendarexception", "statutoryyear"):
        assert client.get(reverse(f"admin:dictionaries_{name}_changelist")).status_code == 200
    row = calendar.company_row()
    url = reverse("admin:dictionaries_businesscalendar_change", args=[row.pk])
    data = {"name": "公司", "makeup_weekday": 0, "version": row.version}
    data |= {f"hours_{day}": "9:00-12:00，13:30-18:00" for day in range(6)} | {"hours_6": ""}
    assert client.get(url).status_code == 200
    assert client.post(url, data).status_code == 302
    assert calendar.is_working_day(date(2026, 11, 21))
    assert client.post(url, {**data, "hours_6": "9-8"}).status_code == 200
    add = reverse("admin:dictionaries_calendarexception_add")
    over = {"date": "2026-11-20", "kind": "holiday", "name": "停电"}
    refused = client.post(add, over)
    assert list(refused.context["adminform"].form.errors) == ["reason"]
    assert client.post(add, over | {"reason": "补录"}).status_code == 302
    days = {"date": "2026-12-24", "until": "2026-12-25", "kind": "holiday", "name": "年会"}
    assert client.post(add, days).status_code == 302
    assert not calendar.is_working_day(date(2026, 12, 25))
    day = CalendarException.objects.get(date=date(2026, 12, 25))
    url = reverse("admin:dictionaries_calendarexception_delete", args=[day.pk])
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert calendar.is_working_day(date(2026, 12, 25))
    fixed = CalendarException.objects.filter(source="statutory").first()
    url = reverse("admin:dictionaries_calendarexception_delete", args=[fixed.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_a_year_without_holidays_is_told(company: Company, browser_of: Browser) -> None:
    statutory.seed()
    client = browser_of("admin")
    with time_machine.travel(at(2026, 11, 22, 12)):
        missing = StatutoryYear.objects.get(year=2027)
        url = reverse("admin:dictionaries_statutoryyear_changelist")
        assert calendar.year_to_worry_about() == 2027
        assert f'{url}"' in client.get(reverse("admin:index")).content.decode()
        change = reverse("admin:dictionaries_statutoryyear_change", args=[missing.pk])
        assert client.post(change, {"state": "loaded"}).status_code == 302
        assert calendar.year_to_worry_about() is None
    with time_machine.travel(at(2026, 10, 31, 12)):
        assert calendar.year_to_worry_about() is None
