"""下载中心: import templates, one's own results that are still kept, and the guides (D02-7).

Nothing is handed out here: every link leads to the page that checks the right itself.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.jobs.files import downloadable
from crm.jobs.importing.resources import RESOURCES
from crm.web.templatetags.ui import time_html
from crm.web.views.base import PageView
from crm.workbench.help import TOPICS

#: Results shown, the newest ones; all are on the page of background jobs.
LIMIT = 50
#: Topics that guide somebody through his work.
GUIDES = ("start", "customers", "leads", "import", "knowledge", "shortcuts", "faq")


class DownloadsView(PageView):
    """One page of what a person can take along."""

    template = "workbench/downloads.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {
            "title": _("Downloads"),
            "templates": templates_for(request.user),
            "files": files_of(request.user),
            "jobs_url": reverse("jobs:job_list"),
            "guides": guides(),
        }
        return self.show(context)


def templates_for(user: Any) -> list[dict[str, Any]]:
    """The template workbook of everything the user may import."""
    return [
        {
            "label": resource.label,
            "url": reverse(f"{resource.url_name}_template"),
            "page": reverse(resource.url_name),
        }
        for resource in RESOURCES.values()
        if policies.can(user, verbs.IMPORT, resource.model)
    ]


def files_of(user: Any) -> list[dict[str, Any]]:
    """Results of the user's jobs until they expire, the newest first: one query."""
    return [
        {
            "name": file.name,
            "label": file.label,
            "url": reverse("jobs:job_file", args=[file.job_id, file.pk]),
            "size": filesizeformat(file.size),
            "until": time_html(file.expires_at, "date"),
        }
        for file in downloadable(user).order_by("-pk")[:LIMIT]
    ]


def guides() -> list[dict[str, Any]]:
    """The topics of the help that guide through the work."""
    return [
        {
            "label": TOPICS[name]["title"],
            "icon": TOPICS[name]["icon"],
            "url": reverse("workbench:help_topic", args=[name]),
        }
        for name in GUIDES
    ]
