"""Clocks as pages show them: time left, lines of explanation, the badge of a ticket."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.core import clock as time
from tickets.models import Ticket
from tickets.queues import is_near
from tickets.sla.book import calendar_name, hours_at
from tickets.sla.calendar import moment, seconds
from tickets.sla.clocks import Clock, Judged
from tickets.sla.explaining import Line, Said, explain
from tickets.sla.models import ClockKind, ClockState, SlaClock
from tickets.sla.services import SUMS, explained
from tickets.sla.words import duration

ORDER = {kind: place for place, kind in enumerate(ClockKind.values)}


def badge_of(ticket: Ticket, now: datetime | None = None) -> dict[str, Any] | None:
    """The worst state of a ticket as a badge; None where nothing is promised."""
    values = (getattr(ticket, name) for name in SUMS)
    return badge(*values, now or time.now())


def badge(
    state: str,
    breach_at: datetime | None,
    warn_at: datetime | None,
    hours: str,
    now: datetime,
) -> dict[str, Any] | None:
    """Text, colour and sign of what `SUMS` holds.

    Time that passes counts at once, whatever the worker has seen. It is counted in the working
    time of the calendar `hours`; `until` is the end by the clock on the wall, for what stands
    beside it. What was broken before steps back behind a promise that is near its end.
    """
    if not state:
        return None
    tip = f"{localtime(breach_at):%Y-%m-%d %H:%M}" if breach_at else ""
    found = {"title": tip, "until": wall(breach_at, now)}
    if breach_at is not None and breach_at < now:
        text = _("Breached by %(time)s") % {"time": worked(breach_at, now, hours)}
        return {"text": text, "color": "red", "icon": "alarm", **found}
    near = is_near(warn_at, breach_at, now)
    if state == ClockState.BREACHED and not near:
        return {"text": _("Was breached"), "color": "red", "icon": "alarm", **found}
    if breach_at is not None:
        text = _("%(time)s left") % {"time": worked(now, breach_at, hours)}
        color = "orange" if near else "blue"
        return {"text": text, "color": color, "icon": "clock", **found}
    known = {"paused": (_("Paused"), "purple"), "met": (_("Met"), "green")}
    text, color = known.get(state, (_("Counting"), "blue"))
    return {"text": text, "color": color, "icon": "", **found}


def worked(begin: datetime, end: datetime, hours: str) -> str:
    """How much working time lies between two instants: 5 小时 20 分钟; no calendar: all of it.

    Days are said only where every day has 24 hours.
    """
    span = (seconds(begin), seconds(end))
    return long(hours_at(hours, span[0]).worked(*span), hours)


def long(total: int, hours: str) -> str:
    """So many seconds of a calendar in words, whole minutes."""
    if not hours and total >= 2 * 86_400:
        return _("%(days)d days") % {"days": total // 86_400}
    return duration(total - total % 60 if total >= 60 else total)


def wall(instant: datetime | None, now: datetime) -> str:
    """The instant by the clock on the wall, without a day that is today."""
    if instant is None:
        return ""
    local = localtime(instant)
    return f"{local:%H:%M}" if local.date() == localtime(now).date() else f"{local:%m-%d %H:%M}"


# --- the panel -----------------------------------------------------------------------------------
def clocks_of(ticket: Ticket) -> list[dict[str, Any]]:
    """All clocks of a ticket with their explanation; those that run first."""
    now = seconds(time.now())
    stored = {(row.kind, row.cycle): row for row in _rows(ticket)}
    found = [
        shown(judged, computed, stored[computed.kind, computed.cycle], now)
        for judged, computed in explained(ticket, now)
        if (computed.kind, computed.cycle) in stored
    ]
    return sorted(found, key=lambda each: (each["is_over"], ORDER[each["kind"]], -each["cycle"]))


def _rows(ticket: Ticket) -> Iterable[SlaClock]:
    return SlaClock.objects.filter(ticket=ticket).select_related("policy", "waived_by")


def shown(judged: Judged, computed: Clock, row: SlaClock, now: int) -> dict[str, Any]:
    """One clock as the panel needs it."""
    state = ClockState.WAIVED if row.waived_at else ClockState(computed.state)
    late = computed.remaining < 0
    return {
        "pk": row.pk,
        "kind": computed.kind,
        "cycle": computed.cycle,
        "label": ClockKind(computed.kind).label,
        "state": {"text": state.label, "color": ClockState.colors()[state]},
        "is_over": state not in (ClockState.RUNNING, ClockState.PAUSED)
        and computed.stopped_at is not None,
        "used": duration(computed.elapsed),
        "target": duration(computed.target),
        "percent": min(100, computed.elapsed * 100 // max(1, computed.target)),
        "is_late": late or state == ClockState.BREACHED,
        "left": _left(computed),
        "is_natural": not computed.hours,
        "is_live": state in (ClockState.RUNNING, ClockState.PAUSED),
        "due_at": moment(computed.due_at) if computed.due_at else None,
        "policy": row.policy.name if row.policy else "",
        "hours": calendar_name(computed.hours),
        "is_incomplete": computed.is_incomplete,
        "may_waive": state == ClockState.BREACHED,
        "waived_by": row.waived_by,
        "waived_reason": row.waived_reason,
        "lines": [sentence(line) for line in explain(judged, computed, now)],
    }


def _left(computed: Clock) -> str:
    """What is left, in days where it runs day and night; empty when it is used up."""
    if computed.remaining <= 0:
        return ""
    return long(computed.remaining, computed.hours)


def sentence(line: Said) -> dict[str, Any]:
    """A line of an explanation in words."""
    write = WRITERS[line.what]
    return {"at": moment(line.at), "text": write(line), "what": line.what, "ahead": line.is_ahead}


def _until(line: Said) -> str:
    """The end of a span; its begin stands before the line."""
    if line.until is None:
        return _("until further notice")
    begin, end = localtime(moment(line.at)), localtime(moment(line.until))
    same = begin.date() == end.date()
    return _("until %(end)s") % {"end": f"{end:%H:%M}" if same else f"{end:%m-%d %H:%M}"}


def _worked(line: Said) -> str:
    values = {"span": _until(line), "time": duration(line.seconds)}
    if line.is_ahead:
        return _("%(span)s: %(time)s to come") % values
    return _("%(span)s: %(time)s counted") % values


def _more(line: Said) -> str:
    values = {"count": line.name, "span": _until(line), "time": duration(line.seconds)}
    return _("%(span)s: %(count)s further spans, %(time)s") % values


def _start(line: Said) -> str:
    if not line.seconds:
        return _("Started")
    values = {"time": duration(line.seconds), "hours": calendar_name(line.name)}
    return _("Started, promised: %(time)s, counted by: %(hours)s") % values


def _days(line: Said) -> str:
    return _("Not worked: %(name)s (%(span)s)") % {"name": line.name or "—", "span": _until(line)}


def _makeup(line: Said) -> str:
    return _("Worked: %(name)s (%(span)s)") % {"name": line.name or "—", "span": _until(line)}


def _promise(line: Said) -> str:
    if not line.seconds:
        return _("Nothing is promised from here on")
    return _("Promise changed to %(time)s") % {"time": duration(line.seconds)}


def _hours(line: Said) -> str:
    return _("Counted from here on by: %(hours)s") % {"hours": calendar_name(line.name)}


def _late(line: Said) -> str:
    return _("Breached, because the promise was shortened") if line.name else _("Breached")


def _stop(line: Said) -> str:
    label = ClockState(line.name).label
    return _("Fulfilled after %(time)s: %(state)s") % {
        "time": duration(line.seconds), "state": label,
    }  # fmt: skip


def _over(line: Said) -> str:
    words = {
        "closed": _("the ticket was closed"),
        "resolved": _("the ticket was solved"),
        "reassigned": _("somebody else got the ticket"),
        "returned": _("the ticket went back to those to be assigned"),
    }
    return _("Ended: %(reason)s") % {"reason": words.get(line.name, line.name)}


WRITERS = {
    Line.START: _start,
    Line.WORKED: _worked,
    Line.MORE: _more,
    Line.REST: lambda line: _("Paused: %(span)s") % {"span": _until(line)},
    Line.DAY_OFF: _days,
    Line.MAKEUP: _makeup,
    Line.PROMISE: _promise,
    Line.HOURS: _hours,
    Line.UNKNOWN_YEAR: lambda line: (
        _("The statutory holidays of %(year)s are not published") % {"year": line.name}
    ),
    Line.DUE: lambda line: _("The time is used up"),
    Line.LATE: _late,
    Line.STOP: _stop,
    Line.OVER: _over,
}
