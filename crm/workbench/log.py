"""The operation log and the view history: read by those with the right, changed by nobody."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.audit.models import View
from crm.jobs.exporting.actions import export_action
from crm.web.views.list import ListView
from crm.workbench.log_lists import LOG, VIEWS


class LogBase(ListView):
    """A list whose rows have no page: their cells lead to the records."""

    def row_url(self, pk: int) -> str:
        return ""

    def page_actions(self) -> list[dict[str, Any]]:
        """None: services write the log."""
        return []

    def scene_links(self) -> list[dict[str, Any]]:
        """The two lists as tabs, as far as the reader has the right."""
        tabs = [(_("Operation log"), "workbench:log")]
        if policies.can(self.request.user, verbs.VIEW, View):
            tabs.append((_("View history"), "workbench:view_history"))
        urls = [(label, reverse(name)) for label, name in tabs]
        return [
            {"label": label, "url": url, "active": url == self.request.path} for label, url in urls
        ]


class LogView(LogBase):
    """操作日志: who did what to which record (D02-8, `market` 6.20)."""

    spec = LOG
    title = gettext_lazy("Operation log")
    empty = {"icon": "history", "title": gettext_lazy("Nothing has happened yet")}

    def more_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.EXPORT):
            return []
        return [export_action("workbench:log", self.query(page=None, after=None))]


class ViewHistoryView(LogBase):
    """查看历史: who looked at which record (D02-15)."""

    spec = VIEWS
    title = gettext_lazy("View history")
    empty = {"icon": "eye", "title": gettext_lazy("Nobody has opened a record yet")}
