"""Tasks and appointments of a converted lead: whoever read them before writes to its customer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType

from crm.activities.models import FollowUp
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services import appointments, tasks
from crm.activities.planning.times import end_of_day
from crm.audit.models import EventLink
from crm.core import clock
from customers.models import Customer
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.leads import make_lead
from tests.leads.test_locked import convert, state


def weekly(lead: Lead, actor: Any) -> Task:
    """A task on the lead that comes back."""
    task = Task(title="寄样", due_at=end_of_day(clock.company_today()), repeat="weekly")
    return tasks.create_task(task, subject=lead, actor=actor)


def visit(lead: Lead, actor: Any) -> Appointment:
    """An appointment on the lead."""
    now = clock.now() + timedelta(hours=1)
    row = Appointment(title="拜访", starts_at=now, ends_at=now + timedelta(hours=1))
    return appointments.create_appointment(row, subject=lead, actor=actor)


Write = Callable[[Any, Any], Any]
ON_TASKS: dict[str, Write] = {
    "update": lambda row, actor: tasks.update_task(row, changes={"title": "寄画册"}, actor=actor),
    "move": lambda row, actor: tasks.move_task(
        row, clock.company_today() + timedelta(days=3), actor=actor
    ),
    "complete": lambda row, actor: tasks.complete_task(row, actor=actor),
    "cancel": lambda row, actor: tasks.cancel_task(row, actor=actor),
    "delete": lambda row, actor: tasks.delete_task(row, actor=actor),
}
ON_APPOINTMENTS: dict[str, Write] = {
    "update": lambda row, actor: appointments.update_appointment(
        row, changes={"title": "参观"}, actor=actor
    ),
    "move": lambda row, actor: appointments.move_appointment(
        row, clock.company_today() + timedelta(days=3), actor=actor
    ),
    "cancel": lambda row, actor: appointments.cancel_appointment(row, actor=actor),
    "delete": lambda row, actor: appointments.delete_appointment(row, actor=actor),
}


@pytest.mark.parametrize(
    ("make", "write"),
    [(weekly, write) for write in ON_TASKS.values()]
    + [(visit, write) for write in ON_APPOINTMENTS.values()],
    ids=[f"{kind} {name}" for kind, writes in (("task", ON_TASKS), ("visit", ON_APPOINTMENTS))
         for name in writes],
)  # fmt: skip
def test_what_was_read_before_the_conversion_writes_to_the_customer(
    company: Company, make: Write, write: Write
) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales)
    early = make(lead, sales)
    convert(lead, sales)
    customer = Lead.objects.get(pk=lead.pk).converted_customer
    before, told, known = state(lead), events_of(lead), events_of(customer)
    write(early, sales)
    assert (state(lead), events_of(lead)) == (before, told)
    assert events_of(customer) > known
    model = type(early)
    assert model.objects.on(customer).count() == model.objects.count()


def events_of(record: Lead | Customer) -> int:
    """How many events of other rows its timeline shows."""
    kind = ContentType.objects.get_for_model(type(record))
    return EventLink.objects.filter(about_type=kind, about_id=record.pk).count()


def test_an_outcome_becomes_a_follow_up_of_the_customer(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales)
    early = visit(lead, sales)
    convert(lead, sales)
    before = state(lead), events_of(lead)
    appointments.complete_appointment(early, outcome="对方要样品和报价单", actor=sales)
    assert (state(lead), events_of(lead)) == before
    customer = Lead.objects.get(pk=lead.pk).converted_customer
    assert FollowUp.objects.on(customer).get() == early.follow_up
