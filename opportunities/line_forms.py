"""The small tables of an opportunity: product lines and competitors, one form a row."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.fields import RemoteChoiceField
from opportunities.drafts import LineDraft, RivalDraft
from opportunities.models import Competitor, Product

BLANK_ROWS = 3
MOST_ROWS = 100
MONEY = {"data-controller": "money", "inputmode": "decimal"}


class RowForm(forms.Form):
    """A row; one in which nothing stands is left out."""

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.narrow()

    def narrow(self) -> None:
        """Limit the record to what the actor may choose."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """What was typed without a record would be lost: the row asks for it."""
        data = super().clean() or self.cleaned_data
        anchor, *others = self.base_fields
        typed = any(data.get(name) not in (None, "") for name in others)
        if typed and not data.get(anchor) and not self.has_error(anchor):
            self.add_error(anchor, _("Choose one for this row, or leave the whole row empty."))
        return data


class LineForm(RowForm):
    """One product with quantity, price and discount."""

    product = RemoteChoiceField(
        Product.objects.none(),
        url_name="opportunities:product_options",
        label=gettext_lazy("Product"),
        required=False,
    )
    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        required=False,
    )
    price = forms.DecimalField(
        label=gettext_lazy("Selling price"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.TextInput({**MONEY, "placeholder": gettext_lazy("Empty: list price")}),
    )
    discount = forms.DecimalField(
        label=gettext_lazy("Discount (%)"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
    )

    def narrow(self) -> None:
        self.fields["product"].queryset = Product.objects.visible_to(self.actor)

    def draft(self) -> LineDraft | None:
        """What was typed, for the service."""
        data = self.cleaned_data
        if not data.get("product"):
            return None
        return LineDraft(
            data["product"],
            data["quantity"] or Decimal(1),
            data["price"],
            data["discount"] or Decimal(0),
        )


class RivalForm(RowForm):
    """One competitor with what it is good and bad at in this opportunity."""

    competitor = RemoteChoiceField(
        Competitor.objects.none(),
        url_name="opportunities:competitor_choices",
        label=gettext_lazy("Competitor"),
        required=False,
    )
    strengths = forms.CharField(label=gettext_lazy("Strengths"), max_length=500, required=False)
    weaknesses = forms.CharField(label=gettext_lazy("Weaknesses"), max_length=500, required=False)

    def narrow(self) -> None:
        self.fields["competitor"].queryset = Competitor.objects.visible_to(self.actor)

    def draft(self) -> RivalDraft | None:
        """What was typed, for the service."""
        data = self.cleaned_data
        if not data.get("competitor"):
            return None
        return RivalDraft(data["competitor"].pk, data["strengths"], data["weaknesses"])


class RowSet(forms.BaseFormSet):
    """All rows; the same record twice is refused."""

    def clean(self) -> None:
        seen: set[Any] = set()
        for form in self.kept():
            chosen = form.cleaned_data.get(self.anchor)
            if chosen is None:
                continue
            if chosen.pk in seen:
                form.add_error(self.anchor, _("This row stands here twice."))
            seen.add(chosen.pk)

    @property
    def anchor(self) -> str:
        """The field that makes a row count."""
        return next(iter(self.form.base_fields))

    def kept(self) -> list[Any]:
        """Valid rows that are not marked for removal."""
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE")
        ]

    def drafts(self) -> list[Any]:
        """The filled rows."""
        return [draft for form in self.kept() if (draft := form.draft()) is not None]


LineFormSet = forms.formset_factory(
    LineForm,
    formset=RowSet,
    extra=BLANK_ROWS,
    can_delete=True,
    max_num=MOST_ROWS,
    absolute_max=MOST_ROWS,
)
RivalFormSet = forms.formset_factory(
    RivalForm,
    formset=RowSet,
    extra=BLANK_ROWS,
    can_delete=True,
    max_num=MOST_ROWS,
    absolute_max=MOST_ROWS,
)
