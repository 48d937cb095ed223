"""The customer's link on the ticket's page: show, copy, renew, revoke; mails once more."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core.errors import DomainError, NotAllowed
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets.models import AnswerMail, CustomerLink, Ticket
from tickets.portal import linking, mailing
from tickets.views.tickets import TicketRows


class CustomerLinkView(TicketRows, PageView):
    """The dialog with the link. Looking at it makes none; the buttons do."""

    model = Ticket
    verb = verbs.CHANGE
    template = "tickets/portal/link.html"
    partials = {"dialog-body": "tickets/portal/_link.html"}
    http_method_names = ["get", "head", "post", "options"]

    def get_object(self) -> Any:
        ticket = super().get_object()
        if not linking.may_share(self.request.user, ticket):
            raise NotAllowed(_("Sharing failed: only the handler or a supervisor may."))
        return ticket

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket, user, said = self.get_object(), request.user, ""
        act = request.POST.get("act", "")
        try:
            if act == "renew":
                linking.renew_link(ticket, by=user)
                said = _("The link was renewed; the old one no longer works.")
            elif act == "revoke":
                linking.revoke_link(ticket, by=user)
                said = _("The link was revoked.")
            else:
                linking.issue_link(ticket, by=user)
                said = _("The link was made.")
        except DomainError as error:
            return self.show(self.context(ticket) | {"problem": error.message}, status=error.status)
        if request.htmx:
            return self.show(self.context(ticket) | {"said": said})
        messages.success(request, said)
        return redirect(address("tickets:ticket_customer_link", ticket.pk))

    def context(self, ticket: Ticket) -> dict[str, Any]:
        """The link, until when it works, and what may be done with it."""
        link = CustomerLink.objects.filter(ticket=ticket, revoked_at__isnull=True).first()
        return {
            "title": _("Customer's link"),
            "ticket": ticket,
            "link": link,
            "link_url": linking.url_of(link) if link else "",
            "until": linking.expires_at(ticket),
            "action_url": self.request.path,
            "cancel_url": ticket.get_absolute_url(),
        }


class MailRetryView(TicketRows, PageView):
    """Send the mail of an answer once more."""

    model = Ticket
    verb = verbs.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        rows = AnswerMail.objects.filter(message__ticket=ticket, pk=kwargs["mail"])
        mail = rows.select_related("message__ticket").first()
        if mail is None:
            raise Http404
        try:
            mailing.retry(mail, by=request.user)
            messages.success(request, _("The e-mail is being sent again."))
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(ticket.get_absolute_url())
