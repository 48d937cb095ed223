"""Products and competitors: lists, forms, and choices for remote selects."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.templatetags.ui import money_text
from crm.web.views.autocomplete import LIMIT, AutocompleteView
from crm.web.views.detail import DetailView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers.facts import item_label
from opportunities import catalogue_lists
from opportunities.catalogue_forms import CompetitorForm, ProductForm
from opportunities.facts import yuan
from opportunities.models import Competitor, Product
from opportunities.services.competitors import create_competitor, update_competitor
from opportunities.services.products import create_product, update_product


class ProductListView(ListView):
    """The product catalogue (D08-1)."""

    spec = catalogue_lists.PRODUCTS
    title = gettext_lazy("Products")
    url_prefix = "opportunities:product"
    empty = {
        "icon": "package",
        "title": gettext_lazy("No products yet"),
        "text": gettext_lazy("Products can be put on opportunities with price and discount."),
    }


class CompetitorListView(ListView):
    """The competitors (S11-24)."""

    spec = catalogue_lists.COMPETITORS
    title = gettext_lazy("Competitors")
    url_prefix = "opportunities:competitor"
    empty = {
        "icon": "swords",
        "title": gettext_lazy("No competitors yet"),
        "text": gettext_lazy("Whoever is named on an opportunity stands here."),
    }


class CatalogueDetailView(DetailView):
    """What is known of an entry, and what happened to it."""

    def more_actions(self, obj: Any) -> list[dict[str, Any]]:
        return [{"label": _("Print"), "url": "?print=1", "icon": "printer", "name": "print"}]


class ProductDetailView(CatalogueDetailView):
    """A product."""

    model = Product
    spec = catalogue_lists.PRODUCTS
    url_prefix = "opportunities:product"

    def header(self, obj: Product) -> dict[str, Any]:
        sold = {"text": _("On sale"), "color": "green"}
        badge = sold if obj.is_on_sale else {"text": _("Off sale"), "color": "gray"}
        return {"number": obj.code, "badges": [badge]}

    def facts(self, obj: Product) -> list[dict[str, Any]]:
        items = [
            {"label": _("Product category"), "value": item_label(obj.category_id)},
            {"label": _("Specification"), "value": obj.specification},
            {"label": _("Unit"), "value": item_label(obj.unit_id)},
            {"label": _("List price"), "value": yuan(obj.list_price)},
            {"label": _("Remarks"), "value": obj.remarks, "wide": True},
        ]
        return [{"title": _("Basics"), "items": items}]


class CompetitorDetailView(CatalogueDetailView):
    """A competitor."""

    model = Competitor
    spec = catalogue_lists.COMPETITORS
    url_prefix = "opportunities:competitor"

    def facts(self, obj: Competitor) -> list[dict[str, Any]]:
        met = f"{reverse('opportunities:opportunity_list')}?rival={obj.pk}"
        items = [
            {"label": _("Opportunities"), "value": _("Where it was met"), "url": met},
            {"label": _("Website"), "value": obj.website, "url": obj.website},
            {"label": _("Strengths"), "value": obj.strengths, "wide": True},
            {"label": _("Weaknesses"), "value": obj.weaknesses, "wide": True},
        ]
        return [{"title": _("Basics"), "items": items}]


class ProductCreateView(CreateView):
    """A new product."""

    model = Product
    form_class = ProductForm
    title = gettext_lazy("New product")
    url_prefix = "opportunities:product"

    def save(self, form: ProductForm) -> Product:
        return create_product(form.instance, actor=self.request.user)


class ProductEditView(EditView):
    """Change a product, or take it off sale."""

    model = Product
    form_class = ProductForm
    title = gettext_lazy("Edit product")
    url_prefix = "opportunities:product"

    def save(self, form: ProductForm) -> Product:
        return update_product(
            self.object,
            changes=form.changes(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
        )


class CompetitorCreateView(CreateView):
    """A new competitor."""

    model = Competitor
    form_class = CompetitorForm
    title = gettext_lazy("New competitor")
    url_prefix = "opportunities:competitor"

    def save(self, form: CompetitorForm) -> Competitor:
        return create_competitor(form.instance, actor=self.request.user)


class CompetitorEditView(EditView):
    """Change a competitor, or disable it."""

    model = Competitor
    form_class = CompetitorForm
    title = gettext_lazy("Edit competitor")
    url_prefix = "opportunities:competitor"

    def save(self, form: CompetitorForm) -> Competitor:
        return update_competitor(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
        )


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
