"""更正时间: the form in which an administrator corrects when something happened."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.dictionaries.models import BusinessCalendar
from crm.web.widgets import MomentInput
from tickets.models import Ticket, TicketEvent
from tickets.sla.retiming import correct_time, correctable, what_of
from tickets.views.steps import ActionView


class TimeForm(forms.Form):
    """What happened when, and how that is known."""

    event = forms.ChoiceField(label=gettext_lazy("Event to correct"))
    at = forms.DateTimeField(label=gettext_lazy("Happened in fact at"), widget=MomentInput())
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, data: Any = None, *, ticket: Ticket, actor: Any) -> None:
        super().__init__(data)
        found = [(str(event.seq), _line(event)) for event in correctable(ticket)]
        self.fields["event"].choices = found


def _line(event: TicketEvent) -> str:
    who = event.actor.name if event.actor else ""
    return f"{localtime(event.at):%Y-%m-%d %H:%M} {what_of(event)} {who}".strip()


class TicketTimeView(ActionView):
    """For who keeps the work calendar: the times of all promises are theirs."""

    verb = verbs.VIEW
    form_class = TimeForm

    def check_right(self) -> None:
        super().check_right()
        policies.require(self.request.user, verbs.CHANGE, BusinessCalendar)

    def title(self, ticket: Ticket) -> str:
        return f"{_('Correct a time')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        seq, at = int(data["event"]), data["at"]
        correct_time(ticket, seq, at, reason=data["reason"], actor=self.request.user)
        return _("The time is corrected; all service levels of the ticket are computed anew.")

    def context(self, ticket: Ticket, form: Any) -> dict[str, Any]:
        text = _("The old time stays in the history, with your reason.")
        return {**super().context(ticket, form), "help": text}
