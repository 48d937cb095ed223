"""The form of a policy: what it describes, and its promises as a grid of kind and priority."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.models import Item
from crm.web.administration import ServiceForm
from customers.choices import GRADE
from tickets import catalog
from tickets.choices import TYPE, Priority
from tickets.models import BusinessNode, TicketGroup
from tickets.sla.book import CONDITIONS
from tickets.sla.keeping import Promise
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget
from tickets.sla.words import parse_duration, typed

#: Columns of the grid: every priority without a time of its own, then each one.
COLUMNS = ("", *reversed(Priority.values))
REOPEN, NATURAL = "reopen", "natural"


class DurationField(forms.CharField):
    """A length of time as people type it; seconds or None."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput({"class": "input input--narrow"}))
        super().__init__(required=False, max_length=20, **options)

    def clean(self, value: Any) -> int | None:
        try:
            return parse_duration(super().clean(value))
        except ValueError:
            raise forms.ValidationError(
                _("Write a time such as 30, 30 min, 1h or 1h30m.")
            ) from None


class PolicyForm(ServiceForm):
    """A service level policy."""

    types = forms.ModelMultipleChoiceField(
        Item.objects.none(), label=_("Ticket types"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None: all."),
    )  # fmt: skip
    levels = forms.ModelMultipleChoiceField(
        Item.objects.none(), label=_("Customer grades"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None: all."),
    )  # fmt: skip
    categories = forms.ModelMultipleChoiceField(
        BusinessNode.objects.all(), label=_("Business categories"), required=False,
        help_text=_("None: all. A category stands for all below it."),
    )  # fmt: skip
    groups = forms.ModelMultipleChoiceField(
        TicketGroup.objects.all(), label=_("Service groups"), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("None: all."),
    )  # fmt: skip
    warn = forms.CharField(
        label=_("Warn at (per cent)"), required=False, max_length=40,
        help_text=_("Several with commas, for example 50, 80."),
    )  # fmt: skip
    also_running = forms.BooleanField(
        label=_("Also for tickets in work"),
        required=False,
        help_text=_("Otherwise only for tickets taken in from now on. Try it out first."),
    )

    class Meta:
        model = SlaPolicy
        fields = (
            "name", "position", "is_active", "calendar", "warn", "escalate_minutes",
            "effective_from", "effective_to",
        )  # fmt: skip
        widgets = {
            "effective_from": forms.DateInput({"data-controller": "date"}),
            "effective_to": forms.DateInput({"data-controller": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in (("types", TYPE), ("levels", GRADE)):
            self.fields[name].queryset = Item.objects.filter(dictionary__code=code, is_active=True)
        self.fields["categories"].label_from_instance = _full_name
        stored = self.instance.pk is not None
        self.initial["warn"] = ", ".join(map(str, self.instance.warn or [50, 80]))
        for name in CONDITIONS.values():
            if stored:
                self.initial[name] = list(getattr(self.instance, name).all())
        known = {(row.kind, row.priority): row for row in self._rows()} if stored else {}
        for kind, label in ClockKind.choices:
            self._add_row(kind, str(label), known)

    def _rows(self) -> Any:
        return SlaTarget.objects.filter(policy=self.instance)

    def _add_row(self, kind: str, label: str, known: dict[tuple[str, str], SlaTarget]) -> None:
        for priority in COLUMNS:
            row = known.get((kind, priority))
            name = Priority(priority).label if priority else _("All priorities")
            self.fields[field_name(kind, priority)] = DurationField(
                label=f"{label}: {name}", initial=typed(row.seconds if row else None)
            )
        mine = [row for (of_kind, _priority), row in known.items() if of_kind == kind]
        again = next((row.reopen_seconds for row in mine if row.reopen_seconds), None)
        if kind == ClockKind.RESOLUTION:
            self.fields[field_name(kind, REOPEN)] = DurationField(
                label=_("Solution after reopening"), initial=typed(again)
            )
        self.fields[field_name(kind, NATURAL)] = forms.BooleanField(
            label=f"{label}: {_('Day and night')}",
            required=False,
            initial=any(row.is_natural for row in mine),
        )

    def clean_warn(self) -> list[int]:
        """Whole numbers from 1 to 99, the smallest first."""
        text = self.cleaned_data["warn"].replace("，", ",").replace("、", ",").replace("%", "")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isdecimal() and 1 <= int(part) <= 99 for part in parts):
            raise forms.ValidationError(_("Write whole numbers from 1 to 99 with commas."))
        return sorted({int(part) for part in parts})

    # --- for the services -----------------------------------------------------------------------
    def changes(self) -> dict[str, Any]:
        """New values of the changed columns."""
        return {
            name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data
        }

    def lists(self) -> dict[str, Any]:
        """The lists of the condition."""
        return {name: self.cleaned_data[name] for name in CONDITIONS.values()}

    def condition(self) -> dict[str, list[int]]:
        """The condition as a version stores it."""
        return {
            attribute: sorted(row.pk for row in self.cleaned_data[name])
            for attribute, name in CONDITIONS.items()
        }

    def promises(self) -> Iterator[Promise]:
        """The filled cells of the grid."""
        data = self.cleaned_data
        for kind in ClockKind.values:
            for priority in COLUMNS:
                length = data.get(field_name(kind, priority))
                if length is not None:
                    again = data.get(field_name(kind, REOPEN))
                    natural = data[field_name(kind, NATURAL)]
                    yield Promise(kind, priority, length, again, is_natural=natural)

    # --- for the page ---------------------------------------------------------------------------
    def sections(self) -> list[dict[str, Any]]:
        """Groups of fields for the page; the grid stands between them."""
        plain = ("name", "position", "is_active", "calendar", "warn", "escalate_minutes")
        applies = ("types", "levels", "categories", "groups", "effective_from", "effective_to")
        return [
            {"title": "", "text": "", "fields": [self[name] for name in plain]},
            {
                "title": _("Applies to"),
                "text": _("A ticket must fit every line that is filled."),
                "fields": [self[name] for name in applies],
            },
        ]

    def grid(self) -> dict[str, Any]:
        """Head and rows of the promises."""
        heads = [Priority(name).label if name else _("All priorities") for name in COLUMNS]
        rows = []
        for kind, label in ClockKind.choices:
            again = field_name(kind, REOPEN)
            rows.append(
                {
                    "label": label,
                    "cells": [self[field_name(kind, name)] for name in COLUMNS],
                    "reopen": self[again] if again in self.fields else None,
                    "natural": self[field_name(kind, NATURAL)],
                }
            )
        return {"heads": heads, "rows": rows}


def field_name(kind: str, column: str) -> str:
    """The name of a cell."""
    return f"{kind}__{column or 'all'}"


def _full_name(node: BusinessNode) -> str:
    found = catalog.node(node.pk)
    return found.full_name if found else node.name
