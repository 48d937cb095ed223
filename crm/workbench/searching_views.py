"""The search page over all kinds of records, and the palette."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.search.terms import advice
from crm.web.views.base import PageView
from crm.workbench import palette
from crm.workbench.search import exact_url, groups_for

PER_GROUP = 10
LONGEST = 100


def typed(request: HttpRequest) -> str:
    """What was typed, blanks trimmed."""
    return request.GET.get("q", "").strip()[:LONGEST]


class SearchView(PageView):
    """Everything that matches, by kind; a number typed in full opens its record (D02-21)."""

    template = "workbench/search.html"
    title = gettext_lazy("Search")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = typed(request)
        url = exact_url(request.user, text) if text else ""
        if url:
            return HttpResponseRedirect(url)
        groups = self.groups(text) if text else []
        return self.show(
            {
                "title": self.title,
                "q": text,
                "groups": [group for group in groups if group["hits"].rows],
                "pages": palette.matching_pages(request.user, text) if text else [],
                "empty": {
                    "icon": "search",
                    "title": _("Nothing matches"),
                    "text": advice(text)
                    or _("Try fewer characters, pinyin initials, or a part of the phone."),
                },
            }
        )

    def groups(self, text: str) -> list[dict[str, Any]]:
        """The first records of each kind, their number, and the list that shows all."""
        return [
            {
                "label": group.label,
                "icon": group.icon,
                "hits": group.find(self.request.user, text, PER_GROUP),
                "list_url": group.list_url(text),
            }
            for group in groups_for(self.request.user)
        ]


class PaletteView(PageView):
    """Pages, actions and records for Ctrl/⌘ K, as JSON."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return JsonResponse({"groups": palette.groups(request.user, typed(request))})
