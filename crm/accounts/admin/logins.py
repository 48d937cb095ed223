"""The login log, read-only."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import LoginRecord
from crm.web.administration import ReadOnlyAdmin
from crm.web.templatetags.ui import badge_html, time_html

COLORS = {
    "ok": "green",
    "wrong": "orange",
    "throttled": "red",
    "disabled": "red",
    "captcha": "orange",
}


@admin.register(LoginRecord)
class LoginRecordAdmin(ReadOnlyAdmin):
    """Who logged in, failed or left, when and from where."""

    list_display = ("when", "user", "login", "kind", "outcome", "ip", "user_agent")
    list_display_links = None
    list_filter = ("result", "kind", ("at", admin.DateFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("login", "user__name", "user__username", "ip")
    search_help_text = _("User, login name or address")
    show_full_result_count = False

    @admin.display(description=_("Time"), ordering="id")
    def when(self, row: LoginRecord) -> SafeString:
        return time_html(row.at)

    @admin.display(description=_("Result"), ordering="result")
    def outcome(self, row: LoginRecord) -> SafeString:
        return badge_html(row.get_result_display(), COLORS[row.result])
