"""Pages that move a ticket: steps of the machine, who handles it, who watches it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.core.messages import listed, sentences
from crm.pool.verbs import CLAIM
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets import forms, rules
from tickets.actions import LOOKS
from tickets.choices import Phase
from tickets.desk.places import desk_url, queue_in, with_queue
from tickets.models import Ticket
from tickets.services.assigning import auto_assign
from tickets.services.changing import watch_ticket
from tickets.services.moving import transition
from tickets.services.owning import (
    accept_ticket,
    assign_ticket,
    claim_ticket,
    move_to_group,
    return_ticket,
)
from tickets.services.urging import urge_ticket
from tickets.states import BY_PAIR, STATE
from tickets.views.tickets import TicketRows


def back_url(request: HttpRequest, ticket: Ticket) -> str:
    """Where a button of a ticket leads back to: the desk it was pressed on, else the ticket.

    Somebody who no longer sees the ticket gets the queue or the list.
    """
    queue = queue_in(request.GET)
    seen = bool(policies.can(request.user, verbs.VIEW, ticket))
    if queue:
        return desk_url(queue, ticket.pk if seen else None)
    return ticket.get_absolute_url() if seen else address("tickets:ticket_list")


class ActionView(TicketRows, PageView):
    """Base: a form in the dialog (or on its own page), one service, back to the ticket."""

    model = Ticket
    verb = verbs.CHANGE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}
    form_class: ClassVar[Any] = None
    danger = False

    def title(self, ticket: Ticket) -> str:
        """Head of the dialog."""
        raise NotImplementedError

    def submit_label(self, ticket: Ticket) -> str:
        """The button."""
        return _("Save")

    def form(self, ticket: Ticket, data: Any = None) -> Any:
        """The questions."""
        return self.form_class(data, ticket=ticket, actor=self.request.user)

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        """Call the service; returns what is said afterwards."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        return self.show(self.context(ticket, self.form(ticket)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        form = self.form(ticket, request.POST)
        if form.is_valid():
            try:
                text = self.perform(ticket, self.values(form))
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                return self.done(ticket, text)
        return self.show(self.context(ticket, form), status=422)

    def values(self, form: Any) -> dict[str, Any]:
        """What the service gets."""
        return form.cleaned_data

    def done(self, ticket: Ticket, text: str) -> HttpResponse:
        """Back to the ticket, or to the list of somebody who no longer sees it."""
        messages.success(self.request, text)
        url = back_url(self.request, ticket)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, ticket: Ticket, form: Any) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": self.title(ticket),
            "form": form,
            "submit_label": self.submit_label(ticket),
            "cancel_url": back_url(self.request, ticket),
            "action_url": with_queue(self.request.path, queue_in(self.request.GET)),
            "danger": self.danger,
        }


class TicketStepView(ActionView):
    """One step of the machine; what it needs is asked (`service.md` 8.1)."""

    @property
    def to(self) -> str:
        """The target of the address."""
        if self.kwargs["to"] not in LOOKS:
            raise Http404
        return self.kwargs["to"]

    def label(self, ticket: Ticket) -> str:
        """Name of the step, or of the state where there is no such step."""
        name = BY_PAIR.get((ticket.phase, self.to))
        return str(STATE.by_name[name].label) if name else _("Change the state")

    def title(self, ticket: Ticket) -> str:
        return f"{self.label(ticket)} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return self.label(ticket)

    def context(self, ticket: Ticket, form: Any) -> dict[str, Any]:
        return {**super().context(ticket, form), "in_the_way": self._in_the_way(ticket)}

    def _in_the_way(self, ticket: Ticket) -> str:
        """What forbids the step and no answer changes, said before anybody types."""
        if self.to != Phase.RESOLVED:
            return ""
        texts = []
        if rules.lacks_findings(ticket):
            texts.append(_("Write the liability and the root cause into the findings first."))
        found = [] if rules.only_warns(ticket.type_id) else rules.open_children(ticket)
        if found:
            text = _("The child tickets %(numbers)s are still open; they have to be solved first.")
            texts.append(text % {"numbers": listed(found)})
        return sentences(texts)

    def form(self, ticket: Ticket, data: Any = None) -> forms.StepForm:
        return forms.StepForm(data, ticket=ticket, actor=self.request.user, to=self.to)

    def values(self, form: forms.StepForm) -> dict[str, Any]:
        return form.values()

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        transition(ticket, self.to, by=self.request.user, **data)
        return _("The ticket %(number)s is in the state “%(state)s”.") % {
            "number": ticket.number,
            "state": ticket.status,
        }


