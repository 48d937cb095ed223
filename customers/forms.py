"""Forms of customers and contacts: fields, widgets, single-field checks; rules are in services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.activities.choices import METHOD
from crm.core import clock
from crm.core.rowkeys import key_of
from crm.core.text import split_multi
from crm.dictionaries.filters import ItemField
from crm.dictionaries.forms import (
    EMAIL_HELP,
    MOBILE_HELP,
    CreditCodeField,
    EmailField,
    PhoneField,
    RegionFormMixin,
)
from crm.dictionaries.tagging import TagsField, keys_of, names_of
from crm.pool import forms as pool_forms
from crm.pool.verbs import TRANSFER
from crm.web.fields import RemoteChoiceField
from crm.web.forms import EntityForm
from crm.web.widgets import MomentInput
from customers import categories, handover
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE
from customers.models import Contact, ContactGroup, Customer

CHANNEL_HELP = _("How they like to be reached; a new follow-up begins with it.")
CONTACT_FIELDS = (
    "contact_name",
    "contact_position",
    "contact_mobile",
    "contact_phone",
    "contact_email",
)


class CustomerForm(RegionFormMixin, EntityForm):
    """Create and edit a customer; the first contact is typed along on creation (D04-2)."""

    nature = ItemField(NATURE, label=_("Customer nature"), required=True)
    grade = ItemField(
        GRADE,
        label=_("Customer grade"),
        help_text=_("By yearly spending, length and depth of the cooperation."),
    )
    source = ItemField(
        SOURCE, label=_("Customer source"), help_text=_("How the customer came to us.")
    )
    industry = ItemField(
        INDUSTRY, label=_("Industry"), help_text=_("Only for enterprise customers.")
    )
    phone = PhoneField(label=_("Phone"), help_text=_("Switchboard or landline of the company."))
    email = EmailField(label=_("E-mail"), help_text=EMAIL_HELP)
    preferred_method = ItemField(METHOD, label=_("Preferred channel"), help_text=CHANNEL_HELP)
    credit_code = CreditCodeField(label=_("Unified social credit code"))
    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Owner"),
        required=False,
        help_text=_("The one person who answers for the customer."),
    )
    by_rules = forms.BooleanField(
        label=_("Allocate by rules"),
        help_text=_("The rules choose the owner; where none fits, it waits in the pool."),
        required=False,
    )
    tags = TagsField(help_text=_("As many as fit, for example large budget, short decision cycle."))
    categories = forms.TypedMultipleChoiceField(
        label=_("Classifications"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple({"data-controller": "select"}),
    )
    contact_name = forms.CharField(
        label=_("Name of the contact"),
        max_length=60,
        widget=forms.TextInput({"placeholder": _("Whom to talk to first")}),
    )
    contact_position = forms.CharField(
        label=_("Position"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"placeholder": _("For example purchasing manager")}),
    )
    contact_mobile = PhoneField(
        mobile=True, label=_("Mobile"), required=True, help_text=MOBILE_HELP
    )
    contact_phone = PhoneField(label=_("Landline"))
    contact_email = EmailField(label=_("E-mail of the contact"), help_text=EMAIL_HELP)
    confirm_duplicate = forms.BooleanField(
        label=_("Create it although the same customer exists"), required=False
    )

    sections = (
        {
            "title": _("Basics"),
            "fields": [
                "name",
                "nature",
                "life_cycle",
                "grade",
                "industry",
                "source",
                "owner",
                "by_rules",
                "entered_on",
                "confirm_duplicate",
            ],
        },
        {"title": _("Primary contact"), "fields": list(CONTACT_FIELDS)},
        {
            "title": _("Contact data and address"),
            "fields": [
                "phone",
                "email",
                "preferred_method",
                "website",
                "province",
                "city",
                "district",
                "address",
            ],
        },
        {
            "title": _("Need and marks"),
            "fields": ["need", "tags", "categories", "next_contact_at", "remarks"],
        },
        {
            "title": _("More"),
            "collapsed": True,
            "fields": [
                "credit_code",
                "product_preference",
                "annual_spending",
                "cooperating_since",
                "verified_on",
            ],
        },
    )

    class Meta:
        model = Customer
        fields = (
            "name", "nature", "life_cycle", "grade", "industry", "source", "owner", "entered_on",
            "phone", "email", "preferred_method", "website", "address", "need",
            "next_contact_at", "remarks", "credit_code", "product_preference", "annual_spending",
            "cooperating_since", "verified_on",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput(
                {
                    "autocomplete": "off",
                    "placeholder": _("Full registered name, or the name of a person"),
                }
            ),
            "address": forms.TextInput({"placeholder": _("Street and house number")}),
            "need": forms.Textarea(
                {
                    "rows": 3,
                    "data-controller": "counter",
                    "placeholder": _("The core of the present need"),
                }
            ),
            "remarks": forms.Textarea(
                {
                    "rows": 3,
                    "data-controller": "counter",
                    "placeholder": _("For example who decides"),
                }
            ),
            "entered_on": forms.TextInput({"data-controller": "date", "data-kind": "date"}),
            "cooperating_since": forms.TextInput({"data-controller": "date", "data-kind": "date"}),
            "verified_on": forms.TextInput({"data-controller": "date", "data-kind": "date"}),
            "next_contact_at": MomentInput(),
            "annual_spending": forms.TextInput(
                {"data-controller": "money", "inputmode": "decimal"}
            ),
        }
        help_texts = {
            "life_cycle": _("A good first talk and a won opportunity move it on by themselves."),
            "entered_on": _("The day the customer was first written down."),
        }

    def narrow(self) -> None:
        """Creation asks for a contact; editing leaves owner and life cycle to their own actions."""
        instance = self.instance
        self.set_up_region(instance.region_id)
        for name in ("nature", "grade", "source", "industry", "preferred_method"):
            self.fields[name].offer(getattr(instance, f"{name}_id"))
        self.fields["categories"].choices = categories.choices()
        self.fields["entered_on"].required = False
        if instance.pk:
            for name in (*CONTACT_FIELDS, "owner", "by_rules", "life_cycle", "confirm_duplicate"):
                del self.fields[name]
            self.fields["tags"].initial = names_of(instance)
            self.fields["categories"].initial = list(
                instance.categories.values_list("pk", flat=True)
            )
            if instance.is_incomplete:
                self.fields["nature"].required = False
        else:
            self.fields["entered_on"].initial = clock.company_today()
            self.fields["confirm_duplicate"].widget = forms.HiddenInput()
            self.narrow_owner()

    def narrow_owner(self) -> None:
        """Only people this user may give customers to; without the right, he keeps it himself."""
        reach = policy_for(Customer).reach(self.actor, verbs.ASSIGN)
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

    def masked_fields(self) -> list[str]:
        """Contact data the reader sees masked cannot be edited."""
        if not self.instance.pk or not Masking(self.actor, Customer).hides(self.instance.owner_id):
            return []
        return ["phone", "email"]

    def contact(self) -> Contact:
        """The first contact as typed."""
        data = self.cleaned_data
        return Contact(
            name=data["contact_name"],
            position=data["contact_position"],
            mobile=data["contact_mobile"],
            phone=data["contact_phone"],
            email=data["contact_email"],
            verified_on=data.get("verified_on"),
        )

    def tag_ids(self) -> list[int]:
        """Keys of the tags typed, made where they are new."""
        return keys_of(self.cleaned_data["tags"], self.actor)


class ContactForm(EntityForm):
    """Create and edit a contact."""

    customer = RemoteChoiceField(
        Customer.objects.none(),
        url_name="customers:customer_options",
        choose="customers:customer_choose",
        add="customers:customer_add",
        label=_("Customer"),
    )
    mobile = PhoneField(mobile=True, label=_("Mobile"), help_text=MOBILE_HELP)
    phone = PhoneField(label=_("Landline"))
    other_phones = forms.CharField(
        label=_("Further numbers"),
        max_length=200,
        required=False,
        help_text=_("Several numbers separated by commas."),
    )
    email = EmailField(label=_("E-mail"), help_text=EMAIL_HELP)
    preferred_method = ItemField(METHOD, label=_("Preferred channel"), help_text=CHANNEL_HELP)
    groups = forms.ModelMultipleChoiceField(
        ContactGroup.objects.all(),
        label=_("Contact groups"),
        required=False,
        widget=forms.SelectMultiple({"data-controller": "select"}),
    )

    together = (("birth_calendar", "birth_year", "birth_month", "birth_day", "birth_leap"),)
    sections = (
        {
            "title": _("Person"),
            "fields": [
                "customer",
                "name",
                "salutation",
                "gender",
                "position",
                "department",
                "is_primary",
                "is_decision_maker",
                "reports_to",
            ],
        },
        {
            "title": _("Contact data"),
            "fields": [
                "mobile",
                "phone",
                "other_phones",
                "email",
                "wechat",
                "qq",
                "preferred_method",
                "verified_on",
            ],
        },
        {
            "title": _("Birthday and more"),
            "collapsed": True,
            "fields": [
                "birth_calendar",
                "birth_year",
                "birth_month",
                "birth_day",
                "birth_leap",
                "groups",
                "next_contact_at",
                "remarks",
            ],
        },
    )

    class Meta:
        model = Contact
        fields = (
            "customer", "name", "salutation", "gender", "position", "department", "is_primary",
            "is_decision_maker", "reports_to", "mobile", "phone", "other_phones", "email", "wechat",
            "qq", "preferred_method", "verified_on", "birth_calendar", "birth_year",
            "birth_month", "birth_day", "birth_leap", "next_contact_at", "remarks",
        )  # fmt: skip
        widgets = {
            "remarks": forms.Textarea({"rows": 3, "data-controller": "counter"}),
            "verified_on": forms.TextInput({"data-controller": "date", "data-kind": "date"}),
            "next_contact_at": MomentInput(),
        }

    def narrow(self) -> None:
        """Only customers the actor sees; on an existing contact the customer stays."""
        self.fields["preferred_method"].offer(self.instance.preferred_method_id)
        visible = Customer.objects.kept().visible_to(self.actor)
        self.fields["customer"].queryset = visible
        people = Contact.objects.none()
        customer_id = self.instance.customer_id or self.initial.get("customer")
        if customer_id:
            people = Contact.objects.filter(customer_id=customer_id, deleted_at__isnull=True)
        self.fields["reports_to"].queryset = people.exclude(pk=self.instance.pk)
        self.fields["reports_to"].empty_label = "—"
        if self.instance.pk:
            del self.fields["customer"]
            self.fields["groups"].initial = list(self.instance.groups.all())

    def masked_fields(self) -> list[str]:
        if not self.instance.pk or not Masking(self.actor, Contact).hides(self.instance.owner_id):
            return []
        return ["mobile", "phone", "other_phones", "email", "wechat", "qq"]

    def clean_other_phones(self) -> str:
        """Every number in its usual spelling."""
        field, found = PhoneField(), []
        for part in split_multi(self.cleaned_data["other_phones"]):
            found.append(field.clean(part))
        return ",".join(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("birth_month")) != bool(data.get("birth_day")):
            self.add_error("birth_day", _("A birthday needs both month and day."))
        return data


class AssignForm(pool_forms.GiveForm):
    """The new owner of the marked customers."""

    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("New owner"),
        required=False,
        help_text=_("Empty: the customers go into the pool, and the note must say why."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = policy_for(Customer).reach(actor, verbs.ASSIGN)
        if not reach.everything:
            self.fields["owner"].queryset = User.objects.active().filter(pk__in=reach.owners)
            self.fields["owner"].required = True
            self.fields["owner"].help_text = ""


class PoolAssignForm(pool_forms.PoolAssignForm):
    """The person who gets customers out of the pool."""

    model = Customer


class TransferForm(forms.Form):
    """To whom customers go, what becomes of the old owner, and what goes along."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("New owner")
    )
    old_owner = forms.ChoiceField(
        label=_("The present owner"),
        choices=[
            ("", _("leaves the team")),
            ("read", _("stays as a read-only member")),
            ("write", _("stays as a read-write member")),
        ],
        required=False,
    )
    along = forms.MultipleChoiceField(
        label=_("Goes along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = handover.choices()
        self.fields["along"].choices = parts
        self.fields["along"].initial = [name for name, _label in parts]
        if not parts:
            del self.fields["along"]


class LeaverForm(TransferForm):
    """Whose customers go, and to whom."""

    field_order = ("person", "owner", "old_owner", "along", "note")
    #: The person whose customers stood counted above the form when it was sent.
    counted = forms.IntegerField(widget=forms.HiddenInput, required=False)
    person = RemoteChoiceField(
        User.objects.all(), url_name="accounts:person_options", label=_("Who leaves")
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        reach = policy_for(Customer).reach(actor, TRANSFER)
        if not reach.everything:
            self.fields["person"].queryset = User.objects.filter(pk__in=reach.owners)

    def asking_again(self) -> "LeaverForm":
        """The same form, whose next sending is meant: the person's customers have been counted."""
        self.data = self.data.copy()
        self.data["counted"] = str(self.cleaned_data["person"].pk)
        return self

    def leaver(self) -> User | None:
        """The person of the first step, where the other fields are not filled yet."""
        key = key_of(self.data.get("person", ""))
        return key and self.fields["person"].queryset.filter(pk=key).first()


class ShareForm(forms.Form):
    """One more member of a customer's team."""

    user = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Team member"),
    )
    write = forms.TypedChoiceField(
        label=_("Right"),
        choices=[("", _("Read only")), ("1", _("Read and write"))],
        coerce=bool,
        empty_value=False,
        required=False,
    )
    expires_on = forms.DateField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty: without limit."),
        widget=forms.TextInput({"data-controller": "date", "data-kind": "date"}),
    )
