"""Forms of opportunities: fields, widgets, single-field checks; rules are in services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.core import clock
from crm.dictionaries.filters import ItemField
from crm.web.fields import NamesField, RemoteChoiceField
from crm.web.forms import EntityForm
from crm.web.widgets import MomentInput
from customers.choices import SOURCE
from customers.models import Contact, Customer
from opportunities import checklist, pipelines
from opportunities.choices import INVALID_REASON, LOSS_REASON
from opportunities.models import Competitor, Opportunity, Stage

DATE = {"data-controller": "date", "data-kind": "date"}
MONEY = {"data-controller": "money", "inputmode": "decimal"}


def as_stage(key: Any) -> Stage | None:
    """The stage as a row, made from memory."""
    return pipelines.stage_row(int(key)) if pipelines.step(int(key)) else None


class StageField(forms.TypedChoiceField):
    """A stage, grouped by pipeline where several are offered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[], coerce=as_stage, empty_value=None, **kwargs)

    def offer(self, lines: list[pipelines.Line], *, beside: int | None = None) -> None:
        """The active stages of these pipelines without `beside`."""
        groups = [
            (line.label, [(step.pk, step.label) for step in line.active_steps if step.pk != beside])
            for line in lines
        ]
        self.choices = (
            groups if len(groups) > 1 else [each for _l, steps in groups for each in steps]
        )


class OpportunityForm(EntityForm):
    """Create and edit an opportunity (S01-30, S11-24) with its evaluation (S11-60)."""

    customer = RemoteChoiceField(
        Customer.objects.none(),
        url_name="customers:customer_options",
        choose="customers:customer_choose",
        add="customers:customer_add",
        label=_("Customer"),
    )
    contact = RemoteChoiceField(
        Contact.objects.none(),
        url_name="customers:contact_options",
        label=_("Contact"),
        required=False,
    )
    stage = StageField(label=_("Opportunity stage"))
    source = ItemField(SOURCE, label=_("Opportunity source"))
    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Owner"),
        required=False,
    )
    competitors = NamesField(
        url_name="opportunities:competitor_options",
        max_length=80,
        label=_("Main competitors"),
        required=False,
        help_text=_("Who else offers to this customer."),
    )

    sections = (
        {
            "title": _("Basics"),
            "fields": [
                "customer", "name", "amount", "expected_on", "stage", "probability", "contact",
                "owner", "source", "next_contact_at", "need",
            ],
        },
        {
            "title": _("Evaluation"),
            "fields": ["competitors", "evaluated_on", "strengths", "weaknesses"],
        },
        {"title": _("More"), "collapsed": True, "fields": ["remarks"]},
    )  # fmt: skip

    class Meta:
        model = Opportunity
        fields = (
            "customer", "name", "amount", "expected_on", "stage", "probability", "contact",
            "owner", "source", "next_contact_at", "need", "evaluated_on", "strengths",
            "weaknesses", "remarks",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput(
                {"autocomplete": "off", "placeholder": _("Short and clear: what is to be sold")}
            ),
            "amount": forms.TextInput(MONEY),
            "probability": forms.NumberInput({"min": 0, "max": 100}),
            "expected_on": forms.TextInput(DATE),
            "evaluated_on": forms.TextInput(DATE),
            "next_contact_at": MomentInput(),
            "need": forms.Textarea({"rows": 3, "data-controller": "counter"}),
            "strengths": forms.Textarea(
                {"rows": 3, "data-controller": "counter", "placeholder": _("What speaks for us")}
            ),
            "weaknesses": forms.Textarea(
                {
                    "rows": 3,
                    "data-controller": "counter",
                    "placeholder": _("What speaks against us"),
                }
            ),
            "remarks": forms.Textarea({"rows": 3, "data-controller": "counter"}),
        }
        help_texts = {
            "amount": _("In yuan, by the budget of the customer."),
            "expected_on": _("By the time the customer needs to decide."),
            "evaluated_on": _("Left empty, it becomes today when strengths or weaknesses change."),
        }

    def narrow(self) -> None:
        """Customers in sight, stages on offer; what has actions of its own is left out of edits."""
        self.fields["source"].offer(self.instance.source_id)
        self.fields["probability"].required = False
        self.fields["probability"].help_text = _("Empty: the one of the stage.")
        contact = self.fields["contact"]
        contact.widget.attrs["data-depends"] = "customer"
        customer = self.instance.customer_id or self.initial.get("customer")
        contact.queryset = Contact.objects.kept().visible_to(self.actor)
        if self.instance.pk:
            contact.queryset = contact.queryset.filter(customer_id=customer)
            contact.widget.attrs["data-params"] = f"customer={customer}"
            for name in ("customer", "stage", "owner", "competitors"):
                del self.fields[name]
            return
        self.fields["amount"].initial = None
        self.fields["expected_on"].required = True
        self.fields["customer"].queryset = Customer.objects.kept().visible_to(self.actor)
        self.fields["stage"].offer(pipelines.offered(self.actor))
        self.fields["stage"].initial = pipelines.first_for(self.actor).first.pk
        self.fields["probability"].initial = None
        self.narrow_owner()

    def narrow_owner(self) -> None:
        """Only people this user may give opportunities to; without the right it stays his."""
        reach = policy_for(Opportunity).reach(self.actor, verbs.ASSIGN)
        field = self.fields["owner"]
        field.initial = self.actor.pk
        if not reach:
            del self.fields["owner"]
        elif not reach.everything:
            field.queryset = User.objects.active().filter(pk__in=reach.owners | {self.actor.pk})

    def add_domain_error(self, error: Any) -> None:
        """What the stages before the first one ask for stands beside each field."""
        if isinstance(error, checklist.Unfinished):
            checklist.tell(self, error.missing, checklist.BEGINNING)
        else:
            super().add_domain_error(error)

    def clean_probability(self) -> int:
        """Empty: that of the stage, or the present one."""
        value = self.cleaned_data.get("probability")
        if value is None:
            return self.instance.probability if self.instance.pk else 0
        return value


