"""Brings the stored clocks of tickets in step with their history, and takes waivers down.

`refresh` computes everything anew and writes what differs, so it may be called at any time, by
anybody, as often as one likes. Telling people is in `ticking`, keeping the rules in `keeping`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock as time
from crm.core.bulk import insert_many, update_many
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries import settings
from tickets.models import Ticket, TicketEvent
from tickets.services.access import leads
from tickets.sla.book import in_force
from tickets.sla.calendar import moment, seconds
from tickets.sla.clocks import LATE, Clock, Judged, judge
from tickets.sla.facts import VALUES, facts_of
from tickets.sla.models import ClockState, SlaClock, SlaNotice
from tickets.sla.parameters import CALL_ANSWERS
from tickets.sla.rules import Rules

#: From the worst to the best (`service.md` 8.2); waived and dropped clocks say nothing.
ORDER = ("breached", "warned", "running", "paused", "met")
#: What is written of a computed clock.
COLUMNS = (
    "state", "policy_id", "policy_version", "calendar_version", "target", "started_at",
    "stopped_at", "due_at", "breach_at", "elapsed", "wall", "by_retarget", "is_incomplete",
    "reason", "marks", "next_check_at",
)  # fmt: skip
FIELDS = tuple(name.removesuffix("_id") for name in COLUMNS)
#: What the lists and queues of tickets know of the clocks.
SUMS = ("sla_state", "sla_breach_at", "sla_warn_at", "sla_hours")
#: Seconds that alone are no reason to write a clock that runs: pages count on by themselves.
VOLATILE = {"elapsed", "wall"}


def refresh(ticket: Ticket) -> None:
    """Bring the clocks of one ticket in step; called in the transaction of every change."""
    refresh_many([ticket])


@transaction.atomic(savepoint=False)
def refresh_many(tickets: Sequence[Ticket]) -> dict[int, list[SlaClock]]:
    """Bring the clocks of many tickets in step, in a fixed number of statements."""
    now = seconds(time.now())
    computed = {pk: [clock for _judged, clock in found] for pk, found in judged(tickets, now)}
    stored = _stored(computed)
    new, changed, kept = [], [], defaultdict(list)
    for pk, clocks in computed.items():
        for clock in clocks:
            row = stored.pop((pk, clock.kind, clock.cycle), None)
            made = row is None
            row = row or SlaClock(ticket_id=pk, kind=clock.kind, cycle=clock.cycle)
            differs = _fill(row, clock)
            if made:
                new.append(row)
            elif differs:
                changed.append(row)
            kept[pk].append(row)
    insert_many(new)
    update_many(changed, FIELDS)
    if stored:
        SlaClock.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    _sum_up(tickets, kept, now)
    return kept


def explained(ticket: Ticket, now: int | None = None) -> list[tuple[Judged, Clock]]:
    """The clocks of a ticket with what they were judged by, computed on the spot."""
    instant = seconds(time.now()) if now is None else now
    return judged([ticket], instant)[0][1]


def judged(
    tickets: Sequence[Ticket], now: int, rules: Rules | None = None
) -> list[tuple[int, list[tuple[Judged, Clock]]]]:
    """The clocks of tickets from their history, by the rules in force unless others are given."""
    rules, call_answers = rules or in_force(), bool(settings.get(CALL_ANSWERS))
    events: dict[int, list[TicketEvent]] = {ticket.pk: [] for ticket in tickets}
    rows = TicketEvent.objects.filter(ticket__in=list(events)).order_by("ticket_id", "seq")
    for event in rows.only(*VALUES):
        events[event.ticket_id].append(event)
    return [
        (pk, judge(facts_of(found, call_answers=call_answers), rules, now))
        for pk, found in events.items()
    ]


def _stored(computed: Iterable[int]) -> dict[tuple[int, str, int], SlaClock]:
    rows = list(SlaClock.objects.filter(ticket__in=list(computed)))
    passed: dict[int, set[int]] = defaultdict(set)
    told = SlaNotice.objects.filter(clock__in=[row.pk for row in rows if row.stopped_at is None])
    for pk, threshold in told.values_list("clock_id", "threshold") if rows else ():
        passed[pk].add(threshold)
    for row in rows:
        row.passed = passed[row.pk]
    return {(row.ticket_id, row.kind, row.cycle): row for row in rows}


def _fill(row: SlaClock, clock: Clock) -> bool:
    """Give the row the computed values; whether anything but the running time differs."""
    before = {name: getattr(row, name) for name in COLUMNS}
    passed = getattr(row, "passed", set())
    row.state = ClockState.WAIVED if row.waived_at is not None else clock.state
    row.policy_id, row.policy_version = clock.policy, clock.book
    row.calendar_version, row.target = clock.calendar, clock.target
    row.started_at, row.stopped_at = moment(clock.started_at), _moment(clock.stopped_at)
    row.due_at, row.breach_at = _moment(clock.due_at), _moment(clock.breach_at)
    row.elapsed, row.wall = clock.elapsed, clock.wall
    row.by_retarget, row.is_incomplete = clock.by_retarget, clock.is_incomplete
    row.reason, row.hours = clock.reason, clock.hours
    row.warn_at = _moment(_highest_warning(clock))
    waits = row.waived_at is None
    row.marks = [list(mark) for mark in clock.marks if waits and mark[0] not in passed]
    row.next_check_at = moment(row.marks[0][1]) if row.marks else None
    return any(
        getattr(row, name) != value for name, value in before.items() if name not in VOLATILE
    )


def _highest_warning(clock: Clock) -> int | None:
    """When the last of its warnings is passed, told or not; None where it gives none."""
    return max((at for mark, at in clock.marks if mark < LATE), default=None)


def _moment(instant: int | None) -> Any:
    return None if instant is None else moment(instant)


# --- the ticket itself ---------------------------------------------------------------------------
def _sum_up(tickets: Sequence[Ticket], clocks: dict[int, list[SlaClock]], now: int) -> None:
    """Keep the worst state and the first breach to come on the tickets, for lists and queues."""
    changed = []
    for ticket in tickets:
        first = first_breach(clocks[ticket.pk])
        ends, hours = (first.breach_at, first.hours) if first else (None, "")
        warns = first_warning(clocks[ticket.pk])
        values = (worst(clocks[ticket.pk], now), ends, warns, hours)
        if tuple(getattr(ticket, name) for name in SUMS) != values:
            for name, value in zip(SUMS, values, strict=True):
                setattr(ticket, name, value)
            changed.append(ticket)
    update_many(changed, SUMS)


def worst(clocks: Iterable[SlaClock], now: int) -> str:
    """The worst state of a ticket's clocks; empty where it has none that counts."""
    states = {_shown(clock, now) for clock in clocks}
    return next((state for state in ORDER if state in states), "")


