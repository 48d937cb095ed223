"""Rules of the company and the own ones: checked, recorded, and what waits follows them."""

from datetime import date, time

import pytest
import time_machine

from crm.accounts.selfservice import save_profile
from crm.accounts.services import update_user
from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries import statutory
from crm.dictionaries.calendar import company_row
from crm.dictionaries.calendar_services import Days, import_days, set_days
from crm.dictionaries.further_calendars import create_calendar
from crm.dictionaries.models import DayKind
from crm.notifications.models import Notification
from crm.reminders import replanning, rule_services, services
from crm.reminders.models import PersonalRule, Reminder, ReminderRule
from crm.reminders.rule_services import OwnChoice
from crm.reminders.rules import NEXT_DAY, RuleKind
from customers.models import Customer
from tests.factories.company import Company
from tests.reminders.conftest import at
from tests.reminders.test_reminders import run_at

pytestmark = pytest.mark.django_db
NOW = at(2026, 9, 1, 8)


@pytest.fixture
def rule(probe: RuleKind, company: Company, customer: Customer) -> ReminderRule:
    """The stored rule of the probe, with a reminder that waits for the 3rd."""
    stored = ReminderRule.objects.create(code="probe", steps=[0])
    with time_machine.travel(NOW, tick=False):
        services.schedule("probe", customer, recipient=company["sales1"], due_on=date(2026, 9, 3))
    return stored


def due() -> dict[int, object]:
    """What waits, by step."""
    return dict(Reminder.objects.pending().values_list("step", "due_at"))


@time_machine.travel(NOW, tick=False)
def test_what_waits_follows_the_rule_in_both_directions(
    rule: ReminderRule, company: Company
) -> None:
    changes = {"at": time(8, 30), "steps": [0, 1]}
    rule_services.update_rule(rule, changes=changes, actor=company.admin)
    assert replanning.run() == 1 and replanning.run() == 0
    assert due() == {0: at(2026, 9, 3, 8, 30), 1: at(2026, 9, 2, 8, 30)}
    rule_services.update_rule(rule, changes={"steps": [0]}, actor=company.admin)
    replanning.run()
    assert due() == {0: at(2026, 9, 3, 8, 30)}
    rule_services.update_rule(rule, changes={"steps": [1, 0]}, actor=company.admin)
    replanning.run()
    assert due() == {0: at(2026, 9, 3, 8, 30), 1: at(2026, 9, 2, 8, 30)}
    assert Event.objects.filter(code="reminders.rule.updated").count() == 3


def test_a_time_of_day_that_is_over_comes_at_once(rule: ReminderRule, company: Company) -> None:
    with time_machine.travel(at(2026, 9, 3, 8, 20), tick=False):
        rule_services.update_rule(rule, changes={"at": time(8)}, actor=company.admin)
    assert run_at(at(2026, 9, 3, 8, 21), at(2026, 9, 3, 9)) == 1
    assert not Reminder.objects.get().is_late


@time_machine.travel(NOW, tick=False)
def test_what_waits_follows_a_journey(rule: ReminderRule, company: Company) -> None:
    seller = company["sales1"]
    for zone, moment in (
        ("America/New_York", at(2026, 9, 3, 21)),
        ("Asia/Tokyo", at(2026, 9, 3, 8)),
    ):
        save_profile(seller, {"time_zone": zone})
        assert due() == {0: moment}
    update_user(seller, changes={"time_zone": "Asia/Shanghai"}, actor=company.admin)
    assert due() == {0: at(2026, 9, 3, 9)}


@time_machine.travel(NOW, tick=False)
def test_what_waits_follows_the_work_calendar(rule: ReminderRule, company: Company) -> None:
    statutory.seed()
    changes = {"working_days": NEXT_DAY}
    rule_services.update_rule(rule, changes=changes, actor=company.admin)
    saturday, seller = date(2026, 9, 5), company["sales1"]
    services.schedule("probe", Customer.objects.get(), recipient=seller, due_on=saturday)
    assert due() == {0: at(2026, 9, 7, 9)}
    office = company_row()
    for kind, moment in (
        (DayKind.WORKDAY, at(2026, 9, 5, 9)),
        (DayKind.HOLIDAY, at(2026, 9, 7, 9)),
    ):
        set_days(office, Days(saturday, saturday, kind, "盘点"), actor=company.admin)
        replanning.run()
        assert due() == {0: moment}


@time_machine.travel(NOW, tick=False)
def test_lists_of_days_count_and_other_calendars_do_not(
    rule: ReminderRule, company: Company
) -> None:
    statutory.seed()
    changes = {"working_days": NEXT_DAY}
    rule_services.update_rule(rule, changes=changes, actor=company.admin)
    saturday, seller = date(2026, 9, 5), company["sales1"]
    services.schedule("probe", Customer.objects.get(), recipient=seller, due_on=saturday)
    replanning.run()
    values = {"name": "客服热线", "follows_statutory": True}
    week = dict.fromkeys(range(5), ((480, 1320),))
    hotline = create_calendar(values=values, week=week, actor=company.admin)
    worked = Days(saturday, saturday, DayKind.WORKDAY, "盘点")
    set_days(hotline, worked, actor=company.admin)
    rule.refresh_from_db()
    assert rule.replan_after is None  # reminders wait for days of the company
    office = company_row()
    import_days(office, [worked], reason="", actor=company.admin)
    replanning.run()
    assert due() == {0: at(2026, 9, 5, 9)}


@time_machine.travel(NOW, tick=False)
def test_the_own_time_moves_only_the_own_reminders(rule: ReminderRule, company: Company) -> None:
    seller, manager = company["sales1"], company["manager"]
    services.schedule("probe", Customer.objects.get(), recipient=manager, due_on=date(2026, 9, 3))
    rule_services.set_own_rules(seller, {"probe": OwnChoice(at=time(10))})
    replanning.run()
    found = dict(Reminder.objects.pending().values_list("recipient__username", "due_at"))
    assert found == {"sales1": at(2026, 9, 3, 10), "manager": at(2026, 9, 3, 9)}
    rule_services.set_own_rules(seller, {"probe": OwnChoice(is_on=False)})
    assert rule_services.own_rules(seller)["probe"] == OwnChoice(is_on=False)
    assert run_at(at(2026, 9, 3, 11)) == 1
    assert not Notification.objects.filter(user=seller, kind="reminder_probe").exists()
    rule_services.set_own_rules(manager, {"probe": OwnChoice()})
    assert PersonalRule.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": []},
        {"steps": [1, 1]},
        {"steps": [0, 61]},
        {"steps": [0, 1, 2, 3, 4, 5]},
        {"escalation": [5, 3]},
        {"escalation": [1, 2, 3, 4]},
    ],
)
def test_what_makes_no_sense_is_refused(
    changes: dict[str, object], rule: ReminderRule, company: Company
) -> None:
    with pytest.raises(InvalidValue):
        rule_services.update_rule(rule, changes=changes, actor=company.admin)
    with pytest.raises(NotAllowed):
        rule_services.update_rule(rule, changes={"is_on": False}, actor=company["sales1"])
    rule.refresh_from_db()
    assert (rule.steps, rule.is_on, rule.version) == ([0], True, 1)
