"""The start page: greeting, figures, panels. What stands in them comes from the registry."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.core import clock
from crm.web.views.base import PageView
from crm.workbench import setup
from crm.workbench.panels import PANELS, figures_of, panels_of

#: First hour of a part of the day -> greeting.
GREETINGS = (
    (0, lambda: _("Good night")),
    (5, lambda: _("Good morning")),
    (11, lambda: _("Good noon")),
    (13, lambda: _("Good afternoon")),
    (18, lambda: _("Good evening")),
)


def greeting(hour: int) -> str:
    """The greeting of an hour, 0 to 23."""
    return next(text() for first, text in reversed(GREETINGS) if hour >= first)


class HomeView(PageView):
    """工作台 (D02-1)."""

    template = "workbench/home.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        now = timezone.localtime(clock.now())
        context = {
            "title": _("Workbench"),
            "greeting": greeting(now.hour),
            "today": date_format(now, "DATE_FORMAT"),
            "weekday": date_format(now, "l"),
            "figures": figures_of(user),
            "main_panels": self.shapes("main"),
            "side_panels": self.shapes("side"),
            "setup_url": setup.step_url("company") if setup.is_open(user) else "",
        }
        return self.show(context)

    def shapes(self, side: str) -> list[dict[str, Any]]:
        """The panels of one side; only those that are not lazy have their body."""
        user = self.request.user
        return [panel.shape(user, load=not panel.lazy) for panel in panels_of(user, side)]


class FiguresView(PageView):
    """The figures by themselves, asked for after a follow-up was written."""

    template = "workbench/_figures.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show({"figures": figures_of(request.user)})


class HomePanelView(PageView):
    """One panel by itself: a part for htmx, a page of its own without scripts."""

    template = "workbench/panel.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        panel = PANELS.get(kwargs["name"])
        if panel is None or not panel.is_for(request.user):
            raise Http404
        context = {"title": panel.title, "panel": panel.shape(request.user, load=True)}
        if request.htmx:
            return render(request, "generic/_panel.html", context)
        return self.show(context)
