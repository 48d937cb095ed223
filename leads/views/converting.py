"""The conversion dialog: owner and name are read-only, an opportunity is optional (E6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from customers.models import Customer
from leads.choices import LeadState
from leads.forms import ConvertForm
from leads.models import Lead
from leads.services.converting import convert_lead


class LeadConvertView(ObjectMixin, PageView):
    """转为客户."""

    model = Lead
    verb = verbs.CHANGE
    template = "leads/convert.html"
    partials = {"dialog-body": "leads/_convert.html"}

    def rows(self) -> Any:
        return Lead.objects.kept().select_related("owner")

    def check_right(self) -> None:
        """Changing leads and making customers."""
        super().check_right()
        policies.require(self.request.user, verbs.ADD, Customer)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = self.get_object()
        if lead.status == LeadState.CONVERTED:
            return self.converted_before(lead)
        return self.show(self.context(lead, self.form(lead)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = self.get_object()
        if lead.status == LeadState.CONVERTED:
            return self.converted_before(lead)
        form = self.form(lead, request.POST)
        if form.is_valid():
            try:
                wish = form.wish()
                convert_lead(lead, wish, actor=request.user)
                return self.done(lead, is_new=wish.customer is None)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(lead, form), status=422)

    def form(self, lead: Lead, data: Any = None) -> ConvertForm:
        """The questions, with the customers found that tell the same."""
        return ConvertForm(data, lead=lead, actor=self.request.user)

    def converted_before(self, lead: Lead) -> HttpResponse:
        """A second click, or a second browser: nothing is made twice."""
        text = _("The lead has been converted already; it cannot be converted again.")
        messages.info(self.request, text)
        return self.go(address("leads:report_detail", lead.pk))

    def done(self, lead: Lead, *, is_new: bool) -> HttpResponse:
        """On to the customer."""
        customer = lead.converted_customer
        text = _("The lead is linked to the customer “%(name)s” (%(number)s) now.")
        if is_new:
            text = _("“%(name)s” is a customer now: %(number)s.")
        messages.success(self.request, text % {"name": customer.name, "number": customer.number})
        seen = policies.can(self.request.user, verbs.VIEW, customer)
        return self.go(customer.get_absolute_url() if seen else lead.get_absolute_url())

    def go(self, url: str) -> HttpResponse:
        """A redirect that leaves the dialog."""
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, lead: Lead, form: ConvertForm) -> dict[str, Any]:
        """Values of the dialog."""
        return {
            "title": _("Convert to customer"),
            "form": form,
            "duplicates": form.hidden_cards(),
            "submit_label": _("Convert"),
            "cancel_url": lead.get_absolute_url(),
            "action_url": self.request.path,
        }
