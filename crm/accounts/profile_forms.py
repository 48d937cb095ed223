"""Forms of the personal settings page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Theme, User
from crm.accounts.person_fields import EmailField, MobileField
from crm.core import zones

PAGE_SIZES = (10, 20, 50, 100)
SELECT = {"data-controller": "select"}


class ProfileForm(forms.Form):
    """Name, contact data and how pages look (D01-8)."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    email = EmailField(label=_("E-mail"), required=False)
    mobile = MobileField(label=_("Mobile"), required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Company default")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones.choices, widget=forms.Select(attrs=SELECT)
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    page_size = forms.TypedChoiceField(
        label=_("Rows per page"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Company default")), *((size, str(size)) for size in PAGE_SIZES)],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        names = list(self.base_fields)
        super().__init__(*args, initial={name: getattr(user, name) for name in names}, **kwargs)


class AvatarForm(forms.Form):
    """A picture to upload."""

    picture = forms.FileField(
        label=_("Picture file"),
        help_text=_("PNG, JPEG, WebP, GIF or BMP, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
