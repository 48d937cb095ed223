"""The middle pane: tickets of a queue with the time each has left, the earliest limit first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from crm.core import clock
from crm.web.listing import Listing
from tickets import catalog, queues
from tickets.choices import SUPERVISED, Priority
from tickets.desk import presence, saved
from tickets.lists import TICKETS
from tickets.models import SlaClock, Ticket
from tickets.sla.book import hours_at
from tickets.sla.calendar import seconds
from tickets.sla.models import ClockState
from tickets.sla.showing import badge_of

#: Tickets of a page of the desk.
PAGE = 30
#: Ended tickets have no limit ahead: the last change leads there.
SORTS = {queues.EVERYTHING: "-updated_at"}


def listing_of(user: Any, queue: str, after: str = "") -> Listing:
    """A queue as the list of tickets knows it, in the order of the desk."""
    own = saved.find(user, queue)
    query = own.values if own else QueryDict(mutable=True)
    if own is None:
        query["scene"] = queue
    if "sort" not in query:
        query["sort"] = SORTS.get(query.get("scene", queues.EVERYTHING), "sla_breach_at")
    query["page_size"], query["after"] = str(PAGE), after
    return Listing(TICKETS, user, query)


def next_in(user: Any, queue: str, ticket: Ticket) -> int | None:
    """The ticket behind one in a queue, else the first other one; None where it was the last."""
    listing = listing_of(user, queue)
    _before, behind = listing.neighbours(ticket.pk)
    return behind or next((key for key in listing.page.ids if key != ticket.pk), None)


#: Signs of promises that do not run; those that run bring their own.
RESTING = {ClockState.PAUSED: "player-pause", ClockState.MET: "circle-check"}


@dataclass(frozen=True)
class Due:
    """How the worst promise of a ticket stands, in words, sign and bar."""

    text: str
    icon: str
    level: str  # late, near, calm, rest
    title: str
    #: The limit by the clock on the wall.
    until: str
    #: Per cent of the working time that is left; None where nothing runs.
    left: int | None


def due_of(ticket: Ticket, started: datetime | None, now: datetime) -> Due | None:
    """The countdown of a ticket; None where nothing is promised."""
    shown = badge_of(ticket, now)
    if shown is None:
        return None
    limit = ticket.sla_breach_at
    if queues.is_near(ticket.sla_warn_at, limit, now):
        level = "near"
    elif ticket.sla_state == ClockState.BREACHED or (limit is not None and limit < now):
        level = "late"
    else:
        level = "rest" if limit is None else "calm"
    icon = shown["icon"] or RESTING.get(ticket.sla_state, "clock")
    left = _left(ticket, started, now)
    return Due(shown["text"], icon, level, shown["title"], shown["until"], left)


def _left(ticket: Ticket, started: datetime | None, now: datetime) -> int | None:
    limit = ticket.sla_breach_at
    if limit is None:
        return None
    if now >= limit:
        return 0
    if started is None or started >= limit:
        return None
    begin, end = seconds(started), seconds(limit)
    hours = hours_at(ticket.sla_hours, begin)
    whole = hours.worked(begin, end)
    return round(100 * hours.worked(seconds(now), end) / whole) if whole else None


def rows_of(keys: Sequence[int], user: Any) -> list[dict[str, Any]]:
    """The lines of a page; a fixed number of queries."""
    found = Ticket.objects.filter(pk__in=keys).select_related("customer", "owner")
    tickets = {ticket.pk: ticket for ticket in found.defer("description", "solution", "answers")}
    starts, now = _starts(tickets), clock.now()
    here = presence.on_tickets(tickets, user)
    return [
        line(tickets[pk], starts.get(pk), now) | {"here": here.get(pk, [])}
        for pk in keys
        if pk in tickets
    ]


def _starts(tickets: dict[int, Ticket]) -> dict[int, datetime]:
    """When the clock that runs out first was started."""
    rows = SlaClock.objects.filter(ticket__in=list(tickets), stopped_at__isnull=True)
    return {
        pk: started
        for pk, limit, started in rows.values_list("ticket_id", "breach_at", "started_at")
        if limit is not None and limit == tickets[pk].sla_breach_at
    }


def line(ticket: Ticket, started: datetime | None, now: datetime) -> dict[str, Any]:
    """One ticket of the pane."""
    status = catalog.status(ticket.status_id)
    urgent = ticket.priority in SUPERVISED
    answered, wrote = ticket.answered_at, ticket.customer_wrote_at
    return {
        "pk": ticket.pk,
        "number": ticket.number,
        "title": ticket.title,
        "who": ticket.customer.name if ticket.customer else ticket.requester,
        "owner": ticket.owner,
        "status": {"text": status.label, "color": status.color} if status else None,
        "priority": ticket.get_priority_display() if urgent else "",
        "priority_color": Priority.colors()[Priority(ticket.priority)],
        "urged": ticket.urge_count,
        "is_withdrawn": ticket.withdrawal_at is not None,
        "is_unread": wrote is not None and (answered is None or wrote > answered),
        "at": ticket.updated_at,
        "due": due_of(ticket, started, now),
    }
