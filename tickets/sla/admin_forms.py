"""The form of a policy: what it describes, and its promises as a grid of kind and priority."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.models import BusinessCalendar, Item
from crm.web.administration import ServiceForm
from customers.choices import GRADE
from tickets import catalog
from tickets.choices import TYPE, Priority
from tickets.models import BusinessNode, TicketGroup
from tickets.sla.book import CONDITIONS
from tickets.sla.keeping import Promise
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget
from tickets.sla.words import parse_duration, typed, warnings

#: Columns of the grid: every priority without a time of its own, then each one.
COLUMNS = ("", *reversed(Priority.values))
REOPEN = "reopen"
#: Fields of a cell beside its time, and the choice of hours that no calendar has.
HOURS, WARN, NATURAL = "hours", "warn", "natural"


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


class MarksField(forms.CharField):
    """Percentages as people type them; whole numbers from 1 to 99, the smallest first."""

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value).replace("，", ",").replace("、", ",").replace("%", "")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isdecimal() and 1 <= int(part) <= 99 for part in parts):
            raise forms.ValidationError(_("Write whole numbers from 1 to 99 with commas."))
        return sorted({int(part) for part in parts})


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
    warn = MarksField(
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
        self.fields["categories"].choices = [
            (node.pk, node.full_name) for node in catalog.nodes(active=False)
        ]
        if calendar := self.fields.get("calendar"):
            calendar.empty_label = _("Day and night")
        stored = self.instance.pk is not None
        self.initial["warn"] = warnings(self.instance.warn or [50, 80])
        for name in CONDITIONS.values():
            if stored:
                self.initial[name] = list(getattr(self.instance, name).all())
        known = {(row.kind, row.priority): row for row in self._rows()} if stored else {}
        self.calendars = {str(row.pk): row for row in BusinessCalendar.objects.all()}
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
            # a priority that gets a time begins with the hours of all priorities
            self._add_own(kind, priority, f"{label}: {name}", row or known.get((kind, "")))
        mine = [row for (of_kind, _priority), row in known.items() if of_kind == kind]
        again = next((row.reopen_seconds for row in mine if row.reopen_seconds), None)
        if kind == ClockKind.RESOLUTION:
            self.fields[field_name(kind, REOPEN)] = DurationField(
                label=_("Solution after reopening"), initial=typed(again)
            )

    def _add_own(self, kind: str, priority: str, label: str, row: SlaTarget | None) -> None:
        """The hours and percentages of a cell; empty where they are the policy's."""
        known = [(key, str(calendar)) for key, calendar in self.calendars.items()]
        hours = NATURAL if row and row.is_natural else str((row and row.calendar_id) or "")
        self.fields[own_name(kind, priority, HOURS)] = forms.ChoiceField(
            label=f"{label}: {_('Work calendar')}", required=False, initial=hours,
            choices=[("", _("Hours as the policy")), (NATURAL, _("Day and night")), *known],
            widget=forms.Select({"class": "input"}),
        )  # fmt: skip
        self.fields[own_name(kind, priority, WARN)] = MarksField(
            label=f"{label}: {_('Warn at (per cent)')}", required=False, max_length=40,
            initial=warnings(row.warn if row else ()),
            widget=forms.TextInput({"class": "input", "placeholder": _("Warnings as the policy")}),
        )  # fmt: skip

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
                    hours = data[own_name(kind, priority, HOURS)]
                    yield Promise(
                        kind, priority, length, again, is_natural=hours == NATURAL,
                        calendar=self.calendars.get(hours),
                        warn=tuple(data[own_name(kind, priority, WARN)]),
                    )  # fmt: skip

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
                    "cells": [self._cell(kind, name) for name in COLUMNS],
                    "reopen": self[again] if again in self.fields else None,
                }
            )
        return {"heads": heads, "rows": rows}

    def _cell(self, kind: str, priority: str) -> dict[str, Any]:
        """The time of a cell, and what of it is not as the policy says, in a few words."""
        hours = self[own_name(kind, priority, HOURS)]
        warn = self[own_name(kind, priority, WARN)]
        chosen, marks = hours.value() or "", str(warn.value() or "").strip()
        said = [] if not chosen else [str(dict(hours.field.choices).get(chosen, chosen))]
        return {
            "time": self[field_name(kind, priority)],
            "own": [hours, warn],
            "said": " · ".join([*said, *([f"{marks} %"] if marks else [])]),
            "opens": bool(hours.errors or warn.errors),
        }


def field_name(kind: str, column: str) -> str:
    """The name of a cell."""
    return f"{kind}__{column or 'all'}"


def own_name(kind: str, column: str, what: str) -> str:
    """The name of a field beside the time of a cell."""
    return f"{field_name(kind, column)}__{what}"
