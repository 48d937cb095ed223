"""Plans and what follows from them: reminders, the list of things to do, carrying over, the bin."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from crm.activities.planning.carrier import carry_appointments, carry_tasks
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services import appointments, tasks
from crm.activities.planning.times import end_of_day
from crm.reminders.models import Reminder, State
from crm.workbench.bins import empty_due
from tests.activities.planning.conftest import NOW
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def waiting(row: Any) -> dict[str, Any]:
    rows = Reminder.objects.filter(subject_id=row.pk, state=State.PENDING).order_by("due_at")
    return {each.recipient.username: each.due_at for each in rows.select_related("recipient")}


def visit(actor: Any, **values: Any) -> Appointment:
    people = values.pop("participants", ())
    row = Appointment(title="拜访", starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR, **values)
    return appointments.create_appointment(row, actor=actor, participants=people)


def test_a_task_reminds_its_people_until_it_is_done(company: Company) -> None:
    sales, other = company["sales1"], company["sales2"]
    task = Task(title="报价", due_at=end_of_day(NOW.date() + 3 * DAY))
    tasks.create_task(task, actor=sales, participants=[other])
    nine = (NOW + 3 * DAY).replace(hour=9)
    assert waiting(task) == {"sales1": nine, "sales2": nine}
    tasks.move_task(task, NOW.date() + 4 * DAY, actor=sales)
    assert waiting(task) == {"sales1": nine + DAY, "sales2": nine + DAY}
    tasks.assign_task(task, company["manager"], actor=sales)
    assert set(waiting(task)) == {"manager", "sales2"}
    tasks.complete_task(task, actor=sales)
    assert waiting(task) == {}
    tasks.reopen_task(task, actor=sales)
    assert set(waiting(task)) == {"manager", "sales2"}
    tasks.delete_task(task, actor=sales)
    assert waiting(task) == {}


def test_a_task_with_a_time_reminds_before_it(company: Company) -> None:
    task = Task(title="回电话", due_at=NOW + 5 * HOUR, due_has_time=True)
    tasks.create_task(task, actor=company["sales1"])
    assert waiting(task) == {"sales1": NOW + 5 * HOUR - timedelta(minutes=15)}


def test_an_appointment_reminds_shortly_before(company: Company) -> None:
    sales = company["sales1"]
    row = visit(sales, participants=[company["sales2"]])
    moment = NOW + DAY - timedelta(minutes=15)
    assert waiting(row) == {"sales1": moment, "sales2": moment}
    appointments.move_appointment(row, NOW.date() + 2 * DAY, actor=sales)
    assert waiting(row) == {"sales1": moment + DAY, "sales2": moment + DAY}
    appointments.cancel_appointment(row, actor=sales)
    assert waiting(row) == {}


def test_plans_go_along_when_a_lead_becomes_a_customer(company: Company) -> None:
    sales = company["sales1"]
    old, new = make_customer(company, sales), make_customer(company, sales)
    tasks.create_task(Task(title="报价"), actor=sales, subject=old)
    assert (carry_tasks(old, new, sales), carry_tasks(old, new, sales)) == (1, 0)
    assert carry_appointments(old, new, sales) == 0
    assert (Task.objects.under(old).count(), Task.objects.under(new).count()) == (0, 1)


def test_things_to_do_are_done_and_put_off_on_the_start_page(company: Company) -> None:
    sales = company["sales1"]
    late = tasks.create_task(Task(title="昨天的报价", due_at=NOW - DAY), actor=sales)
    today = tasks.create_task(Task(title="今天寄样", due_at=end_of_day(NOW.date())), actor=sales)
    client = browser(company, "sales1")
    page = client.get(reverse("workbench:panel", args=["todo"])).content.decode()
    assert late.title in page and today.title in page
    url = reverse("workbench:todo", args=["tasks", late.pk])
    assert browser(company, "sales2").post(url, {"done": "1"}).status_code == 404
    assert client.post(url, {"done": "1"}).status_code == 302
    url = reverse("workbench:todo", args=["tasks", today.pk])
    assert client.post(url, {"until": "tomorrow"}).status_code == 302
    late.refresh_from_db()
    today.refresh_from_db()
    assert (late.status, today.due_on) == ("done", NOW.date() + DAY)


def test_the_bin_empties_itself(company: Company, frozen: Any) -> None:
    sales = company["sales1"]
    task = tasks.create_task(Task(title="x"), actor=sales)
    row = visit(sales)
    tasks.delete_task(task, actor=sales)
    appointments.delete_appointment(row, actor=sales)
    frozen.move_to(NOW + 31 * DAY)
    assert empty_due() == 2
    assert (Task.objects.count(), Appointment.objects.count()) == (0, 0)