def _shown(clock: SlaClock, now: int) -> str:
    if clock.state != ClockState.RUNNING:
        return clock.state
    warned = clock.warn_at is not None and seconds(clock.warn_at) <= now
    return "warned" if warned else clock.state


def first_breach(clocks: Iterable[SlaClock]) -> SlaClock | None:
    """The clock of the first promise that is not fulfilled yet and is, or was, broken."""
    open_ones = (ClockState.RUNNING, ClockState.BREACHED)
    found = [
        clock
        for clock in clocks
        if clock.state in open_ones and clock.stopped_at is None and clock.breach_at is not None
    ]
    return min(found, key=lambda clock: clock.breach_at, default=None)


def first_warning(clocks: Sequence[SlaClock]) -> datetime | None:
    """When the first running clock passes its highest warning; None where one is broken."""
    if any(row.state == ClockState.BREACHED and row.stopped_at is None for row in clocks):
        return None
    found = [row.warn_at for row in clocks if row.state == ClockState.RUNNING and row.warn_at]
    return min(found, default=None)


# --- a person's word -----------------------------------------------------------------------------
@transaction.atomic
def waive_clock(clock: SlaClock, *, reason: str, actor: Any) -> SlaClock:
    """豁免: a supervisor excuses a broken promise; it stays in the figures, counted apart.

    Raises NotAllowed, InvalidTransition, InvalidValue.
    """
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=clock.ticket_id)
    if not leads(actor, ticket):
        raise NotAllowed(_("Waiving failed: only a supervisor may."))
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidValue(_("Waiving failed: the reason is missing."), field="reason")
    values = {
        "state": ClockState.WAIVED, "waived_at": time.now(), "waived_by": actor,
        "waived_reason": reason[:200], "next_check_at": None, "marks": [],
    }  # fmt: skip
    late = SlaClock.objects.filter(pk=clock.pk, state=ClockState.BREACHED)
    if not late.update(**values):
        raise InvalidTransition(_("Waiving failed: this promise is not overdue."))
    clock.refresh_from_db()
    pair = {clock.kind: [str(ClockState.BREACHED.label), str(ClockState.WAIVED.label)]}
    record("tickets.clock.waived", ticket, actor=actor, changes=pair, note=reason)
    refresh(ticket)
    return clock


@transaction.atomic
def waive_clocks(clocks: Iterable[SlaClock], *, reason: str, actor: Any) -> int:
    """Waive several broken promises for one reason, one event each; returns how many.

    What somebody else has waived meanwhile is left as it is. Raises NotAllowed, InvalidValue.
    """
    done = 0
    # in the order of the tickets, so that two supervisors never wait for each other
    for clock in sorted(clocks, key=lambda each: (each.ticket_id, each.pk)):
        try:
            with transaction.atomic():
                waive_clock(clock, reason=reason, actor=actor)
        except InvalidTransition:
            continue
        done += 1
    return done
