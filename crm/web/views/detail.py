"""The 360° page: header, facts, panels, timeline; each panel has its own address."""

from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import last_view, record_view
from crm.web import panels, timeline
from crm.web.listing import Listing, ListSpec
from crm.web.navigation import address
from crm.web.panels import Panel
from crm.web.views.base import ObjectMixin, PageView

#: Characters of the address of a list that are looked at.
MOST_SOURCE = 2_000


class DetailView(ObjectMixin, PageView):
    """Subclasses set `model`, `spec`, `url_prefix` and write `header()` and `facts()`."""

    spec: ClassVar[ListSpec | None] = None
    url_prefix: ClassVar[str] = ""
    template = "generic/detail.html"
    partials = {"timeline": "generic/_timeline.html"}
    #: Where the record stands in the list the reader came from; set before `header()`.
    place: dict[str, Any]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        if request.htmx and request.htmx.target == "timeline":
            return self.show({"object": obj, "timeline": self.timeline(obj)})
        record_view(request.user, obj)
        self.place = self.position(obj) or {}
        context = {
            "object": obj,
            "title": str(obj),
            "timeline": self.timeline(obj),
            "position": self.place or None,
            **self.panels(obj),
            **self.header(obj),
            "fact_groups": self.facts(obj),
            "actions": self.actions(obj),
            "more_actions": self.more_actions(obj),
            "csrf_token": self._token,
        }
        if request.GET.get("print"):
            context["layout"] = "layouts/print.html"
        return self.show(context)

    def lookup_keys(self) -> tuple[int, ...]:
        return (*super().lookup_keys(), self.request.user.pk)

    def lookup(self, pk: int, reader: int) -> models.QuerySet:
        """The row, with when the reader opened it last."""
        return super().lookup(pk).annotate(last_viewed_at=last_view(self.model, reader))

    # --- what the entity says -------------------------------------------------------------------
    def header(self, obj: Any) -> dict[str, Any]:
        """number, subtitle, badges, tags, owner, next_step, composer, notices, created_text."""
        return {}

    def facts(self, obj: Any) -> list[dict[str, Any]]:
        """Groups of key facts."""
        return []

    def actions(self, obj: Any) -> list[dict[str, Any]]:
        """Buttons of the header: edit, where the right is there."""
        if not policies.can(self.request.user, verbs.CHANGE, obj):
            return []
        url = address(f"{self.url_prefix}_edit", obj.pk)
        return [
            {
                "label": _("Edit"),
                "url": url,
                "icon": "pencil",
                "name": "edit",
                "hotkey": "e",
            }
        ]

    def more_actions(self, obj: Any) -> list[dict[str, Any]]:
        """The ⋯ menu: print and delete."""
        found = [{"label": _("Print"), "url": "?print=1", "icon": "printer", "name": "print"}]
        if policies.can(self.request.user, verbs.DELETE, obj):
            url = address(f"{self.url_prefix}_delete", obj.pk)
            found.append(
                {
                    "label": _("Delete"),
                    "url": url,
                    "icon": "trash",
                    "style": "danger",
                    "name": "delete",
                }
            )
        return found

    # --- parts ----------------------------------------------------------------------------------
    def panels(self, obj: models.Model) -> dict[str, list[dict[str, Any]]]:
        """All registered panels this reader sees, by side; lazy ones as addresses."""
        sides: dict[str, list[dict[str, Any]]] = {"left": [], "main": [], "right": []}
        for panel in panels.panels_of(self.model):
            if panel.is_for(obj, self.request.user):
                url = address(f"{self.url_prefix}_panel", obj.pk, panel.name)
                load = not panel.lazy
                sides[panel.side].append(self.shape(panel, obj, url, load=load))
        return {f"{side}_panels": found for side, found in sides.items()}

    def shape(self, panel: Panel, obj: Any, url: str, *, load: bool) -> dict[str, Any]:
        """A panel with or without its body."""
        token = self._token if load else ""
        return panel.shape(obj, self.request.user, url, load=load, csrf_token=token)

    @cached_property
    def _token(self) -> str:
        """One for the whole page: each is scrambled in its own way."""
        return get_token(self.request)

    def timeline(self, obj: models.Model) -> dict[str, Any]:
        """The newest items, the kinds to filter by, and where the older ones are."""
        kind = self.request.GET.get("kind", "")
        marks = self.request.GET.getlist("behind")
        page = timeline.page_of(obj, self.request.user, kind=kind, marks=marks)
        older = urlencode({"kind": kind, "behind": page.older}, doseq=True)
        return {
            "url": self.request.path,
            "kinds": [
                {"label": label, "url": f"?kind={name}", "active": name == kind}
                for name, label in [
                    ("", _("All")),
                    *((name, item[0]) for name, item in timeline.SOURCES.items()),
                ]
            ],
            "items": page.items,
            "more_url": f"?{older}" if page.older else "",
        }

    @property
    def next_url(self) -> str:
        """The next record of the list the reader came from, "" where there is none."""
        return self.place.get("next_url", "")

    def position(self, obj: models.Model) -> dict[str, Any] | None:
        """上一条 / 下一条 within the list the reader came from."""
        query = self.list_query()
        if self.spec is None or query is None:
            return None
        listing = Listing(self.spec, self.request.user, QueryDict(query))
        before, behind = listing.neighbours(obj.pk)
        back = self.list_path()
        return {
            "prev_url": self.step_url(before, query),
            "next_url": self.step_url(behind, query),
            "back_url": f"{back}?{query}" if query else back,
        }

    def list_query(self) -> str | None:
        """The query of that list: `?list=` of a step along it, else the page that led here.

        None where the reader came from somewhere else. Taken from the header and not put into the
        address of every row, which would be the longest part of a list.
        """
        if "list" in self.request.GET:
            return self.request.GET["list"]
        source, _mark, query = self.request.headers.get("Referer", "")[:MOST_SOURCE].partition("?")
        place = source.partition("://")[2]
        is_list = bool(place) and place == self.request.get_host() + self.list_path()
        return query if is_list else None

    def list_path(self) -> str:
        """Where the list of these records is; "" without one."""
        return address(f"{self.url_prefix}_list") if self.spec else ""

    def step_url(self, pk: int | None, query: str) -> str:
        """Address of a neighbour, carrying the list along."""
        if pk is None:
            return ""
        return f"{address(f'{self.url_prefix}_detail', pk)}?{urlencode({'list': query})}"


class PanelView(ObjectMixin, PageView):
    """One panel by itself: `customers/12/panels/contacts/`."""

    template = "generic/_panel.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        for panel in panels.panels_of(self.model):
            if panel.name == kwargs["name"] and panel.is_for(obj, request.user):
                token = get_token(request)
                shape = panel.shape(obj, request.user, request.path, load=True, csrf_token=token)
                return self.show({"panel": shape, "object": obj})
        raise Http404