class StepForm(forms.Form):
    """Base of the dialogs that move or end an opportunity."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, opportunity: Opportunity, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opportunity = opportunity
        self.actor = actor
        self.fields["version"].initial = opportunity.version


class StageForm(StepForm):
    """Another stage with a progress note, and what the checklist of the present one asks for."""

    stage = StageField(label=_("New stage"))
    note = forms.CharField(
        label=_("Progress note"),
        max_length=1000,
        widget=forms.Textarea(
            {"rows": 3, "placeholder": _("What has been reached, what comes next?")}
        ),
    )
    probability = forms.IntegerField(
        label=_("Win probability (%)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Empty: the one of the stage."),
    )

    field_order = ("stage", "note", "probability")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = pipelines.line(self.opportunity.pipeline_id)
        self.fields["stage"].offer([line], beside=self.opportunity.stage_id)
        for name in self.asked():
            self.fields[name] = self.field_for(name)

    def asked(self) -> list[str]:
        """Fields of the checklists ahead that are still empty."""
        line = pipelines.line(self.opportunity.pipeline_id)
        found = checklist.missing(self.opportunity, line.active_steps[-1]).fields
        return list(found)

    def field_for(self, name: str) -> forms.Field:
        """The form field of a required value; whether it is needed depends on the new stage."""
        field = OpportunityForm(actor=self.actor, instance=self.opportunity).fields[name]
        field.required = False
        field.help_text = _("Required to go on.")
        return field

    def clean(self) -> dict[str, Any]:
        """All that the way to the new stage asks for is said at once, beside an empty note."""
        data = super().clean()
        if data.get("stage"):
            target = pipelines.step(data["stage"].pk)
            checklist.tell(self, checklist.missing(self.opportunity, target, self.values()))
        return data

    def values(self) -> dict[str, Any]:
        """What was filled along."""
        return {
            name: self.cleaned_data[name]
            for name in self.asked()
            if self.cleaned_data.get(name) not in (None, "")
        }


class WinForm(StepForm):
    """Actual amount and contract number are a must (P4)."""

    actual_amount = forms.DecimalField(
        label=_("Actual amount"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        widget=forms.TextInput(MONEY),
    )
    contract_number = forms.CharField(label=_("Contract number"), max_length=60)
    deal_on = forms.DateField(label=_("Deal date"), widget=forms.TextInput(DATE))
    note = forms.CharField(
        label=_("Progress note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actual_amount"].initial = self.opportunity.amount or None
        self.fields["deal_on"].initial = clock.company_today()

    def clean(self) -> dict[str, Any]:
        """What the stages still ask for is said together with what is missing here."""
        data = super().clean()
        checklist.tell(self, checklist.missing(self.opportunity, None), checklist.WINNING)
        return data


class LoseForm(StepForm):
    """The reason is a must, the competitor who won it is asked for (P5)."""

    reason = ItemField(LOSS_REASON, label=_("Loss reason"), required=True)
    competitor = RemoteChoiceField(
        Competitor.objects.none(),
        url_name="opportunities:competitor_choices",
        label=_("Lost to"),
        required=False,
        help_text=_("Needed where the reason is that a competitor was chosen."),
    )
    note = forms.CharField(
        label=_("Explanation"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].offer(None)
        self.fields["competitor"].queryset = Competitor.objects.visible_to(self.actor)


class CloseForm(StepForm):
    """Why this is no opportunity (P8)."""

    reason = ItemField(INVALID_REASON, label=_("Reason for closing"), required=True)
    note = forms.CharField(
        label=_("Explanation"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].offer(None)


class ReopenForm(StepForm):
    """Why an ended opportunity goes on."""

    note = forms.CharField(
        label=_("Reason for reopening"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )


class AssignForm(forms.Form):
    """The new owner of the marked opportunities."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("New owner")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = policy_for(Opportunity).reach(actor, verbs.ASSIGN)
        if not reach.everything:
            self.fields["owner"].queryset = User.objects.active().filter(pk__in=reach.owners)


class BulkStageForm(forms.Form):
    """The new stage of the marked opportunities, with one note for all."""

    stage = StageField(label=_("New stage"))
    note = forms.CharField(
        label=_("Progress note"), max_length=1000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].offer([line for line in pipelines.lines() if line.is_active])
