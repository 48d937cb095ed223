"""Pages of tasks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning import bulk, facts, lists
from crm.activities.planning.choices import Priority, TaskStatus
from crm.activities.planning.forms import TaskForm
from crm.activities.planning.models import Task
from crm.activities.planning.services import tasks as services
from crm.activities.planning.tables import day_text
from crm.activities.planning.views.common import StepView, initial_subject, stepped
from crm.core.messages import sentences
from crm.dictionaries import settings
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView

PREFIX = "planning:task"


class TaskListView(ListView):
    """任务: mine, those I gave, those of my people."""

    spec = lists.TASKS
    title = gettext_lazy("Tasks")
    url_prefix = PREFIX
    bulk_actions = bulk.TASK_ACTIONS
    row_actions = (
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "planning:task_edit",
            "needs": verbs.CHANGE,
            "dialog": True,
        },
    )
    empty = {
        "icon": "checkbox",
        "title": gettext_lazy("No tasks"),
        "text": gettext_lazy("What you or your colleagues have to do stands here."),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        return [{**item, "dialog": True} for item in super().page_actions()]

    def more_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.DELETE):
            return []
        url = address("planning:task_bin")
        return [{"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"}]


class TaskRows(ObjectMixin):
    """Tasks outside the bin."""

    def rows(self) -> Any:
        people = ("owner", "created_by", "done_by")
        return Task.objects.kept().select_related(*people)


class TaskDetailView(TaskRows, DetailView):
    """The page of a task."""

    model = Task
    spec = lists.TASKS
    url_prefix = PREFIX

    def header(self, obj: Task) -> dict[str, Any]:
        status, priority = TaskStatus(obj.status), Priority(obj.priority)
        badges = [{"text": status.label, "color": TaskStatus.colors()[status]}]
        if priority in (Priority.URGENT, Priority.HIGH):
            badges.append({"text": priority.label, "color": Priority.colors()[priority]})
        return {
            "badges": badges,
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "next_step": self.next_step(obj),
            "created_text": _("Created on %(day)s by %(name)s")
            % {"day": f"{obj.created_at:%Y-%m-%d}", "name": obj.created_by or _("The system")},
        }

    def next_step(self, obj: Task) -> dict[str, Any] | None:
        """When it is due, as the biggest thing of the page."""
        if not obj.is_open or obj.due_at is None:
            return None
        return {"label": _("Due"), "text": day_text(obj.due_on), "overdue": obj.is_late}

    def facts(self, obj: Task) -> list[dict[str, Any]]:
        return facts.task_facts(obj, self.request.user)

    def actions(self, obj: Task) -> list[dict[str, Any]]:
        found = super().actions(obj)
        if not policies.can(self.request.user, verbs.CHANGE, obj):
            return found
        name, label = ("complete", _("Complete")) if obj.is_open else ("reopen", _("Reopen"))
        step = {
            "label": label,
            "url": address(f"planning:task_{name}", obj.pk),
            "icon": "check" if obj.is_open else "refresh",
            "style": "primary" if obj.is_open else "",
            "method": "post",
            "name": name,
        }
        return [*found, step]

    def more_actions(self, obj: Task) -> list[dict[str, Any]]:
        found = super().more_actions(obj)
        if not obj.is_open or not policies.can(self.request.user, verbs.CHANGE, obj):
            return found
        url = address("planning:task_cancel", obj.pk)
        cancel = {"label": _("Cancel the task"), "url": url, "icon": "circle-x", "name": "cancel"}
        return [{**cancel, "dialog": True}, *found]


class TaskPanelView(TaskRows, PanelView):
    """One panel of a task's page."""

    model = Task


