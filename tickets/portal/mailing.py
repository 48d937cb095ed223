"""Answers go to customers by e-mail: one row a message, claimed and sent like notices.

A crash between the server's yes and our mark leads to one more mail with the same message id.
Not here: who may answer (`tickets.services.conversing`), the mail server (`EMAIL_URL`).
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries import settings
from crm.notifications import doorbell
from crm.notifications.channels import TIMEOUT
from crm.notifications.delivery import CLAIM, MAX_ATTEMPTS, PAUSES
from tickets.choices import Via
from tickets.models import AnswerMail, Ticket, TicketMessage
from tickets.portal.linking import ensure_link, may_share, url_of
from tickets.portal.models import MailState
from tickets.portal.parameters import MAIL_ANSWERS

logger = logging.getLogger(__name__)
TASK = "tickets.portal.tasks.send"
BATCH = 100
#: Ways of an answer that need no mail: it was spoken, or sent otherwise.
ELSEWHERE = {Via.PHONE, Via.SMS}
OPEN = (MailState.PENDING, MailState.SENDING)


def queue(ticket: Ticket, message: TicketMessage) -> AnswerMail | None:
    """Put the mail of an answer into the outbox, in the transaction that writes it."""
    wanted = django_settings.MAIL_CONFIGURED and settings.get(MAIL_ANSWERS)
    if not wanted or not ticket.email or ticket.is_demo or message.via in ELSEWHERE:
        return None
    ensure_link(ticket, by=message.author)
    mail = AnswerMail(message=message, address=ticket.email, header_id=_new_id(message))
    mail.save(force_insert=True)
    doorbell.ring(TASK)
    return mail


def _new_id(message: TicketMessage) -> str:
    """Drawn once and stored, so that a repeated mail is recognised."""
    host = django_settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    secret = get_random_string(12).lower()
    return f"<answer-{message.pk}-{secret}@{host or 'localhost'}>"


# --- sending -------------------------------------------------------------------------------------
def run() -> int:
    """Send what is due; returns how many mails were taken over. Safe to run twice at once."""
    return sum(_attempt(*row) for row in list(_due().values_list("pk", "attempts")[:BATCH]))


def _due() -> QuerySet[AnswerMail]:
    return AnswerMail.objects.filter(state__in=OPEN, next_at__lte=clock.now()).order_by("next_at")


def _attempt(pk: int, attempts: int) -> int:
    """Claim one row by compare-and-set and send it."""
    row = _due().filter(pk=pk, attempts=attempts).order_by()
    if attempts >= MAX_ATTEMPTS:
        row.update(state=MailState.FAILED, error=_("no answer of the mail server"))
        return 0
    claim = {"attempts": F("attempts") + 1, "next_at": clock.now() + CLAIM}
    if not row.update(state=MailState.SENDING, **claim):
        return 0
    mail = AnswerMail.objects.select_related("message__ticket", "message__author").get(pk=pk)
    try:
        with translation.override(django_settings.LANGUAGE_CODE):
            build(mail).send()
    except Exception as error:  # noqa: BLE001 - a mail server fails in any way it likes
        logger.warning("answer mail %s failed: %s", pk, type(error).__name__)
        _failed(mail, error)
        return 0
    _store(mail, state=MailState.SENT, sent_at=clock.now(), error="")
    return 1


def _failed(mail: AnswerMail, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:300]
    if mail.attempts >= MAX_ATTEMPTS:
        _store(mail, state=MailState.FAILED, error=reason)
        return
    pause: timedelta = PAUSES[mail.attempts - 1]
    _store(mail, state=MailState.PENDING, next_at=clock.now() + pause, error=reason)


def _store(mail: AnswerMail, **fields: object) -> None:
    """Write the outcome unless the claim lapsed and another worker has taken the row."""
    mine = Q(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)
    AnswerMail.objects.filter(mine).update(**fields)


def build(mail: AnswerMail) -> EmailMessage:
    """The mail: the answer, the link, and headers that keep the mails of a ticket together.

    A person wrote it, so it says `Auto-Submitted: no`; what a macro of the product wrote does not.
    """
    message = mail.message
    ticket = message.ticket
    headers = {
        "Message-ID": mail.header_id,
        "Auto-Submitted": "auto-replied" if message.by_automation else "no",
    }
    earlier = _earlier(mail)
    if earlier:
        headers |= {"In-Reply-To": earlier[-1], "References": " ".join(earlier)}
    link = ensure_link(ticket)
    values = {
        "company": settings.get("company_name") or settings.get("site_name"),
        "ticket": ticket,
        "message": message,
        "who": message.author.display_name if message.author else "",
        "files": message.files.count(),
        "url": url_of(link) if link else "",
    }
    return EmailMessage(
        subject=_one_line(f"[{ticket.number}] {ticket.title}"),
        body=render_to_string("tickets/portal/mail.txt", values),
        to=[mail.address],
        headers=headers,
        connection=get_connection(timeout=TIMEOUT),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _earlier(mail: AnswerMail) -> list[str]:
    """Ids of the mails before it: the first one and the last nine."""
    rows = AnswerMail.objects.filter(message__ticket=mail.message.ticket_id, pk__lt=mail.pk)
    ids = list(rows.order_by("pk").values_list("header_id", flat=True))
    return [*ids[:1], *ids[1:][-9:]]


# --- retry ---------------------------------------------------------------------------------------
@transaction.atomic
def retry(mail: AnswerMail, *, by: Any) -> AnswerMail:
    """Send a failed mail once more, to the address the ticket has now.

    Raises NotAllowed, InvalidTransition where it has not failed.
    """
    ticket = mail.message.ticket
    if not may_share(by, ticket):
        raise NotAllowed(_("Sending failed: only the handler or a supervisor may."))
    rows = AnswerMail.objects.filter(pk=mail.pk, state=MailState.FAILED)
    values = {"state": MailState.PENDING, "attempts": 0, "error": "", "next_at": clock.now()}
    if not rows.update(address=ticket.email or mail.address, **values):
        raise InvalidTransition(_("Sending failed: this mail is not waiting for a retry."))
    record("tickets.mail.retried", ticket, actor=by)
    doorbell.ring(TASK)
    mail.refresh_from_db()
    return mail
