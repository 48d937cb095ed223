"""Automatic assignment (`service.md` 8.1): who is eligible, who is first, and why.

Every decision is stored with all candidates and the reason why each was left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import translation
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.core.errors import InvalidTransition
from tickets import catalog
from tickets.choices import Availability, Priority, Strategy
from tickets.models import AgentProfile, AssignmentDecision, Ticket, TicketGroup
from tickets.services.moving import lock
from tickets.services.owning import give, require_in_work
from tickets.services.telling import tell_owner

#: How much of somebody's capacity a ticket takes.
WEIGHTS = {Priority.HIGH.value: 2, Priority.URGENT.value: 3}
#: What somebody without a profile can take.
CAPACITY = 20
#: Tries to move a group's turn while others move it too.
_ROUNDS = 20


@dataclass
class Candidate:
    """A member of the group; `excluded` is empty for one who may get the ticket."""

    user: Any
    load: int = 0
    capacity: int = CAPACITY
    idle_since: datetime | None = None
    excluded: str = ""

    def as_row(self) -> dict[str, Any]:
        """As it is stored with the decision."""
        return {
            "user": self.user.pk, "name": self.user.name, "load": self.load,
            "capacity": self.capacity, "excluded": self.excluded,
        }  # fmt: skip


@dataclass
class Decision:
    """Who gets a ticket, why, and who else was looked at."""

    chosen: Any
    reason: str
    strategy: str
    candidates: list[Candidate] = field(default_factory=list)


def assign_by_itself(ticket: Ticket, *, actor: Any = None) -> Decision | None:
    """Give an unassigned ticket to whom its group's strategy says; None where none is set.

    Where nobody can take it, it stays unassigned and the decision says why.
    """
    group = ticket.group
    if group is None or group.strategy == Strategy.MANUAL or not group.is_active:
        return None
    # stored for colleagues, though the customer's own form may have led here
    with translation.override(settings.LANGUAGE_CODE):
        decision = decide(ticket, group)
    _store(ticket, decision)
    if decision.chosen is not None:
        give(ticket, decision.chosen, actor=actor, event="tickets.ticket.assigned",
             note=decision.reason)  # fmt: skip
        tell_owner(ticket, actor)
    return decision


@transaction.atomic
def auto_assign(ticket: Ticket, *, by: Any) -> Decision:
    """自动分配, asked for by a supervisor. Raises InvalidTransition where nobody can take it."""
    policies.require(by, verbs.ASSIGN, ticket)
    lock(ticket)
    require_in_work(ticket)
    if ticket.owner_id is not None:
        raise InvalidTransition(_("Assigning failed: somebody handles the ticket already."))
    decision = assign_by_itself(ticket, actor=by)
    if decision is None:
        raise InvalidTransition(
            _("Assigning failed: the ticket has no service group that assigns by itself.")
        )
    return decision


def decide(ticket: Ticket, group: TicketGroup) -> Decision:
    """Choose among the members of a group; moves its turn. Must run in a transaction."""
    candidates = examine(ticket, group)
    able = [item for item in candidates if not item.excluded]
    if not able:
        reason = _("Nobody in the group “%(group)s” can take it.") % {"group": group.name}
        return Decision(None, reason, group.strategy, candidates)
    if last := _last_agent(ticket, group, able):
        reason = _("Handled this customer's last ticket.")
        return Decision(last.user, reason, "last_agent", candidates)
    if group.strategy == Strategy.LEAST_LOAD:
        first = min(able, key=_by_load)
        reason = _("Fewest open tickets: %(load)d.") % {"load": first.load}
    else:
        first = able[_take_turn(group) % len(able)]
        reason = _("In turn in the group “%(group)s”.") % {"group": group.name}
    return Decision(first.user, reason, group.strategy, candidates)


def _by_load(item: Candidate) -> tuple[int, float, int]:
    """Least load, then longest idle, then the smallest key: always the same answer."""
    idle = item.idle_since.timestamp() if item.idle_since else 0.0
    return item.load, idle, item.user.pk


def examine(ticket: Ticket, group: TicketGroup) -> list[Candidate]:
    """Every member of the group with his load and, where he is left out, why."""
    people = list(group.members.order_by("pk"))
    keys = [user.pk for user in people]
    profiles = {
        row.user_id: row
        for row in AgentProfile.objects.filter(user__in=keys).prefetch_related("skills")
    }
    open_tickets, idle = loads(keys), _idle_since(keys)
    node = catalog.node(ticket.category_id)
    needed = node.skills if node else frozenset()
    now = clock.now()
    found = []
    for user in people:
        profile = profiles.get(user.pk)
        item = Candidate(user, open_tickets.get(user.pk, 0), idle_since=idle.get(user.pk))
        item.capacity = profile.capacity if profile else CAPACITY
        item.excluded = _excluded(item, profile, needed, ticket, now)
        found.append(item)
    return found


def _excluded(
    item: Candidate,
    profile: AgentProfile | None,
    needed: frozenset[int],
    ticket: Ticket,
    now: datetime,
) -> str:
    """Why somebody cannot get the ticket; "" where he can."""
    if not item.user.is_active:
        return _("The account is disabled.")
    if not policies.can(item.user, verbs.CHANGE, Ticket):
        return _("May not handle tickets.")
    if profile is not None and (reason := _absent(profile, now)):
        return reason
    skills = {skill.pk for skill in profile.skills.all()} if profile else set()
    if not needed <= skills:
        return _("Lacks a needed skill.")
    if item.load + WEIGHTS.get(ticket.priority, 1) > item.capacity:
        return _("Has reached the limit of %(count)d open tickets.") % {"count": item.capacity}
    return ""


def _absent(profile: AgentProfile, now: datetime) -> str:
    """Not at work: on leave, outside the shift, not ready."""
    local = now.astimezone(clock.COMPANY_ZONE)
    if profile.leave_from and profile.leave_from <= local.date() <= profile.leave_until:
        return _("On leave.")
    start, end, time = profile.shift_start, profile.shift_end, local.time()
    if start and end:
        on_shift = start <= time < end if start <= end else (time >= start or time < end)
        if not on_shift:
            return _("Not on shift.")
    if profile.availability != Availability.READY:
        return str(profile.get_availability_display())
    return ""


def loads(keys: Sequence[int]) -> dict[int, int]:
    """Open tickets of people, high ones twice, urgent ones three times."""
    rows = Ticket.objects.in_work().filter(owner__in=keys).values_list("owner_id", "priority")
    found: dict[int, int] = {}
    for owner_id, priority in rows:
        found[owner_id] = found.get(owner_id, 0) + WEIGHTS.get(priority, 1)
    return found


def _idle_since(keys: Sequence[int]) -> dict[int, datetime]:
    """When each got his last ticket."""
    rows = Ticket.objects.kept().filter(owner__in=keys).order_by().values_list("owner_id")
    return dict(rows.annotate(Max("owner_since")))


def _last_agent(ticket: Ticket, group: TicketGroup, able: Sequence[Candidate]) -> Candidate | None:
    """Who handled this customer lately, if he can take it."""
    if not group.last_agent_days or ticket.customer_id is None:
        return None
    since = clock.now() - timedelta(days=group.last_agent_days)
    earlier = Ticket.objects.kept().filter(customer_id=ticket.customer_id, updated_at__gte=since)
    known = earlier.filter(~Q(pk=ticket.pk), owner__in=[item.user.pk for item in able])
    owner_id = known.order_by("-updated_at", "-pk").values_list("owner_id", flat=True).first()
    return next((item for item in able if item.user.pk == owner_id), None)


def _take_turn(group: TicketGroup) -> int:
    """The number of this ticket in the line of a group; two at once never get the same."""
    for _round in range(_ROUNDS):
        turn = TicketGroup.objects.values_list("turn", flat=True).get(pk=group.pk)
        if TicketGroup.objects.filter(pk=group.pk, turn=turn).update(turn=F("turn") + 1):
            return turn
    return 0


def _store(ticket: Ticket, decision: Decision) -> None:
    AssignmentDecision.objects.create(
        ticket=ticket,
        at=clock.now(),
        strategy=decision.strategy,
        chosen=decision.chosen,
        reason=decision.reason[:300],
        candidates=[item.as_row() for item in decision.candidates],
    )
