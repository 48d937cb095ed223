"""Change what a ticket says: values, tags, watchers; look at masked contact data."""

import copy
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidTransition, InvalidValue
from crm.dictionaries import tagging
from crm.search import index
from tickets import rules, searching
from tickets.choices import SUPERVISED, EventKind, Phase
from tickets.models import Ticket, TicketWatcher
from tickets.services import history
from tickets.services.owning import ensure_supervisor
from tickets.services.telling import tell_supervisor

#: Values that have services of their own.
FORBIDDEN = {
    "phase", "status", "owner", "group", "supervisor", "number", "parent", "merged_into",
    "split_from", "follow_up_of", "wake_at", "resolved_at", "closed_at",
}  # fmt: skip
#: A change of these must reach the search index.
SEARCHED = {"title", "customer", "requester", "phone", "email"}


@transaction.atomic
def update_ticket(
    ticket: Ticket, *, changes: dict[str, Any], actor: Any, version: int | None = None,
    tags: Iterable[int] | None = None, note: str = "",
) -> Ticket:  # fmt: skip
    """Change a ticket's own values; state and people have services of their own.

    Raises Stale, ValidationError, NotAllowed, InvalidTransition.
    """
    policies.require(actor, verbs.CHANGE, ticket)
    if forbidden := FORBIDDEN & changes.keys():
        raise ValueError(f"update_ticket() does not set {sorted(forbidden)}")
    _require_changeable(ticket)
    before = history.facts(ticket)
    diff = _write(ticket, dict(changes), version)
    linked = tagging.replace_tags(ticket, tags)
    if linked and not diff:
        touch(ticket)
    diff |= linked
    if not diff:
        return ticket
    if SEARCHED & diff.keys():
        index.index(searching.LABEL, [ticket.pk])
    record("tickets.ticket.updated", ticket, actor=actor, changes=diff, note=note)
    old, new = history.differing(before, history.facts(ticket))
    if new:
        history.append(ticket, EventKind.VALUES, actor=actor, before=old, after=new)
    raised = "priority" in diff and ticket.priority in SUPERVISED and ticket.is_in_work
    if raised and ensure_supervisor(ticket):
        tell_supervisor(ticket, ticket.description[:200])
    return ticket


def _require_changeable(ticket: Ticket) -> None:
    if ticket.phase in (Phase.MERGED, Phase.CANCELLED):
        raise InvalidTransition(
            _("Saving failed: the ticket is in the state “%(state)s”.")
            % {"state": ticket.get_phase_display()}
        )


def _write(ticket: Ticket, changes: dict[str, Any], version: int | None) -> dict[str, Any]:
    probe = copy.copy(ticket)
    for name, value in changes.items():
        field = Ticket._meta.get_field(name)
        setattr(probe, name if isinstance(value, models.Model) else field.attname, value)
    was_complaint = rules.is_complaint(ticket.type_id)
    if rules.is_complaint(probe.type_id) and (not was_complaint or "priority" in changes):
        rules.as_complaint(probe)
        changes |= {"priority": probe.priority, "description": probe.description}
    rules.refuse(rules.ticket_problems(probe))
    if ticket.is_incomplete and changes:
        changes["is_incomplete"] = False
    diff = write_changes(ticket, changes, version=version)
    return {name: pair for name, pair in diff.items() if name != "is_incomplete"}


@transaction.atomic
def tag_ticket(
    ticket: Ticket, *, add: Iterable[int] = (), remove: Iterable[int] = (), actor: Any
) -> Ticket:
    """标签: put tags on a ticket and take tags off. Raises NotAllowed, InvalidTransition, Stale."""
    policies.require(actor, verbs.CHANGE, ticket)
    _require_changeable(ticket)
    diff = tagging.retag(ticket, add, remove)
    if diff:
        touch(ticket)
        record("tickets.ticket.tagged", ticket, actor=actor, changes=diff)
    return ticket


@transaction.atomic
def watch_ticket(ticket: Ticket, user: Any, *, actor: Any, on: bool = True) -> None:
    """关注: be told what happens; others may be put on or off by the handler and supervisors.

    Raises NotAllowed, InvalidValue for somebody who does not see the ticket.
    """
    policies.require(actor, verbs.VIEW, ticket)
    policies.require(actor, verbs.ADD, Ticket)
    if user.pk != actor.pk:
        policies.require(actor, verbs.CHANGE, ticket)
    if on and not policies.can(user, verbs.VIEW, ticket):
        raise InvalidValue(
            _("Saving failed: %(name)s does not see this ticket.") % {"name": user.name},
            field="user",
        )
    rows = TicketWatcher.objects.filter(ticket=ticket, user=user)
    if on == rows.exists():
        return
    if on:
        TicketWatcher.objects.create(ticket=ticket, user=user)
    else:
        rows.delete()
    pair = [None, user.name] if on else [user.name, None]
    record("tickets.ticket.watched", ticket, actor=actor, changes={"watcher": pair})


@transaction.atomic
def reveal_ticket(ticket: Ticket, *, actor: Any) -> dict[str, str]:
    """Number and address of the caller in clear; the look is recorded."""
    policies.require(actor, verbs.REVEAL, ticket)
    record("tickets.ticket.revealed", ticket, actor=actor)
    return {"phone": ticket.phone, "email": ticket.email}
