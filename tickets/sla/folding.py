"""From what happened to a ticket to the spans in which its clocks ran. Pure.

A clock stops by what people did for the customer, never by a status alone: only a public contact
of a person answers, only a person who becomes owner assigns (`service.md` 4.2-3, 4.2-8).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tickets.sla.intervals import Span, union
from tickets.sla.rules import Kind

#: Types of status in which nothing is owed any more.
DONE = frozenset({"resolved", "closed"})
VOID = frozenset({"cancelled", "merged"})
#: Only this clock rests while others owe something; all others run on (`service.md` 8.2).
PAUSABLE = frozenset({Kind.RESOLUTION})


class What(StrEnum):
    """What can happen to a ticket, as far as its clocks care."""

    CREATED = "created"
    STATUS = "status"
    OWNER = "owner"
    ACCEPTED = "accepted"
    #: A person reached the customer: public reply, answered call, own text message.
    CONTACT = "contact"
    #: The customer wrote; never an automatic reply.
    CUSTOMER = "customer"
    ATTRIBUTES = "attributes"


@dataclass(frozen=True)
class Fact:
    """One thing that happened; `at` in whole seconds since 1970, in the order of happening."""

    at: int
    what: str
    #: CREATED, STATUS: the type of the status, and the clocks that rest in it.
    type: str = ""
    pauses: frozenset[str] = frozenset()
    #: OWNER: who has it now; None: back in the pool.
    owner: int | None = None
    #: OWNER: somebody else or the machine gave it to that person.
    by_other: bool = False
    #: STATUS, CONTACT: done by the owner.
    by_owner: bool = False
    #: CREATED: typed while the customer was on the phone.
    answered: bool = False
    #: CREATED: when the matter came in, where that was before.
    received: int | None = None
    #: CREATED, ATTRIBUTES: what policies ask for; the values of one name are a set.
    attributes: Mapping[str, Iterable[str]] | None = None


class Over(StrEnum):
    """Why a clock ended without an answer."""

    CLOSED = "closed"
    RESOLVED = "resolved"
    REASSIGNED = "reassigned"
    RETURNED = "returned"


@dataclass
class Period:
    """One run of one clock. `stop` is its fulfilment, `ended` its end without one."""

    kind: Kind
    cycle: int
    start: int
    stop: int | None = None
    ended: int | None = None
    reason: str = ""
    pauses: list[Span] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.stop is None and self.ended is None

    @property
    def end(self) -> int | None:
        """When it was over either way; None while it runs."""
        return self.stop if self.stop is not None else self.ended


@dataclass
class Course:
    """The whole ticket: its periods, what it was when, and how it stands now."""

    periods: list[Period] = field(default_factory=list)
    changes: list[tuple[int, Mapping[str, Iterable[str]]]] = field(default_factory=list)
    type: str = "new"

    @property
    def is_void(self) -> bool:
        """Cancelled or merged: what still runs counts as cancelled."""
        return self.type in VOID


def fold(facts: Iterable[Fact]) -> Course:
    """The course of a ticket. An earlier time after a later one counts as the later one."""
    folding = _Folding()
    latest = 0
    for fact in facts:
        latest = max(latest, fact.at)
        folding.take(fact, latest)
    return folding.finished()


class _Folding:
    """Takes one fact after another."""

    def __init__(self) -> None:
        self.course = Course()
        self.owner: int | None = None
        #: The customer wrote after the answer while nothing was owed.
        self.wrote = False
        self._open: dict[Kind, Period] = {}
        self._count: dict[Kind, int] = {}
        #: Spans of each status: begin, end, type, resting clocks.
        self._spans: list[tuple[int, int | None, str, frozenset[str]]] = []

    def take(self, fact: Fact, at: int) -> None:
        if fact.attributes is not None:
            self._attributes(at, fact.attributes)
        getattr(self, f"_on_{What(fact.what)}")(fact, at)

    # --- what happens ---------------------------------------------------------------------------
    def _on_created(self, fact: Fact, at: int) -> None:
        self.course.type = fact.type or "new"
        self._spans.append((at, None, self.course.type, fact.pauses))
        for kind in (Kind.FIRST_RESPONSE, Kind.ASSIGNMENT, Kind.RESOLUTION):
            self._start(kind, at)
        self._start(Kind.LEGAL, at if fact.received is None else min(at, fact.received))
        if fact.answered:
            self._stop(Kind.FIRST_RESPONSE, at)

    def _on_status(self, fact: Fact, at: int) -> None:
        before, self.course.type = self.course.type, fact.type
        begin, _end, kind, pauses = self._spans[-1]
        self._spans[-1] = (begin, at, kind, pauses)
        # un-merging finds the clocks as they were: a rest goes on behind the merge
        self._spans.append((at, None, fact.type, pauses if fact.type == "merged" else fact.pauses))
        if fact.by_owner:
            self._stop(Kind.ACCEPTANCE, at)
        if fact.type in DONE:
            self._done(fact.type, at)
        elif before in DONE and fact.type not in VOID:
            self._reopened(at)
        elif before in VOID and fact.type not in VOID:
            self._owed_again(at)

    def _on_owner(self, fact: Fact, at: int) -> None:
        before, self.owner = self.owner, fact.owner
        if fact.owner is None:
            self._end(Kind.ACCEPTANCE, at, Over.RETURNED)
            if before is not None and self._owes:
                self._start(Kind.ASSIGNMENT, at)
            return
        self._stop(Kind.ASSIGNMENT, at)
        if fact.owner != before:
            self._end(Kind.ACCEPTANCE, at, Over.REASSIGNED)
            if fact.by_other and self._owes:
                self._start(Kind.ACCEPTANCE, at)

    def _on_accepted(self, fact: Fact, at: int) -> None:
        self._stop(Kind.ACCEPTANCE, at)

    def _on_contact(self, fact: Fact, at: int) -> None:
        self.wrote = False
        self._stop(Kind.FIRST_RESPONSE, at)
        self._stop(Kind.NEXT_RESPONSE, at)
        if fact.by_owner:
            self._stop(Kind.ACCEPTANCE, at)

    def _on_customer(self, fact: Fact, at: int) -> None:
        self.wrote = True
        if self._owes:
            self._owed_again(at)

    def _on_attributes(self, fact: Fact, at: int) -> None:
        """Taken already."""

    # --- what follows from it -------------------------------------------------------------------
    @property
    def _owes(self) -> bool:
        return self.course.type not in DONE | VOID

    def _done(self, kind: str, at: int) -> None:
        self._stop(Kind.RESOLUTION, at)
        self._stop(Kind.LEGAL, at)
        over = Over.RESOLVED if kind == "resolved" else Over.CLOSED
        for each in (Kind.NEXT_RESPONSE, Kind.ASSIGNMENT, Kind.ACCEPTANCE):
            self._end(each, at, over)
        self.wrote = False
        if kind == "closed":
            self._end(Kind.FIRST_RESPONSE, at, over)

    def _reopened(self, at: int) -> None:
        self._start(Kind.RESOLUTION, at)
        if self.owner is None:
            self._start(Kind.ASSIGNMENT, at)
        self._owed_again(at)

    def _owed_again(self, at: int) -> None:
        """An answer is owed for what the customer wrote, once the first one was given."""
        answered = Kind.FIRST_RESPONSE not in self._open
        if self.wrote and answered:
            self._start(Kind.NEXT_RESPONSE, at)

    def _attributes(self, at: int, changed: Mapping[str, Iterable[str]]) -> None:
        changes = self.course.changes
        known = changes[-1][1] if changes else {}
        now = {**known, **{name: frozenset(values) for name, values in changed.items()}}
        if changes and changes[-1][0] == at:
            changes[-1] = (at, now)
        else:
            changes.append((at, now))

    # --- periods --------------------------------------------------------------------------------
    def _start(self, kind: Kind, at: int) -> None:
        if kind in self._open:
            return
        self._count[kind] = self._count.get(kind, 0) + 1
        self._open[kind] = Period(kind, self._count[kind], at)
        self.course.periods.append(self._open[kind])

    def _stop(self, kind: Kind, at: int) -> None:
        period = self._open.pop(kind, None)
        if period is not None:
            period.stop = at

    def _end(self, kind: Kind, at: int, reason: str) -> None:
        period = self._open.pop(kind, None)
        if period is not None:
            period.ended, period.reason = at, reason

    def finished(self) -> Course:
        for period in self.course.periods:
            period.pauses = union(
                (begin, end)
                for begin, end, kind, pauses in self._spans
                if kind == "cancelled" or (period.kind in PAUSABLE and period.kind in pauses)
            )
        if not self.course.changes and self.course.periods:
            self.course.changes.append((self.course.periods[0].start, {}))
        return self.course
