"""The clocks of a ticket, computed from its history: `compute` is a pure function.

One principle: every instant is judged by the rules in force at that instant. So a clock is
breached at the first instant at which more time was used than the promise of that instant
allows, and what happens afterwards never changes it (`service.md` 8.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tickets.sla.folding import Course, Fact, Period, fold
from tickets.sla.intervals import FOREVER, Span, clip, subtract
from tickets.sla.rules import Rules, Step

#: Marks of a clock beyond the percentages: it is late; its manager hears of it.
LATE = 100
ESCALATED = 101


class State(StrEnum):
    """How a clock stands. `waived` is a person's word and never computed."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"
    WAIVED = "waived"


@dataclass(frozen=True)
class Clock:
    """One promise as it stands at an instant. Instants are whole seconds since 1970.

    `due_at` is when the promised time is used up, `breach_at` the last instant at which it is
    still kept: the next opening where the time ends at closing. Both are None while it rests.
    """

    kind: str
    cycle: int
    state: str
    target: int
    started_at: int
    stopped_at: int | None
    due_at: int | None
    breach_at: int | None
    elapsed: int
    wall: int
    #: Thresholds with their instants, in order: percentages, LATE, ESCALATED.
    marks: tuple[tuple[int, int], ...] = ()
    policy: int | None = None
    book: int = 0
    calendar: int = 0
    #: Code of the calendar it counts by; empty: day and night.
    hours: str = ""
    by_retarget: bool = False
    is_incomplete: bool = False
    reason: str = ""

    @property
    def remaining(self) -> int:
        """Working seconds left; negative when late."""
        return self.target - self.elapsed


@dataclass
class Judged:
    """A period with the rules it was judged by: what an explanation needs."""

    period: Period
    steps: Sequence[Step]
    course: Course
    reached: dict[int, int] = field(default_factory=dict)
    breach: int | None = None
    by_retarget: bool = False

    def pieces(self, begin: int, end: int | None) -> list[Span]:
        """The parts of a span in which the clock runs, whether or not anybody works."""
        return subtract((begin, end), self.holes)

    @property
    def holes(self) -> list[Span]:
        """Its rests; none reaches beyond its end, as nothing rests any more then."""
        begin, end = self.period.start, self.period.end
        return [found for hole in self.period.pauses if (found := clip(hole, begin, end))]

    def segments(self, until: int | None) -> list[tuple[int, int | None, Step]]:
        """The spans in which one rule holds, from the start of the clock on."""
        start = self.period.start
        later = [step.since for step in self.steps[1:]]
        found = []
        for step, end in zip(self.steps, [*later, None], strict=True):
            last = _earlier(end, until)
            begin = max(step.since, start) if found else start
            if (end is None or end > start) and (last is None or begin < last or not found):
                found.append((begin, last, step))
        return found

    def elapsed(self, until: int) -> int:
        """Working seconds used up to an instant."""
        return sum(
            step.hours.worked(first, last)
            for begin, end, step in self.segments(until)
            for first, last in self.pieces(begin, end)
            if last is not None
        )


def _earlier(first: int | None, second: int | None) -> int | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)


def compute(facts: Iterable[Fact], rules: Rules, now: int) -> list[Clock]:
    """All clocks of a ticket as they stand at `now`, in the order in which they began."""
    return [clock for judged, clock in judge(facts, rules, now)]


def judge(facts: Iterable[Fact], rules: Rules, now: int) -> list[tuple[Judged, Clock]]:
    """As `compute`, with what the clocks were judged by."""
    course = fold(facts)
    found = []
    for period in course.periods:
        # what changes in the second of the end comes too late
        until = FOREVER if period.end is None else period.end
        steps = rules.steps(period.kind, period.cycle, course.changes, until)
        if any(step.target is not None for step in steps):
            judged = Judged(period, steps, course)
            _walk(judged)
            found.append((judged, _clock(judged, now)))
    return found


