"""What the home page of the administration tells: company, people, backup, worker, tasks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts import renewing
from crm.accounts.models import Department, Role, User
from crm.core import clock
from crm.dictionaries import settings
from crm.dictionaries.calendar import year_to_worry_about
from crm.dictionaries.models import Setting
from crm.reminders.models import Reminder
from crm.web.templatetags.ui import relative_text
from crm.workbench import demo_page, heartbeat
from crm.workbench.backup import last_backup

BACKUP_OLD = timedelta(days=2)


@dataclass(frozen=True)
class Fact:
    """One card: what it says, whether it is a worry, and where it leads."""

    label: str
    value: str
    note: str = ""
    worry: bool = False
    url: str = ""


def facts(user: Any) -> list[Fact]:
    """The cards at the top."""
    return [
        _company(), *_people(), *_rights(user), _backup(), _worker(), *_calendar(), *_reminders()
    ]  # fmt: skip


def _company() -> Fact:
    name = settings.get("company_name")
    note = _("Numbers start with %(prefix)s") % {"prefix": settings.get("company_short")}
    return Fact(_("Company"), name or _("Not named yet"), note, not name)


def _people() -> list[Fact]:
    active, all_users = User.objects.active().count(), User.objects.count()
    disabled = _("%(count)s disabled") % {"count": all_users - active}
    return [
        Fact(_("Users"), str(active), disabled, url=reverse("admin:accounts_user_changelist")),
        Fact(
            _("Departments"),
            str(Department.objects.filter(is_active=True).count()),
            _("%(count)s roles") % {"count": Role.objects.count()},
            url=reverse("admin:accounts_department_changelist"),
        ),
    ]


def _rights(user: Any) -> list[Fact]:
    """Preset roles that an update has left behind; nothing is added to them by itself."""
    number = len(renewing.offers())
    if not number:
        return []
    url = reverse("admin:accounts_role_renew") if policies.can(user, verbs.CHANGE, Role) else ""
    note = _("They lack rights of this version; look and add them.")
    return [Fact(_("Preset roles"), str(number), note, True, url)]


def _backup() -> Fact:
    last = last_backup()
    if last is None:
        return Fact(_("Last backup"), _("Never"), _("Run manage.py backup every night."), True)
    old = clock.now() - last.at > BACKUP_OLD
    return Fact(_("Last backup"), relative_text(last.at), last.name, old)


def _worker() -> Fact:
    beat = heartbeat.last_beat()
    stopped = beat is None or clock.now() - beat > heartbeat.OLDEST
    value = _("Stands still") if stopped else _("Running")
    note = relative_text(beat) if beat else _("No sign of life")
    return Fact(_("Background worker"), value, note, stopped)


def _calendar() -> list[Fact]:
    """A year whose holidays are not known is told from November on."""
    year = year_to_worry_about()
    if year is None:
        return []
    note = _("Holidays and working weekends are not published yet.")
    url = reverse("admin:dictionaries_statutoryyear_changelist")
    return [Fact(_("Work calendar"), str(year), note, True, url)]


def _reminders() -> list[Fact]:
    """Reminders that could not be sent after several attempts."""
    failed = Reminder.objects.failed().count()
    if not failed:
        return []
    url = f"{reverse('admin:reminders_reminder_changelist')}?state__exact=failed"
    note = _("They could not be sent after several attempts.")
    return [Fact(_("Failed reminders"), str(failed), note, True, url)]


def tasks(request: HttpRequest) -> list[dict[str, Any]]:
    """Quick tasks the user has the right to."""
    found = []
    if policies.can(request.user, verbs.ADD, User):
        found += [
            _task(_("New user"), "accounts_user_add", icon="user-plus"),
            _task(_("Import people"), "accounts_user_import", icon="upload"),
        ]
    if policies.can(request.user, verbs.ADD, Department):
        found.append(_task(_("New department"), "accounts_department_add", icon="sitemap"))
    if policies.can(request.user, verbs.ADD, Role):
        found.append(_task(_("New role"), "accounts_role_add", icon="shield-plus"))
    if policies.can(request.user, verbs.CHANGE, Setting):
        label = Setting._meta.verbose_name_plural
        found.append(_task(label, "dictionaries_setting_changelist", icon="settings"))
        if demo_page.has_demo():
            found.append(_task(_("Clear demo data"), "clear_demo", icon="eraser"))
    return found


def _task(label: Any, name: str, *, icon: str) -> dict[str, Any]:
    return {"icon": icon, "label": label, "url": reverse(f"admin:{name}")}
