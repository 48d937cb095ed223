"""Appends to the history of a ticket (`TicketEvent`) and tells who listens (`hooks.happened`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from crm.core import clock, context
from crm.core.bulk import insert_many
from tickets import catalog
from tickets.choices import EventKind, MessageKind, Phase
from tickets.drafts import TicketDraft
from tickets.hooks import happened
from tickets.models import Ticket, TicketEvent


def append(
    ticket: Ticket,
    kind: EventKind,
    *,
    actor: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime | None = None,
    note: str = "",
) -> TicketEvent:
    """Write the next event of a ticket, in the caller's transaction."""
    Ticket.objects.filter(pk=ticket.pk).update(last_seq=F("last_seq") + 1)
    ticket.last_seq = Ticket.objects.values_list("last_seq", flat=True).get(pk=ticket.pk)
    event = TicketEvent(
        ticket=ticket,
        seq=ticket.last_seq,
        at=at or clock.now(),
        kind=kind,
        before=before or {},
        after=after or {},
        actor=actor,
        source=context.current().source,
        note=note[:500],
    )
    event.save(force_insert=True)
    happened.call([ticket])
    return event


def begin(tickets: Sequence[Ticket], drafts: Sequence[TicketDraft], *, actor: Any) -> None:
    """Write the first event of new tickets whose `last_seq` is 1."""
    source = context.current().source
    insert_many(
        [
            TicketEvent(
                ticket=ticket, seq=1, at=ticket.created_at, kind=EventKind.CREATED,
                before={}, after={**facts(ticket), **_arrival(draft)}, actor=actor, source=source,
            )
            for ticket, draft in zip(tickets, drafts, strict=True)
        ]
    )  # fmt: skip
    happened.call(list(tickets))


def _arrival(draft: TicketDraft) -> dict[str, Any]:
    """How the problem was told, and when, where that was before its ticket was made."""
    came = {"received": draft.received_at.isoformat()} if draft.received_at else {}
    return {"via": draft.via, **came}


def in_order(events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """The events of one ticket, which come by `seq`, as they happened.

    Only where an administrator has corrected a time may that be another order.
    """
    found = list(events)
    if any(event.kind == EventKind.RETIMED for event in found):
        found.sort(key=lambda event: (event.at, event.seq))
    return found


def moments(events: Iterable[TicketEvent]) -> dict[str, datetime]:
    """The times of the ticket that follow from its events."""
    found: dict[str, datetime] = {}
    for event in sorted(events, key=lambda event: (event.at, event.seq)):
        name, is_first = _moment(event)
        if name and is_first:
            found.setdefault(name, event.at)
        elif name:
            found[name] = event.at
        if name == "answered_at":
            found.setdefault("responded_at", event.at)
    return found


#: What an event is the time of, and whether the first or the last of its kind counts.
_MOMENTS = {
    Phase.OPEN: ("accepted_at", True),
    Phase.RESOLVED: ("resolved_at", False),
    Phase.CLOSED: ("closed_at", False),
    MessageKind.PUBLIC: ("answered_at", False),
    MessageKind.CUSTOMER: ("customer_wrote_at", False),
}


def _moment(event: TicketEvent) -> tuple[str, bool]:
    if event.kind == EventKind.CREATED:
        return "created_at", True
    if event.after.get("by_automation"):
        return "", False
    if event.after.get("accepted"):
        return "accepted_at", False
    name = "kind" if event.kind == EventKind.MESSAGE else "phase"
    return _MOMENTS.get(event.after.get(name), ("", False))


def facts(ticket: Ticket) -> dict[str, Any]:
    """All that clocks and policies ask of a ticket, as keys and codes."""
    status = catalog.status(ticket.status_id)
    return {
        "phase": ticket.phase,
        "status": status.code if status else "",
        "pauses": list(status.pauses) if status else [],
        "priority": ticket.priority,
        "type": ticket.type_id,
        "category": ticket.category_id,
        "customer": ticket.customer_id,
        "level": ticket.customer.grade_id if ticket.customer_id else None,
        "owner": ticket.owner_id,
        "group": ticket.group_id,
        "cycle": ticket.cycle,
        "wake_at": ticket.wake_at.isoformat() if ticket.wake_at else None,
    }


def differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict, dict]:
    """What of two sets of facts is not the same."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
