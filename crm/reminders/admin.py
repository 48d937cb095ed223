"""Administration of reminder rules, and of reminders that could not be sent."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.reminders.admin_forms import RuleForm, useless_fields
from crm.reminders.models import Reminder, ReminderRule, State
from crm.reminders.rule_services import retry_failed, update_rule
from crm.reminders.rules import RULES
from crm.web.administration import ReadOnlyAdmin, ServiceAdmin
from crm.web.templatetags.ui import badge_html, time_html

FIELDS = ("is_on", "at", "working_days", "steps", "escalation")
COLORS = {
    State.PENDING: "azure",
    State.CLAIMED: "blue",
    State.SENT: "green",
    State.CANCELLED: "gray",
    State.FAILED: "red",
}
RETRIED_AT_ONCE = 1000


@admin.register(ReminderRule)
class ReminderRuleAdmin(ServiceAdmin):
    """The program knows the rules; when they remind is the company's choice."""

    form = RuleForm
    list_display = ("title", "shown_state", "time", "days", "working", "ladder")
    ordering = ("pk",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        useless = useless_fields(obj.code) if obj is not None else set()
        shown = tuple(name for name in FIELDS if name not in useless)
        about = str(RULES[obj.code].help) if obj is not None and obj.code in RULES else ""
        return ((gettext_lazy("Reminder rule"), {"fields": shown, "description": about}),)

    @admin.display(description=gettext_lazy("Reminder rule"))
    def title(self, rule: ReminderRule) -> str:
        return str(rule)

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, rule: ReminderRule) -> SafeString:
        return badge_html(_("On") if rule.is_on else _("Off"), "green" if rule.is_on else "gray")

    @admin.display(description=gettext_lazy("Time of day"))
    def time(self, rule: ReminderRule) -> str:
        return "" if "at" in useless_fields(rule.code) else f"{rule.at:%H:%M}"

    @admin.display(description=gettext_lazy("Days in advance"))
    def days(self, rule: ReminderRule) -> str:
        useless = "steps" in useless_fields(rule.code)
        return "" if useless else ", ".join(map(str, rule.steps))

    @admin.display(description=gettext_lazy("Where the day is not worked"))
    def working(self, rule: ReminderRule) -> str:
        useless = "working_days" in useless_fields(rule.code)
        return "" if useless else rule.get_working_days_display()

    @admin.display(description=gettext_lazy("Escalation after days"))
    def ladder(self, rule: ReminderRule) -> str:
        return ", ".join(map(str, rule.escalation))

    def update(self, request: HttpRequest, obj: ReminderRule, form: RuleForm) -> None:
        update_rule(obj, changes=form.changes(), actor=request.user, version=form.seen_version)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """What waits and what failed; failed ones can be sent again."""

    list_display = ("title", "kind", "recipient", "due", "shown_state", "attempts", "reason")
    list_display_links = None
    list_filter = ("state", ("due_at", admin.DateFieldListFilter))
    list_select_related = ("recipient",)
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Record"))
    def title(self, row: Reminder) -> str:
        return row.label

    @admin.display(description=gettext_lazy("Reminder rule"))
    def kind(self, row: Reminder) -> str:
        kind = RULES.get(row.rule)
        return str(kind.label) if kind else row.rule

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, row: Reminder) -> SafeString:
        return badge_html(row.get_state_display(), COLORS.get(State(row.state), ""))

    @admin.display(description=gettext_lazy("Due at"), ordering="due_at")
    def due(self, row: Reminder) -> SafeString:
        return time_html(row.due_at)

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        if not self.may(request, "change") or not Reminder.objects.failed().exists():
            return []
        label = _("Send failed ones again")
        return [{"label": label, "url": self.url("retry"), "icon": "refresh", "method": "post"}]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.retry_view)
        return [path("retry/", view, name="reminders_reminder_retry"), *super().get_urls()]

    def retry_view(self, request: HttpRequest) -> HttpResponse:
        """Let all failed reminders try again."""
        if request.method != "POST" or not self.may(request, "change"):
            raise PermissionDenied
        keys = list(Reminder.objects.failed().values_list("pk", flat=True)[:RETRIED_AT_ONCE])
        count = retry_failed(keys, actor=request.user)
        text = ngettext(
            "%(count)s reminder is sent again.", "%(count)s reminders are sent again.", count
        )
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(self.url("changelist"))
