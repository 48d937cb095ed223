"""What a customer sends through the public form becomes a ticket that nobody here has typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crm.accounts import throttle
from crm.accounts.throttle import Limit
from crm.activities import attachments, files
from crm.core.errors import LimitReached
from crm.core.text import clean_text
from crm.dictionaries import lookups
from tickets.choices import SOURCE, Via
from tickets.drafts import TicketDraft
from tickets.models import CustomerLink, Ticket
from tickets.portal import matching, offering
from tickets.portal.answering import check_files
from tickets.portal.form_models import IntakeForm
from tickets.portal.linking import ensure_link
from tickets.services.creating import create_ticket

#: Requests in a quarter of an hour: of one network, and through one form.
NETWORK = Limit(20, restarts=False)
FORM = Limit(200, restarts=False)
#: The dictionary value 网页表单.
WEB = "web"


@dataclass(frozen=True)
class Request:
    """What was typed, cleaned by the form."""

    requester: str
    title: str
    description: str
    phone: str = ""
    email: str = ""
    category: int | None = None
    answers: dict[str, str] = field(default_factory=dict)
    uploads: Sequence[File] = field(default_factory=list)


def take_place(form: IntakeForm, ip: str | None) -> None:
    """Count a request before it is looked at. Raises LimitReached (T37)."""
    own = throttle.take(throttle.network_key("ticket-form", ip), NETWORK)
    if not own or not throttle.take(f"ticket-form:{form.pk}", FORM):
        raise LimitReached(_("Sending failed: too many messages came in. Please try again later."))


def capture(form: IntakeForm, asked: Request, *, nonce: str) -> CustomerLink:
    """Take a request in as a ticket with its customer's link; one page makes one ticket.

    The customer is found by phone and e-mail where there is no doubt; whether he was found shows
    nowhere. Raises InvalidValue for files, ValidationError.
    """
    check_files(asked.uploads)
    key = offering.page_key(form, nonce)
    if known := _known(key):
        return known
    try:
        with files.stored(asked.uploads) as kept, transaction.atomic():
            return _captured(form, asked, nonce, key, kept)
    except IntegrityError:
        known = _known(key)
        if known is None:
            raise
        return known


def _known(key: str) -> CustomerLink | None:
    return CustomerLink.objects.filter(nonce=key).select_related("ticket").first()


def _captured(
    form: IntakeForm, asked: Request, nonce: str, key: str, kept: Sequence[Any]
) -> CustomerLink:
    ticket = _ticket(asked)
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it, not the customer
        note = _("Public form “%(title)s”") % {"title": form.title}
    create_ticket(TicketDraft(ticket, note=note, via=Via.WEB), actor=None)
    link = ensure_link(ticket, nonce=key)
    if link is None:
        raise AssertionError("a new ticket has no revoked link")
    if kept:
        attachments.write_rows(ticket, kept, actor=None)
    offering.sent(form, nonce, ticket)
    return link


def _ticket(asked: Request) -> Ticket:
    phones = [asked.phone] if asked.phone else []
    emails = [asked.email] if asked.email else []
    customer, contact = matching.find(phones, emails)
    return Ticket(
        title=clean_text(asked.title).value or asked.title,
        description=clean_text(asked.description, multiline=True).value or asked.description,
        requester=asked.requester, phone=asked.phone, email=asked.email,
        category_id=asked.category, source_id=lookups.by_code(SOURCE, WEB).pk,
        answers={label: clean_text(text).value or text for label, text in asked.answers.items()},
        customer=customer, contact=contact, priority="",
    )  # fmt: skip
