"""Form fields for a person's e-mail and mobile, by the rules of `crm.core`."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.core.emails import clean_email
from crm.core.notes import Cleaned
from crm.core.phones import Kind, parse_phones


class EmailField(forms.CharField):
    """One e-mail address, lower case."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        super().__init__(max_length=254, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return (_checked(clean_email(text)) if text else None) or ""


class MobileField(forms.CharField):
    """One mobile number in its usual spelling."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        phones = _checked(parse_phones(text, mobile=True)) if text else ()
        if not phones:
            return ""
        if len(phones) > 1 or phones[0].kind not in (Kind.MOBILE, Kind.FOREIGN):
            raise forms.ValidationError(_("Saving failed: this is not one mobile number."))
        return phones[0].number


def _checked(cleaned: Cleaned[Any]) -> Any:
    """The value, or the reason why it was dropped."""
    if cleaned.dropped:
        raise forms.ValidationError([note.text() for note in cleaned.notes])
    return cleaned.value
