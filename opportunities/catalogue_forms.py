"""Forms of products and competitors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.filters import ItemField
from crm.web.forms import EntityForm
from opportunities.choices import PRODUCT_CATEGORY, PRODUCT_UNIT
from opportunities.models import Competitor, Product

LONG = {"rows": 3, "data-controller": "counter"}


class ProductForm(EntityForm):
    """A product of the catalogue."""

    category = ItemField(PRODUCT_CATEGORY, label=_("Product category"))
    unit = ItemField(PRODUCT_UNIT, label=_("Unit"))

    class Meta:
        model = Product
        fields = (
            "name", "code", "category", "specification", "unit", "list_price", "is_on_sale",
            "remarks",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "list_price": forms.TextInput({"data-controller": "money", "inputmode": "decimal"}),
            "remarks": forms.Textarea(LONG),
        }

    def narrow(self) -> None:
        for name in ("category", "unit"):
            self.fields[name].offer(getattr(self.instance, f"{name}_id"))

    def changes(self) -> dict[str, Any]:
        """New values for the service."""
        return self.entity_values()


class CompetitorForm(EntityForm):
    """A competitor with what it is good and bad at in general."""

    class Meta:
        model = Competitor
        fields = ("name", "website", "strengths", "weaknesses", "is_active")
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "strengths": forms.Textarea(LONG),
            "weaknesses": forms.Textarea(LONG),
        }
