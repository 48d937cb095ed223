"""Tasks: who may, what is written, what comes back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crm.activities.planning import states
from crm.activities.planning.models import Task, TaskItem
from crm.activities.planning.services import tasks
from crm.activities.planning.times import end_of_day
from crm.audit.models import Event, EventLink
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.notifications.models import Notification
from customers.models import Contact, Customer
from tests.activities.planning.conftest import NOW, SHANGHAI
from tests.kit.permissions import disagreements
from tests.kit.states import check_constraint, walk_machine

pytestmark = pytest.mark.usefixtures("frozen")
TODAY = NOW.date()


def make(actor: Any, **values: Any) -> Task:
    options = {
        key: values.pop(key) for key in ("subject", "participants", "items") if key in values
    }
    values.setdefault("title", "准备报价单")
    return tasks.create_task(Task(**values), actor=actor, **options)


def test_a_task_is_ones_own_and_is_recorded(
    sales: Any, contact: Contact, customer: Customer
) -> None:
    task = make(sales, subject=contact, due_at=end_of_day(TODAY), items=["核对价格", " ", "盖章"])
    task.refresh_from_db()
    assert (task.owner, task.created_by, task.status) == (sales, sales, "open")
    assert [item.text for item in task.items.all()] == ["核对价格", "盖章"]
    assert (task.subject_id, task.parent_id) == (contact.pk, customer.pk)
    event = Event.objects.get(code="activities.task.created")
    assert event.note == "截止 2026-11-20"
    assert EventLink.objects.filter(event=event).count() == 2
    assert list(Task.objects.under(customer)) == list(Task.objects.on(contact)) == [task]
    assert not Notification.objects.exists()


def test_a_day_without_time_is_late_when_the_day_is_over(sales: Any, frozen: Any) -> None:
    task = make(sales, due_at=end_of_day(TODAY))
    assert (task.due_on, task.is_late) == (TODAY, False)
    frozen.move_to(NOW + timedelta(hours=14))
    assert task.is_late
    assert list(Task.objects.overdue()) == [task]


def test_anybody_may_be_asked_and_is_told(sales: Any, other: Any, manager: Any) -> None:
    task = make(sales, owner=other, participants=[manager, other])
    assert list(task.participants.all()) == [manager]
    told = Notification.objects.filter(kind="task_assigned")
    assert {notice.user for notice in told} == {other, manager}
    for person in (sales, other, manager):
        assert list(Task.objects.visible_to(person)) == [task]


def test_rights_agree(sales: Any, other: Any, manager: Any) -> None:
    rows = [make(sales), make(other), make(other, participants=[sales]), make(sales, owner=other)]
    assert disagreements(Task, rows, [sales, other, manager]) == []
    assert set(Task.objects.visible_to(sales, "change")) == {rows[0], rows[2], rows[3]}
    assert set(Task.objects.visible_to(sales, "delete")) == {rows[0], rows[3]}
    assert set(Task.objects.visible_to(manager)) == {rows[0], rows[2], rows[3]} - {rows[2]} - {
        rows[3]
    }


def test_a_foreign_record_cannot_be_linked(other: Any, customer: Customer) -> None:
    with pytest.raises(InvalidValue):
        make(other, subject=customer)
    assert not Task.objects.exists()
    assert not Event.objects.filter(code__startswith="activities.task").exists()


def test_every_state_and_step(sales: Any, other: Any) -> None:
    def in_state(state: str) -> Task:
        task = make(sales)
        if state != "open":
            values = {"status": state, "done_at": NOW if state == "done" else None}
            Task.objects.filter(pk=task.pk).update(**values)
            task.refresh_from_db()
        return task

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=make(sales).pk).update(status="done")
    check_constraint(make(sales), "status")
    for state, name in (("open", "cancel"), ("cancelled", "reopen")):
        assert name in {item.name for item in states.TASK.leaving(state)}
    task = in_state("done")
    with pytest.raises(InvalidTransition):
        tasks.complete_task(task, actor=sales)
    tasks.reopen_task(task, actor=sales)
    assert (task.status, task.done_at) == ("open", None)
    with pytest.raises(NotAllowed):
        tasks.complete_task(task, actor=other)
    only_cancelling = type(states.TASK)("status", (states.TASK.by_name["cancel"],))
    assert walk_machine(only_cancelling, in_state, actor=sales, reader=other) == 2


def test_a_monthly_task_comes_back_on_its_anchor(sales: Any, frozen: Any) -> None:
    frozen.move_to(datetime(2026, 1, 31, 10, tzinfo=SHANGHAI))
    first = make(sales, due_at=end_of_day(date(2026, 1, 31)), repeat="monthly", items=["对账"])
    second = tasks.complete_task(first, actor=sales)
    assert second.due_on == date(2026, 2, 28)
    assert [item.is_done for item in second.items.all()] == [False]
    frozen.move_to(datetime(2026, 2, 28, 10, tzinfo=SHANGHAI))
    third = tasks.complete_task(second, actor=sales)
    assert third.due_on == date(2026, 3, 31)
    assert Task.objects.count() == 3


def test_a_series_ends(sales: Any) -> None:
    task = make(
        sales, due_at=end_of_day(TODAY), repeat="daily", repeat_until=TODAY + timedelta(days=1)
    )
    second = tasks.complete_task(task, actor=sales)
    assert second.due_on == TODAY + timedelta(days=1)
    assert tasks.complete_task(second, actor=sales) is None


def test_two_ticks_make_one_next_task(sales: Any) -> None:
    task = make(sales, due_at=end_of_day(TODAY), repeat="weekly")
    twin = Task.objects.get(pk=task.pk)
    tasks.complete_task(task, actor=sales)
    with pytest.raises(Stale):
        tasks.complete_task(twin, actor=sales)
    assert Task.objects.open().count() == 1


def test_reopening_takes_the_next_one_back(sales: Any) -> None:
    task = make(sales, due_at=end_of_day(TODAY), repeat="weekly")
    tasks.complete_task(task, actor=sales)
    tasks.reopen_task(task, actor=sales)
    assert list(Task.objects.all()) == [task]
    following = tasks.complete_task(task, actor=sales)
    tasks.update_task(following, changes={"priority": "high"}, actor=sales)
    tasks.reopen_task(task, actor=sales)
    assert tasks.complete_task(task, actor=sales) is None
    assert Task.objects.count() == 2


def test_what_repeats_needs_a_day(sales: Any) -> None:
    with pytest.raises(InvalidValue) as refusal:
        make(sales, repeat="daily")
    assert refusal.value.field == "due_at"
    with pytest.raises(InvalidValue) as refusal:
        make(sales, due_at=end_of_day(TODAY), repeat="daily", repeat_until=date(2026, 1, 1))
    assert refusal.value.field == "repeat_until"


def test_changing_keeps_ticks_and_refuses_old_versions(sales: Any) -> None:
    task = make(sales, items=["一", "二"])
    tasks.tick_item(TaskItem.objects.get(text="一"), is_done=True, actor=sales)
    task.refresh_from_db()
    version = task.version
    tasks.update_task(task, changes={"title": "新标题"}, items=["零", "一"], actor=sales)
    assert [(item.text, item.is_done) for item in task.items.all()] == [("零", False), ("一", True)]
    assert Event.objects.get(code="activities.task.updated").changes["items"] == [
        "一、二",
        "零、一",
    ]
    with pytest.raises(Stale):
        tasks.update_task(task, changes={"title": "旧"}, actor=sales, version=version)


def test_moving_keeps_the_time_and_the_anchor(sales: Any) -> None:
    due = NOW.replace(hour=15)
    task = make(sales, due_at=due, due_has_time=True, repeat="monthly")
    tasks.move_task(task, TODAY + timedelta(days=3), actor=sales)
    assert task.due_at == due + timedelta(days=3)
    assert task.anchor_on == TODAY


def test_assigning_needs_more_than_taking_part(sales: Any, other: Any, manager: Any) -> None:
    task = make(manager, participants=[sales])
    with pytest.raises(NotAllowed):
        tasks.assign_task(task, other, actor=sales)
    tasks.assign_task(task, other, actor=manager)
    assert task.owner == other
    with pytest.raises(InvalidValue):
        tasks.assign_task(task, other, actor=manager)
