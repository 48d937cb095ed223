"""Reminders of tasks and appointments: planned by what the record says now (`crm.reminders`)."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities.planning.models import Appointment, Task
from crm.reminders.planning import Plan, plan_many
from crm.reminders.rules import RuleKind, register

TASK, APPOINTMENT = "task_due", "appointment_start"
#: So long before a time of day people are told.
AHEAD = timedelta(minutes=15)


def _task_title(task: Any, params: dict[str, Any]) -> str:
    return _("Task due: %(name)s") % {"name": task}


def _appointment_title(row: Any, params: dict[str, Any]) -> str:
    return _("Begins soon: %(name)s") % {"name": row}


def _place(row: Any, params: dict[str, Any]) -> str:
    return row.place


def _wants_task(task: Any) -> bool:
    return task.is_open and task.deleted_at is None


def _wants_appointment(row: Any) -> bool:
    return row.is_planned and row.deleted_at is None


register(
    RuleKind(
        TASK,
        gettext_lazy("Task due"),
        title=_task_title,
        help=gettext_lazy("On the day a task is due; a task with a time, 15 minutes before it."),
        icon="checkbox",
        is_open=_wants_task,
    )
)
register(
    RuleKind(
        APPOINTMENT,
        gettext_lazy("Appointment begins"),
        title=_appointment_title,
        text=_place,
        help=gettext_lazy("15 minutes before a visit or a meeting begins."),
        icon="calendar-event",
        is_open=_wants_appointment,
        has_time=False,
    )
)


def people_of(row: Any) -> list[int]:
    """The owner and those who take part."""
    joined = row.participants.values_list("pk", flat=True)
    return list(dict.fromkeys([row.owner_id, *joined]))


def plan_task(task: Task, *, fresh: bool = False) -> None:
    """Remind everybody of a task when it is due; nobody of what is done, cancelled or deleted."""
    if fresh and task.due_at is None:
        return
    wanted = _wants_task(task) and task.due_at is not None
    timed = {"due_at": task.due_at - AHEAD} if wanted and task.due_has_time else {}
    when = timed or {"due_on": task.due_on}
    people = people_of(task) if wanted else [None]
    plan_many(TASK, Task, [Plan(task, pk, **when) for pk in people], fresh=fresh)


def plan_appointments(rows: list[Appointment], *, fresh: bool = False) -> None:
    """Remind everybody of appointments shortly before they begin; whole days are not reminded."""
    plans = []
    for row in rows:
        wanted = _wants_appointment(row) and not row.is_all_day
        people = people_of(row) if wanted else [None]
        plans += [Plan(row, pk, due_at=row.starts_at - AHEAD) for pk in people]
    plan_many(APPOINTMENT, Appointment, plans, fresh=fresh)
