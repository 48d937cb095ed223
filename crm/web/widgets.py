"""Widgets of lists and forms: a menu of check boxes instead of a list box, days, moments."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import DateRangeWidget

from crm.core.messages import listed


class ChoiceMenu(forms.SelectMultiple):
    """Several values of a short list behind one button that says what is chosen.

    Rendered in one go from plain tuples: a template per option would cost more than the rows.
    """

    template_name = "components/choice_menu.html"

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        chosen = {str(part) for part in value or ()}
        options = [(str(key), str(label), str(key) in chosen) for key, label in self.choices]
        final = self.build_attrs(self.attrs, attrs)
        context = {
            "name": name,
            "id": final.get("id", ""),
            "label": self.attrs.get("data-label", ""),
            "options": options,
            "chosen": listed(label for _key, label, on in options if on),
        }
        html = renderer.render(self.template_name, context)
        return mark_safe(html)  # noqa: S308 - the template has escaped every value


class MomentInput(forms.TextInput):
    """A day and a time, typed or picked; seconds are shown only where the value has some."""

    def __init__(self) -> None:
        super().__init__({"data-controller": "date", "data-kind": "datetime"})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, datetime) and not value.second and not value.microsecond:
            return f"{value:%Y-%m-%d %H:%M}"
        return super().format_value(value)


class DateRange(DateRangeWidget):
    """Two days side by side, each with the calendar and a name of its own for screen readers."""

    template_name = "components/date_range.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        for widget, label in zip(self.widgets, (_("From day"), _("To day")), strict=True):
            widget.attrs |= {
                "data-controller": "date",
                "data-kind": "date",
                "aria-label": label,
                "placeholder": label,
            }
