"""What was promised when: rule books as they followed each other, and the promise at an instant.

Every change of a policy makes a new book; tickets that run keep theirs unless the book says that
it is for them too. Policies are asked in their order, the first that fits counts. Pure.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tickets.sla.calendar import NATURAL, History, Hours

#: The calendar code of promises that run day and night.
ROUND_THE_CLOCK = ""
#: The row of a policy for priorities without one of their own.
ANY = ""


class Kind(StrEnum):
    """The clocks of a ticket (`service.md` 8.2)."""

    FIRST_RESPONSE = "first_response"
    ASSIGNMENT = "assignment"
    ACCEPTANCE = "acceptance"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    LEGAL = "legal"


@dataclass(frozen=True)
class Target:
    """One promise: working seconds, percentages at which to warn, hours other than usual."""

    seconds: int
    warn: tuple[int, ...] = (50, 80)
    #: None: the calendar of the policy.
    calendar: str | None = None
    #: For a ticket that was opened again; None: the same.
    reopen_seconds: int | None = None


@dataclass(frozen=True)
class Policy:
    """Promises for the tickets that a condition describes; an empty condition takes all."""

    pk: int
    targets: Mapping[tuple[str, str], Target]
    condition: Mapping[str, frozenset[str]] = field(default_factory=dict)
    calendar: str = ROUND_THE_CLOCK
    #: Created in `[effective_from, effective_to)`, in seconds since 1970.
    effective_from: int | None = None
    effective_to: int | None = None
    #: Working seconds after a breach until the manager is told; None: never.
    escalate_after: int | None = None

    def fits(self, attributes: Mapping[str, Iterable[str]], created: int) -> bool:
        """Whether a ticket with these attributes is promised this."""
        if self.effective_from is not None and created < self.effective_from:
            return False
        if self.effective_to is not None and created >= self.effective_to:
            return False
        return all(
            not wanted.isdisjoint(attributes.get(name, ()))
            for name, wanted in self.condition.items()
        )

    def target(self, attributes: Mapping[str, Iterable[str]], kind: str) -> Target | None:
        """The promise of one clock, by priority; None: nothing is promised."""
        for priority in (*attributes.get("priority", ()), ANY):
            found = self.targets.get((priority, kind))
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class Book:
    """All policies as they were from an instant on."""

    number: int
    since: int
    policies: Sequence[Policy]
    #: Whether tickets that were created before follow it too.
    also_running: bool = False


@dataclass(frozen=True)
class Step:
    """What one clock is judged by from an instant on; `target` None: nothing is promised."""

    since: int
    target: int | None
    hours: Hours
    warn: tuple[int, ...] = ()
    policy: int | None = None
    book: int = 0
    escalate_after: int | None = None
    #: The calendar of `hours`; empty: day and night.
    code: str = ROUND_THE_CLOCK

    def says(self) -> tuple[object, ...]:
        """What must differ for the step to be one."""
        return (self.target, id(self.hours), self.warn, self.policy, self.escalate_after)


@dataclass(frozen=True)
class Rules:
    """The books and calendars of the company, with all their versions."""

    books: Sequence[Book]
    calendars: Mapping[str, History]

    def book_at(self, instant: int, created: int) -> Book | None:
        """The book that a ticket created then follows at an instant; before all: the first."""
        place = bisect_right(self.books, instant, key=lambda book: book.since)
        for book in reversed(self.books[:place]):
            if book.since <= created or book.also_running:
                return book
        return self.books[0] if self.books else None

    def history(self, code: str) -> History:
        """The versions of a calendar; of an unknown one day and night."""
        return NATURAL if code == ROUND_THE_CLOCK else self.calendars.get(code, NATURAL)

    def steps(
        self,
        kind: str,
        cycle: int,
        changes: Sequence[tuple[int, Mapping[str, Iterable[str]]]],
        until: int,
    ) -> list[Step]:
        """What a clock is judged by, from the creation on. `changes` are attributes by instant.

        Changes at `until` or later are left out: a clock that is over never moves.
        """
        created = changes[0][0]
        instants = {at for at, _attributes in changes}
        instants.update(book.since for book in self.books if book.also_running)
        for history in self.calendars.values():
            instants.update(history.changes())
        found: list[Step] = []
        for instant in sorted(at for at in instants if created < at < until or at == created):
            place = bisect_right(changes, instant, key=lambda each: each[0]) - 1
            step = self._step(kind, cycle, changes[place][1], instant, created)
            if not found or step.says() != found[-1].says():
                found.append(step)
        return found

    def _step(
        self,
        kind: str,
        cycle: int,
        attributes: Mapping[str, Iterable[str]],
        instant: int,
        created: int,
    ) -> Step:
        book = self.book_at(instant, created)
        policies = book.policies if book else ()
        policy = next((each for each in policies if each.fits(attributes, created)), None)
        target = policy.target(attributes, kind) if policy else None
        if book is None or policy is None:
            return Step(instant, None, NATURAL.at(instant))
        if target is None:
            # no promise says otherwise: days of the law pass, whoever works
            code = ROUND_THE_CLOCK if kind == Kind.LEGAL else policy.calendar
            hours = self.history(code).at(instant)
            return Step(instant, None, hours, policy=policy.pk, book=book.number)
        length = target.seconds
        if kind == Kind.RESOLUTION and cycle > 1 and target.reopen_seconds is not None:
            length = target.reopen_seconds
        code = policy.calendar if target.calendar is None else target.calendar
        return Step(
            instant,
            length,
            self.history(code).at(instant),
            target.warn,
            policy.pk,
            book.number,
            policy.escalate_after,
            code,
        )
