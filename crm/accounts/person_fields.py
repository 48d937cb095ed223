"""Form fields for a person's e-mail and mobile, by the rules of `crm.core`."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from crm.core.emails import clean_email
from crm.core.notes import Cleaned
from crm.core.phones import clean_phone


class EmailField(forms.CharField):
    """One e-mail address, lower case."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(attrs={"autocomplete": "email"})
        super().__init__(max_length=254, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return _checked(clean_email(text)) if text else ""


class MobileField(forms.CharField):
    """One mobile number in its usual spelling."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        number = _checked(clean_phone(text, mobile=True)) if text else ""
        if len(number) > 20:
            raise forms.ValidationError(_("Saving failed: the number is too long."))
        return number


def _checked(cleaned: Cleaned[str]) -> str:
    """The value, or the reason why it was dropped."""
    if cleaned.dropped:
        raise forms.ValidationError([note.text() for note in cleaned.notes])
    return cleaned.value or ""
