"""The conversation: answers to the customer, internal notes, what the customer writes."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities import attachments, files
from crm.activities.mentions import named
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.core.text import clean_text
from crm.dictionaries import settings
from crm.notifications.services import notify
from customers.models import Contact
from tickets import catalog
from tickets.choices import EventKind, MessageKind, Phase, Via
from tickets.drafts import TicketDraft
from tickets.hooks import answered
from tickets.models import Ticket, TicketMention, TicketMessage
from tickets.parameters import REOPEN_DAYS
from tickets.services import history
from tickets.services.access import handles, leads, require_alive
from tickets.services.creating import create_ticket
from tickets.services.moving import lock, transition
from tickets.services.telling import EXCERPT, sees, tell_customer_wrote, tell_watchers
from tickets.services.throttling import held_back

LONGEST = 8000
#: Newer messages that are shown before somebody sends all the same.
UNREAD = 20


class Unread(InvalidValue):
    """Somebody has written since the writer opened the ticket; `messages` are the newer ones."""

    default_code = "unread"

    def __init__(self, messages: list[TicketMessage]) -> None:
        super().__init__(
            _("Sending failed: there is a newer message. Read it, then send again."), field="seen"
        )
        self.messages = messages

    @property
    def newest(self) -> int:
        """The key to send with, once they are read."""
        return max(message.pk for message in self.messages)


def reply(
    ticket: Ticket,
    text: str,
    *,
    by: Any,
    via: Via = Via.DESK,
    uploads: Sequence[File] = (),
    token: str = "",
    seen: int | None = None,
) -> TicketMessage:
    """Answer the customer; he reads it on his page. A phone call that took place is one, too.

    `seen` is the key of the newest message the writer had on the screen: where the customer or a
    colleague has written since, nothing is sent (Unread, with those messages). The first answer of
    the handler of a new ticket confirms the handling. The same `token` makes one message (F26).
    """
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Answering failed: only the handler or a supervisor may."))
    text = _checked(text)
    return _store(ticket, _Message(MessageKind.PUBLIC, text, by, via, uploads, token, seen))


def note(
    ticket: Ticket,
    text: str,
    *,
    by: Any,
    uploads: Sequence[File] = (),
    token: str = "",
) -> TicketMessage:
    """Write an internal note; whoever sees the ticket and works on tickets may (S11-55).

    Colleagues named with @ are told if they see the ticket.
    """
    policies.require(by, verbs.VIEW, ticket)
    policies.require(by, verbs.ADD, Ticket)
    message = _Message(MessageKind.INTERNAL, _checked(text), by, Via.DESK, uploads, token)
    return _store(ticket, message)


class _Message:
    """What is about to be written by somebody of the company."""

    def __init__(
        self,
        kind: MessageKind,
        text: str,
        by: Any,
        via: Via,
        uploads: Sequence[File],
        token: str,
        seen: int | None = None,
    ) -> None:
        self.kind, self.text, self.by, self.via = kind, text, by, via
        self.uploads, self.token, self.seen = uploads, token[:40], seen


def _store(ticket: Ticket, wanted: _Message) -> TicketMessage:
    """Write the message with its files; a repeated form gives the message it made before."""
    try:
        with files.stored(wanted.uploads) as kept, transaction.atomic():
            return _written(ticket, wanted, kept)
    except IntegrityError:
        known = ticket.messages.filter(token=wanted.token).exclude(token="").first()
        if known is None:
            raise
        return known


def _written(ticket: Ticket, wanted: _Message, kept: Sequence[Any]) -> TicketMessage:
    lock(ticket)
    if wanted.kind == MessageKind.PUBLIC:
        require_alive(ticket)
        _require_seen(ticket, wanted)
    elif ticket.phase == Phase.MERGED or ticket.deleted_at is not None:
        raise InvalidTransition(_("Saving failed: the ticket was merged or deleted."))
    message = TicketMessage(
        ticket=ticket, kind=wanted.kind, text=wanted.text, author=wanted.by, via=wanted.via,
        token=wanted.token, created_at=clock.now(),
    )  # fmt: skip
    message.save(force_insert=True)
    if kept:
        message.files.set(attachments.write_rows(ticket, kept, actor=wanted.by))
    _record(ticket, message, actor=wanted.by)
    if wanted.kind == MessageKind.PUBLIC:
        _after_reply(ticket, message, wanted.by)
    else:
        _mention(ticket, message, wanted.by)
    what = _("%(name)s: %(text)s") % {
        "name": wanted.by.name,
        "text": " ".join(wanted.text.split())[:EXCERPT],
    }
    tell_watchers(ticket, what, f"ticket-message:{message.pk}", but=[wanted.by.pk])
    return message


def _require_seen(ticket: Ticket, wanted: _Message) -> None:
    """Nobody answers past a message he has not read; his own, sent twice, is no such message."""
    if wanted.seen is None:
        return
    rows = ticket.messages.filter(pk__gt=wanted.seen).exclude(kind=MessageKind.INTERNAL)
    if wanted.token:
        rows = rows.exclude(token=wanted.token)
    if newer := list(rows.order_by("pk")[:UNREAD]):
        raise Unread(newer)


def _after_reply(ticket: Ticket, message: TicketMessage, by: Any) -> None:
    at = message.created_at
    ticket.answered_at, ticket.responded_at = at, ticket.responded_at or at
    Ticket.objects.filter(pk=ticket.pk).update(
        answered_at=at, responded_at=ticket.responded_at, updated_at=at
    )
    if ticket.phase == Phase.NEW and ticket.owner_id == by.pk:
        transition(ticket, Phase.OPEN, by=by)
    answered.call(ticket, message)


def _mention(ticket: Ticket, message: TicketMessage, by: Any) -> None:
    """Remember and tell those who were named and see the ticket."""
    found = named(message.text)
    TicketMention.objects.bulk_create(
        TicketMention(message=message, user=user, typed=typed) for user, typed in found.values()
    )
    told = [user for user, _typed in found.values() if user.pk != by.pk and sees(user, ticket)]
    notify(
        told,
        "ticket_mentioned",
        title=lambda: (
            _("%(name)s mentioned you on the ticket %(record)s")
            % {"name": by.name, "record": f"{ticket.number} {ticket.title}"}
        ),
        text=" ".join(message.text.split())[:EXCERPT],
        url=ticket.get_absolute_url(),
        dedupe_key=f"ticket-mention:{message.pk}",
    )


def _checked(text: str) -> str:
    """The text without control signs. Raises InvalidValue for an empty or too long one."""
    text = clean_text(text, multiline=True).value or ""
    if not text:
        raise InvalidValue(_("Sending failed: the text is missing."), field="text")
    if len(text) > LONGEST:
        raise InvalidValue(
            _("Sending failed: the text is longer than %(limit)d characters.") % {"limit": LONGEST},
            field="text",
        )
    return text


_CODES = {
    MessageKind.PUBLIC: "tickets.ticket.replied",
    MessageKind.INTERNAL: "tickets.ticket.noted",
    MessageKind.CUSTOMER: "tickets.ticket.written",
}


def _record(ticket: Ticket, message: TicketMessage, *, actor: Any) -> None:
    """The log says that something was written, the conversation what."""
    record(_CODES[message.kind], ticket, actor=actor)
    history.append(
        ticket,
        EventKind.MESSAGE,
        actor=actor,
        at=message.created_at,
        after={
            "message": message.pk,
            "kind": message.kind,
            "via": message.via,
            "by_automation": message.by_automation,
        },
    )


# --- from the customer ---------------------------------------------------------------------------
def receive(
    ticket: Ticket,
    text: str,
    *,
    via: Via,
    contact: Contact | None = None,
    name: str = "",
    by_automation: bool = False,
    nonce: str = "",
    taken_by: Any = None,
    uploads: Sequence[File] = (),
) -> TicketMessage:
    """Store what the customer wrote; a merged ticket hands it on to the one it went into.

    It wakes what waits, reopens what is solved, and after the window makes a new ticket; what a
    machine sent changes nothing, and too much of it is not kept (`service.md` 8.1). `taken_by`
    typed it on the phone. The same `nonce` makes one message.
    """
    token = hashlib.sha256(nonce.encode()).hexdigest()[:40] if nonce else ""
    wanted = TicketMessage(
        kind=MessageKind.CUSTOMER, text=_checked(text), contact=contact, name=name[:60], via=via,
        by_automation=by_automation, token=token,
    )  # fmt: skip
    with files.stored(uploads) as kept, transaction.atomic():
        message, is_new = _received(_locked_end(ticket), wanted, kept, taken_by)
    if not is_new:
        files.discard(path for item in kept for path in (item.path, item.preview))
    return message


def _received(
    ticket: Ticket, message: TicketMessage, kept: Sequence[Any], taken_by: Any
) -> tuple[TicketMessage, bool]:
    """The stored message; False with one that was there before, or stands for it."""
    if known := _repeated(ticket, message.token):
        return known, False
    if message.by_automation and (note := held_back(ticket, Via(message.via))):
        return note, False
    if not message.by_automation and is_past_window(ticket):
        ticket = _follow_up(ticket, message.text, via=Via(message.via), actor=taken_by)
    message.ticket, message.created_at = ticket, clock.now()
    message.save(force_insert=True)
    if kept:
        message.files.set(attachments.write_rows(ticket, kept, actor=taken_by))
    _record(ticket, message, actor=taken_by)
    if not message.by_automation:
        _after_message(ticket, message)
    return message, True


def _locked_end(ticket: Ticket) -> Ticket:
    """The ticket that this one has ended in, held: it may be merged since it was read."""
    here = end_of_chain(ticket)
    lock(here)
    while (end := end_of_chain(here)) != here:
        here = end
        lock(here)
    return here


def _repeated(ticket: Ticket, token: str) -> TicketMessage | None:
    """The message of this form, on the ticket or on the one that follows it."""
    if not token:
        return None
    place = Q(ticket=ticket) | Q(ticket__follow_up_of=ticket)
    return TicketMessage.objects.filter(place, token=token).select_related("ticket").first()


def _after_message(ticket: Ticket, message: TicketMessage) -> None:
    at = message.created_at
    ticket.customer_wrote_at = at
    Ticket.objects.filter(pk=ticket.pk).update(customer_wrote_at=at, updated_at=at)
    _wake(ticket)
    tell_customer_wrote(ticket, message.text, f"ticket-written:{message.pk}")
    tell_watchers(ticket, message.text[:EXCERPT], f"ticket-written:{message.pk}:w")


def _wake(ticket: Ticket) -> None:
    """What a customer's message does to the state."""
    if ticket.phase in (Phase.WAITING_CUSTOMER, Phase.RESOLVED, Phase.CLOSED):
        transition(ticket, Phase.OPEN, by=None)
    elif ticket.phase == Phase.SCHEDULED:
        status = catalog.status(ticket.status_id)
        if status is None or status.wakes_on_reply:
            transition(ticket, Phase.OPEN, by=None)