class TaskCreateView(CreateView):
    """A new task, often from the page of a record (`?subject=`)."""

    model = Task
    form_class = TaskForm
    title = gettext_lazy("New task")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        return {"initial": initial_subject(self.request)}

    def save(self, form: TaskForm) -> Task:
        data = form.cleaned_data
        return services.create_task(
            form.task(),
            actor=self.request.user,
            subject=data["subject"],
            participants=data["participants"],
            items=form.steps(),
        )

    def done(self, obj: Task) -> HttpResponse:
        if self.request.htmx and not self.request.POST.get("_save_new"):
            return stepped(self.request, self.said(obj), self.success_url(obj))
        return super().done(obj)

    def success_text(self, obj: Task) -> str:
        return _("The task “%(name)s” was created.") % {"name": obj}

    def success_url(self, obj: Task) -> str:
        """Back to the linked record, or to the task."""
        subject = initial_subject(self.request) and services.links.subject_of(obj)
        return subject.get_absolute_url() if subject else obj.get_absolute_url()


class TaskEditView(TaskRows, EditView):
    """Change a task."""

    model = Task
    form_class = TaskForm
    title = gettext_lazy("Edit task")
    url_prefix = PREFIX

    def save(self, form: TaskForm) -> Task:
        return services.update_task(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            participants=form.cleaned_data["participants"],
            items=form.steps(),
        )

    def done(self, obj: Task) -> HttpResponse:
        if self.request.htmx:
            return stepped(self.request, self.said(obj), self.success_url(obj))
        return super().done(obj)


class TaskDeleteView(TaskRows, DeleteView):
    """Put a task into the bin."""

    model = Task
    url_prefix = PREFIX

    def remove(self, obj: Task) -> None:
        services.delete_task(obj, actor=self.request.user)


class TaskBinView(BinView):
    """Deleted tasks."""

    model = Task
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: tasks")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class TaskRestoreView(RestoreView):
    """Bring a task back."""

    model = Task
    url_prefix = PREFIX

    def restore(self, obj: Task) -> None:
        services.restore_task(obj, actor=self.request.user)


class TaskBulkView(BulkView):
    """Bulk actions on tasks."""

    spec = lists.TASKS
    actions = bulk.TASK_ACTIONS
    url_prefix = PREFIX


class TaskCompleteView(TaskRows, StepView):
    """Mark a task as done: one click in lists and panels."""

    model = Task
    title = gettext_lazy("Complete")
    question = gettext_lazy("Mark this task as done?")

    def do(self, obj: Task) -> HttpResponse:
        following = services.complete_task(obj, actor=self.request.user)
        text = _("“%(name)s” is done.") % {"name": obj}
        if following is not None:
            day = day_text(following.due_on)
            text = sentences([text, _("It comes back: %(day)s.") % {"day": day}])
        undo = reverse("planning:task_reopen", args=[obj.pk])
        return self.stepped(obj, text, undo=undo)


class TaskReopenView(TaskRows, StepView):
    """Take a task up again."""

    model = Task
    title = gettext_lazy("Reopen")
    question = gettext_lazy("Take this task up again?")

    def do(self, obj: Task) -> HttpResponse:
        services.reopen_task(obj, actor=self.request.user)
        text = _("“%(name)s” is open again.") % {"name": obj}
        return self.stepped(obj, text)


class TaskCancelView(TaskRows, StepView):
    """Give a task up."""

    model = Task
    title = gettext_lazy("Cancel the task")
    question = gettext_lazy("Cancel this task? What repeats does not come back.")
    is_harmless = False

    def do(self, obj: Task) -> HttpResponse:
        services.cancel_task(obj, actor=self.request.user)
        text = _("“%(name)s” was cancelled.") % {"name": obj}
        undo = reverse("planning:task_reopen", args=[obj.pk])
        return self.stepped(obj, text, undo=undo)


class TaskTickView(TaskRows, StepView):
    """Tick a step of the checklist, or take the tick away (`is_done` empty)."""

    model = Task
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        task = self.get_object()
        item = task.items.filter(pk=kwargs["item"]).first()
        if item is None:
            raise Http404
        is_done = bool(request.POST.get("is_done"))
        services.tick_item(item, is_done=is_done, actor=request.user)
        text = _("Ticked.") if is_done else _("The tick was taken away.")
        return self.stepped(task, text)
