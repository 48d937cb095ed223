"""Duplicates of what is typed, and asking the owner of one to work on it together."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.notifications.services import notify
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from customers import duplicates
from customers.models import Customer


class CustomerDuplicatesView(PageView):
    """Live duplicate check: posted values in, cards out."""

    model = Customer
    verb = verbs.ADD
    template = "components/_duplicates.html"
    http_method_names = ["post"]

    def check_right(self) -> None:
        user = self.request.user
        if not policies.can(user, verbs.ADD, Customer):
            policies.require(user, verbs.CHANGE, Customer)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = request.POST.copy()
        data["exclude"] = request.GET.get("exclude", "")
        cards = duplicates.answer(duplicates.typed_from(data), request.user)
        for card in cards:
            if token := card.pop("request_token", ""):
                card["request_url"] = address("customers:customer_request", token)
            if pk := card.pop("claimable", 0):
                card["claim_url"] = address("customers:customer_pool_detail", pk)
        return self.show({"duplicates": cards})


class CustomerRequestView(PageView):
    """Ask the owner of a customer one may not see to work on it together."""

    model = Customer
    verb = verbs.ADD
    template = "customers/customer/request.html"
    partials = {"dialog-body": "customers/customer/_request.html"}

    def customer(self) -> Customer:
        """The customer behind the signed address."""
        try:
            pk = signing.loads(self.kwargs["token"], salt=duplicates.SALT, max_age=3600)
        except signing.BadSignature:
            raise Http404 from None
        found = Customer.objects.kept().filter(pk=pk, owner__isnull=False).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = self.customer()
        return self.show(
            {
                "title": _("Ask to cooperate"),
                "label": duplicates.masked_name(customer.name),
                "owner": customer.owner.display_name,
                "action_url": request.path,
                "cancel_url": address("customers:customer_add"),
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer, day = self.customer(), clock.today()
        reason = request.POST.get("reason", "").strip()[:200]
        record("customers.customer.requested", customer, actor=request.user, note=reason)
        notify(
            [customer.owner],
            "customer_requested",
            title=_("%(name)s asks to work with you on “%(customer)s”")
            % {"name": request.user.name, "customer": customer.name},
            text=reason,
            url=customer.get_absolute_url(),
            dedupe_key=f"request:{customer.pk}:{request.user.pk}:{day}",
        )
        message = _("The owner has been asked.")
        if request.htmx:
            toast = {"level": "success", "text": message}
            return htmx.trigger(HttpResponse(status=204), toast=toast, dialog_close=True)
        messages.success(request, message)
        return redirect("customers:customer_list")
