"""Pages that join tickets and part them: merge, split, link, parent; and macros."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core.errors import DomainError
from crm.core.rowkeys import key_of
from crm.web.views.base import PageView
from tickets import joining_forms as forms
from tickets.choices import MessageKind
from tickets.conversation import lines_of, newest_of
from tickets.desk.places import queue_in, with_queue
from tickets.models import Macro, Ticket, TicketLink
from tickets.services.conversing import Unread
from tickets.services.joining import (
    link_tickets,
    merge_ticket,
    set_parent,
    split_ticket,
    unlink_tickets,
    unmerge_ticket,
)
from tickets.services.macros import apply_macro, preview, refusal
from tickets.views.steps import ActionView, PostView, back_url
from tickets.views.tickets import TicketRows


class TicketMergeView(ActionView):
    """合并."""

    form_class = forms.MergeForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Merge')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Merge")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        merge_ticket(ticket, data["target"], by=self.request.user)
        return _("The ticket %(number)s was merged into %(target)s.") % {
            "number": ticket.number,
            "target": data["target"].number,
        }


class TicketUnmergeView(PostView):
    """撤销合并."""

    verb = verbs.ASSIGN

    def perform(self, ticket: Ticket) -> str:
        unmerge_ticket(ticket, by=self.request.user)
        return _("The merge of %(number)s was undone.") % {"number": ticket.number}


class TicketSplitView(ActionView):
    """拆分: a message becomes a ticket."""

    form_class = forms.SplitForm

    def message(self, ticket: Ticket) -> Any:
        """The message of the address; an internal note stays one."""
        rows = ticket.messages.exclude(kind=MessageKind.INTERNAL)
        found = rows.filter(pk=self.kwargs["message"]).first()
        if found is None:
            raise Http404
        return found

    def title(self, ticket: Ticket) -> str:
        return f"{_('Split')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Split")

    def form(self, ticket: Ticket, data: Any = None) -> Any:
        form = super().form(ticket, data)
        form.fields["title"].initial = self.message(ticket).text[:60]
        return form

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        fresh = split_ticket(self.message(ticket), data["title"], by=self.request.user)
        return _("The ticket %(number)s was split off.") % {"number": fresh.number}


class TicketLinkView(ActionView):
    """关联."""

    form_class = forms.LinkForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Link a ticket')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Link")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        link_tickets(ticket, data["other"], data["kind"], by=self.request.user)
        return _("The tickets were linked.")


class TicketUnlinkView(PostView):
    """Take a link away."""

    verb = verbs.CHANGE

    def perform(self, ticket: Ticket) -> str:
        link = TicketLink.objects.filter(pk=self.kwargs["link"]).first()
        if link is None or ticket.pk not in (link.first_id, link.second_id):
            raise Http404
        unlink_tickets(link, ticket, by=self.request.user)
        return _("The link was removed.")


class TicketParentView(ActionView):
    """父工单."""

    form_class = forms.ParentForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Parent ticket')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        set_parent(ticket, data["parent"], by=self.request.user)
        return _("The parent ticket was saved.")


class TicketMacroView(TicketRows, PageView):
    """应用宏: GET shows what it would do; POST does all of it, or nothing and says why."""

    model = Ticket
    verb = verbs.CHANGE
    template = "tickets/macro.html"
    partials = {"dialog-body": "tickets/_macro.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        macro = self.macro()
        return self.show(self.context(ticket, macro, refusal(macro, ticket, request.user)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket, macro = self.get_object(), self.macro()
        try:
            apply_macro(macro, ticket, by=request.user, seen=key_of(request.POST.get("seen")))
        except Unread as error:
            return self.show(self.asking(macro, error), status=422)
        except DomainError as error:
            return self.show(self.context(ticket, macro, error.message), status=422)
        messages.success(request, _("The macro “%(name)s” was applied.") % {"name": macro.name})
        return redirect(back_url(request, ticket))

    def macro(self) -> Macro:
        """The macro of the address."""
        found = Macro.objects.filter(pk=self.kwargs["macro"], is_active=True).first()
        if found is None:
            raise Http404
        return found

    def asking(self, macro: Macro, error: Unread) -> dict[str, Any]:
        """What came in meanwhile, before anything is sent past it (`service.md` 8.1)."""
        ticket, keys = self.get_object(), {message.pk for message in error.messages}
        lines, _more = lines_of(ticket, self.request.user)
        unread = [line for line in lines if line.pk in keys]
        return self.context(ticket, macro, "") | {"unread": unread, "seen": error.newest}

    def context(self, ticket: Ticket, macro: Macro, reason: str) -> dict[str, Any]:
        """The steps, or the reason why none is taken."""
        seen = key_of(self.request.GET.get("seen"))
        return {
            "seen": newest_of(ticket) if seen is None else seen,
            "title": f"{_('Macro')} · {macro.name}",
            "ticket": ticket,
            "lines": preview(macro, ticket, self.request.user),
            "refusal": reason,
            "action_url": with_queue(self.request.path, queue_in(self.request.GET)),
            "cancel_url": back_url(self.request, ticket),
        }
