"""Forms of leads: fields, widgets, single-field checks; rules are in services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.dictionaries.filters import ItemField
from crm.dictionaries.forms import (
    EMAIL_HELP,
    MOBILE_HELP,
    EmailField,
    PhoneField,
    RegionFormMixin,
)
from crm.dictionaries.tagging import TagsField, keys_of, names_of
from crm.pool import forms as pool_forms
from crm.web.fields import RemoteChoiceField
from crm.web.forms import EntityForm
from crm.web.widgets import MomentInput
from customers import duplicates
from customers.choices import ENTERPRISE, NATURE, PERSON
from customers.models import Customer
from leads.choices import INDUSTRY, REASON, SOURCE
from leads.models import Lead
from leads.rules import is_reachable
from leads.services.converting import Wish
from opportunities.models import Opportunity

CONTACT_DATA = ["mobile", "phone", "email", "wechat"]


class LeadForm(RegionFormMixin, EntityForm):
    """Create and edit a lead (D06-1); owner and state have actions of their own."""

    source = ItemField(SOURCE, label=_("Lead source"), required=True)
    industry = ItemField(INDUSTRY, label=_("Industry"))
    mobile = PhoneField(mobile=True, label=_("Mobile"), help_text=MOBILE_HELP)
    phone = PhoneField(label=_("Phone"))
    email = EmailField(label=_("E-mail"), help_text=EMAIL_HELP)
    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Owner"),
        required=False,
        help_text=_("Empty: unassigned."),
    )
    by_rules = forms.BooleanField(
        label=_("Allocate by rules"),
        help_text=_("The rules choose the owner; where none fits, it waits in the lead pool."),
        required=False,
    )
    tags = TagsField()
    confirm_duplicate = forms.BooleanField(
        label=_("Create it although the same name exists"), required=False
    )

    sections = (
        {
            "title": _("Basics"),
            "fields": ["name", "source", "industry", "owner", "by_rules", "confirm_duplicate"],
        },
        {
            "title": _("Contact person"),
            "text": _("At least one way to reach somebody."),
            "fields": ["contact_name", "position", *CONTACT_DATA],
        },
        {"title": _("Needs"), "fields": ["need", "pain_points", "tags", "next_contact_at"]},
        {
            "title": _("More"),
            "collapsed": True,
            "fields": ["province", "city", "district", "address", "remarks"],
        },
    )

    class Meta:
        model = Lead
        fields = (
            "name", "source", "industry", "owner", "contact_name", "position", "mobile", "phone",
            "email", "wechat", "need", "pain_points", "next_contact_at", "address", "remarks",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput(
                {
                    "autocomplete": "off",
                    "placeholder": _("Full registered name, or the name of a person"),
                }
            ),
            "need": forms.Textarea(
                {
                    "rows": 3,
                    "data-controller": "counter",
                    "placeholder": _("The core of the present need"),
                }
            ),
            "pain_points": forms.Textarea(
                {
                    "rows": 3,
                    "data-controller": "counter",
                    "placeholder": _("What troubles the customer today"),
                }
            ),
            "remarks": forms.Textarea({"rows": 3, "data-controller": "counter"}),
            "address": forms.TextInput({"placeholder": _("Street and house number")}),
            "next_contact_at": MomentInput(),
        }

    def narrow(self) -> None:
        """Editing leaves the owner to its own action."""
        instance = self.instance
        self.set_up_region(instance.region_id)
        for name in ("source", "industry"):
            self.fields[name].offer(getattr(instance, f"{name}_id"))
        if instance.pk:
            for name in ("owner", "by_rules", "confirm_duplicate"):
                del self.fields[name]
            self.fields["source"].required = instance.source_id is not None
            self.fields["tags"].initial = names_of(instance)
        else:
            self.fields["confirm_duplicate"].widget = forms.HiddenInput()
            self.narrow_owner()

    def narrow_owner(self) -> None:
        """Only people this user may give leads to; without the right, he keeps it himself."""
        reach = policy_for(Lead).reach(self.actor, verbs.ASSIGN)
        field = self.fields["owner"]
        field.initial = self.actor.pk
        if not reach.covers_others(self.actor.pk):
            del self.fields["by_rules"]
        elif not reach.everything:
            self.fields["by_rules"].help_text = _(
                "The rules choose the owner among the people you may give records to; where none "
                "fits, you become the owner."
            )
        if not reach:
            del self.fields["owner"]
        elif not reach.everything:
            field.queryset = User.objects.active().filter(pk__in=reach.owners | {self.actor.pk})
            field.help_text = ""

    def masked_fields(self) -> list[str]:
        """Contact data the reader sees masked cannot be edited."""
        if not self.instance.pk or not Masking(self.actor, Lead).hides(self.instance.owner_id):
            return []
        return CONTACT_DATA

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        asked = [name for name in CONTACT_DATA if name in self.fields]
        wrong = any(name in self.errors for name in asked)
        if asked and not wrong and not self.instance.is_incomplete and not is_reachable(data):
            self.add_error(
                "mobile", _("Enter a mobile, a phone, an e-mail address or a WeChat account.")
            )
        return data

    def tag_ids(self) -> list[int]:
        """Keys of the tags typed, made where they are new."""
        return keys_of(self.cleaned_data["tags"], self.actor)


class AssignForm(pool_forms.GiveForm):
    """The new owner of the marked leads."""

    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("New owner"),
        required=False,
        help_text=_("Empty: the leads go into the lead pool, and the note must say why."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = policy_for(Lead).reach(actor, verbs.ASSIGN)
        if not reach.everything:
            self.fields["owner"].queryset = User.objects.active().filter(pk__in=reach.owners)
            self.fields["owner"].required = True
            self.fields["owner"].help_text = ""


class TransferForm(forms.Form):
    """The colleague who gets the lead."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("New owner")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PoolAssignForm(pool_forms.PoolAssignForm):
    """The person who gets leads out of the pool."""

    model = Lead


