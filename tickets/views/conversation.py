"""Reading all that was said on a ticket; writing replies, notes, what the customer said."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.views.base import PageView
from tickets.choices import MessageKind, Phase, Via
from tickets.conversation import WHOLE, lines_of
from tickets.desk.places import desk_url, queue_in
from tickets.desk.rows import next_in
from tickets.forms import MessageForm
from tickets.models import Ticket
from tickets.services.conversing import Unread, note, receive, reply
from tickets.services.moving import transition
from tickets.views.tickets import TicketRows

#: 发送并下一个: the desk opens the next ticket of the queue.
NEXT = "next"


class TicketMessageView(TicketRows, PageView):
    """GET shows the whole conversation, POST adds a message; a refused one comes back as typed."""

    model = Ticket
    template = "tickets/message.html"
    partials = {"write-errors": "tickets/_write_errors.html"}
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
        if not form.is_valid():
            return self.show(self.context(ticket, form), status=422)
        self.confirm(form.cleaned_data)
        following = self.following(ticket, form.cleaned_data)
        try:
            self.store(ticket, form.cleaned_data)
            return self.done(ticket, following)
        except Unread as error:
            then = form.cleaned_data["then"]
            return self.show(self.unread(ticket, error, then), status=422)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(ticket, form), status=422)

    def confirm(self, data: dict[str, Any]) -> None:
        """仍然发送: what stands in the question counts as read, and the first button is meant."""
        if data["confirm"] is not None:
            data["seen"], data["then"] = data["confirm"], data["then_sent"]

    def following(self, ticket: Ticket, data: dict[str, Any]) -> str:
        """The address of the next ticket, asked before this one may leave the queue."""
        queue = queue_in(data)
        if not queue or data["then"] != NEXT:
            return ""
        return desk_url(queue, next_in(self.request.user, queue, ticket))

    def done(self, ticket: Ticket, following: str) -> HttpResponse:
        """The page again, with the message and perhaps another state; or the next ticket."""
        if following:
            return htmx.redirect(following) if self.request.htmx else redirect(following)
        if self.request.htmx:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        queue = queue_in(self.request.POST)
        return redirect(desk_url(queue, ticket.pk) if queue else ticket.get_absolute_url())

    def store(self, ticket: Ticket, data: dict[str, Any]) -> None:
        """Call the service of this kind of message, then the step that was asked with it."""
        user, text, token = self.request.user, data["text"], data["token"]
        if data["kind"] == MessageKind.PUBLIC:
            via = Via(data["via"] or Via.DESK)
            reply(
                ticket, text, by=user, via=via, uploads=data["files"], token=token,
                seen=data["seen"] or 0,
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
                uploads=data["files"],
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

    def unread(self, ticket: Ticket, error: Unread, then: str) -> dict[str, Any]:
        """Ask before something is sent past a message that was not read (`service.md` 8.1)."""
        data = self.request.POST.copy()
        data["seen"], data["then"], data["confirm"] = str(error.newest), then, ""
        keys = {message.pk for message in error.messages}
        lines, _more = lines_of(ticket, self.request.user)
        return {
            **self.context(ticket, MessageForm(data, self.request.FILES)),
            "unread": [line for line in lines if line.pk in keys],
            "newest": error.newest,
            "then": then,
            "submit_label": _("Send anyway"),
        }

    def context(self, ticket: Ticket, form: MessageForm) -> dict[str, Any]:
        """The form once more."""
        queue = queue_in(self.request.POST)
        return {
            "title": f"{ticket.number} {ticket.title}",
            "form": form,
            "submit_label": _("Send the message"),
            "cancel_url": desk_url(queue, ticket.pk) if queue else ticket.get_absolute_url(),
            "action_url": self.request.path,
        }
