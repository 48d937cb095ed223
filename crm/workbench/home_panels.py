"""The workbench's own panels: quick actions, follow-ups, recently viewed, tasks, the system."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.rights import organisation
from crm.activities.models import FollowUp
from crm.activities.subjects import name_of_subject
from crm.core import clock
from crm.dictionaries.models import Setting
from crm.jobs.models import Job
from crm.jobs.presenting import row_of
from crm.notifications.models import Notification
from crm.web.navigation import address, quick_create_for
from crm.web.templatetags.ui import relative_text
from crm.workbench import heartbeat, recent
from crm.workbench.admin_home import BACKUP_OLD
from crm.workbench.backup import last_backup
from crm.workbench.panels import HomePanel, register

LIMIT = 8
JOBS = 5


class QuickPanel(HomePanel):
    """What the user may create, one click away; no query."""

    name = "quick"
    title = gettext_lazy("Quick actions")
    icon = "bolt"
    order = 10
    lazy = False
    template = "workbench/_quick.html"

    def context(self, user: Any) -> dict[str, Any]:
        return {"actions": quick_create_for(user)}

    def is_for(self, user: Any) -> bool:
        return bool(quick_create_for(user))


class RecentPanel(HomePanel):
    """最近查看."""

    name = "recent"
    title = gettext_lazy("Recently viewed")
    icon = "history"
    order = 30
    empty = gettext_lazy("Records you open appear here.")

    def context(self, user: Any) -> dict[str, Any]:
        rows = [
            {
                "title": str(obj),
                "url": obj.get_absolute_url(),
                "meta": f"{group.label} · {relative_text(view.viewed_at)}",
            }
            for view, obj, group in recent.recently_viewed(user, LIMIT)
        ]
        return {"rows": rows}


class NoticesPanel(HomePanel):
    """通知: what was told to me and not read yet."""

    name = "notices"
    title = gettext_lazy("Unread notices")
    icon = "bell"
    order = 25
    empty = gettext_lazy("No unread notices.")

    def context(self, user: Any) -> dict[str, Any]:
        newest = Notification.objects.of(user).unread().order_by("-pk")[:JOBS]
        rows = [
            {
                "title": notice.title,
                "meta": " ".join(notice.text.split()),
                "at": notice.created_at,
                "actions": [self.open(notice)],
            }
            for notice in newest
        ]
        return {"rows": rows, "more_url": reverse("notifications:notification_list")}

    def open(self, notice: Notification) -> dict[str, Any]:
        """Opening marks it as read, so it posts."""
        url = address("notifications:notification_open", notice.pk)
        return {"label": _("Open"), "url": url, "method": "post"}


class JobsPanel(HomePanel):
    """后台任务: what runs and what has ended."""

    name = "jobs"
    title = gettext_lazy("Background jobs")
    icon = "hourglass"
    order = 40
    empty = gettext_lazy("No import or export yet.")

    def context(self, user: Any) -> dict[str, Any]:
        jobs = Job.objects.of(user).order_by("-pk")[:JOBS]
        rows = [self.row(row_of(job)) for job in jobs]
        return {"rows": rows, "more_url": reverse("jobs:job_list")}

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """One line: file, kind, state."""
        return {
            "title": row["title"],
            "url": row["url"],
            "meta": f"{row['kind_label']} · {relative_text(row['created_at'])}",
            "badge": {"text": row["state_label"], "color": row["color"]},
        }


class SystemPanel(HomePanel):
    """For administrators: is there a backup, does the worker run."""

    name = "system"
    title = gettext_lazy("State of the system")
    icon = "server"
    order = 50

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Setting))

    def context(self, user: Any) -> dict[str, Any]:
        return {"rows": [self.backup(), self.worker()], "more_url": reverse("admin:index")}

    def backup(self) -> dict[str, Any]:
        """The age of the last backup; a worry when it is old or missing."""
        last = last_backup()
        worry = last is None or clock.now() - last.at > BACKUP_OLD
        return {
            "title": _("Last backup"),
            "meta": relative_text(last.at) if last else _("Run manage.py backup every night."),
            "badge": self.badge(worry, _("Never") if last is None else _("Too old")),
        }

    def worker(self) -> dict[str, Any]:
        """Whether imports and exports are worked on."""
        beat = heartbeat.last_beat()
        stopped = beat is None or clock.now() - beat > heartbeat.OLDEST
        return {
            "title": _("Background worker"),
            "meta": relative_text(beat) if beat else _("No sign of life"),
            "badge": self.badge(stopped, _("Stands still")),
        }

    def badge(self, worry: bool, text: str) -> dict[str, str]:
        """Green or red, with the word that says why."""
        return {"text": text if worry else _("In order"), "color": "red" if worry else "green"}


class FollowUpsPanel(HomePanel):
    """最近跟进: mine and those of my people, as D02-1 asks for recent activities."""

    name = "follow-ups"
    title = gettext_lazy("Recent follow-ups")
    icon = "message"
    side = "main"
    order = 40
    empty = gettext_lazy("What you write about a contact appears here.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.ADD, FollowUp))

    def context(self, user: Any) -> dict[str, Any]:
        authors = {user.pk, *organisation().reports_of(user.pk)}
        rows = FollowUp.objects.kept().visible_to(user).filter(author_id__in=sorted(authors))
        first = FollowUp.objects.filter(pk__in=rows.newest_first().values("pk")[:LIMIT])
        newest = first.newest_first().select_related("author").annotate(on=name_of_subject())
        return {
            "rows": [self.row(row) for row in newest],
            "more_url": reverse("activities:follow_up_list"),
        }

    def row(self, row: FollowUp) -> dict[str, Any]:
        """One follow-up: on whom, what was said, by whom."""
        return {
            "title": row.on or "",
            "url": row.get_absolute_url(),
            "meta": " ".join(row.text.split()),
            "person": row.author,
            "at": row.happened_at,
        }


for panel in (QuickPanel, RecentPanel, NoticesPanel, JobsPanel, SystemPanel, FollowUpsPanel):
    register(panel)
