"""Tickets that have to do with each other: merge and un-merge, split, link, parent and child.

A merge is a view, not a move (`service.md` 8.1): messages stay where they were written, the
target shows them; what came after the merge stays with the target when it is undone.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities import attachments, files
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries import settings
from tickets import catalog
from tickets.choices import IN_WORK, EventKind, MessageKind, Phase
from tickets.drafts import TicketDraft
from tickets.models import (
    Ticket,
    TicketEvent,
    TicketLink,
    TicketMessage,
    TicketStatus,
    TicketWatcher,
)
from tickets.parameters import UNMERGE_DAYS
from tickets.services import history
from tickets.services.access import handles, leads, require_alive
from tickets.services.creating import create_ticket
from tickets.services.moving import lock, transition

#: A chain of parents longer than this is a mistake.
DEEPEST = 5


# --- merge ---------------------------------------------------------------------------------------
@transaction.atomic
def merge_ticket(
    ticket: Ticket, target: Ticket, *, by: Any, expected_version: int | None = None
) -> Ticket:
    """合并: the ticket ends in the target, which shows its conversation and takes its watchers.

    By somebody who handles both, or a supervisor. The target is locked, too, so that of two
    merges into each other one is refused. Raises NotAllowed, InvalidTransition, InvalidValue.
    """
    for row in sorted((ticket, target), key=lambda each: each.pk):
        lock(row, expected_version if row is ticket else None)
    if not leads(by, ticket) and not (handles(by, ticket) and handles(by, target)):
        raise NotAllowed(_("Merging failed: only a supervisor or the handler of both may."))
    if ticket.customer_id and target.customer_id and ticket.customer_id != target.customer_id:
        raise InvalidValue(_("Merging failed: the tickets are of different customers."))
    kept = {name: _plain(getattr(ticket, name)) for name in ("resolved_at", "reason", "wake_at")}
    kept |= {"phase": ticket.phase, "status": ticket.status_id}
    transition(ticket, Phase.MERGED, by=by, merged_into=target)
    _bring_watchers(ticket, target)
    history.append(ticket, EventKind.MERGE, actor=by, before=kept, after={"merged_into": target.pk})
    history.append(target, EventKind.LINK, actor=by, after={"merged": ticket.pk})
    record("tickets.ticket.joined", target, actor=by, note=f"{ticket.number} {ticket.title}")
    return ticket


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _bring_watchers(ticket: Ticket, target: Ticket) -> None:
    """Watchers of the source watch the target; `source` remembers where they came from."""
    known = set(target.watchers.values_list("user_id", flat=True))
    TicketWatcher.objects.bulk_create(
        TicketWatcher(ticket=target, user_id=pk, source=ticket)
        for pk in ticket.watchers.values_list("user_id", flat=True)
        if pk not in known
    )


def _take_watchers_back(ticket: Ticket, target: Ticket) -> None:
    """Only this ticket's: who watches another one that ended in the target goes on watching."""
    TicketWatcher.objects.filter(ticket=target, source=ticket).delete()
    for other in Ticket.objects.filter(phase=Phase.MERGED, merged_into=target).order_by("pk"):
        _bring_watchers(other, target)


@transaction.atomic
def unmerge_ticket(ticket: Ticket, *, by: Any, reason: str = "") -> Ticket:
    """撤销合并, within some days, by a supervisor: everything as it was before.

    Raises NotAllowed, InvalidTransition.
    """
    lock(ticket)
    if ticket.phase != Phase.MERGED:
        raise InvalidTransition(_("Undoing failed: the ticket is not merged."))
    event = _merge_of(ticket)
    days = int(settings.get(UNMERGE_DAYS))
    if event is None or event.at < clock.now() - timedelta(days=days):
        raise InvalidTransition(
            _("Undoing failed: a merge can be undone for %(days)d days.") % {"days": days}
        )
    target, before = ticket.merged_into, event.before
    wake_at = before["wake_at"] and parse_datetime(before["wake_at"])
    to = before["phase"]
    if to == Phase.SCHEDULED and wake_at <= clock.now():
        wake_at = clock.now() + timedelta(minutes=1)
    resolved_at = before["resolved_at"] and parse_datetime(before["resolved_at"])
    transition(ticket, to, by=by, reason=reason, status=_status_before(before), restored={
        "wake_at": wake_at, "resolved_at": resolved_at, "reason": before["reason"],
    })  # fmt: skip
    _take_watchers_back(ticket, target)
    history.append(target, EventKind.LINK, actor=by, after={"unmerged": ticket.pk})
    record("tickets.ticket.parted", target, actor=by, note=f"{ticket.number} {ticket.title}")
    return ticket


def _status_before(before: dict[str, Any]) -> TicketStatus | None:
    """The status before the merge, where it still stands for that state."""
    found = catalog.status(before["status"])
    usable = found is not None and found.is_active and found.phase == before["phase"]
    return found.as_row() if found is not None and usable else None


def _merge_of(ticket: Ticket) -> TicketEvent | None:
    """The event that remembers what was before the last merge."""
    rows = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.MERGE)
    return next((row for row in rows.order_by("-seq") if "merged_into" in row.after), None)


