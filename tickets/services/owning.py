"""Who handles a ticket: assign, claim, transfer, return, another group, the supervisor (P11)."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.pool.verbs import CLAIM
from crm.search import index
from tickets import catalog, searching
from tickets.choices import IN_WORK, EventKind, Phase
from tickets.models import AgentProfile, Ticket, TicketGroup
from tickets.services import history
from tickets.services.access import handles, leads
from tickets.services.moving import lock, transition
from tickets.services.telling import tell_owner, tell_supervisor

#: The preset role whose people distribute where a group has no leader.
LEADERS_ROLE = "service_lead"


@transaction.atomic
def assign_ticket(
    ticket: Ticket, owner: Any, *, by: Any, note: str = "", expected_version: int | None = None
) -> Ticket:
    """分配 / 转派: give a ticket to somebody: a supervisor always, the handler his own (S11-37).

    Without a note the history says in which part he gave it. Raises NotAllowed,
    InvalidTransition, InvalidValue, Stale.
    """
    lock(ticket, expected_version)
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Assigning failed: only the handler or a supervisor may."))
    own = ticket.owner_id is not None and handles(by, ticket)
    require_in_work(ticket)
    _require_receiver(owner)
    if ticket.owner_id == owner.pk:
        raise InvalidValue(
            _("Assigning failed: this person handles the ticket already."), field="owner"
        )
    usual = gettext_noop("Passed on by the handler.")
    why = usual if own else gettext_noop("Assigned by the supervisor.")
    give(ticket, owner, actor=by, event="tickets.ticket.assigned", note=_reason(note, why))
    tell_owner(ticket, by)
    return ticket


@transaction.atomic
def claim_ticket(
    ticket: Ticket, *, by: Any, note: str = "", expected_version: int | None = None
) -> Ticket:
    """领取: take an unassigned ticket oneself; of two at once exactly one gets it.

    It costs one click, so the reason is optional: the history says from which queue it was taken.
    """
    policies.require(by, CLAIM, ticket)
    lock(ticket, expected_version)
    require_in_work(ticket)
    _require_present(by)
    if ticket.owner_id is not None:
        raise InvalidTransition(
            _("Claiming failed: %(name)s handles the ticket already.") % {"name": ticket.owner.name}
        )
    usual = gettext_noop("Taken from the tickets to be assigned.")
    if ticket.group is not None:
        usual = gettext_noop("Taken from the tickets to be assigned of the group “%(group)s”.")
    why = _reason(note, usual, group=ticket.group)
    give(ticket, by, actor=by, event="tickets.ticket.claimed", note=why)
    if ticket.phase == Phase.NEW:
        transition(ticket, Phase.OPEN, by=by)
    return ticket


@transaction.atomic
def accept_ticket(ticket: Ticket, *, by: Any, expected_version: int | None = None) -> Ticket:
    """确认处理 of a ticket that came to its handler in the middle of the work (S11-38).

    A new one is confirmed by its first step; this one stays in its state, and the time to confirm
    stops. Raises NotAllowed, InvalidTransition, Stale.
    """
    lock(ticket, expected_version)
    if not handles(by, ticket):
        raise NotAllowed(_("Confirming failed: only the handler may."))
    if ticket.phase == Phase.NEW:
        return transition(ticket, Phase.OPEN, by=by)
    if ticket.phase not in IN_WORK or ticket.deleted_at is not None:
        raise InvalidTransition(
            _("Confirming failed: the ticket is in the state “%(state)s”.")
            % {"state": ticket.get_phase_display()}
        )
    if ticket.accepted_at is not None:
        raise InvalidTransition(_("Confirming failed: the handling is confirmed already."))
    now = clock.now()
    write_changes(ticket, {"accepted_at": now})
    record("tickets.ticket.confirmed", ticket, actor=by)
    history.append(ticket, EventKind.VALUES, actor=by, after={"accepted": True}, at=now)
    return ticket


@transaction.atomic
def return_ticket(
    ticket: Ticket, *, by: Any, note: str, expected_version: int | None = None
) -> Ticket:
    """退回: back to those to be assigned, with a reason (S02-06)."""
    lock(ticket, expected_version)
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Returning failed: only the handler or a supervisor may."))
    require_in_work(ticket)
    if ticket.owner_id is None:
        raise InvalidTransition(_("Returning failed: nobody handles this ticket."))
    if not note.strip():
        raise InvalidValue(_("Returning failed: the reason is missing."), field="note")
    give(ticket, None, actor=by, event="tickets.ticket.returned", note=note.strip())
    ensure_supervisor(ticket)
    tell_supervisor(ticket, note)
    return ticket


@transaction.atomic
def move_to_group(
    ticket: Ticket,
    group: TicketGroup,
    *,
    by: Any,
    note: str = "",
    expected_version: int | None = None,
) -> Ticket:
    """转组: hand a ticket to another group; its handler leaves it unless he is a member there."""
    lock(ticket, expected_version)
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Handing over failed: only the handler or a supervisor may."))
    require_in_work(ticket)
    if group.pk == ticket.group_id:
        raise InvalidValue(_("Handing over failed: it is this group's already."), field="group")
    if not group.is_active:
        raise InvalidValue(_("Handing over failed: this group is disabled."), field="group")
    before = history.facts(ticket)
    diff = write_changes(ticket, {"group": group})
    record("tickets.ticket.regrouped", ticket, actor=by, changes=diff, note=note)
    old, new = history.differing(before, history.facts(ticket))
    history.append(ticket, EventKind.GROUP, actor=by, before=old, after=new, note=note)
    if ticket.owner_id and not group.members.filter(pk=ticket.owner_id).exists():
        usual = gettext_noop("Handed over to the group “%(group)s”, where he is no member.")
        why = _reason(note, usual, group=group)
        give(ticket, None, actor=by, event="tickets.ticket.returned", note=why)
        ensure_supervisor(ticket, again=True)
        tell_supervisor(ticket, note)
    return ticket


def _reason(note: str, usual: str, **values: Any) -> str:
    """What somebody wrote, else what follows from the step, in the language of the company."""
    with translation.override(settings.LANGUAGE_CODE):
        return note.strip() or _(usual) % values


def give(ticket: Ticket, owner: Any, *, actor: Any, event: str, note: str) -> None:
    """Set the handler and say why (`service.md` 8.1); rights have been checked.

    A new ticket then waits to be confirmed.
    """
    before = history.facts(ticket)
    changes: dict[str, Any] = {
        "owner": owner,
        "owner_since": clock.now() if owner is not None else None,
        "accepted_at": None,
    }
    if ticket.phase == Phase.NEW:
        status = catalog.status_of(Phase.NEW, has_owner=owner is not None)
        changes["status"] = status.as_row()
    diff = write_changes(ticket, changes)
    shown = {name: pair for name, pair in diff.items() if name == "owner"}
    record(event, ticket, actor=actor, changes=shown, note=note)
    index.index(searching.LABEL, [ticket.pk])
    old, new = history.differing(before, history.facts(ticket))
    history.append(ticket, EventKind.OWNER, actor=actor, before=old, after=new, note=note)


def require_in_work(ticket: Ticket) -> None:
    """Raise InvalidTransition where nobody works on the ticket any more."""
    if ticket.phase not in IN_WORK or ticket.deleted_at is not None:
        raise InvalidTransition(
            _("Assigning failed: the ticket is in the state “%(state)s”.")
            % {"state": ticket.get_phase_display()}
        )


def _require_receiver(owner: Any) -> None:
    if not owner.is_active:
        raise InvalidValue(_("Assigning failed: this account is disabled."), field="owner")
    _require_present(owner)
    if not policies.can(owner, verbs.CHANGE, Ticket):
        raise InvalidValue(
            _("Assigning failed: %(name)s may not handle tickets.") % {"name": owner.name},
            field="owner",
        )


def _require_present(owner: Any) -> None:
    """Nobody on leave gets a ticket; the refusal names who stands in."""
    profile = _leave_of(owner.pk).first()
    if profile is None:
        return
    values = {
        "name": owner.name,
        "day": date_format(profile.leave_until, "DATE_FORMAT"),
        "substitute": profile.substitute.name if profile.substitute else _("nobody"),
    }
    raise InvalidValue(
        _("Assigning failed: %(name)s is on leave until %(day)s; %(substitute)s stands in.")
        % values,
        field="owner",
    )


# --- the supervisor ------------------------------------------------------------------------------
def supervisor_for(group: TicketGroup | None) -> Any:
    """The leader of the group, else the first service lead; None where there is none.

    For somebody on leave his substitute stands in if he may distribute, else the next one.
    """
    leader = group.leader_id if group is not None else None
    distributing = User.objects.filter(roles__code=LEADERS_ROLE).values("pk")
    rows = User.objects.active().filter(Q(pk=leader) | Q(pk__in=distributing))
    rows = rows.annotate(is_away=Exists(_leave_of(OuterRef("pk"))))
    people = sorted(rows, key=lambda person: (person.pk != leader, person.pk))
    for person in people:
        here = _stand_in(person) if person.is_away else person
        if here is not None:
            return here
    return people[0] if people else None


def distributor_of(ticket: Ticket) -> Any:
    """Who distributes the ticket today: its supervisor, or who stands in while he is not here."""
    person, here = ticket.supervisor, None
    if person is not None and person.is_active:
        here = _stand_in(person) if _leave_of(person.pk).exists() else person
    return here or supervisor_for(ticket.group)


def _leave_of(user: Any) -> Any:
    """The profile of somebody who is on leave today."""
    today = clock.today()
    return AgentProfile.objects.filter(
        user=user, leave_from__lte=today, leave_until__gte=today
    ).select_related("substitute")


def _stand_in(person: Any) -> Any:
    """The substitute of somebody on leave, where that one is here and distributes; else None."""
    profile = _leave_of(person.pk).first()
    other = profile.substitute if profile is not None else None
    if other is None or not other.is_active or _leave_of(other.pk).exists():
        return None
    return other if policies.can(other, verbs.ASSIGN, Ticket) else None


def ensure_supervisor(ticket: Ticket, *, again: bool = False, actor: Any = None) -> bool:
    """Name who distributes the ticket where nobody who is here is named; True where one was."""
    person = supervisor_for(ticket.group) if again else distributor_of(ticket)
    if person is None or person.pk == ticket.supervisor_id:
        return False
    diff = write_changes(ticket, {"supervisor": person})
    record("tickets.ticket.escalated", ticket, actor=actor, changes=diff)
    history.append(ticket, EventKind.SUPERVISOR, actor=actor, after={"supervisor": person.pk})
    return True
