"""The one way a ticket changes its state (`service.md` 8.1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.core.messages import STALE, listed
from crm.dictionaries import settings
from tickets import catalog, rules
from tickets.choices import IN_WORK, SOLVED, EventKind, Phase
from tickets.hooks import moved
from tickets.models import Ticket, TicketStatus
from tickets.parameters import SLEEP_DAYS
from tickets.services import history
from tickets.services.access import handler_key, require_step
from tickets.states import BY_PAIR, STATE


class IllegalTransition(InvalidTransition):
    """The table of states knows no step between these two."""

    default_code = "illegal_transition"


#: Steps a customer's message or the clock takes, with nobody's right.
BY_ITSELF = {"answer", "wake", "close", "reopen", "reopen_closed"}
#: Values that stay out of the log: what the event itself says.
UNLOGGED = ("status", "reason", "accepted_at", "resolved_at", "closed_at", "cycle", "reopen_count",
            "withdrawal_at", "withdrawal_reason")  # fmt: skip


@transaction.atomic
def transition(
    ticket: Ticket,
    to: str,
    *,
    by: Any,
    reason: str = "",
    expected_version: int | None = None,
    status: TicketStatus | None = None,
    confirmed: bool = False,
    restored: dict[str, Any] | None = None,
    despite_children: bool = False,
    **data: Any,
) -> Ticket:
    """Move a ticket to the phase `to`; `by` None is the customer's message or the clock.

    `confirmed` says that the customer agreed, without which a complaint is not closed (P13).
    `restored` are values that an un-merge gives back. `despite_children` says that somebody has
    read which child tickets are still open, where their type asks no more than that.
    `status` chooses among several statuses of that phase. `data` holds what the step needs:
    `wake_at`, `solution`, `category`, `response`, `merged_into`. Raises IllegalTransition where
    the table has no such step, NotAllowed, Stale, InvalidTransition, InvalidValue.
    """
    lock(ticket, expected_version)
    name = BY_PAIR.get((ticket.phase, to))
    if name is None:
        raise IllegalTransition(
            _("The step failed: from “%(old)s” no step leads to “%(new)s”.")
            % {"old": ticket.get_phase_display(), "new": Phase(to).label if to in Phase else to}
        )
    _check_actor(ticket, name, by)
    if ticket.phase == Phase.MERGED and restored is None:
        raise InvalidTransition(_("The step failed: undo the merge of this ticket first."))
    if to == Phase.CLOSED and rules.is_complaint(ticket.type_id):
        _check_call_back(ticket, by, confirmed=confirmed)
    left = _open_children(ticket, confirmed=despite_children) if to == Phase.RESOLVED else ""
    before = history.facts(ticket)
    reason = " ".join(filter(None, [reason, left]))
    values = {**data, **_effects(ticket, name, to, reason, data), **(restored or {})}
    _check_status(status, to)
    values["status"] = status or catalog.status_of(to).as_row()
    run_transition(
        STATE, ticket, name,
        actor=by, by_rule=by is None, note=reason, unlogged=UNLOGGED,
        about=[ticket.customer] if ticket.customer_id else [], **values,
    )  # fmt: skip
    old, new = history.differing(before, history.facts(ticket))
    extra = {"reason": reason} if reason else {}
    if to in IN_WORK and before["phase"] not in IN_WORK:
        extra["level"] = history.facts(ticket)["level"]  # the customer's grade may be another now
    kind = EventKind.MERGE if Phase.MERGED in (to, before["phase"]) else EventKind.PHASE
    history.append(ticket, kind, actor=by, before=old, after={**new, **extra}, note=reason)
    moved.call(ticket, before["phase"], by)
    return ticket


def lock(ticket: Ticket, expected_version: int | None = None) -> None:
    """Read the row again and hold it until the transaction ends. Raises Stale."""
    ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(of=("self",)))
    if expected_version is not None and ticket.version != expected_version:
        raise Stale(str(STALE))


def _check_actor(ticket: Ticket, name: str, by: Any) -> None:
    label = STATE.by_name[name].label
    if ticket.deleted_at is not None:
        raise InvalidTransition(_("%(action)s failed: the ticket was deleted.") % {"action": label})
    if by is None:
        if name not in BY_ITSELF:
            raise NotAllowed(
                _("%(action)s failed: nobody may do this by rule.") % {"action": label}
            )
        return
    require_step(by, ticket, name, label)


def _check_status(status: TicketStatus | None, to: str) -> None:
    if status is not None and (status.phase != to or not status.is_active):
        raise InvalidValue(_("Saving failed: this status belongs to another state."))


def _check_call_back(ticket: Ticket, by: Any, *, confirmed: bool) -> None:
    """The customer has confirmed, and not to the handler alone (P13, `service.md` 8.1)."""
    if not confirmed:
        raise InvalidValue(
            _("Closing failed: a complaint closes only after the customer has confirmed."),
            field="confirmed",
        )
    if by is not None and by.pk == handler_key(ticket):
        raise NotAllowed(
            _("Closing failed: somebody else than the handler must call the customer back.")
        )


Effect = Callable[[Ticket, dict[str, Any], datetime], dict[str, Any]]


def _effects(
    ticket: Ticket, name: str, to: str, reason: str, data: dict[str, Any]
) -> dict[str, Any]:
    """What the step sets besides the phase."""
    now = clock.now()
    values: dict[str, Any] = {"wake_at": None, "reason": ""}
    if to not in SOLVED:
        values |= {"resolved_at": None, "closed_at": None}
    if to not in IN_WORK and ticket.withdrawal_at is not None:
        values |= {"withdrawal_at": None, "withdrawal_reason": ""}
    if to in (Phase.WAITING_THIRD, Phase.SCHEDULED, Phase.CANCELLED):
        values["reason"] = reason.strip()[:500]
    return values | _EFFECTS.get(name, _nothing)(ticket, data, now)


def _nothing(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {}


def _confirm(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"accepted_at": ticket.accepted_at or now}


def _suspend(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    wake_at, most = data.get("wake_at"), int(settings.get(SLEEP_DAYS))
    if wake_at is not None and wake_at > clock.days_after(now, most):
        raise InvalidValue(
            _("Putting on hold failed: at most %(days)d days are allowed.") % {"days": most},
            field="wake_at",
        )
    return {"wake_at": wake_at}


def _resolve(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    if rules.lacks_findings(ticket):
        raise InvalidTransition(
            _("Solving failed: a complaint needs its liability and its root cause first.")
        )
    return {"resolved_at": now}


def _open_children(ticket: Ticket, *, confirmed: bool) -> str:
    """What is said of open parts: nothing without any. Their type blocks, or asks to be confirmed
    (`service.md` 8.1)."""
    found = rules.open_children(ticket)
    if not found:
        return ""
    values = {"numbers": listed(found)}
    if not rules.only_warns(ticket.type_id):
        raise InvalidTransition(
            _("Solving failed: the child tickets %(numbers)s are still open.") % values
        )
    if not confirmed:
        raise InvalidTransition(
            _("Solving failed: confirm that the child tickets %(numbers)s stay open.") % values,
            field="despite_children",
        )
    return _("Child tickets still open: %(numbers)s.") % values


def _close(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"closed_at": now}


def _reopen(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"cycle": ticket.cycle + 1, "reopen_count": ticket.reopen_count + 1}


def _unmerge(ticket: Ticket, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"merged_into": None}


_EFFECTS: dict[str, Effect] = {
    "confirm": _confirm,
    "suspend": _suspend,
    "resolve": _resolve,
    "close": _close,
    "reopen": _reopen,
    "reopen_closed": _reopen,
    **{name: _unmerge for name in STATE.by_name if name.startswith("unmerge_")},
}


# --- steps with a name ---------------------------------------------------------------------------
def confirm_handling(ticket: Ticket, *, by: Any, expected_version: int | None = None) -> Ticket:
    """确认处理 (S11-38): the handler takes the work up."""
    return transition(ticket, Phase.OPEN, by=by, expected_version=expected_version)
