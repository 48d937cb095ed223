"""Automatic messages are limited: an answering machine or a loop must not bury a conversation.

What is too much is not kept; a note counts it for colleagues (`service.md` 8.1). What counts as
automatic is said by whoever hands the message in.
"""

from datetime import datetime, timedelta

from django.conf import settings as django_settings
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock
from crm.dictionaries import settings
from tickets.choices import MessageKind, Via
from tickets.models import Ticket, TicketMessage
from tickets.parameters import AUTOMATIC_LIMIT

WINDOW = timedelta(hours=1)


def held_back(ticket: Ticket, via: Via) -> TicketMessage | None:
    """The note that stands for one more automatic message; None where the ticket may have it.

    The ticket is locked. One note and one event in an hour, however many there are.
    """
    since = clock.now() - WINDOW
    rows = ticket.messages.filter(by_automation=True, created_at__gt=since)
    if rows.filter(kind=MessageKind.CUSTOMER).count() < int(settings.get(AUTOMATIC_LIMIT)):
        return None
    note = rows.filter(kind=MessageKind.INTERNAL, held_back__gt=0).order_by("-pk").first()
    if note is None:
        return _begun(ticket, via, clock.now())
    TicketMessage.objects.filter(pk=note.pk).update(held_back=F("held_back") + 1)
    note.held_back += 1
    return note


def _begun(ticket: Ticket, via: Via, now: datetime) -> TicketMessage:
    with translation.override(django_settings.LANGUAGE_CODE):
        text = _("Further automatic messages were held back; they may be a loop.")
    note = TicketMessage(
        ticket=ticket, kind=MessageKind.INTERNAL, text=text, via=via, by_automation=True,
        held_back=1, created_at=now,
    )  # fmt: skip
    note.save(force_insert=True)
    record("tickets.ticket.held_back", ticket, actor=None, note=text)
    return note