class TicketAssignView(ActionView):
    """分配 / 转派."""

    form_class = forms.AssignForm

    def title(self, ticket: Ticket) -> str:
        label = _("Transfer") if ticket.owner_id else _("Assign")
        return f"{label} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Transfer") if ticket.owner_id else _("Assign")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        assign_ticket(ticket, data["owner"], by=self.request.user, note=data["note"])
        return _("The ticket %(number)s was assigned to %(name)s.") % {
            "number": ticket.number,
            "name": ticket.owner.name,
        }


class TicketGroupView(ActionView):
    """转组."""

    form_class = forms.RegroupForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Hand over to a group')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Hand over")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        move_to_group(ticket, data["group"], by=self.request.user, note=data["note"])
        return _("The ticket %(number)s belongs to the group “%(group)s” now.") % {
            "number": ticket.number,
            "group": ticket.group.name,
        }


class TicketReturnView(ActionView):
    """退回."""

    form_class = forms.ReturnForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Return')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Return")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        return_ticket(ticket, by=self.request.user, note=data["note"])
        return _("The ticket %(number)s was returned.") % {"number": ticket.number}


class TicketUrgeView(ActionView):
    """催单, taken by a colleague."""

    verb = verbs.ADD
    form_class = forms.UrgeForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Customer urges')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        urge_ticket(ticket, words=data["words"], by=self.request.user)
        return _("The reminder is noted; handler and supervisor are told.")


class PostView(TicketRows, PageView):
    """Base: one click, one service, back to the ticket."""

    model = Ticket
    http_method_names = ["post"]
    level = messages.SUCCESS

    def perform(self, ticket: Ticket) -> str:
        """Call the service; returns what is said afterwards."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        try:
            text = self.perform(ticket)
            messages.add_message(request, self.level, text)
        except DomainError as error:
            if not queue_in(request.GET):
                raise
            messages.error(request, error.message)  # the desk goes on, with what is true now
        return redirect(back_url(request, ticket))


class TicketClaimView(PostView):
    """领取."""

    verb = CLAIM

    def perform(self, ticket: Ticket) -> str:
        claim_ticket(ticket, by=self.request.user)
        return _("You handle the ticket %(number)s now.") % {"number": ticket.number}


class TicketAcceptView(PostView):
    """确认处理 of what was handed over in the middle of the work."""

    verb = verbs.CHANGE

    def perform(self, ticket: Ticket) -> str:
        accept_ticket(ticket, by=self.request.user)
        return _("You have confirmed that you handle the ticket %(number)s.") % {
            "number": ticket.number
        }


class TicketAllocateView(PostView):
    """自动分配."""

    verb = verbs.ASSIGN

    def perform(self, ticket: Ticket) -> str:
        decision = auto_assign(ticket, by=self.request.user)
        if decision.chosen is None:
            self.level = messages.WARNING
            return decision.reason
        return _("The ticket %(number)s was assigned to %(name)s.") % {
            "number": ticket.number,
            "name": decision.chosen.name,
        }


class TicketWatchView(PostView):
    """关注 / 取消关注, for those who work on tickets."""

    verb = verbs.ADD

    def perform(self, ticket: Ticket) -> str:
        user = self.request.user
        on = not ticket.watchers.filter(user=user).exists()
        watch_ticket(ticket, user, actor=user, on=on)
        return _("You watch this ticket.") if on else _("You no longer watch this ticket.")


class TicketWatcherAddView(ActionView):
    """Put a colleague on the list of watchers."""

    form_class = forms.WatcherForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Add a watcher')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Add")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        watch_ticket(ticket, data["user"], actor=self.request.user)
        return _("%(name)s watches this ticket.") % {"name": data["user"].name}


class TicketWatcherRemoveView(PostView):
    """Take a colleague off the list of watchers."""

    verb = verbs.CHANGE

    def perform(self, ticket: Ticket) -> str:
        row = ticket.watchers.filter(user_id=self.kwargs["user"]).select_related("user").first()
        if row is None:
            raise Http404
        watch_ticket(ticket, row.user, actor=self.request.user, on=False)
        return _("%(name)s no longer watches this ticket.") % {"name": row.user.name}
