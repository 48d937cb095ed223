"""All background jobs, read-only; files stay with their owners."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from crm.jobs.kinds import KINDS
from crm.jobs.models import Job
from crm.web.administration import ReadOnlyAdmin
from crm.web.templatetags.ui import badge_html, time_html

COLORS = {"done": "green", "failed": "red", "running": "blue", "checking": "blue"}


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What runs, what failed and why."""

    list_display = ("title", "actor", "status", "progress", "message", "created", "finished")
    list_display_links = None
    list_filter = ("state", "kind", ("created_at", admin.DateFieldListFilter))
    list_select_related = ("actor",)
    search_fields = ("actor__name", "actor__username", "source_name")
    search_help_text = gettext_lazy("User or file")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def title(self, job: Job) -> Any:
        kind = KINDS.get(job.kind)
        return kind.label if kind else job.kind

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def status(self, job: Job) -> SafeString:
        return badge_html(job.get_state_display(), COLORS.get(job.state, ""))

    @admin.display(description=gettext_lazy("Rows"))
    def progress(self, job: Job) -> str:
        return f"{job.done:,} / {job.total:,}" if job.total else f"{job.done:,}"

    @admin.display(description=gettext_lazy("Created at"), ordering="id")
    def created(self, job: Job) -> SafeString:
        return time_html(job.created_at)

    @admin.display(description=gettext_lazy("Finished at"), ordering="finished_at")
    def finished(self, job: Job) -> SafeString:
        return time_html(job.finished_at)

    def get_queryset(self, request: HttpRequest):
        """Without the large columns."""
        return super().get_queryset(request).defer("params", "counters")
