"""What the customer does on his page: answer, add files, urge, withdraw, confirm the solution.

Nobody's rights are used: whoever has the address is the customer of this one ticket.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crm.accounts import throttle
from crm.accounts.throttle import Limit
from crm.audit.services import record
from crm.core.errors import InvalidTransition, InvalidValue, LimitReached
from crm.core.text import clean_text
from tickets import rules
from tickets.choices import CallBack, Phase, Via, Withdrawal
from tickets.models import CustomerLink, Ticket, TicketMessage
from tickets.portal.reading import shown_ticket
from tickets.services.complaining import note_call
from tickets.services.conversing import end_of_chain, receive
from tickets.services.moving import lock, transition
from tickets.services.telling import tell_customer_wrote
from tickets.services.urging import urge_ticket
from tickets.services.withdrawing import ask_to_withdraw, keep_going

#: Messages of one network and through one link in a quarter of an hour.
NETWORK = Limit(40, restarts=False)
LINK = Limit(20, restarts=False)
#: Less than colleagues may attach: nobody has asked who this is.
MOST_FILES, LARGEST_MB = 5, 10
LONGEST_WORDS = 500


def take_place(link: CustomerLink, ip: str | None) -> None:
    """Count a message before it is looked at. Raises LimitReached (T37)."""
    own = throttle.take(throttle.network_key("customer-page", ip), NETWORK)
    if not own or not throttle.take(f"customer-page:{link.pk}", LINK):
        raise LimitReached(_("Sending failed: too many messages came in. Please try again later."))


def check_files(uploads: Sequence[File]) -> None:
    """The smaller limits of visitors; types are checked with all others. Raises InvalidValue."""
    if len(uploads) > MOST_FILES:
        raise InvalidValue(
            _("Sending failed: at most %(count)d files can be sent at once.")
            % {"count": MOST_FILES},
            field="files",
        )
    for upload in uploads:
        if (upload.size or 0) > LARGEST_MB * 1024 * 1024:
            raise InvalidValue(
                _("Sending failed: “%(name)s” is larger than %(limit)d MB.")
                % {"name": upload.name, "limit": LARGEST_MB},
                field="files",
            )


def answer(
    link: CustomerLink, text: str, *, nonce: str, uploads: Sequence[File] = ()
) -> TicketMessage:
    """Store the customer's words and files; the same `nonce` makes one message.

    Raises InvalidValue, InvalidTransition for a withdrawn ticket.
    """
    check_files(uploads)
    ticket = end_of_chain(link.ticket)
    if ticket.phase == Phase.CANCELLED:
        raise InvalidTransition(_("Sending failed: the request was withdrawn."))
    if not text.strip() and uploads:
        text = _("Files were added.")
    contact = shown_ticket(link).contact
    return receive(
        ticket, text, via=Via.PORTAL, contact=contact, name=link.ticket.requester,
        nonce=f"{link.pk}:{nonce}" if nonce else "", uploads=uploads,
    )  # fmt: skip


def urge(link: CustomerLink) -> Ticket:
    """催单: the customer asks when it goes on. Raises InvalidTransition."""
    return urge_ticket(shown_ticket(link))


def withdraw(link: CustomerLink, why: Withdrawal, words: str) -> Ticket:
    """撤单: settled, or sent by mistake; colleagues decide. Raises InvalidTransition."""
    return ask_to_withdraw(shown_ticket(link), why, words)


def keep(link: CustomerLink) -> Ticket:
    """The customer takes that back. Raises InvalidTransition."""
    return keep_going(shown_ticket(link))


@transaction.atomic
def confirm(link: CustomerLink, words: str = "") -> Ticket:
    """The customer says that it is solved: the ticket closes, a complaint too (P13).

    Raises InvalidTransition where no solution waits for him.
    """
    ticket = shown_ticket(link)
    lock(ticket)
    if ticket.phase == Phase.CLOSED:
        return ticket
    if ticket.phase != Phase.RESOLVED:
        raise InvalidTransition(_("Closing failed: there is no solution to confirm yet."))
    words = (clean_text(words[:LONGEST_WORDS], multiline=True).value or "").strip()
    with translation.override(settings.LANGUAGE_CODE):  # colleagues read it, not the customer
        said = words or _("The customer confirmed the solution on his page.")
    if rules.is_complaint(ticket.type_id):
        note_call(ticket, CallBack.SATISFIED, said, by=None)
    record("tickets.ticket.confirmed_by_customer", ticket, actor=None, note=words)
    data = {"response": words} if words else {}
    transition(ticket, Phase.CLOSED, by=None, confirmed=True, reason=said, **data)
    tell_customer_wrote(ticket, said, f"ticket-confirmed:{ticket.pk}:{ticket.cycle}")
    return ticket
