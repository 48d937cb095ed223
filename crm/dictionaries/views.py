"""Choices for remote selects over company values."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views import View

from crm.dictionaries import lookups

LIMIT = 30


class TagOptionsView(View):
    """`?q=` -> tags by name; values are names, because a form may bring new ones."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        text = request.GET.get("q", "").strip().casefold()
        names = sorted(name for name, _color in lookups.tags().values() if text in name.casefold())
        results = [{"value": name, "label": name, "hint": ""} for name in names[:LIMIT]]
        return JsonResponse({"results": results})
