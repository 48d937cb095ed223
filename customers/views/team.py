"""The team of a customer: add a colleague, take one out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.accounts.models import User
from crm.core import clock
from crm.web import htmx
from crm.web.views.base import ObjectMixin, PageView
from customers.forms import ShareForm
from customers.models import Customer
from customers.services.team import share_customer, unshare_customer


class CustomerShareView(ObjectMixin, PageView):
    """Add a colleague to the team of a customer."""

    model = Customer
    verb = verbs.SHARE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def rows(self) -> Any:
        return Customer.objects.kept()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), ShareForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer, form = self.get_object(), ShareForm(request.POST)
        if not form.is_valid():
            return self.show(self.context(customer, form), status=422)
        data, end = form.cleaned_data, None
        if data["expires_on"]:
            end = clock.day_bounds(data["expires_on"])[1]
        share_customer(
            customer,
            data["user"],
            write=data["write"],
            actor=request.user,
            expires_at=end,
        )
        messages.success(request, _("%(name)s is in the team now.") % {"name": data["user"].name})
        url = customer.get_absolute_url()
        return htmx.redirect(url) if request.htmx else redirect(url)

    def context(self, customer: Customer, form: ShareForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Add team member"),
            "form": form,
            "cancel_url": customer.get_absolute_url(),
            "action_url": self.request.path,
        }


class CustomerUnshareView(ObjectMixin, PageView):
    """Take a colleague out of the team, or leave it."""

    model = Customer
    http_method_names = ["post"]

    def rows(self) -> Any:
        return Customer.objects.kept()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = self.get_object()
        member = User.objects.filter(pk=kwargs["user"]).first()
        if member is None:
            raise Http404
        unshare_customer(customer, member, actor=request.user)
        if Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists():
            return redirect(customer.get_absolute_url())
        return redirect("customers:customer_list")
