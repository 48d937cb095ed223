"""Leave and substitutes (`service.md` 8.1): no ticket in work stays with somebody who is not here.

Whoever is on leave or disabled hands his tickets to his substitute, or back into the queue; each
one with an event. What comes back after the leave is given by people.
"""

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import DomainError, InvalidValue, NotAllowed
from tickets.models import AgentProfile, Ticket
from tickets.services.moving import lock
from tickets.services.owning import ensure_supervisor, give
from tickets.services.telling import tell_owner, tell_supervisor

logger = logging.getLogger(__name__)
#: Tickets of one run; the next run goes on.
SLICE = 200
#: A substitute may be on leave, too, and have one himself.
LONGEST_CHAIN = 5


def absent_on(day: date) -> Any:
    """The profiles of people who are on leave on a day."""
    return AgentProfile.objects.filter(leave_from__lte=day, leave_until__gte=day)


def is_absent(user: Any) -> AgentProfile | None:
    """The profile of somebody who is on leave today."""
    return absent_on(clock.today()).filter(user=user).select_related("substitute").first()


def substitute_of(user: Any) -> Any:
    """Who stands in today: present and able to handle tickets, else his substitute in turn."""
    seen, here = {user.pk}, user
    for _step in range(LONGEST_CHAIN):
        profile = AgentProfile.objects.filter(user=here).select_related("substitute").first()
        here = profile.substitute if profile is not None else None
        if here is None or here.pk in seen:
            return None
        if _can_take(here) and is_absent(here) is None:
            return here
        seen.add(here.pk)
    return None


def _can_take(user: Any) -> bool:
    return user.is_active and bool(policies.can(user, verbs.CHANGE, Ticket))


@transaction.atomic
def set_leave(
    user: Any,
    *,
    actor: Any,
    leave_from: date | None,
    leave_until: date | None,
    substitute: Any = None,
) -> AgentProfile:
    """请假: say from when to when somebody is away, and who stands in; both empty ends the leave.

    People say it of themselves; others need the right to change service profiles. Open tickets
    move at once where the leave has begun. Raises NotAllowed, InvalidValue.
    """
    _require_setting(user, actor)
    check_leave(user, leave_from, leave_until, substitute)
    profile = AgentProfile.objects.filter(user=user).first()
    if profile is None:
        now = clock.now()
        profile = AgentProfile(user=user, created_at=now, updated_at=now, created_by=actor)
        profile.save(force_insert=True)
    values = {"leave_from": leave_from, "leave_until": leave_until, "substitute": substitute}
    diff = write_changes(profile, values)
    if diff:
        record("tickets.profile.absent", profile, actor=actor, changes=diff, about=[user])
    begin_leave(user, actor=actor)
    return profile


def begin_leave(user: Any, *, actor: Any) -> None:
    """Hand over the open tickets of somebody whose leave has begun."""
    if is_absent(user) is not None:
        for ticket in _rows([user.pk]):
            hand_over(ticket, _("On leave."), actor=actor)


def _require_setting(user: Any, actor: Any) -> None:
    own = user.pk == actor.pk and policies.can(actor, verbs.ADD, Ticket)
    if not own and not policies.can(actor, verbs.CHANGE, AgentProfile):
        raise NotAllowed(_("Saving failed: you may not change the leave of this person."))


def check_leave(user: Any, first: date | None, last: date | None, substitute: Any) -> None:
    """Raise InvalidValue for half a leave, and for a substitute who cannot stand in."""
    if (first is None) != (last is None):
        raise InvalidValue(
            _("Saving failed: a leave needs its first and its last day."), field="leave_until"
        )
    if first is not None and last is not None and last < first:
        raise InvalidValue(
            _("Saving failed: the leave ends before it begins."), field="leave_until"
        )
    if substitute is None:
        return
    if substitute.pk == user.pk:
        raise InvalidValue(_("Saving failed: nobody is his own substitute."), field="substitute")
    if not _can_take(substitute):
        raise InvalidValue(
            _("Saving failed: %(name)s may not handle tickets.") % {"name": substitute.name},
            field="substitute",
        )
    if first is not None and last is not None:
        _check_ring(user, first, last, substitute)


def _check_ring(user: Any, first: date, last: date, substitute: Any) -> None:
    """Two may stand in for each other, but not while all of them are away."""
    away = AgentProfile.objects.filter(leave_from__lte=last, leave_until__gte=first)
    here = substitute
    for _step in range(LONGEST_CHAIN):
        profile = away.filter(user=here).select_related("substitute").first()
        here = profile.substitute if profile is not None else None
        if here is None:
            return
        if here.pk == user.pk:
            raise InvalidValue(
                _("Saving failed: the substitute is on leave then, too, and nobody else is left."),
                field="substitute",
            )


def _rows(owners: Iterable[int]) -> list[Ticket]:
    rows = Ticket.objects.in_work().filter(owner__in=list(owners)).select_related("owner")
    return list(rows.order_by("pk")[:SLICE])


@transaction.atomic
def hand_over(ticket: Ticket, why: str, *, actor: Any = None) -> bool:
    """Give the ticket of somebody who is not here to his substitute, else back to the queue.

    False where somebody else has moved it meanwhile.
    """
    old = ticket.owner
    lock(ticket)
    if old is None or ticket.owner_id != old.pk or not ticket.is_in_work:
        return False
    person = substitute_of(old)
    note = _("%(why)s Before: %(name)s.") % {"why": why, "name": old.name}
    event = "tickets.ticket.substituted" if person is not None else "tickets.ticket.returned"
    give(ticket, person, actor=actor, event=event, note=note)
    if person is not None:
        tell_owner(ticket, None)
    else:
        ensure_supervisor(ticket)
        tell_supervisor(ticket, note)
    return True


def keep() -> int:
    """One run: tickets of people on leave and of disabled accounts; returns how many moved."""
    away = list(absent_on(clock.today()).values_list("user_id", flat=True))
    rows = Ticket.objects.in_work().filter(Q(owner__in=away) | Q(owner__is_active=False))
    done = 0
    for ticket in rows.select_related("owner").order_by("pk")[:SLICE]:
        why = _("On leave.") if ticket.owner.is_active else _("The account is disabled.")
        try:
            done += hand_over(ticket, why)
        except DomainError as error:
            logger.info("ticket %s was not handed over: %s", ticket.pk, error.code)
    return done
