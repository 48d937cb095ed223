"""Pages that move a lead to another state: marked as invalid, taken up again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.views.base import PageView
from leads.forms import AbandonForm
from leads.models import Lead
from leads.services.changing import abandon_lead, reactivate_lead
from leads.views.leads import LeadRows


class LeadAbandonView(LeadRows, PageView):
    """放弃: a reason and an explanation are needed (E7, P7)."""

    model = Lead
    verb = verbs.CHANGE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), AbandonForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead, form = self.get_object(), AbandonForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                abandon_lead(lead, data["abandon_reason"], data["abandon_note"], actor=request.user)
                return self.done(lead)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(lead, form), status=422)

    def done(self, lead: Lead) -> HttpResponse:
        """Back to the lead, which says why it was given up."""
        messages.success(self.request, _("“%(name)s” was abandoned.") % {"name": lead})
        url = lead.get_absolute_url()
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, lead: Lead, form: AbandonForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Abandon: %(name)s") % {"name": lead},
            "form": form,
            "submit_label": _("Abandon"),
            "cancel_url": lead.get_absolute_url(),
            "action_url": self.request.path,
        }


class LeadReactivateView(LeadRows, PageView):
    """Take up an abandoned lead again."""

    model = Lead
    verb = verbs.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = self.get_object()
        reactivate_lead(lead, actor=request.user)
        messages.success(request, _("“%(name)s” is in follow-up again.") % {"name": lead})
        return redirect(lead.get_absolute_url())
