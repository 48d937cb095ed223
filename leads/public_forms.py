"""The form a visitor sees: a name, a mobile, what the company chose, and a trap for robots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.forms import EmailField, PhoneField
from crm.visitors import proofs
from crm.visitors.proofs import new_proof
from leads.models import Lead, WebForm

SALT = "leads.public_form"


def new_ticket(form: WebForm) -> str:
    """Proof that the page came from us."""
    return new_proof(SALT, form.token)


def nonce_of(form: WebForm, ticket: str) -> str:
    """The one-use part of a ticket of this form, "" for a forged or old one."""
    return proofs.nonce_of(SALT, form.token, ticket)


class PublicForm(forms.Form):
    """What visitors type; everything is kept as text."""

    contact_name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"})
    )
    mobile = PhoneField(
        mobile=True, label=_("Mobile"), required=True, widget=forms.TextInput({"inputmode": "tel"})
    )
    company = forms.CharField(
        label=_("Company"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    position = forms.CharField(label=_("Position"), max_length=60, required=False)
    email = EmailField(label=_("E-mail"))
    wechat = forms.CharField(label=_("WeChat"), max_length=60, required=False)
    need = forms.CharField(
        label=_("Your need"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    #: People do not see it; who fills it in is a robot.
    website = forms.CharField(required=False, max_length=200)
    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, web_form: WebForm, page: str = "") -> None:
        super().__init__(data)
        self.fields["page"].initial = page[:300]
        for name in ("company", "position", "email", "wechat", "need"):
            if name not in web_form.asked:
                del self.fields[name]

    @property
    def shown(self) -> list[Any]:
        """The fields people see."""
        return [self[name] for name in self.fields if name not in ("website", "page")]

    def lead(self) -> Lead:
        """The unsaved lead; without a company it bears the visitor's name."""
        data = self.cleaned_data
        return Lead(
            name=data.get("company") or data["contact_name"],
            contact_name=data["contact_name"],
            mobile=data["mobile"],
            position=data.get("position", ""),
            email=data.get("email", ""),
            wechat=data.get("wechat", ""),
            need=data.get("need", ""),
            source_page=data.get("page", ""),
        )
