"""What a customer types into the public form of tickets, with a trap for robots."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.dictionaries.forms import EmailField, PhoneField
from crm.visitors import proofs
from crm.web.fields import FilesField
from tickets import catalog
from tickets.portal.form_models import IntakeForm
from tickets.question_forms import AsksQuestions

SALT = "tickets.public_intake"
#: Not shown: the trap, and what the page remembers.
HIDDEN = ("website", "shown", "asked_for")

#: Digits of a key, at most.
LONGEST_KEY = 15


def new_proof(form: IntakeForm, nonce: str = "") -> str:
    """Proof that the page came from us."""
    return proofs.new_proof(SALT, form.token, nonce)


def nonce_of(form: IntakeForm, proof: str) -> str:
    """The one-use part of a proof for this form, "" for a forged or old one."""
    return proofs.nonce_of(SALT, form.token, proof)


class PublicIntakeForm(AsksQuestions, forms.Form):
    """A request in the customer's words; phone or e-mail, so that he can be reached."""

    requester = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"})
    )
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = EmailField(
        label=_("E-mail"), help_text=_("A phone number or an e-mail address is needed.")
    )
    category = forms.TypedChoiceField(label=_("What is it about?"), coerce=int, empty_value=None)
    title = forms.CharField(label=_("Subject"), max_length=120)
    description = forms.CharField(
        label=_("Please describe your request"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
    )
    files = FilesField(
        label=_("Pictures and files"),
        required=False,
        prompt=_("Drop pictures and files here, or choose them"),
    )
    #: People do not see it; who fills it in is a robot.
    website = forms.CharField(required=False, max_length=200)
    #: The page has offered articles already.
    shown = forms.CharField(required=False, max_length=1)
    #: The category whose questions the page has asked already.
    asked_for = forms.CharField(required=False, max_length=15)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(node.pk, node.full_name) for node in catalog.nodes() if node.is_public]
        if offered:
            self.fields["category"].choices = [("", "—"), *offered]
            if self.category_id in dict(offered):
                self.ask(self.category_id, {})
        else:
            del self.fields["category"]

    @property
    def category_id(self) -> int | None:
        """The category as typed."""
        typed = self.data.get("category", "")
        return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_KEY else None

    @property
    def is_asking(self) -> bool:
        """Whether the category has questions that the page has not asked yet."""
        return bool(self.questions) and self.data.get("asked_for") != str(self.category_id)

    @property
    def loses_files(self) -> bool:
        """Whether files were chosen: a browser does not offer them once more."""
        return bool(self.files)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not {"phone", "email"} & self.errors.keys() and not (
            data.get("phone") or data.get("email")
        ):
            self.add_error("phone", _("Please give a phone number or an e-mail address."))
        if self.is_asking:
            for question in self.questions:
                self.errors.pop(question.name, None)
        return data

    @property
    def before(self) -> list[Any]:
        """The fields above the offered articles; the questions stand below the category."""
        left_out = {*HIDDEN, "files", *(question.name for question in self.questions)}
        return [self[name] for name in self.fields if name not in left_out]
