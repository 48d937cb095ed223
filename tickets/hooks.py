"""What other parts join in when something happened to tickets, in the same transaction."""

from collections.abc import Sequence
from typing import Any

from crm.core.hooks import Hook
from tickets.models import Ticket, TicketMessage


def _happened(tickets: Sequence[Ticket]) -> None:
    """Signature: these tickets have new events (`TicketEvent`)."""


#: The clocks hang here: called once after every step, message or change of a value.
happened: Hook[[Sequence[Ticket]]] = Hook("tickets.happened", _happened)


def _moved(ticket: Ticket, old: str, by: Any) -> None:
    """Signature: a ticket has left the phase `old`; `by` is None for customer and clock."""


#: What a state brings along: entries at the customer, reminders, surveys.
moved: Hook[[Ticket, str, Any]] = Hook("tickets.moved", _moved)


def _answered(ticket: Ticket, message: TicketMessage) -> None:
    """Signature: a public answer was written on a ticket."""


#: How an answer reaches the customer: the mail with it hangs here.
answered: Hook[[Ticket, TicketMessage]] = Hook("tickets.answered", _answered)
