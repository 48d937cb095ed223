"""Forms of the administration of values, tags, number rules and system settings.

Parts of ordinary pages (regions, phones, tags) are in `forms`.
"""

import json
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.text import clean_text
from crm.dictionaries import lookups, settings
from crm.dictionaries.models import Item, NumberRule, Tag
from crm.dictionaries.settings import Parameter
from crm.web import conflicts, stale
from crm.web.administration import ServiceForm


class ItemForm(ServiceForm):
    """One value in the table of its dictionary; the code is fixed once saved."""

    class Meta:
        model = Item
        fields = ("order", "name", "name_en", "code", "color", "synonyms", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
        for name, bound in self.fields.items():
            if name != "is_active":
                bound.widget.attrs["class"] = f"input input--small items__{name}"
            bound.widget.attrs["aria-label"] = bound.label


class TagForm(ServiceForm):
    """Name and colour of a tag."""

    class Meta:
        model = Tag
        fields = ("name", "color")

    def clean_name(self) -> str:
        """Without blanks at the ends."""
        return clean_text(self.cleaned_data["name"]).value or ""


class NumberRuleForm(ServiceForm):
    """Prefix, width and restart; the page shows the next number while typing."""

    #: Address that answers with the next number.
    preview_url = ""

    width = forms.IntegerField(
        label=gettext_lazy("Digits of the serial"),
        min_value=3,
        max_value=9,
        help_text=gettext_lazy("Grows by itself when used up."),
    )

    class Meta:
        model = NumberRule
        fields = ("prefix", "width", "restarts_yearly")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values() if self.preview_url else ():
            bound.widget.attrs |= {
                "hx-get": self.preview_url,
                "hx-trigger": "input changed delay:200ms, change",
                "hx-target": "#next-number",
                "hx-include": "closest form",
                "hx-params": ",".join(self._meta.fields),
            }

    def clean_prefix(self) -> str:
        """Capital letters and digits."""
        return clean_prefix(self.cleaned_data["prefix"])


def clean_prefix(value: str) -> str:
    """A prefix of numbers in capitals. Raises ValidationError unless ASCII letters and digits."""
    prefix = value.strip().upper()
    if prefix and not (prefix.isascii() and prefix.isalnum()):
        raise forms.ValidationError(_("Use letters and digits only."))
    return prefix


class SettingsForm(forms.Form):
    """All parameters that have a group, or those of some groups.

    `seen` carries the values on the screen: what somebody did not touch is not stored again.
    """

    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        editable: bool = True,
        only: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for key, parameter in shown_parameters().items():
            if only and key not in only:
                continue
            field = field_of(parameter)
            field.disabled = not editable
            self.fields[key] = field
        self.fields["seen"].initial = self.stored()

    @property
    def keys(self) -> list[str]:
        """The parameters of this form."""
        return [name for name in self.fields if name != "seen"]

    def stored(self) -> dict[str, Any]:
        """The values as they are now."""
        return {key: settings.get(key) for key in self.keys}

    def wanted(self) -> dict[str, tuple[Any, Any]]:
        """What was typed anew: `{key: (seen, typed)}`."""
        seen = self.stored() | self.cleaned_data.get("seen", {})
        typed = {key: self.cleaned_data[key] for key in self.keys}
        return {key: (seen[key], typed[key]) for key in self.keys if typed[key] != seen[key]}

    def lay_on_the_stored(self) -> None:
        """Take over what only others changed; say beside the rest what is stored (stale)."""
        wanted, data, laid = self.wanted(), self.data.copy(), stale.Laid()
        seen = self.stored() | self.cleaned_data.get("seen", {})
        for key, now in self.stored().items():
            if now == seen[key]:
                continue
            if key not in wanted:
                laid.taken.append(str(self.fields[key].label))
                data.setlist(key, conflicts.sent(self.fields[key], now))
            elif now != wanted[key][1]:
                parts = conflicts.sent(self.fields[key], now)
                laid.notes[key] = stale.said_beside(conflicts.words(self.fields[key], parts))
        data["seen"] = json.dumps(self.stored())
        self.data = data
        stale.say(self, laid)

    def clean_seen(self) -> dict[str, Any]:
        """Nothing where it is no table of values."""
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else {}

    def clean_company_short(self) -> str:
        """Stands at the start of numbers, so it cannot be empty."""
        short = clean_prefix(self.cleaned_data["company_short"])
        if not short or len(short) > 10:
            raise forms.ValidationError(_("Enter one to ten letters or digits."))
        return short

    def sections(self) -> list[dict[str, Any]]:
        """Groups in the order of declaration, as the form page takes them."""
        groups: dict[str, list[BoundField]] = {}
        for key in self.keys:
            groups.setdefault(str(settings.PARAMETERS[key].group), []).append(self[key])
        return [{"title": title, "fields": fields} for title, fields in groups.items()]


def shown_parameters() -> dict[str, Parameter]:
    """Parameters of the settings page; those without a group are the program's own."""
    return {key: item for key, item in settings.PARAMETERS.items() if item.group}


def field_of(parameter: Parameter) -> forms.Field:
    """The form field of a parameter with its present value."""
    common: dict[str, Any] = {
        "label": parameter.label,
        "help_text": parameter.help,
        "initial": settings.get(parameter.key),
    }
    if parameter.kind == "flag":
        return forms.BooleanField(required=False, **common)
    if parameter.kind == "number":
        return forms.IntegerField(min_value=parameter.low, max_value=parameter.high, **common)
    if parameter.kind == "items":
        choices = [(each.code, each.label) for each in lookups.items(parameter.dictionary)]
        boxes = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(required=False, choices=choices, widget=boxes, **common)
    return forms.CharField(required=False, max_length=200, **common)
