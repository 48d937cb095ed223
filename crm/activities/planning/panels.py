"""Panels: tasks and appointments of any record, the checklist of a task, the outcome of a visit."""

from typing import Any

from django.db import models
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.access import policies, verbs
from crm.activities.planning import links
from crm.activities.planning.choices import AppointmentStatus
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.tables import due_html, span_text, tick_html
from crm.activities.subjects import Subject, for_each_subject
from crm.web.navigation import address
from crm.web.panels import Panel, register

LIMIT = 8


def task_row(task: Task, may_change: bool) -> dict[str, Any]:
    """A task as a line with its box to tick."""
    return {
        "pk": task.pk,
        "tick": tick_html(task.pk, task.title, not task.is_open) if may_change else "",
        "title": task.title,
        "url": task.get_absolute_url(),
        "due": due_html(task.due_at, task.due_has_time, task.status),
        "person": task.owner,
    }


class TasksPanel(Panel):
    """The open tasks of a record and of those below it."""

    name = "tasks"
    title = gettext_lazy("Tasks")
    icon = "checkbox"
    side = "right"
    order = 20
    model = Task
    template = "planning/_task_rows.html"
    empty = gettext_lazy("Nothing to be done here.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = Task.objects.visible_to(user).kept().open().around(obj)
        found = list(rows.select_related("owner").order_by("due_at", "pk")[: LIMIT + 1])
        changes = bool(policies.can(user, verbs.CHANGE, Task))
        shown = [task_row(task, changes) for task in found[:LIMIT]]
        count = f"{LIMIT}+" if len(found) > LIMIT else len(found)
        return {"rows": shown, "count": count}

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        return new_action(obj, user, Task, "planning:task_add", _("New task"))


class AppointmentsPanel(Panel):
    """What is planned with a record, and what took place last."""

    name = "appointments"
    title = gettext_lazy("Appointments")
    icon = "calendar-event"
    side = "right"
    order = 30
    model = Appointment
    empty = gettext_lazy("No visit or meeting is planned.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = Appointment.objects.visible_to(user).kept().around(obj)
        newest = rows.exclude(status=AppointmentStatus.CANCELLED).order_by("-starts_at", "-pk")
        found = list(newest.select_related("owner")[:LIMIT])
        return {"rows": [self.row(row) for row in found], "count": len(found)}

    def row(self, row: Appointment) -> dict[str, Any]:
        """One appointment: what, when, where."""
        when = span_text(row.starts_at, row.ends_at, row.is_all_day)
        status = AppointmentStatus(row.status)
        return {
            "title": row.title,
            "url": row.get_absolute_url(),
            "meta": " · ".join(filter(None, [when, row.place])),
            "badge": {"text": status.label, "color": AppointmentStatus.colors()[status]},
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        label = _("New appointment")
        return new_action(obj, user, Appointment, "planning:appointment_add", label)


def new_action(
    obj: models.Model, user: Any, model: Any, url_name: str, label: str
) -> list[dict[str, Any]]:
    """The small button that makes one more for this record."""
    if not policies.can(user, verbs.ADD, model):
        return []
    url = f"{address(url_name)}?{urlencode({'subject': links.key_of(obj)})}"
    return [{"label": label, "url": url, "icon": "plus", "dialog": True}]


class ChecklistPanel(Panel):
    """The steps of a task, each ticked by one click."""

    name = "checklist"
    title = gettext_lazy("Checklist")
    icon = "list-check"
    side = "main"
    order = 10
    lazy = False
    template = "planning/_checklist.html"
    empty = gettext_lazy("No steps. Add them by editing the task.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        may_change = bool(policies.can(user, verbs.CHANGE, obj))
        steps = [
            {
                "text": item.text,
                "is_done": item.is_done,
                "url": address("planning:task_tick", obj.pk, item.pk) if may_change else "",
            }
            for item in obj.items.all()
        ]
        done = sum(step["is_done"] for step in steps)
        return {"steps": steps, "count": f"{done}/{len(steps)}" if steps else 0}


class OutcomePanel(Panel):
    """What came of an appointment."""

    name = "outcome"
    title = pgettext_lazy("appointment", "Outcome")
    icon = "message"
    side = "main"
    order = 10
    lazy = False
    template = "planning/_outcome.html"
    empty = gettext_lazy("Nothing recorded yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        return {"outcome": obj.outcome}


register(Task, ChecklistPanel)
register(Appointment, OutcomePanel)


def _on_subject(subject: Subject) -> None:
    """Tasks and appointments on the page of every record that can be linked."""
    register(subject.model, TasksPanel)
    register(subject.model, AppointmentsPanel)


for_each_subject(_on_subject)
