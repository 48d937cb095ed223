"""Take tickets in: one function for forms and for an import of 200 rows at a time (D11-1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import Fact, record_many
from crm.core import clock
from crm.core.bulk import Maker, insert_many
from crm.core.errors import NotAllowed
from crm.dictionaries.numbers import take_numbers
from crm.search import index
from tickets import catalog, rules, searching
from tickets.choices import NUMBER, SUPERVISED, Phase, Priority
from tickets.drafts import TicketDraft
from tickets.models import Ticket, TicketGroup, TicketWatcher
from tickets.services import assigning, history
from tickets.services.owning import supervisor_for
from tickets.services.telling import tell_owner, tell_supervisor

_new_watcher = Maker(TicketWatcher)
_new_tag_link = Maker(Ticket.tags.through)


@transaction.atomic
def create_ticket(draft: TicketDraft, *, actor: Any) -> Ticket:
    """Take one ticket in (S11-31); who gets it by itself, or who distributes it, is told.

    `actor` None is the customer himself. Raises ValidationError, NotAllowed.
    """
    ticket = create_tickets([draft], actor=actor)[0]
    if ticket.owner_id is not None:
        tell_owner(ticket, actor)
    elif ticket.priority not in SUPERVISED:  # those are the supervisor's to give away (P11)
        assigning.assign_by_itself(ticket)
    if ticket.owner_id is None:
        tell_supervisor(ticket, ticket.description[:200])
    return ticket


@transaction.atomic(savepoint=False)
def create_tickets(drafts: Sequence[TicketDraft], *, actor: Any) -> list[Ticket]:
    """Take many tickets in, in a fixed number of statements."""
    if actor is not None:
        _require_rights(drafts, actor)
    groups = TicketGroup.objects.select_related("leader").in_bulk()
    now = clock.now()
    for draft in drafts:
        complete(draft.ticket, actor, draft.created_at or now, groups)
    tickets = [draft.ticket for draft in drafts]
    for ticket, number in zip(tickets, take_numbers(NUMBER, len(drafts)), strict=True):
        ticket.number = number
    insert_many(tickets)
    insert_many(
        [
            _new_watcher(ticket_id=draft.ticket.pk, user_id=user.pk)
            for draft in drafts
            for user in {user.pk: user for user in draft.watchers}.values()
        ]
    )
    insert_many(
        [
            _new_tag_link(ticket_id=draft.ticket.pk, tag_id=pk)
            for draft in drafts
            for pk in dict.fromkeys(draft.tags)
        ]
    )
    index.index_new(searching.LABEL, (searching.document_of(ticket) for ticket in tickets))
    facts = [
        Fact(
            "tickets.ticket.created",
            draft.ticket,
            note=draft.note,
            about=[draft.ticket.customer] if draft.ticket.customer_id else [],
        )
        for draft in drafts
    ]
    record_many(facts, actor=actor)
    history.begin(tickets, drafts, actor=actor)
    return tickets


def _require_rights(drafts: Sequence[TicketDraft], actor: Any) -> None:
    policies.require(actor, verbs.ADD, Ticket)
    reach = policies.policy_for(Ticket).reach(actor, verbs.ASSIGN)
    for draft in drafts:
        owner_id = draft.ticket.owner_id
        if owner_id not in (None, actor.pk) and not reach.covers(owner_id):
            raise NotAllowed(
                _("Saving failed: you may not give a ticket to this person."), field="owner"
            )


def complete(ticket: Ticket, actor: Any, now: datetime, groups: dict[int, TicketGroup]) -> None:
    """Fill what follows from the rest, and check. Raises ValidationError with all problems."""
    ticket.created_at = ticket.updated_at = now
    ticket.created_by_id = actor.pk if actor is not None else None
    ticket.owner_since = now if ticket.owner_id else None
    ticket.last_seq = 1
    _from_category(ticket)
    if rules.is_complaint(ticket.type_id):
        rules.as_complaint(ticket)
    _from_contact(ticket)
    ticket.status_id = catalog.status_of(Phase.NEW, has_owner=ticket.owner_id is not None).pk
    if ticket.priority in SUPERVISED or ticket.owner_id is None:
        ticket.supervisor = supervisor_for(groups.get(ticket.group_id))
    rules.refuse(rules.ticket_problems(ticket))


def _from_category(ticket: Ticket) -> None:
    """Type, priority and group as the business tree says, where nobody chose."""
    node = catalog.node(ticket.category_id)
    if ticket.type_id is None:
        ticket.type_id = (node.type_id if node else None) or rules.default_type()
    if not ticket.priority:
        ticket.priority = (node.priority if node else "") or Priority.MEDIUM
    if ticket.group_id is None and node is not None:
        ticket.group_id = node.group_id


def _from_contact(ticket: Ticket) -> None:
    """Who called and how to reach him, from the contact, else from the customer (S11-32)."""
    contact, customer = ticket.contact, ticket.customer
    if contact is not None:
        ticket.requester = ticket.requester or contact.name
        ticket.phone = ticket.phone or contact.mobile or contact.phone
        ticket.email = ticket.email or contact.email
    elif customer is not None:
        ticket.phone = ticket.phone or customer.phone
        ticket.email = ticket.email or customer.email
