"""Forms of complaints: findings, call-back, improvement measures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import User
from crm.dictionaries.filters import ItemField
from crm.web.fields import RemoteChoiceField
from crm.web.widgets import MomentInput
from tickets.choices import CAUSE, CallBack
from tickets.forms import AskingForm
from tickets.joining_forms import ticket_field
from tickets.models import Complaint, Ticket
from tickets.models.complaints import FINDINGS


class FindingsForm(forms.ModelForm):
    """What was found out about a complaint."""

    cause = ItemField(CAUSE, label=_("Cause of the complaint"))
    approved_by = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=_("Compensation approved by"),
        required=False,
    )
    #: The findings the writer has in front of him.
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Complaint
        fields = FINDINGS
        widgets = {
            "demand": forms.TextInput(),
            "root_cause": forms.Textarea({"rows": 3}),
            "corrective": forms.Textarea({"rows": 3}),
            "compensation": forms.TextInput({"data-controller": "money", "inputmode": "decimal"}),
        }

    def __init__(self, data: Any = None, *, ticket: Ticket, actor: Any) -> None:
        row = Complaint.objects.filter(ticket=ticket).first()
        super().__init__(data, instance=row)
        self.fields["cause"].offer(row.cause_id if row else None)
        self.fields["seen"].initial = row.fingerprint if row else ""

    def look_again(self, ticket: Ticket) -> None:
        """After a refusal the writer has read what stands there now: saving again replaces it."""
        row = Complaint.objects.filter(ticket=ticket).first()
        self.data = {**self.data.dict(), "seen": row.fingerprint if row else ""}

    def _post_clean(self) -> None:
        """The service writes; the stored row stays as it is until then."""


class CallBackForm(AskingForm):
    """What the customer said when he was called back."""

    result = forms.ChoiceField(label=_("Call-back"), choices=CallBack.choices)
    words = forms.CharField(
        label=_("Words of the customer"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class MeasureForm(forms.Form):
    """An improvement measure of the weekly review."""

    title = forms.CharField(label=_("Improvement measure"), max_length=120)
    cause = ItemField(CAUSE, label=_("Cause of the complaint"))
    ticket = ticket_field(_("Ticket"), required=False)
    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("Owner")
    )
    due_at = forms.DateTimeField(label=_("Due"), widget=MomentInput())

    def __init__(self, data: Any = None, *, actor: Any) -> None:
        super().__init__(data)
        self.fields["cause"].offer(None)
        self.fields["ticket"].queryset = Ticket.objects.kept().visible_to(actor)
