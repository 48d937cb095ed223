"""The start page: greeting, scope and period, briefing, panels; and how it is arranged."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.core import clock
from crm.web import fragments
from crm.web.navigation import address
from crm.web.views.base import PageView
from crm.workbench import arranging, briefing, setup
from crm.workbench.arranging import Place
from crm.workbench.choosing import choice_of
from crm.workbench.looks import Look, look_of
from crm.workbench.panels import NARROW, PANELS, WIDE, HomePanel

#: First hour of a part of the day -> greeting.
GREETINGS = (
    (0, lambda: _("Working late")),
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
            "figures_last": arranging.preset_of(user).figures_last,
            "panels": self.panels(),
            "links": {name: address(f"workbench:{name}") for name in ("arrange", "home")},
            "setup_url": setup.step_url("company") if setup.is_open(user) else "",
        }
        return self.show(context)

    def panels(self) -> SafeString:
        """Both columns, kept for everybody with the same panels but for the look and the bodies."""
        user: Any = self.request.user
        places = [place for place in arranging.places_of(user) if place.is_shown]
        own = {"query": self.look.query}
        own |= {place.name: self.loaded(place) for place in places if not waits(place)}
        key = tuple((place.name, place.side, place.is_folded) for place in places)
        return fragments.filled(
            ("panels", key), lambda marks: columns(places, marks), own, maintained=False
        )

    def loaded(self, place: Place) -> SafeString:
        """A panel that comes with the page."""
        token = SimpleLazyObject(lambda: get_token(self.request))
        return drawn(place.panel.shape(self.look, csrf_token=token))


def waits(place: Place) -> bool:
    """Whether the panel is asked for when it is seen: lazy and folded ones are."""
    return place.panel.lazy or place.is_folded


def columns(places: list[Place], marks: dict[str, str]) -> SafeString:
    """Panels that wait, and the places of those that do not."""
    sides: dict[str, list[SafeString]] = {WIDE: [], NARROW: []}
    for place in places:
        shape = place.panel.waiting(marks["query"], collapsed=place.is_folded)
        is_waiting = waits(place)
        sides[place.side].append(drawn(shape) if is_waiting else SafeString(marks[place.name]))
    return SafeString(render_to_string("workbench/_panels.html", sides))


def drawn(shape: dict[str, Any]) -> SafeString:
    """A panel in its frame."""
    return SafeString(render_to_string("generic/_panel.html", {"panel": shape}))


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
        return panel.shape(self.look, collapsed=folded, csrf_token=token)
