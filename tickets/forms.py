"""Forms of tickets: fields, widgets, single-field checks; rules are in services."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.core import clock
from crm.core.messages import listed
from crm.core.rowkeys import key_of
from crm.dictionaries.filters import ItemField
from crm.dictionaries.forms import EmailField, PhoneField
from crm.dictionaries.tagging import TagsField, keys_of, names_of
from crm.web.fields import FilesField, LongSelect, RemoteChoiceField
from crm.web.forms import EntityForm
from crm.web.widgets import MomentInput
from customers.models import Contact, Customer
from knowledge.forms import CategoryField as ArticleCategoryField
from tickets import catalog, rules
from tickets.choices import MOOD, SOURCE, TYPE, MessageKind, Phase, Priority, Via
from tickets.models import BusinessNode, Ticket, TicketGroup, TicketStatus
from tickets.question_forms import AsksQuestions

CONTACT_DATA = ["phone", "email"]


def category_row(key: Any) -> BusinessNode | None:
    """The category as a row, made from memory."""
    found = catalog.node(int(key))
    return found and BusinessNode(pk=found.pk, name=found.name, path=found.path)


class CategoryField(forms.TypedChoiceField):
    """A business category, the tree drawn by its full names."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Business category"))
        kwargs.setdefault("widget", LongSelect("tickets:category_options"))
        super().__init__(choices=[], coerce=category_row, empty_value=None, **kwargs)

    def offer(self, keep: int | None = None) -> None:
        """The active categories, and the one a ticket has."""
        shown = [item for item in catalog.nodes(active=False) if item.is_active or item.pk == keep]
        self.choices = [("", "—"), *((item.pk, item.full_name) for item in shown)]


