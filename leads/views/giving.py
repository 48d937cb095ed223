"""Pages that give one lead to somebody else: assigned by a manager, transferred by its owner."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.pool.verbs import TRANSFER
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from leads.forms import AssignForm, TransferForm
from leads.models import Lead
from leads.services.changing import assign_lead
from leads.services.transferring import transfer_lead
from leads.views.leads import LeadRows


class GiveView(LeadRows, PageView):
    """Base: asks for the person and a note."""

    model = Lead
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}
    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[Any]
    submit_label: ClassVar[Any]

    def give(self, lead: Lead, data: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), self.form_class(actor=request.user)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead, form = self.get_object(), self.form_class(request.POST, actor=request.user)
        if form.is_valid():
            try:
                self.give(lead, form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                return self.done(lead)
        return self.show(self.context(lead, form), status=422)

    def done(self, lead: Lead) -> HttpResponse:
        """To the lead where the user still sees it, else to the list."""
        if lead.owner is None:
            text = _("“%(name)s” is in the lead pool now.") % {"name": lead}
        else:
            values = {"name": lead, "owner": lead.owner.name}
            text = _("“%(name)s” belongs to %(owner)s now.") % values
        messages.success(self.request, text)
        seen = policies.can(self.request.user, verbs.VIEW, lead)
        url = lead.get_absolute_url() if seen else address("leads:lead_list")
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, lead: Lead, form: forms.Form) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": self.title % {"name": lead},
            "form": form,
            "help": _("Follow-ups, files and tasks stay with it; the first contact is due anew."),
            "submit_label": self.submit_label,
            "cancel_url": lead.get_absolute_url(),
            "action_url": self.request.path,
        }


class LeadAssignView(GiveView):
    """分配: to somebody within the scope of the right, or to nobody: then into the pool."""

    verb = verbs.ASSIGN
    form_class = AssignForm
    title = gettext_lazy("Assign the lead “%(name)s”")
    submit_label = gettext_lazy("Assign")

    def give(self, lead: Lead, data: dict[str, Any]) -> None:
        assign_lead(lead, data["owner"], actor=self.request.user, note=data["note"])


class LeadTransferView(GiveView):
    """转移: to any colleague who works with leads."""

    verb = TRANSFER
    form_class = TransferForm
    title = gettext_lazy("Transfer the lead “%(name)s”")
    submit_label = gettext_lazy("Transfer")

    def give(self, lead: Lead, data: dict[str, Any]) -> None:
        transfer_lead(lead, data["owner"], actor=self.request.user, note=data["note"])
