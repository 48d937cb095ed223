"""The states of a ticket as one table (`service.md` 8.1); anything else is no step at all.

`tickets.services.moving` runs it: who may take a step, and what happens with it, stands there.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue
from crm.core.states import StateMachine, Transition
from tickets.choices import IN_WORK, Phase

P = Phase
WAITING = (P.WAITING_CUSTOMER, P.WAITING_THIRD)
#: Phases that a merge can take a ticket from, and an un-merge gives back.
MERGEABLE = (*IN_WORK, P.RESOLVED)


def _has_owner(ticket: Any, data: dict[str, Any]) -> None:
    if data.get("owner", ticket.owner) is None:
        raise InvalidTransition(_("Confirming failed: nobody handles this ticket yet."))


def _has_asked(ticket: Any, data: dict[str, Any]) -> None:
    """A public answer stands behind the customer's last message."""
    asked, wrote = ticket.answered_at, ticket.customer_wrote_at
    if asked is None or (wrote is not None and asked < wrote):
        raise InvalidTransition(
            _("Waiting failed: the customer has not been answered since his last message.")
        )


def _sleeps_ahead(ticket: Any, data: dict[str, Any]) -> None:
    if data["wake_at"] <= clock.now():
        raise InvalidValue(
            _("Putting on hold failed: the time must lie in the future."), field="wake_at"
        )


def _has_reason(ticket: Any, data: dict[str, Any]) -> None:
    if not data.get("reason", "").strip():
        raise InvalidValue(_("The step failed: the reason is missing."), field="reason")


def _on_hold(ticket: Any, data: dict[str, Any]) -> None:
    _has_reason(ticket, data)
    _sleeps_ahead(ticket, data)


def _target_is_alive(ticket: Any, data: dict[str, Any]) -> None:
    """The target is another ticket and is neither merged nor voided, so no ring can arise."""
    target = data["merged_into"]
    if target.pk == ticket.pk:
        raise InvalidValue(_("Merging failed: a ticket cannot be merged into itself."))
    if target.phase in (P.MERGED, P.CANCELLED) or target.deleted_at is not None:
        raise InvalidTransition(
            _("Merging failed: the ticket %(number)s is merged, voided or deleted.")
            % {"number": target.number}
        )


def _step(name: str, label: Any, sources: tuple, target: str, **more: Any) -> Transition:
    more.setdefault("verb", verbs.CHANGE)
    more.setdefault("event", f"tickets.ticket.{PAST[name]}")
    return Transition(name, label, sources, target, **more)


#: What the log calls each step.
PAST = {
    "confirm": "confirmed", "ask": "asked", "hand_out": "waited", "suspend": "suspended",
    "answer": "answered", "take_back": "resumed", "wake": "woken", "resolve": "resolved",
    "close": "closed", "reopen": "reopened", "reopen_closed": "reopened", "cancel": "cancelled",
    "restore": "restarted", "merge": "merged",
}  # fmt: skip

STATE = StateMachine(
    field="phase",
    transitions=(
        _step("confirm", gettext_lazy("Confirm handling"), (P.NEW,), P.OPEN, guard=_has_owner),
        _step(
            "ask", gettext_lazy("Wait for the customer"), (P.NEW, P.OPEN), P.WAITING_CUSTOMER,
            guard=_has_asked,
        ),
        _step(
            "hand_out", gettext_lazy("Wait for a third party"), (P.OPEN,), P.WAITING_THIRD,
            guard=_has_reason,
        ),
        _step(
            "suspend", gettext_lazy("Put on hold"), (P.NEW, P.OPEN, *WAITING), P.SCHEDULED,
            requires=("wake_at",), guard=_on_hold,
        ),
        _step("answer", gettext_lazy("Go on"), (P.WAITING_CUSTOMER,), P.OPEN),
        _step("take_back", gettext_lazy("Go on"), (P.WAITING_THIRD,), P.OPEN),
        _step("wake", gettext_lazy("Go on"), (P.SCHEDULED,), P.OPEN),
        _step(
            "resolve", gettext_lazy("Solve"), (P.OPEN, *WAITING), P.RESOLVED,
            requires=("solution", "category"),
        ),
        _step("close", gettext_lazy("Close"), (P.RESOLVED,), P.CLOSED),
        _step("reopen", gettext_lazy("Reopen"), (P.RESOLVED,), P.OPEN),
        _step("reopen_closed", gettext_lazy("Reopen"), (P.CLOSED,), P.OPEN, verb=verbs.ASSIGN),
        _step("cancel", gettext_lazy("Void"), IN_WORK, P.CANCELLED, guard=_has_reason),
        _step("restore", gettext_lazy("Restore"), (P.CANCELLED,), P.OPEN, verb=verbs.ASSIGN),
        _step(
            "merge", gettext_lazy("Merge"), MERGEABLE, P.MERGED,
            requires=("merged_into",), guard=_target_is_alive,
        ),
        *(
            Transition(
                f"unmerge_{phase}", gettext_lazy("Undo the merge"), (P.MERGED,), phase,
                verbs.ASSIGN, "tickets.ticket.unmerged",
            )
            for phase in MERGEABLE
        ),
    ),
)  # fmt: skip

#: `{(from, to): name}`: a pair of phases names at most one step.
BY_PAIR = {
    (source, item.target): item.name for item in STATE.transitions for source in item.sources
}
#: Steps that only the leader takes; all others are the handler's too.
LEADERS = {"reopen", "reopen_closed", "restore", *(f"unmerge_{phase}" for phase in MERGEABLE)}
