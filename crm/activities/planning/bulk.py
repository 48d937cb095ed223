"""Bulk actions on tasks and appointments."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.activities.planning import forms, lists
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services import appointments, tasks
from crm.web.bulk import BulkAction, register


@register
class CompleteTasks(BulkAction):
    """Mark the chosen tasks as done."""

    spec = lists.TASKS
    name = "complete"
    label = _("Complete")
    icon = "circle-check"

    def perform(self, obj: Task, data: dict[str, Any], actor: Any) -> None:
        tasks.complete_task(obj, actor=actor)


@register
class AssignTasks(BulkAction):
    """Give the chosen tasks to somebody else."""

    spec = lists.TASKS
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.AssignTaskForm

    def perform(self, obj: Task, data: dict[str, Any], actor: Any) -> None:
        tasks.assign_task(obj, data["owner"], actor=actor)


@register
class DeleteTasks(BulkAction):
    """Put the chosen tasks into the recycle bin."""

    spec = lists.TASKS
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Task, data: dict[str, Any], actor: Any) -> None:
        tasks.delete_task(obj, actor=actor)


@register
class CancelAppointments(BulkAction):
    """The chosen appointments do not take place."""

    spec = lists.APPOINTMENTS
    name = "cancel"
    label = _("Cancel the appointment")
    icon = "calendar-x"

    def perform(self, obj: Appointment, data: dict[str, Any], actor: Any) -> None:
        appointments.cancel_appointment(obj, actor=actor)


@register
class DeleteAppointments(BulkAction):
    """Put the chosen appointments into the recycle bin."""

    spec = lists.APPOINTMENTS
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: models.Model, data: dict[str, Any], actor: Any) -> None:
        appointments.delete_appointment(obj, actor=actor)


TASK_ACTIONS = (CompleteTasks, AssignTasks, DeleteTasks)
APPOINTMENT_ACTIONS = (CancelAppointments, DeleteAppointments)
