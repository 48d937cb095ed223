"""Reminders are sent once, at their time, to whoever still may see the record."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries import stamps
from crm.notifications.models import Notification
from crm.reminders import running, services, states
from crm.reminders.choices import STAMP
from crm.reminders.models import PersonalRule, Reminder, ReminderRule, State
from crm.reminders.rules import NEXT_DAY, PREVIOUS_DAY, RuleKind
from customers.models import Customer
from tests.factories.company import Company
from tests.reminders.conftest import at

pytestmark = pytest.mark.django_db
MORNING = at(2026, 9, 1, 8)


def told(user: Any) -> list[str]:
    """Titles of a person's notices of reminders, oldest first."""
    rows = Notification.objects.filter(user=user, dedupe_key__startswith="reminder:")
    return list(rows.order_by("id").values_list("title", flat=True))


def run_at(*moments: Any) -> int:
    """Ticks at these moments."""
    sent = 0
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            sent += running.run_due()
    return sent


def store_rule(**values: Any) -> None:
    """What an administrator has set for the probe."""
    ReminderRule.objects.update_or_create(code="probe", defaults={"steps": [0], **values})
    stamps.bump(STAMP)


@time_machine.travel(MORNING, tick=False)
def test_nine_o_clock_of_the_day_exactly_once(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    assert services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3)) == 1
    assert services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3)) == 0
    assert Reminder.objects.get().due_at == at(2026, 9, 3, 9)
    assert run_at(at(2026, 9, 3, 8, 59)) == 0
    assert run_at(at(2026, 9, 3, 9), at(2026, 9, 3, 9, 1), at(2026, 9, 4, 9)) == 1
    assert told(owner) == [f"Call {customer}"]
    reminder = Reminder.objects.get()
    assert (reminder.state, reminder.is_late) == (State.SENT, False)
    assert reminder.notice.url == customer.get_absolute_url()


@time_machine.travel(MORNING, tick=False)
def test_after_downtime_once_and_marked_late(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3))
    assert run_at(at(2026, 9, 4, 10), at(2026, 9, 4, 10, 1)) == 1
    assert Reminder.objects.get().is_late
    assert len(told(owner)) == 1 and told(owner)[0] != f"Call {customer}"


@time_machine.travel(MORNING, tick=False)
def test_another_date_cancels_and_plans_anew_and_back_again(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    for day in (3, 5, 3):
        services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, day))
    found = dict(Reminder.objects.values_list("due_on", "state"))
    assert found == {date(2026, 9, 3): State.PENDING, date(2026, 9, 5): State.CANCELLED}
    assert run_at(at(2026, 9, 3, 9), at(2026, 9, 5, 9)) == 1
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 7))
    services.schedule("probe", customer, recipient=owner)
    assert run_at(at(2026, 9, 7, 9)) == 0


@time_machine.travel(at(2026, 9, 1, 10), tick=False)
def test_where_the_time_of_day_has_passed_the_moment_counts(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    services.schedule(
        "probe", customer, recipient=owner, due_on=date(2026, 9, 1), due_at=at(2026, 9, 1, 15)
    )
    assert Reminder.objects.get().due_at == at(2026, 9, 1, 15)
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 8, 1))
    assert not Reminder.objects.open().exists()


@time_machine.travel(at(2026, 9, 20, 8), tick=False)
def test_rules_steps_working_days_and_personal_times(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    store_rule(steps=[0, 2], working_days=NEXT_DAY)
    PersonalRule.objects.create(user=owner, code="probe", at="08:30")
    stamps.bump(STAMP)
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 27))
    found = dict(Reminder.objects.values_list("step", "due_at"))
    # the 25th is a Friday, the 26th and 27th a weekend
    assert found == {0: at(2026, 9, 28, 8, 30), 2: at(2026, 9, 25, 8, 30)}
    store_rule(working_days=PREVIOUS_DAY)
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 26))
    assert Reminder.objects.open().get().due_at == at(2026, 9, 25, 8, 30)


@time_machine.travel(MORNING, tick=False)
def test_a_colleague_abroad_is_reminded_by_his_own_clock(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    abroad = company.person("abroad", time_zone="America/New_York")
    services.schedule("probe", customer, recipient=abroad, due_on=date(2026, 11, 2))
    assert Reminder.objects.get().due_at.isoformat() == "2026-11-02T14:00:00+00:00"


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize("why", ["disabled", "hidden", "deleted", "off", "gone"])
def test_nothing_for_those_it_does_not_concern(
    why: str, probe: RuleKind, company: Company, customer: Customer
) -> None:
    owner = company["sales1"]
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3))
    if why == "disabled":
        type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    elif why == "hidden":
        Customer.objects.filter(pk=customer.pk).update(owner=company["sales2"])
    elif why == "deleted":
        Customer.objects.filter(pk=customer.pk).update(deleted_at=MORNING)
    elif why == "gone":
        Reminder.objects.update(subject_id=0)
    else:
        PersonalRule.objects.create(user=owner, code="probe", is_on=False)
        stamps.bump(STAMP)
    assert run_at(at(2026, 9, 3, 9)) == 0
    assert Reminder.objects.get().state == State.CANCELLED
    assert not Notification.objects.filter(dedupe_key__startswith="reminder:").exists()