def is_past_window(ticket: Ticket) -> bool:
    """Whether a customer's message can no longer reopen the ticket."""
    if ticket.phase != Phase.CLOSED:
        return False
    days = timedelta(days=int(settings.get(REOPEN_DAYS)))
    if ticket.closed_at is None or clock.now() > ticket.closed_at + days:
        return True
    return ticket.group is not None and not ticket.group.reopens_closed


def _follow_up(ticket: Ticket, text: str, *, via: Via, actor: Any) -> Ticket:
    """A new ticket of the same customer that names the old one."""
    fresh = Ticket(
        title=ticket.title, description=text, type=ticket.type, category=ticket.category,
        priority=ticket.priority, source=ticket.source, customer=ticket.customer,
        contact=ticket.contact, requester=ticket.requester, phone=ticket.phone,
        email=ticket.email, group=ticket.group, follow_up_of=ticket, is_demo=ticket.is_demo,
    )  # fmt: skip
    with translation.override(django_settings.LANGUAGE_CODE):  # the customer may have written it
        note = _("Written on the closed ticket %(number)s") % {"number": ticket.number}
    return create_ticket(TicketDraft(fresh, note=note, via=via), actor=actor)


def end_of_chain(ticket: Ticket) -> Ticket:
    """The ticket that a merged one ended in; itself where the chain is broken or in the bin."""
    seen, here = {ticket.pk}, ticket
    while here.phase == Phase.MERGED and here.merged_into_id not in seen | {None}:
        seen.add(here.merged_into_id)
        here = here.merged_into
        if here.deleted_at is not None:
            return ticket
    return here
