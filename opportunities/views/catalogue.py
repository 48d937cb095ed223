"""Choices for remote selects over products and competitors."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse

from crm.web.templatetags.ui import money_text
from crm.web.views.autocomplete import LIMIT, AutocompleteView
from opportunities.models import Competitor, Product


class ProductOptionsView(AutocompleteView):
    """Products on sale."""

    model = Product
    order = ("name", "pk")

    def offered(self) -> Any:
        return super().offered().filter(is_on_sale=True)

    def matching(self, rows: Any, text: str) -> Any:
        return rows.filter(Q(name__icontains=text) | Q(code__icontains=text))

    def hint(self, obj: Product) -> str:
        return f"{obj.code} · ¥{money_text(obj.list_price)}"


class CompetitorChoicesView(AutocompleteView):
    """Competitors by key."""

    model = Competitor
    order = ("name", "pk")

    def offered(self) -> Any:
        return super().offered().filter(is_active=True)

    def matching(self, rows: Any, text: str) -> Any:
        return rows.filter(name__icontains=text)


class CompetitorOptionsView(CompetitorChoicesView):
    """Competitors by name, because a form may bring new ones."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.offered()
        text = request.GET.get("q", "").strip()[:80]
        found = self.matching(rows, text) if text else rows
        names = found.order_by("name").values_list("name", flat=True)[:LIMIT]
        results = [{"value": name, "label": name, "hint": ""} for name in names]
        return JsonResponse({"results": results})
