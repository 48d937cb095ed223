"""Tasks on the list of things to do: ticked or put off with one click."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning.choices import TaskStatus
from crm.activities.planning.lists import TASKS
from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import complete_task, move_task
from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import first_keys, total_label
from crm.workbench.todos import Due, Number, Todo, TodoSource, moment_of, register_source


class TasksToDo(TodoSource):
    """Open tasks that I own or take part in, due until tonight."""

    name = "tasks"
    label = gettext_lazy("Task")
    icon = "checkbox"
    order = 40
    put_offs = ("tomorrow", "monday")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Task))

    def rows(self, user: Any) -> Any:
        """My open tasks."""
        return TASKS.base(Task.objects.visible_to(user)).of(user.pk).open()

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        def first(end: datetime) -> QuerySet:
            rows = self.rows(user).filter(due_at__lt=end).order_by("due_at", "pk")
            return rows.only("title", "due_at", "due_has_time")[:limit]

        def late(now: datetime) -> QuerySet:
            return first_keys(self.rows(user).filter(due_at__lt=now))

        def of_today(start: datetime, end: datetime) -> QuerySet:
            return first_keys(self.rows(user).filter(due_at__gte=start, due_at__lt=end))

        start, end = clock.day_bounds(clock.today())
        shape = self.name, user.pk, limit, policies.shape(user, verbs.VIEW, Task)
        return (
            Ask(prepared.OBJECTS, shape, first, (end,)),
            Ask(prepared.COUNT, (*shape, "late"), late, (clock.now(),)),
            Ask(prepared.COUNT, (*shape, "today"), of_today, (start, end)),
        )

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        tasks, late, today = answers
        numbers = (
            self.number(_("Tasks overdue"), late, DueFilter.OVERDUE, is_late=True),
            self.number(_("Tasks today"), today, DueFilter.TODAY),
        )
        return Due([self.todo(task) for task in tasks], numbers) if tasks else Due(())

    def number(self, label: str, count: int, due: str, *, is_late: bool = False) -> Number:
        """A number that opens its rows."""
        query = urlencode({"scene": "mine", "status": TaskStatus.OPEN.value, "due": due})
        url = f"{reverse('planning:task_list')}?{query}"
        return Number(label, total_label(count), url, is_late=is_late)

    def todo(self, task: Task) -> Todo:
        """One task; it is done by ticking it."""
        tick = address("workbench:todo", self.name, task.pk)
        return Todo(
            task.pk,
            task.title,
            task.get_absolute_url(),
            task.due_at,
            {"label": _("Done"), "url": tick, "method": "post"},
            when="" if task.due_has_time or task.due_at < clock.now() else _("Today"),
        )

    def put_off(self, user: Any, pk: int, until: str) -> None:
        task = self.task(user, pk)
        move_task(task, self.day(until, task), actor=user)

    def day(self, until: str, task: Task) -> date:
        """The day a choice means."""
        return localtime(moment_of(until, task.due_at)).date()

    def finish(self, user: Any, pk: int) -> None:
        complete_task(self.task(user, pk), actor=user)

    def task(self, user: Any, pk: int) -> Task:
        """One of my open tasks. Raises Http404."""
        found = self.rows(user).filter(pk=pk).first()
        if found is None:
            raise Http404
        return found


register_source(TasksToDo)
