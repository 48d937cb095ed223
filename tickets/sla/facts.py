"""From the stored history of a ticket to the facts its clocks are computed from."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.dateparse import parse_datetime

from tickets import catalog
from tickets.choices import EventKind, MessageKind, Via
from tickets.models import TicketEvent
from tickets.services.history import in_order
from tickets.sla.calendar import seconds
from tickets.sla.folding import Fact, What

#: What policies ask for, as it stands in the events.
ATTRIBUTES = ("type", "priority", "level", "category", "group")
#: Values of an event that are read here.
VALUES = ("ticket_id", "seq", "at", "kind", "after", "actor_id")


def attributes_of(values: dict[str, Any]) -> dict[str, list[str]]:
    """What of some values policies ask for; a category stands for all above it, too."""
    found = {}
    for name in ATTRIBUTES:
        if name in values:
            found[name] = _all(name, values[name])
    return found


def _all(name: str, value: Any) -> list[str]:
    if value in (None, ""):
        return []
    node = catalog.node(value) if name == "category" else None
    return [part for part in node.path.split("/") if part] if node else [str(value)]


def facts_of(events: Iterable[TicketEvent], *, call_answers: bool = False) -> list[Fact]:
    """The facts of one ticket from its events in order.

    `call_answers` says that a ticket typed during a call was answered by it.
    """
    return list(_Reading(call_answers).read(events))


class _Reading:
    """Remembers who has the ticket while it reads on."""

    def __init__(self, call_answers: bool) -> None:
        self.call_answers = call_answers
        self.owner: int | None = None
        self.type = "new"
        self.pauses: frozenset[str] = frozenset()

    def read(self, events: Iterable[TicketEvent]) -> Iterator[Fact]:
        for event in in_order(events):
            if event.kind == EventKind.RETIMED:
                continue
            at, after = seconds(event.at), event.after
            if event.kind == EventKind.CREATED:
                yield self._created(at, event)
            elif event.kind == EventKind.MESSAGE:
                yield from self._message(at, event)
            else:
                yield from self._changed(at, event)
            if "owner" in after and after["owner"] != self.owner:
                self.owner = after["owner"]
                by_other = self.owner is not None and event.actor_id != self.owner
                yield Fact(at, What.OWNER, owner=self.owner, by_other=by_other)

    def _by_owner(self, event: TicketEvent) -> bool:
        return self.owner is not None and event.actor_id == self.owner

    def _created(self, at: int, event: TicketEvent) -> Fact:
        after = event.after
        self.type, self.pauses = after["phase"], frozenset(after.get("pauses", ()))
        called = self.call_answers and after.get("via") == Via.PHONE
        came = parse_datetime(after["received"]) if "received" in after else None
        return Fact(
            at, What.CREATED, type=self.type, pauses=self.pauses, answered=called,
            attributes=attributes_of(after), received=seconds(came) if came else None,
        )  # fmt: skip

    def _message(self, at: int, event: TicketEvent) -> Iterator[Fact]:
        after, by_owner = event.after, self._by_owner(event)
        if after.get("by_automation"):
            return
        if after["kind"] == MessageKind.PUBLIC:
            yield Fact(at, What.CONTACT, by_owner=by_owner)
        elif after["kind"] == MessageKind.CUSTOMER:
            yield Fact(at, What.CUSTOMER)
        elif by_owner:
            yield Fact(at, What.ACCEPTED)

    def _changed(self, at: int, event: TicketEvent) -> Iterator[Fact]:
        after = event.after
        found = attributes_of(after)
        if found:
            yield Fact(at, What.ATTRIBUTES, attributes=found)
        if "phase" in after or "pauses" in after:
            self.type = after.get("phase", self.type)
            self.pauses = frozenset(after.get("pauses", self.pauses))
            yield Fact(
                at, What.STATUS, type=self.type, pauses=self.pauses, by_owner=self._by_owner(event)
            )
        elif self._by_owner(event) and event.kind != EventKind.OWNER:
            yield Fact(at, What.ACCEPTED)
