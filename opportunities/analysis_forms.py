"""What the analyses are asked for, and the table of targets."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import User
from crm.core import clock
from crm.web import stale
from crm.web.fields import RemoteChoiceField
from opportunities import pipelines
from opportunities.models.planning import MONTHS
from opportunities.services.targets import LINES, MonthPlan

DATE = {"data-controller": "date", "data-kind": "date"}
MONEY = {"data-controller": "money", "inputmode": "decimal", "class": "input target-input"}


class PersonForm(forms.Form):
    """Whose opportunities: one person's, or all in sight."""

    owner = RemoteChoiceField(
        User.objects.all(),
        url_name="accounts:person_options",
        label=_("Owner"),
        required=False,
    )

    def value(self, name: str) -> Any:
        """A valid value, None for one that is not."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    @property
    def owner_id(self) -> int | None:
        """The key of the person asked for."""
        person = self.value("owner")
        return person.pk if person else None


class FunnelForm(PersonForm):
    """Opportunities created in a period, of one pipeline and person (S11-30)."""

    created_after = forms.DateField(
        label=_("Created from"), required=False, widget=forms.TextInput(DATE)
    )
    created_before = forms.DateField(
        label=_("Created until"), required=False, widget=forms.TextInput(DATE)
    )
    line = forms.ChoiceField(label=_("Pipeline"), required=False)

    field_order = ("created_after", "created_before", "owner", "line")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [item for item in pipelines.lines() if item.active_steps]
        self.fields["line"].choices = [(item.code, item.label) for item in shown]
        if len(shown) < 2:
            self.fields["line"].widget = forms.HiddenInput()


class MovementForm(PersonForm):
    """Since which day."""

    since = forms.DateField(label=_("Since the end of"), required=False)

    field_order = ("since", "owner")

    def __init__(self, *args: Any, days: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}") for day in days]
        self.fields["since"].widget = forms.Select(choices=choices)


class YearForm(forms.Form):
    """The twelve months of a target with three lines each, and the year to spread evenly."""

    def __init__(self, *args: Any, present: dict[int, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        for month in MONTHS:
            row = present.get(month)
            for name in LINES:
                self.fields[f"{name}-{month}"] = self.amount(getattr(row, name, Decimal(0)))
            self.fields[f"version-{month}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=row.version if row and row.pk else 0
            )
        for name in LINES:
            self.fields[f"year-{name}"] = self.amount(None)

    def lay_on_the_stored(self, present: dict[int, Any]) -> None:
        """Keep what was typed for months saved meanwhile; say beside it what is stored (stale)."""
        data, laid = self.data.copy(), stale.Laid()
        for month, row in present.items():
            if row.version == self.cleaned_data.get(f"version-{month}"):
                continue
            data[f"version-{month}"] = str(row.version)
            for name in LINES:
                key, stored = f"{name}-{month}", getattr(row, name)
                if stored != (self.cleaned_data[key] or 0):
                    laid.notes[key] = stale.said_beside(f"{stored:,.2f}" if stored else "")
        self.data = data
        stale.say(self, laid)

    def amount(self, value: Decimal | None) -> forms.DecimalField:
        """One amount; empty is nothing."""
        field = forms.DecimalField(
            max_digits=14,
            decimal_places=2,
            min_value=0,
            required=False,
            widget=forms.TextInput(MONEY),
        )
        field.initial = value or None
        return field

    def plans(self) -> dict[int, MonthPlan]:
        """The months as typed."""
        data = self.cleaned_data
        return {
            month: MonthPlan(
                *(data[f"{name}-{month}"] or Decimal(0) for name in LINES),
                version=data[f"version-{month}"],
            )
            for month in MONTHS
        }


def present_year() -> int:
    """This year by the company's clock."""
    return clock.company_today().year
