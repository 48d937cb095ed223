"""The calendar's own layers: tasks, appointments, diary."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.http import Http404
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning.choices import AppointmentStatus, Kind, TaskStatus
from crm.activities.planning.layers import (
    Ask,
    Entry,
    Found,
    Layer,
    Span,
    days_of,
    per_day,
    register,
)
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import DiaryEntry
from crm.activities.planning.services.appointments import move_appointment, place_appointment
from crm.activities.planning.services.tasks import move_task, place_task
from crm.core import clock
from crm.web.navigation import address

#: Appointments that reach into the first day from before it.
MOST_OVER = 50


def load_tasks(ask: Ask) -> Found:
    """Tasks by the day they are due; cancelled ones are left out."""
    rows = Task.objects.visible_to(ask.user).kept().exclude(status=TaskStatus.CANCELLED)
    rows = rows.filter(due_at__gte=ask.start, due_at__lt=ask.end)
    if ask.people is not None:
        rows = rows.of(*ask.people)
    movable = bool(policies.can(ask.user, verbs.CHANGE, Task))
    found = Found()
    values = ("pk", "title", "due_at", "due_has_time", "status", "owner__name", "day_of", "total")
    for row in per_day(rows, "due_at", ask.limit).values_list(*values):
        pk, title, due_at, timed, status, owner, day, total = row
        is_open = status == TaskStatus.OPEN
        entry = Entry(
            layer="tasks",
            pk=pk,
            day=day,
            title=title,
            url=address("planning:task_detail", pk),
            at=localtime(due_at) if timed else None,
            who=owner,
            is_done=not is_open,
            is_late=is_open and due_at < clock.now(),
            move_url=move_url("tasks", pk) if movable and is_open else "",
            has_place=True,
        )
        found.add(entry, total)
    return found


def move_url(layer: str, pk: int) -> str:
    """Where a layer's entry is put on another day."""
    return address("planning:calendar_move", layer, pk)


APPOINTMENT_VALUES = (
    "pk", "title", "starts_at", "ends_at", "is_all_day", "kind", "status", "place", "owner__name",
)  # fmt: skip


def load_appointments(ask: Ask) -> Found:
    """Appointments on each of their days; cancelled ones are left out."""
    rows = Appointment.objects.visible_to(ask.user).kept()
    rows = rows.exclude(status=AppointmentStatus.CANCELLED)
    if ask.people is not None:
        rows = rows.of(*ask.people)
    movable = bool(policies.can(ask.user, verbs.CHANGE, Appointment))
    found, over = Found(), []
    begun = rows.filter(starts_at__gte=ask.start, starts_at__lt=ask.end)
    counted = per_day(begun, "starts_at", ask.limit)
    for *row, total in counted.values_list(*APPOINTMENT_VALUES, "total"):
        first, *rest = _days(row, movable)
        found.add(first, total)
        over += rest
    before = rows.filter(starts_at__lt=ask.start, ends_at__gt=ask.start).order_by("starts_at", "pk")
    for row in before.values_list(*APPOINTMENT_VALUES)[:MOST_OVER]:
        over += _days(list(row), movable)
    for entry in over:
        if ask.first <= entry.day <= ask.last:
            found.add_over(entry)
    return found


def _days(row: list[Any], movable: bool) -> list[Entry]:
    """An appointment on each day it touches; it is dragged by its first one."""
    pk, title, start, end, is_all_day, kind, status, place, owner = row
    days = list(days_of(start, end))
    is_planned = status == AppointmentStatus.PLANNED
    timed = not is_all_day and len(days) == 1
    return [
        Entry(
            layer="appointments",
            pk=pk,
            day=day,
            title=title,
            url=address("planning:appointment_detail", pk),
            at=localtime(start) if timed or (day == days[0] and not is_all_day) else None,
            until=localtime(end) if timed else None,
            color=Kind.colors()[Kind(kind)],
            who=owner,
            note=place,
            is_done=status == AppointmentStatus.DONE,
            is_late=is_planned and end < clock.now(),
            move_url=move_url("appointments", pk) if movable and is_planned and not number else "",
            has_place=not is_all_day,
            has_length=timed,
        )
        for number, day in enumerate(days)
    ]


def load_diary(ask: Ask) -> Found:
    """The reader's own diary, on his own calendar only."""
    found = Found()
    if not ask.is_own:
        return found
    rows = DiaryEntry.objects.visible_to(ask.user).between(ask.first, ask.last)
    for pk, title, day in rows.values_list("pk", "title", "day"):
        url = address("planning:diary_day", day.isoformat())
        found.add(Entry("diary", pk, day, title, url, opens_dialog=True))
    return found


def _movable(model: type[models.Model], pk: int, actor: Any) -> Any:
    """The row, among those the actor sees, else 404; the service asks whether he may change it."""
    row = model.objects.visible_to(actor, verbs.VIEW).filter(pk=pk, deleted_at=None).first()
    if row is None:
        raise Http404
    return row


def drop_task(pk: int, day: date, actor: Any) -> date:
    """Put a task on another day; returns the one it was on."""
    task = _movable(Task, pk, actor)
    before = task.due_on or day
    move_task(task, day, actor=actor)
    return before


def drop_appointment(pk: int, day: date, actor: Any) -> date:
    """Let an appointment begin on another day; returns the one it began on."""
    row = _movable(Appointment, pk, actor)
    before = localdate(row.starts_at, clock.COMPANY_ZONE if row.is_all_day else None)
    move_appointment(row, day, actor=actor)
    return before


def place_task_at(pk: int, start: datetime, _end: datetime | None, actor: Any) -> Span:
    """Make a task due at a time of day; returns the instant it was due at."""
    task = _movable(Task, pk, actor)
    before = task.due_at or start
    place_task(task, start, actor=actor)
    return before, None


def place_appointment_at(pk: int, start: datetime, end: datetime | None, actor: Any) -> Span:
    """Let an appointment begin at a time of day, for as long as before or until `end`."""
    row = _movable(Appointment, pk, actor)
    before = row.starts_at, row.ends_at
    place_appointment(row, start, end or start + (row.ends_at - row.starts_at), actor=actor)
    return before


register(
    Layer(
        "appointments",
        gettext_lazy("Appointments"),
        "teal",
        Appointment,
        load_appointments,
        drop_appointment,
        place_appointment_at,
        order=10,
    )
)
register(
    Layer(
        "tasks", gettext_lazy("Tasks"), "blue", Task, load_tasks, drop_task, place_task_at, order=20
    )
)
register(
    Layer(
        "diary",
        gettext_lazy("Diary"),
        "yellow",
        DiaryEntry,
        load_diary,
        order=90,
        is_personal=True,
    )
)
