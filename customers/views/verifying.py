"""The click that says: this contact data is right today."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.web.views.base import ObjectMixin, PageView
from customers.models import Contact, Customer
from customers.services.verifying import verify_contact, verify_customer


class VerifyView(ObjectMixin, PageView):
    """Subclasses name the model and call its service."""

    verb = verbs.CHANGE
    http_method_names = ["post"]

    def rows(self) -> Any:
        return super().rows().kept()

    def verify(self, obj: Any) -> None:
        """Call the service."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        self.verify(obj)
        messages.success(request, _("The contact data was verified today."))
        return redirect(obj.get_absolute_url())


class CustomerVerifyView(VerifyView):
    """A customer and its contacts."""

    model = Customer

    def verify(self, obj: Customer) -> None:
        verify_customer(obj, actor=self.request.user)


class ContactVerifyView(VerifyView):
    """One contact."""

    model = Contact

    def verify(self, obj: Contact) -> None:
        verify_contact(obj, actor=self.request.user)
