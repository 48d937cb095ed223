"""Who had a ticket for how long until it was solved, from its history (`service.md` 6.5).

Computed once, when a ticket is solved, so that the figures add rows up and read no history. What
happened between a solution and the next opening counts for nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction

from crm.core.bulk import insert_many
from crm.dictionaries.calendar import COMPANY
from tickets.choices import ENDED, SOLVED, Phase
from tickets.hooks import happened
from tickets.models import Ticket, TicketEvent
from tickets.services.history import in_order
from tickets.sla.book import in_force
from tickets.sla.calendar import History, seconds
from tickets.statistics.models import HeldTime, Holder

Held = tuple[Holder, int]
#: Phases whose time is not the handler's.
WAITS = {
    Phase.WAITING_CUSTOMER: Holder.CUSTOMER,
    Phase.WAITING_THIRD: Holder.THIRD,
    Phase.SCHEDULED: Holder.HOLD,
}
#: Phases in which nobody owes anything.
OVER = (Phase.RESOLVED, *ENDED)


def holder_of(phase: str, owner: int | None, group: int | None) -> Held | None:
    """Who has a ticket in this situation; None while nothing is owed."""
    if phase in OVER:
        return None
    if phase in WAITS:
        return WAITS[Phase(phase)], 0
    if owner is not None:
        return Holder.PERSON, owner
    return (Holder.GROUP, group) if group is not None else (Holder.NOBODY, 0)


def turns(events: Iterable[TicketEvent]) -> Iterator[tuple[Held, int, int]]:
    """The turns of the holders of one ticket: who, from when, until when; the last one is open.

    An earlier time after a later one counts as the later one. Pure.
    """
    values: dict[str, object] = {"phase": Phase.NEW, "owner": None, "group": None}
    since, held = 0, None
    for event in in_order(events):
        at = max(since, seconds(event.at))
        values |= {name: event.after[name] for name in values if name in event.after}
        found = holder_of(**values)
        if found != held:
            if held is not None and at > since:
                yield held, since, at
            since, held = at, found


def sums(events: Iterable[TicketEvent], calendar: History) -> dict[Held, tuple[int, int]]:
    """Working seconds and seconds passed of each holder of one ticket."""
    found: dict[Held, list[int]] = defaultdict(lambda: [0, 0])
    for held, begin, end in turns(events):
        found[held][0] += calendar.at(begin).worked(begin, end)
        found[held][1] += end - begin
    return {held: (business, wall) for held, (business, wall) in found.items()}


@transaction.atomic(savepoint=False)
def keep(tickets: Sequence[Ticket]) -> None:
    """Write the times of tickets that are solved now, in a fixed number of statements."""
    solved = [ticket.pk for ticket in tickets if ticket.phase in SOLVED]
    if not solved:
        return
    events: dict[int, list[TicketEvent]] = {pk: [] for pk in solved}
    rows = TicketEvent.objects.filter(ticket__in=solved).order_by("ticket_id", "seq")
    for event in rows.only("ticket_id", "seq", "at", "kind", "after"):
        events[event.ticket_id].append(event)
    calendar = in_force().history(COMPANY)
    HeldTime.objects.filter(ticket__in=solved).delete()
    insert_many(
        [
            HeldTime(ticket_id=pk, holder=holder, key=key, business=business, wall=wall)
            for pk, found in events.items()
            for (holder, key), (business, wall) in sums(found, calendar).items()
        ]
    )


happened.register(keep)
