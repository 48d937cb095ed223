"""The start page: greeting, scope and period, briefing, panels; and how it is arranged."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.core import clock
from crm.web.navigation import address
from crm.web.views.base import PageView
from crm.workbench import arranging, briefing, setup
from crm.workbench.arranging import Place
from crm.workbench.choosing import choice_of
from crm.workbench.looks import Look, look_of
from crm.workbench.panels import NARROW, PANELS, WIDE, HomePanel

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


class LookView(PageView):
    """A page or a part that shows a scope and a period."""

    @cached_property
    def look(self) -> Look:
        """What the address asks for, within the reader's rights."""
        return look_of(self.request.user, self.request.GET)

    @property
    def figures_url(self) -> str:
        """Where the briefing alone is asked for."""
        return f"{address('workbench:figures')}?{self.look.query}"


class HomeView(LookView):
    """工作台 (D02-1)."""

    template = "workbench/home.html"
    partials = {"bench": "workbench/_bench.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        now = timezone.localtime(clock.now())
        context = {
            "title": _("Workbench"),
            "greeting": greeting(now.hour),
            "today": date_format(now, "DATE_FORMAT"),
            "weekday": date_format(now, "l"),
            "choice": choice_of(self.look, request.GET),
            "figures": briefing.figures(self.look),
            "figures_url": self.figures_url,
            "main_panels": self.shapes(WIDE),
            "side_panels": self.shapes(NARROW),
            "setup_url": setup.step_url("company") if setup.is_open(user) else "",
        }
        return self.show(context)

    @cached_property
    def places(self) -> list[Place]:
        """The panels that are shown, in the user's order."""
        return [place for place in arranging.places_of(self.request.user) if place.is_shown]

    def shapes(self, side: str) -> list[dict[str, Any]]:
        """The panels of one side; lazy and folded ones are asked for when they are seen."""
        token = get_token(self.request)
        return [
            place.panel.shape(
                self.look,
                load=not (place.panel.lazy or place.is_folded),
                collapsed=place.is_folded,
                csrf_token=token,
            )
            for place in self.places
            if place.side == side
        ]


class FiguresView(LookView):
    """The briefing by itself, asked for after a follow-up was written."""

    template = "workbench/_figures.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        figures = briefing.figures(self.look)
        return self.show({"figures": figures, "figures_url": self.figures_url})


class HomePanelView(LookView):
    """One panel by itself: a part for htmx, a page of its own without scripts."""

    template = "workbench/panel.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        panel = PANELS.get(kwargs["name"])
        if panel is None or not panel.is_for(request.user):
            raise Http404
        context = {"title": panel.title, "panel": self.shape(panel)}
        if request.htmx:
            return render(request, "generic/_panel.html", context)
        return self.show(context)

    def shape(self, panel: HomePanel) -> dict[str, Any]:
        """The panel with its body, folded where its user has it so."""
        user: Any = self.request.user
        folded = any(place.is_folded for place in arranging.places_of(user) if place.panel is panel)
        token = get_token(self.request)
        return panel.shape(self.look, load=True, collapsed=folded, csrf_token=token)