class GroupField(forms.ModelChoiceField):
    """A service group; there are few."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Service group"))
        kwargs.setdefault("empty_label", "—")
        super().__init__(TicketGroup.objects.filter(is_active=True), **kwargs)


class TicketForm(AsksQuestions, EntityForm):
    """业务受理: take a ticket in, and change what it says (S02-05, S11-31 … S11-35, S11-61)."""

    customer = RemoteChoiceField(
        Customer.objects.none(),
        url_name="customers:customer_options",
        choose="customers:customer_choose",
        add="customers:customer_add",
        label=_("Customer"),
        required=False,
        help_text=_("By name, pinyin, number or phone; empty for an unknown caller."),
    )
    contact = RemoteChoiceField(
        Contact.objects.none(),
        url_name="customers:contact_options",
        label=_("Contact"),
        required=False,
    )
    category = CategoryField(required=False)
    type = ItemField(
        TYPE, label=_("Ticket type"), help_text=_("Empty: the one of the business category.")
    )
    source = ItemField(SOURCE, label=_("Ticket source"))
    mood = ItemField(MOOD, label=_("Customer's mood"))
    phone = PhoneField(label=_("Call-back number"), help_text=_("Empty: the contact's."))
    email = EmailField(label=_("E-mail"), help_text=_("Empty: the contact's."))
    tags = TagsField(help_text=_("As many as fit, for example waiting for parts, safety."))
    group = GroupField(required=False, help_text=_("Empty: the one of the business category."))
    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Next handler"),
        required=False,
        help_text=_("Empty: assigned automatically, or by the supervisor."),
    )
    files = FilesField(
        label=_("Attachments"), required=False, prompt=_("Drop files here, or choose them")
    )

    together = (("customer", "contact"),)
    sections = (
        {
            "title": _("Who asks"),
            "fields": ["customer", "contact", "requester", "phone", "email", "source", "mood"],
        },
        {
            "title": _("What it is about"),
            "fields": [
                "category", "type", "priority", "title", "description", "occurred_at", "impact",
                "tags", "files",
            ],
        },
        {"title": _("Who takes it"), "fields": ["group", "owner"]},
    )  # fmt: skip

    class Meta:
        model = Ticket
        fields = (
            "customer", "contact", "requester", "phone", "email", "source", "mood", "category",
            "type", "priority", "title", "description", "occurred_at", "impact", "group", "owner",
        )  # fmt: skip
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "requester": forms.TextInput({"autocomplete": "off"}),
            "description": forms.Textarea({"rows": 5, "data-controller": "counter"}),
            "occurred_at": MomentInput(),
            "impact": forms.TextInput({"placeholder": _("Whom and what it hits")}),
        }

    def narrow(self) -> None:
        """Customers in sight; what has actions of its own is left out of edits."""
        instance = self.instance
        for name in ("type", "source", "mood"):
            self.fields[name].offer(getattr(instance, f"{name}_id"))
        self.fields["category"].offer(instance.category_id)
        customers = Customer.objects.visible_to(self.actor)
        self.fields["customer"].queryset = customers.kept()
        if instance.customer_id:  # also one in the bin: the ticket stays his
            own = Q(pk=instance.customer_id) | Q(deleted_at__isnull=True)
            self.fields["customer"].queryset = customers.filter(own)
        contact = self.fields["contact"]
        contact.widget.attrs["data-depends"] = "customer"
        people = Contact.objects.visible_to(self.actor)
        contact.queryset = people.kept()
        if instance.contact_id:  # the same of its contact
            own = Q(pk=instance.contact_id) | Q(pk__in=people.kept().values("pk"))
            contact.queryset = people.filter(own)
        if instance.pk:
            for name in ("group", "owner", "files"):
                del self.fields[name]
            self.fields["tags"].initial = names_of(instance)
        else:
            self.fields["priority"].initial = Priority.MEDIUM
            self.fields["occurred_at"].initial = clock.now().replace(second=0, microsecond=0)
            self.narrow_owner()
        self.ask(self.category_id, self.instance.answers)

    def narrow_owner(self) -> None:
        """Without the right to assign one may only take the ticket oneself."""
        reach = policy_for(Ticket).reach(self.actor, verbs.ASSIGN)
        if not reach.everything:
            people = User.objects.active().filter(pk__in=reach.owners | {self.actor.pk})
            self.fields["owner"].queryset = people

    def masked_fields(self) -> list[str]:
        """Contact data the reader sees masked cannot be edited."""
        if not self.instance.pk or not Masking(self.actor, Ticket).hides(self.instance.owner_id):
            return []
        return CONTACT_DATA

    # --- the questions of the category ----------------------------------------------------------
    @property
    def category_id(self) -> int | None:
        """The category as typed, as given by a link, or as stored."""
        typed = self.data.get("category", "") if self.is_bound else self.initial.get("category")
        if (key := key_of(typed)) is not None:
            return key
        return None if self.is_bound else self.instance.category_id

    def tag_ids(self) -> list[int]:
        """Keys of the tags typed, made where they are new."""
        return keys_of(self.cleaned_data["tags"], self.actor)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        kind = data.get("type")
        node = data.get("category")
        of_node = catalog.node(node.pk).type_id if node else None
        type_id = kind.pk if kind else of_node
        if rules.describes_trouble(type_id) and not self.instance.is_incomplete:
            for name in ("occurred_at", "impact"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("A problem needs its time and its scope of effect."))
        return data


class AskingForm(forms.Form):
    """Base of the small forms of actions: they know their ticket and their actor."""

    def __init__(self, data: Any = None, *, ticket: Ticket, actor: Any) -> None:
        super().__init__(data)
        self.ticket, self.actor = ticket, actor
        self.narrow()

    def narrow(self) -> None:
        """Limit choices, leave out what is not asked."""


class StepForm(AskingForm):
    """What a step of the machine asks."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    wake_at = forms.DateTimeField(label=_("On hold until"), widget=MomentInput())
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))
    solution = forms.CharField(
        label=_("Solution"), max_length=8000, widget=forms.Textarea({"rows": 5})
    )
    category = CategoryField()
    response = forms.CharField(
        label=_("Customer's response"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    confirmed = forms.BooleanField(label=_("The customer has confirmed"), required=False)
    despite_children = forms.BooleanField(
        label=_("Solve it nevertheless"),
        error_messages={"required": _("Tick this to solve it with child tickets still open.")},
    )

    #: Target -> fields.
    ASKED = {
        Phase.WAITING_THIRD: ("reason",),
        Phase.SCHEDULED: ("wake_at", "reason"),
        Phase.RESOLVED: ("solution", "category", "response", "despite_children"),
        Phase.CLOSED: ("response", "confirmed"),
        Phase.CANCELLED: ("reason",),
    }

    def __init__(self, data: Any = None, *, ticket: Ticket, actor: Any, to: str) -> None:
        self.to = to
        super().__init__(data, ticket=ticket, actor=actor)

    def narrow(self) -> None:
        asked = set(self.ASKED.get(self.to, ()))
        if self.to == Phase.OPEN and self.ticket.phase in (
            Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED,
        ):  # fmt: skip
            asked.add("reason")
        choices = [item for item in catalog.statuses() if item.phase == self.to]
        if len(choices) > 1:
            asked.add("status")
        for name in list(self.fields):
            if name not in asked:
                del self.fields[name]
        self.fill(choices)

    def fill(self, statuses: list[Any]) -> None:
        """Start with what the ticket says already."""
        if field := self.fields.get("status"):
            field.choices = [(item.pk, item.label) for item in statuses]
            field.initial = next((item.pk for item in statuses if item.is_default), None)
        if field := self.fields.get("category"):
            field.offer(self.ticket.category_id)
            field.initial = self.ticket.category_id
        if self.to == Phase.CANCELLED and self.ticket.withdrawal_at is not None:
            text = gettext("Withdrawn by the customer: %(reason)s")
            text %= {"reason": self.ticket.withdrawal_reason}
            self.fields["reason"].initial = text[:500]
        for name in ("solution", "response"):
            if name in self.fields:
                self.fields[name].initial = getattr(self.ticket, name)
        if not rules.is_complaint(self.ticket.type_id):
            self.fields.pop("confirmed", None)
        if "despite_children" in self.fields:
            self._warn_of_children()

    def _warn_of_children(self) -> None:
        """Ask whether open child tickets are known, where the type asks no more."""
        found = rules.only_warns(self.ticket.type_id) and rules.open_children(self.ticket)
        if not found:
            del self.fields["despite_children"]
            return
        text = gettext("These child tickets are still open: %(numbers)s.")
        self.fields["despite_children"].help_text = text % {"numbers": listed(found)}

    def values(self) -> dict[str, Any]:
        """Arguments of `transition()`."""
        data = dict(self.cleaned_data)
        chosen = catalog.status(int(data.pop("status", None) or 0))
        status: TicketStatus | None = chosen.as_row() if chosen else None
        return {**data, "status": status}


class AssignForm(AskingForm):
    """The new handler."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("Handler")
    )
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )


class RegroupForm(AskingForm):
    """The new service group."""

    group = GroupField()
    note = forms.CharField(
        label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )


class ReturnForm(AskingForm):
    """Why the ticket goes back."""

    note = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


class UrgeForm(AskingForm):
    """What the customer said when he urged."""

    words = forms.CharField(
        label=_("Words of the customer"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class WatcherForm(AskingForm):
    """Who should be told."""

    user = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("Watcher")
    )


class MessageForm(forms.Form):
    """A message of the conversation."""

    kind = forms.ChoiceField(choices=MessageKind.choices, label=_("Kind of message"))
    via = forms.ChoiceField(
        choices=[
            (Via.DESK, _("Customer's page")),
            (Via.PHONE, Via.PHONE.label),
            (Via.EMAIL, Via.EMAIL.label),
            (Via.SMS, Via.SMS.label),
        ],
        label=_("Message channel"),
        required=False,
    )
    text = forms.CharField(
        label=_("Text"), max_length=8000, widget=forms.Textarea({"rows": 5}), strip=True
    )
    files = FilesField(
        label=_("Attachments"), required=False, prompt=_("Drop files here, or choose them")
    )
    token = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    then = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    desk = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    #: The newest message of the question whether to send all the same, and the button before it.
    confirm = forms.IntegerField(required=False, widget=forms.HiddenInput)
    then_sent = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class ArticleDraftForm(forms.Form):
    """What a draft from a ticket is called and where it stands."""

    title = forms.CharField(label=_("Title"), max_length=120)
    category = ArticleCategoryField(label=_("Category"))

    def __init__(self, data: Any, *, ticket: Ticket, actor: Any) -> None:
        super().__init__(data, initial={"title": ticket.title})
        self.fields["category"].offer(actor, None)


class BulkStatusForm(forms.Form):
    """A state for many tickets, with what the step asks."""

    phase = forms.ChoiceField(
        label=_("New state"),
        choices=[
            (Phase.OPEN, Phase.OPEN.label),
            (Phase.WAITING_CUSTOMER, Phase.WAITING_CUSTOMER.label),
            (Phase.WAITING_THIRD, Phase.WAITING_THIRD.label),
            (Phase.RESOLVED, Phase.RESOLVED.label),
            (Phase.CLOSED, Phase.CLOSED.label),
            (Phase.CANCELLED, Phase.CANCELLED.label),
        ],
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    solution = forms.CharField(
        label=_("Solution"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)


class BulkAssignForm(forms.Form):
    """The new handler of the marked tickets."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("Handler")
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)


class BulkClaimForm(forms.Form):
    """Why somebody takes the marked tickets, where he wants to say it."""

    note = forms.CharField(
        label=_("Reason"), max_length=500, required=False,
        help_text=_("Optional. Empty: the history says from where they were taken."),
    )  # fmt: skip

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)


class BulkPriorityForm(forms.Form):
    """A priority for the marked tickets."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)


class BulkGroupForm(forms.Form):
    """The new group of the marked tickets."""

    group = GroupField()
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    def __init__(self, data: Any, *, actor: Any) -> None:
        super().__init__(data)
