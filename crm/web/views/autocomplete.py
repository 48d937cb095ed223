"""Choices for remote selects: at most twenty, from `visible_to`, as JSON."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse

from crm.web.views.base import PageView

LIMIT = 20


class AutocompleteView(PageView):
    """`?q=` -> `{"results": [{"value", "label", "hint"}]}`."""

    order: ClassVar[tuple[str, ...]] = ("-updated_at", "-pk")

    def offered(self) -> models.QuerySet:
        """What may be chosen at all."""
        return self.model.objects.visible_to(self.request.user, self.verb)

    def matching(self, rows: models.QuerySet, text: str) -> models.QuerySet:
        """Rows that fit what is typed."""
        raise NotImplementedError

    def hint(self, obj: Any) -> str:
        """A second line that tells same names apart."""
        return ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.offered()
        text = request.GET.get("q", "").strip()[:100]
        found = self.matching(rows, text) if text else rows
        results = [
            {"value": obj.pk, "label": str(obj), "hint": self.hint(obj)}
            for obj in found.order_by(*self.order)[:LIMIT]
        ]
        return JsonResponse({"results": results})


class NamesView(PageView):
    """The same from memory: keys with their names, for a `LongSelect`."""

    def names(self) -> Iterable[tuple[int, str]]:
        """What may be chosen at all."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("q", "").strip().casefold()[:100]
        found = (pair for pair in self.names() if text in str(pair[1]).casefold())
        results = [
            {"value": key, "label": str(name), "hint": ""} for key, name in islice(found, LIMIT)
        ]
        return JsonResponse({"results": results})
