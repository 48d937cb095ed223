"""Columns of the lists of tasks and appointments."""

from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.activities.planning import links
from crm.activities.planning.choices import (
    AppointmentStatus,
    Kind,
    Priority,
    Repeat,
    TaskStatus,
)
from crm.activities.planning.models import Appointment, Task
from crm.core import clock
from crm.core.messages import listed
from crm.web.columns import EMPTY, CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.navigation import address
from crm.web.tables import Table
from crm.web.templatetags.ui import icon_html, text_html


def tick_html(pk: int, title: str, is_done: bool) -> SafeString:
    """The round box that completes a task by one click, or takes it up again."""
    name = "reopen" if is_done else "complete"
    label = (_("Reopen: %(name)s") if is_done else _("Complete: %(name)s")) % {"name": title}
    url = address(f"planning:task_{name}", pk)
    return format_html(
        '<a class="tick{}" href="{}" hx-post="{}" hx-swap="none" aria-label="{}" title="{}">{}</a>',
        " tick--on" if is_done else "",
        url,
        url,
        label,
        _("Reopen") if is_done else _("Complete"),
        icon_html("check"),
    )


class TaskTitleColumn(Column):
    """The title; what is done is struck through."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("title", "status"), **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        title, status = values
        css = "task-title" if status == TaskStatus.OPEN else "task-title task-title--done"
        return format_html('<span class="{}">{}</span>', css, title)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return values[0]


class TickColumn(Column):
    """Done by one click."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, paths=("title", "status"), css="nowrap", width=56)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        title, status = values
        if status == TaskStatus.CANCELLED:
            return EMPTY
        return tick_html(pk, title, status == TaskStatus.DONE)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return str(TaskStatus(values[1]).label)


class DueColumn(Column):
    """When a task is due; overdue in red with a sign."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        paths = ("due_at", "due_has_time", "status")
        super().__init__(name, label, paths=paths, css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return due_html(*values)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return values[0]


def due_html(due_at: Any, has_time: bool, status: str) -> SafeString:
    """A due date: 今天 / 明天 / 11-24, red with a sign where it is late."""
    if due_at is None:
        return EMPTY
    zone = None if has_time else clock.COMPANY_ZONE
    local = localtime(due_at, zone)
    text = day_text(local.date())
    if has_time:
        text += f" {local:%H:%M}"
    is_late = status == TaskStatus.OPEN and due_at < clock.now()
    stamp = f"{local:%Y-%m-%d %H:%M}" if has_time else f"{local:%Y-%m-%d}"
    html = format_html('<time datetime="{}" title="{}">{}</time>', stamp, stamp, text)
    if not is_late:
        return html
    sign = icon_html("alert-triangle")
    word = _("Overdue")
    return format_html('<b class="late" title="{}">{}{}</b>', word, sign, html)


def day_text(day: Any) -> str:
    """Today, tomorrow, yesterday, else the date; the year only where it is another one."""
    today = clock.today()
    words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    distance = (day - today).days
    if distance in words:
        return words[distance]
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


class LinkColumn(Column):
    """The linked record: one query a kind of record and page."""

    def __init__(self, name: str, label: Any) -> None:
        super().__init__(name, label, paths=("subject_type", "subject_id"), width=200)

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        names = links.visible_names((row for row in rows if row[0]), ctx.user)
        return [text_html(names.get(row, "")) if row[0] else EMPTY for row in rows]

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return links.visible_names([values], ctx.user).get(values, "") if values[0] else ""


class ParticipantsColumn(Column):
    """Who takes part: one query a page."""

    def __init__(self, name: str, label: Any, model: Any, **options: Any) -> None:
        super().__init__(name, label, paths=(), **options)
        self.model = model
        self.key = f"{model._meta.model_name}_id"

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return (self.name, self.key), self._people

    def _people(self, ids: Sequence[int]) -> QuerySet:
        joined = self.model.participants.through.objects.filter(**{f"{self.key}__in": ids})
        return joined.order_by("pk").values_list(self.key, "user__name")

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        found: dict[int, list[str]] = {}
        for pk, name in answer:
            found.setdefault(pk, []).append(name)
        ctx.prepared[self.name, self.key] = found

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(ctx.prepared[self.name, self.key].get(pk, ()))


class TaskTable(Table):
    """All that a task says."""

    name = "tasks"
    model = Task
    columns = (
        TaskTitleColumn("title", gettext_lazy("Title"), width=300),
        TickColumn("tick", pgettext_lazy("task", "Done")),
        DueColumn("due_at", gettext_lazy("Due"), sort="due_at"),
        ChoiceColumn("priority", gettext_lazy("Priority"), Priority, sort="priority"),
        LinkColumn("subject", gettext_lazy("Linked record")),
        PersonColumn("owner", gettext_lazy("Owner")),
        ParticipantsColumn("participants", gettext_lazy("Participants"), Task, default=False),
        ChoiceColumn("status", gettext_lazy("Status"), TaskStatus),
        ChoiceColumn("repeat", pgettext_lazy("task", "Repeat"), Repeat, default=False),
        PersonColumn("created_by", gettext_lazy("Created by")),
        DateColumn(
            "created_at",
            gettext_lazy("Created at"),
            fmt="datetime",
            sort="created_at",
            default=False,
        ),
        DateColumn("done_at", gettext_lazy("Done at"), fmt="datetime", default=False),
    )


class SpanColumn(Column):
    """When an appointment takes place."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        paths = ("starts_at", "ends_at", "is_all_day")
        super().__init__(name, label, paths=paths, css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return text_html(span_text(*values))

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return values[0]


def span_text(start: Any, end: Any, is_all_day: bool) -> str:
    """今天 09:00–10:30, 11-24 ~ 11-26."""
    zone = clock.COMPANY_ZONE if is_all_day else None
    first = localdate(start, zone)
    last = localdate(end - timedelta(minutes=1), zone)
    days = day_text(first) if first == last else f"{day_text(first)} ~ {day_text(last)}"
    if is_all_day:
        return f"{days} {_('all day')}"
    begin, finish = localtime(start), localtime(end)
    if first == last:
        return f"{days} {begin:%H:%M}–{finish:%H:%M}"
    return f"{day_text(first)} {begin:%H:%M} ~ {day_text(last)} {finish:%H:%M}"


class AppointmentTable(Table):
    """All that an appointment says."""

    name = "appointments"
    model = Appointment
    columns = (
        Column("title", gettext_lazy("Title"), width=260),
        SpanColumn("starts_at", gettext_lazy("Time"), sort="starts_at"),
        ChoiceColumn("kind", pgettext_lazy("appointment", "Kind"), Kind),
        Column("place", gettext_lazy("Place"), width=180),
        LinkColumn("subject", gettext_lazy("Linked record")),
        PersonColumn("owner", gettext_lazy("Owner")),
        ParticipantsColumn("participants", gettext_lazy("Participants"), Appointment),
        ChoiceColumn("status", gettext_lazy("Status"), AppointmentStatus),
        Column(
            "outcome", pgettext_lazy("appointment", "Outcome"), css="wrap", width=300, default=False
        ),
        PersonColumn("created_by", gettext_lazy("Created by"), default=False),
        DateColumn(
            "created_at",
            gettext_lazy("Created at"),
            fmt="datetime",
            sort="created_at",
            default=False,
        ),
    )
