"""更正时间: an administrator corrects when something happened, and every clock is computed anew.

The history keeps the old time: the correction is an event of its own (`service.md` 8.2).
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries.models import BusinessCalendar
from tickets.choices import EventKind, MessageKind, Phase
from tickets.models import Ticket, TicketEvent, TicketMessage
from tickets.services import history
from tickets.services.moving import lock
from tickets.sla.models import ClockState, SlaClock

#: What clocks are computed from; merging and links are no times of the customer.
CORRECTABLE = (
    EventKind.CREATED, EventKind.PHASE, EventKind.STATUS, EventKind.OWNER, EventKind.MESSAGE,
    EventKind.VALUES,
)  # fmt: skip
#: The newest events that are offered.
MOST = 200
#: Forms know no seconds.
MINUTE = timedelta(minutes=1)


def may_correct(user: Any, ticket: Ticket) -> bool:
    """Whether the user keeps the company's time, and sees the ticket."""
    keeps = policies.can(user, verbs.CHANGE, BusinessCalendar)
    return bool(keeps and policies.can(user, verbs.VIEW, ticket))


def correctable(ticket: Ticket) -> list[TicketEvent]:
    """The events whose time may be corrected, newest first."""
    rows = TicketEvent.objects.filter(ticket=ticket, kind__in=CORRECTABLE)
    return list(rows.select_related("actor").order_by("-seq")[:MOST])


@transaction.atomic
def correct_time(ticket: Ticket, seq: int, at: datetime, *, reason: str, actor: Any) -> TicketEvent:
    """Say when an event of a ticket really happened; its clocks and times follow.

    Steps keep their order; a message may have been written at any time since the ticket was
    taken in. Raises NotAllowed, InvalidTransition, InvalidValue.
    """
    lock(ticket)
    if not may_correct(actor, ticket):
        raise NotAllowed(_("Correcting failed: only an administrator may."))
    if ticket.deleted_at is not None:
        raise InvalidTransition(_("Correcting failed: the ticket was deleted."))
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidValue(_("Correcting failed: the reason is missing."), field="reason")
    events = history.in_order(TicketEvent.objects.filter(ticket=ticket).order_by("seq"))
    event = next((each for each in events if each.seq == seq), None)
    if event is None or event.kind not in CORRECTABLE:
        raise InvalidValue(_("Correcting failed: choose what happened."), field="event")
    at = _within(event, events, at)
    if at == event.at:
        return event
    return _move(ticket, event, events, at, reason, actor)


def _move(
    ticket: Ticket, event: TicketEvent, events: list[TicketEvent], at: datetime, reason: str,
    actor: Any,
) -> TicketEvent:  # fmt: skip
    old, states, before = event.at, _states(ticket), history.moments(events)
    event.at = at
    TicketEvent.objects.filter(pk=event.pk).update(at=at)
    if pk := event.after.get("message"):
        TicketMessage.objects.filter(pk=pk).update(created_at=at)
    _bring_along(ticket, before, history.moments(events))
    history.append(
        ticket, EventKind.RETIMED, actor=actor, note=reason,
        before={"event": event.seq, "at": old.isoformat()},
        after={"event": event.seq, "at": at.isoformat()},
    )  # fmt: skip
    changes = {what_of(event): [_text(old), _text(at)], **_differing(states, _states(ticket))}
    record("tickets.ticket.retimed", ticket, actor=actor, changes=changes, note=reason)
    return event


def _within(event: TicketEvent, events: Sequence[TicketEvent], at: datetime) -> datetime:
    """The time, where it lies between what must come before and after it."""
    first, last = _bounds(event, events)
    if not first.replace(second=0, microsecond=0) <= at <= last:
        raise InvalidValue(
            _("Correcting failed: by its history it happened between %(first)s and %(last)s.")
            % {"first": _text(first), "last": _text(last)},
            field="at",
        )
    return max(first, at)


def _bounds(event: TicketEvent, events: Sequence[TicketEvent]) -> tuple[datetime, datetime]:
    now, created = clock.now(), events[0]
    if event.kind == EventKind.MESSAGE:
        return created.at, now
    if event is created:
        later = [each.at for each in events[1:]]
        return created.at - timedelta(days=3660), min([*later, now])
    steps = [each for each in events if each.kind in CORRECTABLE and each.kind != EventKind.MESSAGE]
    place = bisect_left([each.seq for each in steps], event.seq)
    after = steps[place + 1].at if place + 1 < len(steps) else now
    return steps[place - 1].at, after


def _bring_along(ticket: Ticket, before: dict[str, datetime], after: dict[str, datetime]) -> None:
    """The times that lists and pages show; what a later step has emptied stays empty."""
    moved = {
        name: at
        for name, at in after.items()
        if before.get(name) != at and getattr(ticket, name) is not None
    }
    if moved:
        Ticket.objects.filter(pk=ticket.pk).update(**moved, updated_at=clock.now())
        for name, at in moved.items():
            setattr(ticket, name, at)


# --- words ---------------------------------------------------------------------------------------
def what_of(event: TicketEvent) -> str:
    """What happened, in words: 公开回复, 状态：已解决, 处理人."""
    after = event.after
    if event.kind == EventKind.MESSAGE:
        return str(MessageKind(after["kind"]).label)
    kind = str(EventKind(event.kind).label)
    if event.kind == EventKind.PHASE and "phase" in after:
        return _("%(label)s: %(value)s") % {"label": kind, "value": Phase(after["phase"]).label}
    return kind


def _text(at: datetime) -> str:
    return f"{localtime(at, clock.COMPANY_ZONE):%Y-%m-%d %H:%M:%S}"


def _states(ticket: Ticket) -> dict[tuple[str, int], str]:
    rows = SlaClock.objects.filter(ticket=ticket)
    return {
        (kind, cycle): state for kind, cycle, state in rows.values_list("kind", "cycle", "state")
    }


def _differing(
    before: dict[tuple[str, int], str], after: dict[tuple[str, int], str]
) -> dict[str, list[str]]:
    """The verdicts that are others now; of several cycles of a clock the newest."""
    return {
        key[0]: [str(ClockState(before[key]).label), str(ClockState(state).label)]
        for key, state in sorted(after.items())
        if before.get(key, state) != state
    }
