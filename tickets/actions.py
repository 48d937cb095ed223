"""Buttons of a ticket's page: what may be done in its state, the likeliest step first."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.pool.verbs import CLAIM
from crm.web.navigation import address
from knowledge.models import Article
from tickets import rules
from tickets.choices import IN_WORK, SOLVED, Phase, Strategy
from tickets.models import Ticket
from tickets.portal.linking import may_share
from tickets.services.access import handler_key, handles, leads, may_step
from tickets.services.urging import may_urge
from tickets.sla.models import ClockKind, ClockState, SlaClock
from tickets.states import BY_PAIR, STATE


class Look(NamedTuple):
    """How the button of a step looks, and whether it asks something."""

    icon: str
    asks: bool


#: By the state that a step leads to.
LOOKS: dict[str, Look] = {
    Phase.OPEN: Look(icon="player-play", asks=False),
    Phase.WAITING_CUSTOMER: Look(icon="hourglass", asks=False),
    Phase.WAITING_THIRD: Look(icon="truck", asks=True),
    Phase.SCHEDULED: Look(icon="player-pause", asks=True),
    Phase.RESOLVED: Look(icon="circle-check", asks=True),
    Phase.CLOSED: Look(icon="lock", asks=True),
    Phase.CANCELLED: Look(icon="ban", asks=True),
}
#: The step that brings a ticket on, by its phase.
NEXT = {
    Phase.NEW: Phase.OPEN,
    Phase.OPEN: Phase.RESOLVED,
    Phase.WAITING_CUSTOMER: Phase.RESOLVED,
    Phase.WAITING_THIRD: Phase.OPEN,
    Phase.SCHEDULED: Phase.OPEN,
    Phase.RESOLVED: Phase.CLOSED,
    Phase.CLOSED: Phase.OPEN,
    Phase.CANCELLED: Phase.OPEN,
}
#: Where the next step is the solution.
SOLVING = [phase for phase, to in NEXT.items() if to == Phase.RESOLVED]
#: Steps back, which always ask why.
ASKING_BACK = {Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED}


def link(name: str, obj: Ticket, label: str, icon: str, **more: Any) -> dict[str, Any]:
    """A button that leads to a page of the ticket."""
    url = address(f"tickets:ticket_{name}", obj.pk)
    return {"label": label, "url": url, "icon": icon, "name": name, **more}


def step(obj: Ticket, to: str, **more: Any) -> dict[str, Any]:
    """A button for a step of the machine; one that asks nothing is taken at once."""
    machine_step = STATE.by_name[BY_PAIR[obj.phase, to]]
    icon, asks = LOOKS[to]
    asks = asks or (to == Phase.OPEN and obj.phase in ASKING_BACK)
    way = {"dialog": True} if asks else {"method": "post"}
    url = address("tickets:ticket_step", obj.pk, str(to))
    return {
        "label": machine_step.label, "url": url, "icon": icon, "name": f"step-{to}", **way, **more,
    }  # fmt: skip


def may_move(obj: Ticket, to: str, user: Any) -> bool:
    """Whether the table knows the step and the user may take it."""
    name = BY_PAIR.get((obj.phase, to))
    return name is not None and bool(may_step(user, obj, name))


def primary(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """The next step, and what stands beside it."""
    found: list[dict[str, Any]] = []
    in_work = obj.phase in IN_WORK
    if in_work and obj.owner_id is None:
        if leads(user, obj):
            label = _("Assign")
            found.append(link("assign", obj, label, "user-share", dialog=True, style="primary"))
        if policies.can(user, CLAIM, obj):
            style = "" if found else "primary"
            found.append(link("claim", obj, _("Claim"), "hand-grab", method="post", style=style))
        return found
    is_complaint = rules.is_complaint(obj.type_id)
    if is_complaint and obj.phase == Phase.RESOLVED:
        return _call_back(obj, user)
    waits = in_work and is_to_accept(obj, user)
    if waits:
        label = _("Confirm handling")
        found.append(link("accept", obj, label, "player-play", method="post", style="primary"))
    asks = obj.phase in SOLVING and rules.lacks_findings(obj)
    if is_complaint and in_work and (leads(user, obj) or handles(user, obj)):
        style = "primary" if asks and not waits else ""
        found.append(link("complaint", obj, _("Findings"), "search", dialog=True, style=style))
    to = NEXT.get(Phase(obj.phase))
    if to and may_move(obj, to, user):
        style = "" if asks or waits else "primary"
        found.append(step(obj, to, style=style, hotkey="s"))
    return found


def _call_back(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """A solved complaint closes by a call of somebody else than its handler (P13)."""
    if handler_key(obj) == user.pk or not policies.can(user, verbs.CHANGE, obj):
        return []
    label = _("Call-back")
    return [link("call_back", obj, label, "phone-check", dialog=True, style="primary")]


def is_to_accept(obj: Ticket, user: Any) -> bool:
    """Whether the time to confirm runs for this handler, though the work has begun before him."""
    if obj.phase == Phase.NEW or obj.accepted_at is not None or not handles(user, obj):
        return False
    clocks = SlaClock.objects.filter(ticket=obj, kind=ClockKind.ACCEPTANCE)
    over = (ClockState.CANCELLED, ClockState.WAIVED)
    return clocks.filter(stopped_at__isnull=True).exclude(state__in=over).exists()


def further(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """The ⋯ menu: the other steps, then people."""
    first = NEXT.get(Phase(obj.phase)) if obj.owner_id or obj.phase not in IN_WORK else None
    found = [
        step(obj, to)
        for to in LOOKS
        if to != first and may_move(obj, to, user) and _is_sensible(obj, to)
    ]
    return found + _people(obj, user)


def _is_sensible(obj: Ticket, to: str) -> bool:
    """Without a handler nobody confirms; a merge is undone, not stepped out of."""
    if obj.phase == Phase.MERGED:
        return False
    return not (to == Phase.OPEN and obj.phase == Phase.NEW and obj.owner_id is None)


def _people(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """Transfer, hand over, return, watch."""
    found = []
    if obj.phase in IN_WORK and (leads(user, obj) or handles(user, obj)):
        if obj.owner_id is not None:
            found.append(link("assign", obj, _("Transfer"), "user-share", dialog=True))
            found.append(link("return", obj, _("Return"), "arrow-back-up", dialog=True))
        found.append(link("group", obj, _("Hand over to a group"), "users-group", dialog=True))
        if obj.owner_id is None and leads(user, obj) and _allocates(obj):
            label = _("Assign automatically")
            found.append(link("allocate", obj, label, "arrows-shuffle", method="post"))
    if policies.can(user, verbs.ADD, Ticket) and may_urge(obj):
        found.append(link("urge", obj, _("Customer urges"), "alarm", dialog=True))
    if may_share(user, obj):
        found.append(link("customer_link", obj, _("Customer's link"), "link", dialog=True))
    found += _joining(obj, user)
    if obj.phase in SOLVED and policies.can(user, verbs.ADD, Article):
        found.append(link("article", obj, _("Draft an article"), "book", dialog=True))
    if policies.can(user, verbs.ADD, Ticket):
        watched = obj.watchers.filter(user_id=user.pk).exists()
        label, icon = (_("Stop watching"), "eye-off") if watched else (_("Watch"), "eye")
        found.append(link("watch", obj, label, icon, method="post"))
    return found


def _allocates(obj: Ticket) -> bool:
    """Whether the group gives tickets away by itself."""
    group = obj.group
    return group is not None and group.is_active and group.strategy != Strategy.MANUAL


def _joining(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """Merge, or its undoing."""
    if obj.phase == Phase.MERGED:
        if not leads(user, obj):
            return []
        return [link("unmerge", obj, _("Undo the merge"), "git-branch", method="post")]
    if (obj.phase, Phase.MERGED) in BY_PAIR and may_move(obj, Phase.MERGED, user):
        return [link("merge", obj, _("Merge"), "git-merge", dialog=True)]
    return []
