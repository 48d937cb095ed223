"""Parts of forms over company values: 省/市/区 in three selects, phones, tags."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.core.emails import clean_email
from crm.core.notes import Cleaned
from crm.core.phones import clean_phone
from crm.core.uscc import clean_uscc
from crm.dictionaries import lookups

#: What forms say beside numbers and addresses of people (form 4.1 of the manual, N6, N11).
MOBILE_HELP = _("11 digits, for example 13800138000.")
EMAIL_HELP = _("A company address is better; ask the customer before you write to a private one.")
LEVELS = (("province", 2), ("city", 4), ("district", 6))


class RegionFormMixin(forms.Form):
    """Adds `province`, `city`, `district`; `cleaned_data["region_id"]` is the lowest one given."""

    province = forms.CharField(label=_("Province"), required=False)
    city = forms.CharField(label=_("City"), required=False)
    district = forms.CharField(label=_("District"), required=False)
    together = (("province", "city", "district"),)

    def set_up_region(self, code: str | None) -> None:
        """Fill the selects; their lists come from one static file, or from here without scripts."""
        parts = {"province": "", "city": "", "district": ""}
        path = _codes(code)
        for (name, _digits), part in zip(LEVELS, path, strict=False):
            parts[name] = part
        above = ""
        for name, _digits in LEVELS:
            field = self.fields[name]
            shown = (
                self.data.get(self.add_prefix(name), parts[name]) if self.is_bound else parts[name]
            )
            attrs = {"data-controller": "region", "data-region": name}
            if above:
                attrs["data-region-name"] = above
            field.widget = forms.Select(attrs, choices=_options(name, shown, path))
            field.initial = parts[name]
            above = name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        code = data.get("district") or data.get("city") or data.get("province") or None
        if code and code not in lookups.regions():
            self.add_error("province", _("This region does not exist."))
            code = None
        data["region_id"] = code
        return data


def _codes(code: str | None) -> list[str]:
    """Codes from the province down to `code`."""
    table, found = lookups.regions(), []
    step = code
    while step and step in table:
        found.append(step)
        step = table[step][1]
    return found[::-1]


def _options(level: str, shown: str, path: list[str]) -> list[tuple[str, str]]:
    """What stands in a select before the script fills it: all provinces, else the chosen one."""
    table = lookups.regions()
    if level == "province":
        return [("", "—"), *lookups.provinces()]
    codes = dict.fromkeys(code for code in (*path, shown) if code in table)
    return [("", "—"), *((code, table[code][0]) for code in codes)]


def _kept(cleaned: Cleaned[str]) -> str:
    """The value, or the first reason why there is none as a form error."""
    if cleaned.value is None and any(note.severity == "dropped" for note in cleaned.notes):
        raise ValidationError(cleaned.notes[-1].text())
    return cleaned.value or ""


class PhoneField(forms.CharField):
    """Any Chinese or foreign number, stored in its usual spelling."""

    def __init__(self, *, mobile: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.mobile = mobile
        self.widget.attrs.setdefault("inputmode", "tel")
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> str:
        return _kept(clean_phone(super().clean(value), mobile=self.mobile))


class EmailField(forms.CharField):
    """An address, stored in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("inputmode", "email")
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> str:
        return _kept(clean_email(super().clean(value)))


class CreditCodeField(forms.CharField):
    """统一社会信用代码; a wrong check digit is a hint on the page, never a refusal (2.16)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        return _kept(clean_uscc(super().clean(value)))
