"""The lists of products and competitors."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.columns import ItemColumn
from crm.dictionaries.filters import ItemFilter
from crm.web.columns import CellContext, Column, DateColumn, MoneyColumn
from crm.web.filters import FilterSet, YesNoFilter
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import SortKey
from crm.web.tables import Table
from opportunities.choices import PRODUCT_CATEGORY
from opportunities.models import Competitor, Product


class YesNoColumn(Column):
    """On or off."""

    by_value = True

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return str(_("Yes") if values[0] else _("No"))


class ProductTable(Table):
    """All columns of a product."""

    name = "products"
    model = Product
    columns = (
        Column("name", _("Product name"), sort="name"),
        Column("code", _("Product code"), sort="code", css="nowrap"),
        ItemColumn("category", _("Product category"), badge=True),
        Column("specification", _("Specification")),
        ItemColumn("unit", _("Unit")),
        MoneyColumn("list_price", _("List price"), sort="list_price"),
        YesNoColumn("is_on_sale", _("On sale")),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        Column("remarks", _("Remarks"), default=False, css="wrap"),
    )


class CompetitorTable(Table):
    """All columns of a competitor."""

    name = "competitors"
    model = Competitor
    columns = (
        Column("name", _("Competitor"), sort="name"),
        Column("strengths", _("Strengths"), css="wrap"),
        Column("weaknesses", _("Weaknesses"), css="wrap"),
        Column("website", _("Website")),
        YesNoColumn("is_active", _("Active")),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
    )


class ProductFilter(FilterSet):
    """By category and sale."""

    inline = ("category", "is_on_sale")

    category = ItemFilter(PRODUCT_CATEGORY, label=_("Product category"))
    is_on_sale = YesNoFilter(label=_("On sale"))


class CompetitorFilter(FilterSet):
    """Those still met."""

    inline = ("is_active",)

    is_active = YesNoFilter(label=_("Active"))


class Found:
    """Rows that match; their number is counted."""

    total = None

    def __init__(self, queryset: QuerySet) -> None:
        self.queryset = queryset


def search_products(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Products by a part of name, code or specification."""
    named = Q(name__icontains=text) | Q(code__icontains=text) | Q(specification__icontains=text)
    return Found(rows.filter(named))


def search_competitors(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Competitors by a part of the name."""
    return Found(rows.filter(name__icontains=text))


ALL = (Scene("all", _("All"), lambda rows, user: rows),)
PRODUCTS = register(
    ListSpec(
        name="products",
        table=ProductTable,
        filterset=ProductFilter,
        default_sort="name",
        sorts={
            "name": SortKey("name"),
            "code": SortKey("code"),
            "list_price": SortKey("list_price", descending=True),
            "updated_at": SortKey("updated_at", descending=True),
        },
        scenes=ALL,
        search=search_products,
        search_placeholder=_("Name, code or specification"),
    )
)
COMPETITORS = register(
    ListSpec(
        name="competitors",
        table=CompetitorTable,
        filterset=CompetitorFilter,
        default_sort="name",
        sorts={
            "name": SortKey("name"),
            "updated_at": SortKey("updated_at", descending=True),
        },
        scenes=ALL,
        search=search_competitors,
        search_placeholder=_("Name"),
    )
)
