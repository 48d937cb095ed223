"""The tick: whose promise runs out, or ran out, is told once (`service.md` 8.2).

The tables say what is due, so a lost ring, a second worker and a day of downtime change nothing.
The recorded breach is the instant of the promise, never the clock of the worker. After downtime
only the highest threshold is told, the others are kept as skipped.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock as time
from crm.dictionaries import settings
from crm.notifications.services import notify
from tickets.models import Ticket
from tickets.services import owning
from tickets.services.telling import sees, tell_supervisor
from tickets.sla.calendar import moment, seconds
from tickets.sla.clocks import LATE
from tickets.sla.models import ClockKind, SlaClock, SlaNotice
from tickets.sla.parameters import RETURN_UNACCEPTED
from tickets.sla.services import refresh_many

logger = logging.getLogger(__name__)

BATCH = 100
#: One tick works so long at most; the rest waits for the next one.
RUN_SECONDS = 40.0


def tick(*, now: datetime | None = None, run_seconds: float = RUN_SECONDS) -> int:
    """Tell what is due; returns how many tickets were looked at. Tests give `now`."""
    end, done = monotonic() + run_seconds, 0
    while monotonic() < end:
        batch = _due(now or time.now())
        found = sum(_attempt(*clock) for clock in batch)
        done += found
        if len(batch) < BATCH or not found:
            break
    return done


def _due(now: datetime) -> list[tuple[int, int, datetime]]:
    rows = SlaClock.objects.filter(next_check_at__lte=now).order_by("next_check_at", "id")
    return list(rows.values_list("pk", "ticket_id", "next_check_at")[:BATCH])


def _attempt(pk: int, ticket_id: int, seen: datetime) -> int:
    """Look at one clock; a broken one must not keep the others waiting."""
    try:
        with transaction.atomic():
            return _look(pk, ticket_id, seen)
    except Exception:
        logger.exception("service level clock %s failed", pk)
        SlaClock.objects.filter(pk=pk, next_check_at=seen).update(
            next_check_at=time.days_after(time.now(), 1)
        )
        return 0


def _look(pk: int, ticket_id: int, seen: datetime) -> int:
    """Claim a clock and tell of all clocks of its ticket; 0 where somebody else had it.

    The ticket is locked first, as every step of a ticket does, so that the two never wait for
    each other.
    """
    rows = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=ticket_id)
    ticket = rows.first()
    if ticket is None:
        return 0
    if not SlaClock.objects.filter(pk=pk, next_check_at=seen).update(next_check_at=None):
        return 0
    now = seconds(time.now())
    for clock in refresh_many([ticket])[ticket.pk]:
        passed = [(mark, at) for mark, at in clock.marks if at <= now]
        if passed:
            _tell(ticket, clock, passed)
    return 1


def _tell(ticket: Ticket, clock: SlaClock, passed: list[tuple[int, int]]) -> None:
    highest, _at = max(passed)
    quiet = ticket.deleted_at is not None
    SlaNotice.objects.bulk_create(
        SlaNotice(
            clock=clock,
            threshold=mark,
            passed_at=moment(at),
            written_at=time.now(),
            is_skipped=quiet or mark != highest,
        )
        for mark, at in passed
    )
    clock.marks = clock.marks[len(passed) :]
    clock.next_check_at = moment(clock.marks[0][1]) if clock.marks else None
    SlaClock.objects.filter(pk=clock.pk).update(
        marks=clock.marks, next_check_at=clock.next_check_at
    )
    if quiet:
        return
    if any(mark == LATE for mark, _at in passed):
        record("tickets.clock.breached", ticket, actor=None, note=str(ClockKind(clock.kind).label))
    _send(ticket, clock, highest)
    if highest >= LATE and clock.kind == ClockKind.ACCEPTANCE:
        _take_back(ticket)


# --- the ladder ----------------------------------------------------------------------------------
def _send(ticket: Ticket, clock: SlaClock, mark: int) -> None:
    """Owner at the percentages, leader at the breach, manager some working time later."""
    label = ClockKind(clock.kind).label
    if mark < LATE:
        kind, people = "sla_warning", [_handler(ticket) or _leader(ticket)]
        words = _("%(mark)d %% of the time is used")
    elif mark == LATE:
        kind, people = "sla_breached", [_leader(ticket), ticket.owner]
        words = _("overdue")
    else:
        kind, people = "sla_escalated", [_manager(ticket)]
        words = _("overdue for some time")
    notify(
        [user for user in _different(people) if sees(user, ticket)],
        kind,
        title=lambda: (
            _("%(number)s %(kind)s: %(what)s")
            % {"number": ticket.number, "kind": label, "what": _said(mark, words)}
        ),
        text=ticket.title,
        url=ticket.get_absolute_url(),
        dedupe_key=f"sla:{clock.pk}:{mark}",
    )


def _said(mark: int, words: str) -> str:
    return words % {"mark": mark} if mark < LATE else words


def _handler(ticket: Ticket) -> Any:
    """Who works on it, and still may."""
    owner = ticket.owner
    return owner if owner is not None and owner.is_active and sees(owner, ticket) else None


def _leader(ticket: Ticket) -> Any:
    return owning.distributor_of(ticket)


def _manager(ticket: Ticket) -> Any:
    leader = _leader(ticket)
    return getattr(leader, "superior", None) or leader


def _different(people: Iterable[Any]) -> list[Any]:
    return list({user.pk: user for user in people if user is not None}.values())


def _take_back(ticket: Ticket) -> None:
    """Whoever does not confirm in time loses the ticket, where the company wants it so."""
    if not settings.get(RETURN_UNACCEPTED) or ticket.owner_id is None:
        return
    why = _("It was not confirmed in time.")
    owning.give(ticket, None, actor=None, event="tickets.ticket.returned", note=why)
    owning.ensure_supervisor(ticket)
    tell_supervisor(ticket, why)