# --- when the promise is used up ---------------------------------------------------------------
def _walk(judged: Judged) -> None:
    """Find the first instants of all thresholds, and of the breach."""
    used = 0
    # a clock that was fulfilled is told what would have been; one that ended otherwise is not
    for number, (begin, end, step) in enumerate(judged.segments(judged.period.ended)):
        if step.target is None:
            judged.reached.clear()
        elif _retarget(judged, step, used, begin, is_first=number == 0):
            return
        for first, last in judged.pieces(begin, end):
            if step.target is not None and _spend(judged, step, used, first, last):
                return
            if last is not None:
                used += step.hours.worked(first, last)


def _levels(step: Step) -> list[tuple[int, int]]:
    assert step.target is not None
    return [(mark, -(-step.target * mark // 100)) for mark in (*step.warn, LATE)]


def _retarget(judged: Judged, step: Step, used: int, at: int, *, is_first: bool) -> bool:
    """What a new promise means for the time used so far; True where it is broken by it."""
    assert step.target is not None
    marks = dict(_levels(step))
    for mark in set(judged.reached) - set(marks):
        del judged.reached[mark]
    for mark, level in marks.items():
        if used < level:
            judged.reached.pop(mark, None)
        else:
            judged.reached.setdefault(mark, at)
    if used <= step.target:
        return False
    judged.breach, judged.by_retarget = at, not is_first
    return True


def _spend(judged: Judged, step: Step, used: int, first: int, last: int | None) -> bool:
    """Let the clock run through one piece; True where it is late in it."""
    assert step.target is not None
    for mark, level in _levels(step):
        if mark not in judged.reached:
            at = step.hours.reach(first, level - used)
            if at is not None and (last is None or at <= last):
                judged.reached[mark] = at
    at = step.hours.beyond(first, step.target - used)
    if at is not None and (last is None or at < last):
        judged.breach = at
        return True
    return False


# --- the result ---------------------------------------------------------------------------------
def _clock(judged: Judged, now: int) -> Clock:
    period = judged.period
    last = judged.steps[-1]
    now = max(now, period.start)
    until = now if period.end is None else period.end
    state = _state(judged, last, now)
    known = state is not State.CANCELLED
    due = judged.reached.get(LATE) if known else None
    promised = next(step for step in reversed(judged.steps) if step.target is not None)
    touched = max(each for each in (until, due, judged.breach if known else None) if each)
    return Clock(
        kind=period.kind,
        cycle=period.cycle,
        state=state,
        target=promised.target or 0,
        started_at=period.start,
        stopped_at=period.stop,
        due_at=due,
        breach_at=judged.breach if known else None,
        elapsed=judged.elapsed(until),
        wall=until - period.start,
        marks=_marks(judged, last) if known and period.is_open else (),
        policy=promised.policy,
        book=promised.book,
        calendar=promised.hours.number,
        hours=promised.code,
        by_retarget=judged.by_retarget and state is State.BREACHED,
        is_incomplete=not promised.hours.is_complete(period.start, touched),
        reason=_reason(judged, state),
    )


def _state(judged: Judged, last: Step, now: int) -> State:
    period = judged.period
    until = now if period.end is None else period.end
    if judged.breach is not None and until > judged.breach:
        return State.BREACHED
    if period.stop is not None:
        return State.MET
    if period.ended is not None or judged.course.is_void or last.target is None:
        return State.CANCELLED
    resting = any(begin <= now and (end is None or now < end) for begin, end in judged.holes)
    return State.PAUSED if resting else State.RUNNING


def _reason(judged: Judged, state: State) -> str:
    if state is not State.CANCELLED:
        return ""
    if judged.period.reason:
        return judged.period.reason
    return judged.course.type if judged.course.is_void else "no_target"


def _marks(judged: Judged, last: Step) -> tuple[tuple[int, int], ...]:
    """What somebody has to be told of, and when; a breach is one a second after its instant."""
    found = [(mark, at) for mark, at in judged.reached.items() if mark != LATE]
    if judged.breach is not None:
        found.append((LATE, judged.breach + 1))
        if last.escalate_after is not None:
            at = last.hours.reach(judged.breach, last.escalate_after)
            if at is not None:
                found.append((ESCALATED, max(at, judged.breach + 1)))
    return tuple(sorted(found))
