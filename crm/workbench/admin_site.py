"""Django's admin as the product's administration: grouped as an administrator thinks.

Same frame, log-in and rights as every other page. Here: groups, home page, access to the site.
Not here: the administration of single models (`admin.py` of each app).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.web.administration import PolicyAdmin
from crm.web.navigation import state_of
from crm.workbench import admin_home, demo_page, setup


@dataclass(frozen=True)
class Entry:
    """A model in the menu: its label, its icon, and its page where that is not an admin list."""

    label: str
    icon: str
    url_name: str = ""


@dataclass(frozen=True)
class Group:
    """A titled group of entries."""

    title: Any
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        gettext_lazy("Organisation and people"),
        (
            Entry("accounts.user", icon="users"),
            Entry("accounts.department", icon="sitemap"),
        ),
    ),
    Group(gettext_lazy("Permissions"), (Entry("accounts.role", icon="shield-lock"),)),
    Group(
        gettext_lazy("Dictionaries and rules"),
        (
            Entry("dictionaries.dictionary", icon="list-details"),
            Entry("dictionaries.tag", icon="tags"),
            Entry("customers.category", icon="category"),
            Entry("customers.contactgroup", icon="users-group"),
            Entry("pool.pool", icon="ripple"),
            Entry("pool.ownedcap", icon="stack-2"),
            Entry("dictionaries.numberrule", icon="hash"),
            Entry("dictionaries.region", icon="map-pin"),
        ),
    ),
    Group(
        gettext_lazy("Leads and opportunities"),
        (
            Entry("leads.webform", icon="forms"),
            Entry("leads.allocationrule", icon="arrows-shuffle"),
            Entry("leads.scorerule", icon="star"),
            Entry("opportunities.pipeline", icon="timeline"),
        ),
    ),
    Group(
        gettext_lazy("Tickets"),
        (
            Entry("tickets.businessnode", icon="binary-tree"),
            Entry("tickets.ticketgroup", icon="users-group"),
            Entry("tickets.agentprofile", icon="headset"),
            Entry("tickets.skill", icon="certificate"),
            Entry("tickets.ticketstatus", icon="list-details"),
            Entry("tickets.cannedreply", icon="bolt"),
            Entry("tickets.macro", icon="wand"),
            Entry("tickets.intakeform", icon="forms"),
            Entry("tickets.slapolicy", icon="alarm"),
            Entry("tickets.surveytemplate", icon="star"),
        ),
    ),
    Group(
        gettext_lazy("System"),
        (
            Entry("dictionaries.setting", icon="settings"),
            Entry("reminders.reminderrule", icon="alarm"),
            Entry("customers.rhythmrule", icon="calendar-repeat"),
            Entry("dictionaries.businesscalendar", icon="calendar-time"),
            Entry("dictionaries.calendarexception", icon="calendar-event"),
            Entry("dictionaries.statutoryyear", icon="calendar-stats"),
        ),
    ),
    Group(
        gettext_lazy("Logs and jobs"),
        (
            Entry("audit.event", icon="history", url_name="workbench:log"),
            Entry("accounts.loginrecord", icon="login"),
            Entry("audit.view", icon="eye", url_name="workbench:view_history"),
            Entry("jobs.job", icon="list-check"),
            Entry("reminders.reminder", icon="bell-ringing"),
        ),
    ),
)
#: Pages of Django's admin that the product has in its own way.
REPLACED = {"password_change", "password_change_done", "autocomplete", "jsi18n", "view_on_site"}
View = Callable[..., HttpResponse]


class HekeAdminSite(AdminSite):
    """The administration site."""

    site_title = gettext_lazy("Administration")
    site_header = gettext_lazy("Administration")
    index_title = gettext_lazy("Administration")
    index_template = "admin/index.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only administrations by policy: those that other packages bring are left out."""
        if admin_class is not None and issubclass(admin_class, PolicyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    # --- who comes in ---------------------------------------------------------------------------
    def has_permission(self, request: HttpRequest) -> bool:
        """Who administers the company, and who keeps by right what a page opens for him."""
        user = request.user
        return user.is_active and (user.is_staff or self._keeps(user))

    def _keeps(self, user: Any) -> bool:
        opening = (model for model, page in self._registry.items() if page.opens)
        return any(policies.can(user, verbs.CHANGE, model) for model in opening)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Strangers log in; users without any administration right are refused."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The product's log-in page, with its throttle."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        query = urlencode({REDIRECT_FIELD_NAME: target})
        return HttpResponseRedirect(f"{resolve_url('account_login')}?{query}")

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The product's log-out page."""
        return redirect("account_logout")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Our pages; not those that the product has in its own way."""
        own = [path("clear-demo/", self.admin_view(self.clear_demo), name="clear_demo")]
        theirs = super().get_urls()
        return own + [url for url in theirs if getattr(url, "name", None) not in REPLACED]

    def clear_demo(self, request: HttpRequest) -> HttpResponse:
        """清除演示数据."""
        return demo_page.demo_view(request, self.each_context(request))

    # --- what it shows --------------------------------------------------------------------------
    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Cards, quick tasks and the groups."""
        values = {
            "facts": admin_home.facts(request.user) if request.user.is_staff else (),
            "tasks": admin_home.tasks(request),
            "setup_url": setup.step_url("company") if setup.is_open(request.user) else "",
        }
        return super().index(request, {**values, **(extra_context or {})})

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Our groups with the models the user may see; every one stands in a group (`tests`)."""
        known = {
            model._meta.label_lower: {
                "name": capfirst(model._meta.verbose_name_plural),
                "admin_url": reverse(admin_urlname(model._meta, "changelist")),
                "view_only": not page.has_change_permission(request),
            }
            for model, page in self._registry.items()
            if page.has_view_permission(request)
        }
        known |= _pages_of_the_product(request)
        found = []
        for group in GROUPS:
            models = [
                {**known.pop(entry.label), "icon": entry.icon}
                for entry in group.entries
                if entry.label in known
            ]
            if models:
                found.append({"name": group.title, "models": models})
        return found

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The frame with the administration's own menu."""
        groups = self.get_app_list(request) if self.has_permission(request) else []
        nav = self.menu(request, groups)
        return {
            "site_header": self.site_header,
            "has_permission": bool(groups),
            "is_popup": False,
            "is_nav_sidebar_enabled": False,
            "available_apps": groups,
            "log_entries": (),
            "nav": nav,
            "nav_state": state_of(nav),
            "quick_create": (),
            "tabs": self.tabs(),
        }

    def menu(self, request: HttpRequest, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The groups in the shape of the frame's navigation."""
        home = reverse("admin:index")
        top = [
            {"label": _("To the workbench"), "icon": "arrow-left", "url": "/"},
            {
                "label": _("Administration"),
                "icon": "layout-dashboard",
                "url": home,
                "active": request.path == home,
            },
        ]
        return [
            {"title": "", "items": top},
            *(
                {
                    "title": group["name"],
                    "items": [_entry(model, request) for model in group["models"]],
                }
                for group in groups
            ),
        ]

    @staticmethod
    def tabs() -> list[dict[str, Any]]:
        """The bottom bar of phones."""
        return [
            {"label": _("Workbench"), "icon": "home", "url": "/"},
            {
                "label": _("Administration"),
                "icon": "layout-dashboard",
                "url": reverse("admin:index"),
            },
        ]

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Groups are not apps: the home page shows them all."""
        return redirect("admin:index")


def _pages_of_the_product(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Entries that lead to lists of the product, as far as the user has the right."""
    found: dict[str, dict[str, Any]] = {}
    if not request.user.is_staff:
        return found
    for entry in (entry for group in GROUPS for entry in group.entries if entry.url_name):
        model = apps.get_model(entry.label)
        if policies.can(request.user, verbs.VIEW, model):
            url, name = reverse(entry.url_name), model._meta.verbose_name_plural
            found[entry.label] = {"name": name, "admin_url": url, "view_only": True}
    return found


def _entry(model: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    url = model["admin_url"]
    return {
        "label": model["name"],
        "icon": model["icon"],
        "url": url,
        "active": request.path.startswith(url),
    }