class AbandonForm(forms.Form):
    """Why a lead is given up: a reason of the dictionary and the story (P7)."""

    abandon_reason = ItemField(REASON, label=_("Abandon reason"), required=True)
    abandon_note = forms.CharField(
        label=_("Explanation"),
        max_length=500,
        widget=forms.Textarea({"rows": 3, "data-controller": "counter"}),
        help_text=_("What happened, so that others need not ask again."),
    )

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["abandon_reason"].offer(None)


NEW_CUSTOMER = "new"
YES, NO = "yes", "no"


class ConvertForm(forms.Form):
    """What a conversion asks (D06-4, P10): owner and customer name only to be read.

    Customers that tell the same are offered instead of a new one, as far as the reader sees them;
    the others are shown masked, and a second customer of the same name needs a conscious tick.
    """

    owner = forms.CharField(label=_("Owner"), disabled=True, required=False)
    name = forms.CharField(label=_("Customer name"), disabled=True, required=False)
    target = forms.ChoiceField(
        label=_("The same customer may exist already"), widget=forms.RadioSelect
    )
    nature = ItemField(NATURE, label=_("Customer nature"), required=True)
    confirm_duplicate = forms.BooleanField(
        label=_("Create it although the same customer exists"), required=False
    )
    with_opportunity = forms.ChoiceField(
        label=_("Create a new opportunity with the conversion"),
        choices=[(NO, _("No")), (YES, _("Yes"))],
        initial=NO,
        required=False,
    )
    opportunity_name = forms.CharField(
        label=_("Opportunity name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "data-controller": "depends",
                "data-depends-on": "with_opportunity",
                "data-depends-value": YES,
            }
        ),
        help_text=_("Only with an opportunity."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lead: Lead, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead, self.actor = lead, actor
        self.typed = duplicates.Typed(
            name=lead.name,
            phones=tuple(lead.numbers),
            emails=(lead.email,) if lead.email else (),
        )
        self.cards = duplicates.answer(self.typed, actor)
        self.fields["owner"].initial = lead.owner.display_name if lead.owner else ""
        self.fields["name"].initial = lead.name
        self.fields["version"].initial = lead.version
        self._offer_nature()
        self._offer_targets()
        if not self._asks_twice():
            del self.fields["confirm_duplicate"]
        if not policy_for(Opportunity).allows(actor, verbs.ADD):
            del self.fields["with_opportunity"], self.fields["opportunity_name"]

    def _offer_nature(self) -> None:
        field = self.fields["nature"]
        field.offer(None)
        is_person = self.lead.name == self.lead.contact_name
        field.initial = lookups.by_code(NATURE, PERSON if is_person else ENTERPRISE).pk

    def _offer_targets(self) -> None:
        """A new customer, or one of those the reader sees."""
        known = self.known_customers()
        if not known:
            del self.fields["target"]
            return
        choices = [
            (str(row.pk), _("Link to %(name)s (%(number)s)") % {"name": row, "number": row.number})
            for row in known
        ]
        self.fields["target"].choices = [*choices, (NEW_CUSTOMER, _("Create a new customer"))]
        self.fields["target"].initial = choices[0][0]

    def known_customers(self) -> list[Customer]:
        """Customers with the same name, phone or e-mail that the reader sees."""
        found = duplicates.exact(self.typed) + duplicates.by_contact_data(self.typed)
        keys = list(dict.fromkeys(row.pk for row in found))
        seen = Customer.objects.kept().visible_to(self.actor).in_bulk(keys)
        return [seen[pk] for pk in keys if pk in seen]

    def hidden_cards(self) -> list[dict[str, Any]]:
        """Masked facts about those the reader does not see."""
        cards = [card for card in self.cards if not card["url"]]
        return [{name: card[name] for name in card if name != "request_token"} for card in cards]

    def _asks_twice(self) -> bool:
        return any(card["level"] == "same" for card in self.cards)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_new = data.get("target", NEW_CUSTOMER) == NEW_CUSTOMER
        if is_new and self._asks_twice() and not data.get("confirm_duplicate"):
            message = _(
                "Conversion failed: a customer of this name exists already. "
                "Link the lead to it, or tick the box to create a second one."
            )
            if "target" not in self.fields:
                message = _(
                    "Conversion failed: a customer of this name exists already, out of your reach. "
                    "Talk to its owner, or tick the box to create a second one."
                )
            self.add_error("confirm_duplicate", message)
        if data.get("with_opportunity") == YES and not data.get("opportunity_name"):
            self.add_error("opportunity_name", _("Enter a name for the opportunity."))
        return data

    def wish(self) -> Wish:
        """The answers for the service."""
        data, target = self.cleaned_data, self.cleaned_data.get("target", NEW_CUSTOMER)
        chosen = None
        if target != NEW_CUSTOMER:
            chosen = next(row for row in self.known_customers() if str(row.pk) == target)
        wanted = data.get("with_opportunity") == YES
        return Wish(
            customer=chosen,
            nature_id=data["nature"].pk,
            opportunity=data["opportunity_name"] if wanted else "",
            version=data["version"],
        )
