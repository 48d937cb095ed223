"""Tasks and appointments in every relation to every actor, for the permission matrix.

Here: the rows and what is posted to their pages. How an address is reached is `tests/kit/world`.
"""

from datetime import timedelta
from typing import Any

from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import ReportRecipient, WorkReport
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.feed import renew_feed
from crm.activities.planning.services.tasks import create_task
from crm.core import clock

HOUR = timedelta(hours=1)


def make_plans(company: Any, customer: Any, actor: str, relation: str) -> dict[str, Any]:
    """A task with a step and an appointment of the customer's owner; shared ones have the actor."""
    owner = customer.owner if customer.owner.is_active else company.admin
    user = company.user(actor)
    people = [user] if relation == "shared" and user and user.is_active else []
    task = create_task(
        Task(title="准备合同", owner=owner),
        actor=company.admin,
        subject=customer,
        participants=people,
        items=["核对条款"],
    )
    start = clock.now() + HOUR
    appointment = create_appointment(
        Appointment(title="上门拜访", owner=owner, starts_at=start, ends_at=start + HOUR),
        actor=company.admin,
        subject=customer,
        participants=people,
    )
    return {"task": task, "appointment": appointment, "report": make_report(owner, people)}


def make_report(owner: Any, people: list[Any]) -> WorkReport:
    """A sent report of the owner about a day of his own; shared ones were sent to the actor."""
    count, now = WorkReport.objects.filter(author=owner).count(), clock.now()
    day = clock.today() - timedelta(days=count)
    report = WorkReport.objects.create(
        author=owner, kind="daily", starts_on=day, ends_on=day, work="回访三家客户",
        status="submitted", submitted_at=now, created_at=now, updated_at=now,
    )  # fmt: skip
    for person in people:
        ReportRecipient.objects.create(report=report, user=person)
    return report


def make_feed(user: Any) -> str:
    """A feed of this person; returns its token."""
    return renew_feed(actor=user)


def edited(row: Any) -> dict[str, Any]:
    """What an edit form sends for a task or an appointment."""
    people = list(row.participants.values_list("pk", flat=True))
    found = {"version": row.version, "base": "{}", "title": "改过的标题", "priority": "high"}
    found["participants"] = people
    if isinstance(row, Appointment):
        found |= {"kind": "meeting", "starts_at": "2026-12-01 09:00", "ends_at": ""}
    return found | {"repeat": "none"}


NEW_TASK = {"title": "新任务", "priority": "normal", "repeat": "none", "items": "一\n二"}
NEW_APPOINTMENT = {
    "title": "新日程", "kind": "visit", "starts_at": "2026-12-01 09:00", "repeat": "none",
}  # fmt: skip