@time_machine.travel(MORNING, tick=False)
def test_hand_over_and_cancel(probe: RuleKind, company: Company, customer: Customer) -> None:
    manager, owner = company["manager"], company["sales1"]
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3))
    assert services.hand_over(customer, manager, old=owner) == 1
    assert services.hand_over(customer, manager) == 0
    assert Reminder.objects.open().get().recipient == manager
    assert services.hand_over(customer, owner) == 1
    assert Reminder.objects.open().get().recipient == owner
    assert services.cancel(customer) == 1
    assert run_at(at(2026, 9, 3, 9)) == 0


@time_machine.travel(MORNING, tick=False)
def test_snooze_and_done(probe: RuleKind, company: Company, customer: Customer) -> None:
    owner = company["sales1"]
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3))
    waiting = Reminder.objects.get()
    with pytest.raises(InvalidTransition):
        services.snooze(waiting, services.HOUR, actor=owner)
    run_at(at(2026, 9, 3, 9))
    sent = Reminder.objects.get()
    with pytest.raises(NotAllowed):
        services.finish(sent, actor=company["manager"])
    with time_machine.travel(at(2026, 9, 3, 9, 30), tick=False):
        later = services.snooze(sent, services.HOUR, actor=owner)
        assert services.snooze(sent, services.TOMORROW, actor=owner) == later
    assert later.due_at == at(2026, 9, 3, 10, 30)
    assert not Notification.objects.of(owner).unread().exists()
    assert run_at(at(2026, 9, 3, 10, 31), at(2026, 9, 3, 10, 32)) == 1
    assert len(told(owner)) == 2
    services.finish(Reminder.objects.get(pk=later.pk), actor=owner)
    assert not Notification.objects.of(owner).unread().exists()


@time_machine.travel(MORNING, tick=False)
def test_five_failures_and_a_second_try(
    probe: RuleKind, company: Company, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = company["sales1"]
    services.schedule("probe", customer, recipient=owner, due_on=date(2026, 9, 3))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("channel is broken")

    with monkeypatch.context() as patch:
        patch.setattr(running, "notify", broken)
        assert run_at(*(at(2026, 9, 3, 9, minute) for minute in range(7))) == 0
    failed = Reminder.objects.failed().get()
    assert failed.attempts == states.MAX_ATTEMPTS and "channel is broken" in failed.reason
    assert told(owner) == []
    assert states.retry(Reminder.objects.all()) == 1
    assert run_at(at(2026, 9, 3, 9, 8)) == 1


@time_machine.travel(MORNING, tick=False)
def test_what_a_dead_worker_claimed_comes_back_after_ten_minutes(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    services.schedule("probe", customer, recipient=company["sales1"], due_on=date(2026, 9, 3))
    with time_machine.travel(at(2026, 9, 3, 9), tick=False):
        (taken,) = states.claim_due(10)
        assert states.claim_due(10) == []
    assert run_at(at(2026, 9, 3, 9, 9)) == 0
    assert run_at(at(2026, 9, 3, 9, 11)) == 1
    with time_machine.travel(at(2026, 9, 3, 9, 12), tick=False):
        assert running.attempt(taken) == 0  # the dead one was only slow
    assert len(told(company["sales1"])) == 1


@time_machine.travel(MORNING, tick=False)
def test_a_later_time_of_day_postpones_what_waits(
    probe: RuleKind, company: Company, customer: Customer
) -> None:
    services.schedule("probe", customer, recipient=company["sales1"], due_on=date(2026, 9, 3))
    store_rule(at="10:00")
    assert run_at(at(2026, 9, 3, 9), at(2026, 9, 3, 9, 59)) == 0
    assert run_at(at(2026, 9, 3, 10)) == 1
    assert not Reminder.objects.get().is_late


def test_the_command_runs_a_tick(
    probe: RuleKind, company: Company, customer: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command  # noqa: PLC0415 - only here

    services.schedule(
        "probe", customer, recipient=company["sales1"], due_at=at(2026, 9, 3) + timedelta(days=9999)
    )
    call_command("run_due_now")
    assert capsys.readouterr().out == "0 reminders sent\n"
