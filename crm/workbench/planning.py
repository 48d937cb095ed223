"""Appointments and the daily report on the list of things to do; the recycle bins of plans."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning import duties
from crm.activities.planning.choices import ReportKind
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import move_appointment, purge_appointment
from crm.activities.planning.services.tasks import purge_task
from crm.activities.planning.tables import span_text
from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.web.navigation import address
from crm.workbench import bins
from crm.workbench.todos import Due, Todo, TodoSource, moment_of, register_source

#: The hour by which a daily report is expected.
REPORT_HOUR = 18


class AppointmentsToday(TodoSource):
    """日程: what begins today, and what is over without an outcome."""

    name = "appointments"
    label = gettext_lazy("Appointment")
    icon = "calendar-event"
    order = 30

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Appointment))

    def rows(self, user: Any) -> QuerySet:
        """What the user has planned."""
        return Appointment.objects.visible_to(user, verbs.CHANGE).kept().planned().of(user.pk)

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        def first(end: datetime) -> QuerySet:
            rows = self.rows(user).filter(starts_at__lt=end).order_by("starts_at", "pk")
            return rows.only("title", "place", "starts_at", "ends_at", "is_all_day")[:limit]

        _start, end = clock.day_bounds(clock.today())
        shape = self.name, user.pk, limit, policies.shape(user, verbs.CHANGE, Appointment)
        return (Ask(prepared.OBJECTS, shape, first, (end,)),)

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        (rows,) = answers
        return Due([self.todo(row) for row in rows])

    def todo(self, row: Appointment) -> Todo:
        """One appointment: done by recording what came of it."""
        url = address("planning:appointment_complete", row.pk)
        is_ahead = row.starts_at >= clock.now() or row.is_all_day
        when = span_text(row.starts_at, row.ends_at, row.is_all_day) if is_ahead else ""
        return Todo(
            row.pk,
            row.title,
            row.get_absolute_url(),
            row.starts_at,
            {"label": _("Record the outcome"), "url": url},
            person=row.place,
            when=when,
        )

    def put_off(self, user: Any, pk: int, until: str) -> None:
        row = self.rows(user).filter(pk=pk).first()
        if row is None:
            raise Http404
        move_appointment(row, localdate(moment_of(until, row.starts_at)), actor=user)


class ReportToWrite(TodoSource):
    """日报: on working days, until today's is sent, for those who owe one."""

    name = "report"
    label = gettext_lazy("Work report")
    icon = "report"
    order = 90
    can_put_off = False

    def is_for(self, user: Any) -> bool:
        return duties.must_submit(user.pk)

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        def sent(author: int, day: date) -> QuerySet:
            return duties.daily_reports(author, day).values_list("pk")[:1]

        today = clock.today()
        asked = Ask(prepared.COUNT, self.name, sent, (user.pk, today))
        return (asked,) if duties.is_due_on(today) else ()

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        today = clock.today()
        if not answers or answers[0]:
            return Due([])
        url = address("planning:report_write", ReportKind.DAILY, today.isoformat())
        done = {"label": _("Write"), "url": url}
        at = clock.at_hour(today, REPORT_HOUR)
        return Due([Todo(1, str(ReportKind.DAILY.label), url, at, done)])


def _deleted(model: Any) -> Any:
    def due(before: datetime) -> Iterable[Any]:
        return model.objects.filter(deleted_at__lt=before).order_by("deleted_at")

    return due


def _purge_task(task: Task) -> None:
    purge_task(task, actor=None)


def _purge_appointment(row: Appointment) -> None:
    purge_appointment(row, actor=None)


register_source(AppointmentsToday)
register_source(ReportToWrite)
bins.register(_deleted(Task), _purge_task)
bins.register(_deleted(Appointment), _purge_appointment)
