"""Reading all that was said on a ticket; writing replies, notes, what the customer said."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web.views.base import PageView
from tickets.choices import MessageKind, Phase, Via
from tickets.conversation import WHOLE, lines_of
from tickets.forms import MessageForm
from tickets.models import Ticket
from tickets.services.conversing import note, receive, reply
from tickets.services.moving import transition
from tickets.views.tickets import TicketRows


class TicketMessageView(TicketRows, PageView):
    """GET shows the whole conversation, POST adds a message; a refused one comes back as typed."""

    model = Ticket
    template = "tickets/message.html"
    partials = {"write-errors": "components/_form_errors.html"}
    http_method_names = ["get", "head", "post", "options"]

    def check_right(self) -> None:
        """Seeing tickets is not enough to write: the right to take them in is needed, too."""
        super().check_right()
        if self.request.method == "POST":
            policies.require(self.request.user, verbs.ADD, Ticket)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        self.template, self.partials = "tickets/conversation.html", {}
        lines, more = lines_of(ticket, request.user, limit=WHOLE)
        title = f"{_('Conversation')} · {ticket.number}"
        return self.show({"title": title, "ticket": ticket, "lines": lines, "more": more})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                self.store(ticket, form.cleaned_data)
                return self.done(ticket)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(ticket, form), status=422)

    def done(self, ticket: Ticket) -> HttpResponse:
        """The page again, with the message and perhaps another state."""
        if self.request.htmx:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return redirect(ticket.get_absolute_url())

    def store(self, ticket: Ticket, data: dict[str, Any]) -> None:
        """Call the service of this kind of message, then the step that was asked with it."""
        user, text, token = self.request.user, data["text"], data["token"]
        if data["kind"] == MessageKind.PUBLIC:
            via = Via(data["via"] or Via.DESK)
            reply(
                ticket, text, by=user, via=via, uploads=data["files"], token=token,
                seen=data["seen"],
            )  # fmt: skip
            messages.success(self.request, _("The answer was sent."))
            self.go_on(ticket, data["then"])
        elif data["kind"] == MessageKind.INTERNAL:
            note(ticket, text, by=user, uploads=data["files"], token=token)
            messages.success(self.request, _("The note was saved."))
        else:
            receive(
                ticket, text, via=Via(data["via"] or Via.PHONE), contact=ticket.contact,
                name=ticket.requester, nonce=f"{user.pk}:{token}" if token else "", taken_by=user,
            )  # fmt: skip
            messages.success(self.request, _("The customer's message was saved."))

    def go_on(self, ticket: Ticket, then: str) -> None:
        """回复并等待: the answer stands even where the step is refused."""
        if then != Phase.WAITING_CUSTOMER or ticket.phase == Phase.WAITING_CUSTOMER:
            return
        try:
            transition(ticket, Phase.WAITING_CUSTOMER, by=self.request.user)
        except DomainError as error:
            messages.error(self.request, error.message)

    def context(self, ticket: Ticket, form: MessageForm) -> dict[str, Any]:
        """The form once more."""
        return {
            "title": f"{ticket.number} {ticket.title}",
            "form": form,
            "submit_label": _("Send the message"),
            "cancel_url": ticket.get_absolute_url(),
            "action_url": self.request.path,
        }
