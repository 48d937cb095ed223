"""The clocks follow their tickets: every event of a ticket refreshes them, in its transaction."""

from collections.abc import Collection, Sequence

from customers.hooks import changed
from customers.models import Customer
from tickets.choices import EventKind
from tickets.hooks import happened
from tickets.models import Ticket, TicketEvent
from tickets.services import history
from tickets.sla.services import refresh_many


def follow(tickets: Sequence[Ticket]) -> None:
    """Bring the clocks of tickets with new events in step."""
    refresh_many(tickets)


def follow_grade(customer: Customer, names: Collection[str]) -> None:
    """Tickets in work are of the customer's new grade from now on (`service.md` 8.2).

    The event is nobody's: whoever graded the customer has done nothing for the ticket.
    """
    if "grade" not in names:
        return
    rows = Ticket.objects.in_work().filter(customer=customer).order_by("pk")
    tickets = list(rows.select_for_update(of=("self",)))
    known = _levels(tickets)
    for ticket in tickets:
        before, after = {"level": known.get(ticket.pk)}, {"level": customer.grade_id}
        if before != after:
            history.append(ticket, EventKind.VALUES, actor=None, before=before, after=after)


def _levels(tickets: Sequence[Ticket]) -> dict[int, int | None]:
    """The grades that the histories of tickets tell of last."""
    rows = TicketEvent.objects.filter(ticket__in=tickets, after__has_key="level")
    return dict(rows.order_by("seq").values_list("ticket_id", "after__level"))


happened.register(follow)
changed.register(follow_grade)