# --- split ---------------------------------------------------------------------------------------
def split_ticket(message: TicketMessage, title: str, *, by: Any) -> Ticket:
    """拆分: a new ticket from one message, with clocks of its own from now.

    Only the legal deadline counts from the day of the message: that is when the complaint came in.
    The message is copied as its description with its files, not moved; the customer reads
    descriptions, so an internal note cannot be split off. Raises NotAllowed, InvalidTransition.
    """
    with files.copied(message.files.order_by("pk")) as kept, transaction.atomic():
        fresh = _split(message, title, by)
        if kept:
            attachments.write_rows(fresh, kept, actor=by, is_demo=fresh.is_demo)
    return fresh


def _split(message: TicketMessage, title: str, by: Any) -> Ticket:
    ticket = message.ticket
    lock(ticket)
    require_alive(ticket)
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Splitting failed: only the handler or a supervisor may."))
    if message.kind == MessageKind.INTERNAL:
        raise InvalidTransition(
            _("Splitting failed: an internal note must not become what the customer reads.")
        )
    fresh = Ticket(
        title=title.strip(), description=message.text, type=ticket.type,
        category=ticket.category, priority=ticket.priority, source=ticket.source,
        customer=ticket.customer, contact=message.contact or ticket.contact,
        requester=ticket.requester, phone=ticket.phone, email=ticket.email,
        occurred_at=ticket.occurred_at, impact=ticket.impact, group=ticket.group,
        split_from=ticket, is_demo=ticket.is_demo,
    )  # fmt: skip
    note = _("Split from %(number)s") % {"number": ticket.number}
    create_ticket(TicketDraft(fresh, note=note, received_at=message.created_at), actor=by)
    history.append(ticket, EventKind.LINK, actor=by, after={"split": fresh.pk})
    record("tickets.ticket.split", ticket, actor=by, note=f"{fresh.number} {fresh.title}")
    return fresh


# --- link, parent --------------------------------------------------------------------------------
@transaction.atomic
def link_tickets(ticket: Ticket, other: Ticket, kind: str, *, by: Any) -> TicketLink:
    """关联: say that two tickets have to do with each other; once for a pair."""
    policies.require(by, verbs.CHANGE, ticket)
    policies.require(by, verbs.VIEW, other)
    if ticket.pk == other.pk:
        raise InvalidValue(_("Linking failed: it is the same ticket."), field="other")
    first, second = sorted((ticket, other), key=lambda each: each.pk)
    link, made = TicketLink.objects.get_or_create(
        first=first,
        second=second,
        defaults={"kind": kind, "created_at": clock.now(), "created_by": by},
    )
    if not made:
        raise InvalidValue(_("Linking failed: the tickets are linked already."), field="other")
    for each, beside in ((ticket, other), (other, ticket)):
        history.append(each, EventKind.LINK, actor=by, after={"linked": beside.pk, "kind": kind})
    record("tickets.ticket.linked", ticket, actor=by, note=str(other.number), about=[other])
    return link


@transaction.atomic
def unlink_tickets(link: TicketLink, ticket: Ticket, *, by: Any) -> None:
    """Take a link away."""
    policies.require(by, verbs.CHANGE, ticket)
    other = link.second if link.first_id == ticket.pk else link.first
    history.append(ticket, EventKind.LINK, actor=by, before={"linked": other.pk})
    record("tickets.ticket.unlinked", ticket, actor=by, note=str(other.number), about=[other])
    link.delete()


@transaction.atomic
def set_parent(
    ticket: Ticket, parent: Ticket | None, *, by: Any, expected_version: int | None = None
) -> Ticket:
    """父子工单: a part of a larger matter; the parent is not solved before its parts.

    The parent is locked, too, so that of two parts of each other one is refused. Raises
    InvalidValue for a ring, NotAllowed.
    """
    rows = {row.pk: row for row in (parent, ticket) if row is not None}
    for key in sorted(rows):
        lock(rows[key], expected_version if key == ticket.pk else None)
    policies.require(by, verbs.CHANGE, ticket)
    require_alive(ticket)
    if parent is not None:
        policies.require(by, verbs.VIEW, parent)
        _check_parent(ticket, parent)
    old = ticket.parent_id
    diff = write_changes(ticket, {"parent": parent})
    if diff:
        after = {"parent": parent.pk if parent else None}
        history.append(ticket, EventKind.LINK, actor=by, before={"parent": old}, after=after)
        record("tickets.ticket.parented", ticket, actor=by, changes=diff)
    return ticket


def _check_parent(ticket: Ticket, parent: Ticket) -> None:
    if parent.phase not in IN_WORK:
        raise InvalidTransition(
            _("Saving failed: the parent ticket %(number)s is not in work.")
            % {"number": parent.number}
        )
    here: Ticket | None = parent
    for _step in range(DEEPEST):
        if here is None:
            return
        if here.pk == ticket.pk:
            raise InvalidValue(
                _("Saving failed: a ticket cannot be a part of itself."), field="parent"
            )
        here = here.parent
    raise InvalidValue(
        _("Saving failed: at most %(count)d levels of tickets.") % {"count": DEEPEST},
        field="parent",
    )
