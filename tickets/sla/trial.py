"""试算: what a change of policies or of the calendar does to the clocks in work.

n move, of them n get more time and n are late at once; nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from crm.core import clock as time
from crm.dictionaries import settings
from crm.dictionaries.calendar import days_of, special_days, work_calendar
from crm.dictionaries.calendar_services import Days
from crm.dictionaries.models import BusinessCalendar, DayKind
from crm.dictionaries.worktime import Span, SpecialDay, WorkCalendar
from tickets.models import Ticket, TicketEvent
from tickets.sla.book import as_content, book_from, in_force, list_content
from tickets.sla.calendar import History, OpenHours, seconds
from tickets.sla.clocks import Clock, State, compute
from tickets.sla.facts import VALUES, facts_of
from tickets.sla.folding import Fact
from tickets.sla.models import SlaPolicy, SlaTarget
from tickets.sla.parameters import CALL_ANSWERS
from tickets.sla.rules import Rules
from tickets.sla.walking import in_work

#: Up to so many tickets are computed one by one; of more an even part, and the rest projected.
EXACT = 3_000
BATCH = 200
SAMPLE = 10


@dataclass(frozen=True)
class Move:
    """One clock that would move; instants in seconds since 1970."""

    ticket_id: int
    kind: str
    before: int | None
    after: int | None
    is_late: bool


@dataclass(frozen=True)
class Trial:
    """How many clocks are in work, and what becomes of them."""

    clocks: int
    moved: int
    late: int
    saved: int
    is_exact: bool
    sample: tuple[Move, ...]


def try_policy(
    policy: SlaPolicy, condition: dict[str, list[int]], targets: Sequence[SlaTarget]
) -> Trial:
    """What a policy as it stands in a form does to tickets in work, were it for them, too."""
    rules, now = in_force(), seconds(time.now())
    content = [each for each in list_content() if each["pk"] != policy.pk]
    if policy.is_active:
        content.append({**as_content(policy, condition, list(targets)), "pk": policy.pk or 0})
    places = dict(SlaPolicy.objects.values_list("pk", "position"))
    places[policy.pk or 0] = policy.position
    content.sort(key=lambda each: (places.get(each["pk"], 0), each["pk"] or 1 << 40))
    number = rules.books[-1].number + 1 if rules.books else 1
    book = book_from(number, content, now, running=True)
    return _try(rules, replace(rules, books=[*rules.books, book]), now)


def try_calendar(code: str, proposed: WorkCalendar) -> Trial:
    """What a calendar as it stands in a form does to tickets in work."""
    rules, now = in_force(), seconds(time.now())
    versions = [*rules.history(code).versions, (now, OpenHours(proposed))]
    return _try(rules, replace(rules, calendars={**rules.calendars, code: History(versions)}), now)


def _try(before: Rules, after: Rules, now: int) -> Trial:
    total = in_work().count()
    step = max(1, -(-total // EXACT))
    clocks = moved = late = saved = 0
    sample: list[Move] = []
    for ticket_id, facts in _facts(step):
        old = {(each.kind, each.cycle): each for each in compute(facts, before, now + 1)}
        for new in compute(facts, after, now + 1):
            known = old.get((new.kind, new.cycle))
            if known is None or not _is_open(known):
                continue
            clocks += 1
            if (new.due_at, new.breach_at, new.state) == (
                known.due_at,
                known.breach_at,
                known.state,
            ):
                continue
            moved += 1
            is_late = new.state == State.BREACHED != known.state
            late += is_late
            saved += not is_late and known.due_at is not None and new.due_at > known.due_at
            if len(sample) < SAMPLE:
                sample.append(Move(ticket_id, new.kind, known.due_at, new.due_at, is_late))
    counts = [number * step for number in (clocks, moved, late, saved)]
    return Trial(*counts, step == 1, tuple(sample))


def _is_open(clock: Clock) -> bool:
    return clock.stopped_at is None and clock.state in (State.RUNNING, State.PAUSED)


def _facts(step: int) -> Iterator[tuple[int, list[Fact]]]:
    """Every so manieth ticket in work, with its facts."""
    call_answers = bool(settings.get(CALL_ANSWERS))
    rows = in_work()
    if step > 1:
        rows = rows.annotate(part=F("pk") % step).filter(part=0)
    walk = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)
    while keys := list(islice(walk, BATCH)):
        found: dict[int, list[Any]] = {pk: [] for pk in keys}
        events = TicketEvent.objects.filter(ticket__in=keys).order_by("ticket_id", "seq")
        for event in events.only(*VALUES):
            found[event.ticket_id].append(event)
        for pk, of_ticket in found.items():
            yield pk, facts_of(of_ticket, call_answers=call_answers)


def labels(moves: Sequence[Move]) -> dict[int, Ticket]:
    """The tickets of a sample."""
    return Ticket.objects.in_bulk([move.ticket_id for move in moves])


def try_hours(
    row: BusinessCalendar, week: Mapping[int, tuple[Span, ...]], values: Mapping[str, Any]
) -> Trial:
    """What other weekly hours and columns of a calendar do, the changed ones in `values`.

    Worked weekends take the hours of the day they stand for.
    """
    present = work_calendar(row.code)
    usual = tuple(tuple(week[day]) for day in range(7))
    follows = values.get("follows_statutory", row.follows_statutory)
    makeup = values.get("makeup_weekday", row.makeup_weekday)
    changed = replace(
        present,
        zone=ZoneInfo(values.get("time_zone", row.time_zone)),
        week=usual,
        special=special_days(days_of(row, follows=follows), usual[makeup]),
        follows=follows,
        version=present.version + 1,
    )
    return try_calendar(row.code, changed)


def try_days(row: BusinessCalendar, days: Days) -> Trial:
    """What days off, worked weekends or days with hours of their own do, were they entered."""
    present = work_calendar(row.code)
    spans = {
        DayKind.HOLIDAY: (),
        DayKind.WORKDAY: present.week[row.makeup_weekday],
        DayKind.CUSTOM: days.spans,
    }[DayKind(days.kind)]
    entered = {
        days.first + timedelta(days=place): SpecialDay(spans, days.name)
        for place in range(days.count)
    }
    changed = replace(present, special={**present.special, **entered}, version=present.version + 1)
    return try_calendar(row.code, changed)
