"""撤单: the customer says that his matter is settled, or was sent by mistake; colleagues decide.

Only they void a ticket (`service.md` 8.1). Until then his wish stands beside it with its reason,
no clock moves, and the step that voids begins with his words.
"""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition
from crm.core.text import clean_text
from tickets.choices import IN_WORK, Phase, Withdrawal
from tickets.models import Ticket
from tickets.services.moving import lock, transition
from tickets.services.owning import distributor_of
from tickets.services.telling import tell_withdrawal

LONGEST = 400


def may_withdraw(ticket: Ticket) -> bool:
    """Whether somebody works on it, and no wish waits already."""
    return ticket.phase in IN_WORK and ticket.withdrawal_at is None


@transaction.atomic
def ask_to_withdraw(ticket: Ticket, why: Withdrawal, words: str = "") -> Ticket:
    """Note the wish of the customer; handler and supervisor are told.

    A ticket that waits for him goes on, as with any answer. Raises InvalidTransition.
    """
    lock(ticket)
    if not may_withdraw(ticket) or ticket.deleted_at is not None:
        raise InvalidTransition(
            _("Withdrawing failed: you have asked for it already, or the request is completed.")
        )
    reason = _reason(why, words)
    _write(ticket, reason, asked=True)
    record("tickets.ticket.withdrawal_asked", ticket, actor=None, note=reason)
    tell_withdrawal(ticket, distributor_of(ticket))
    if ticket.phase == Phase.WAITING_CUSTOMER:
        transition(ticket, Phase.OPEN, by=None)
    return ticket


@transaction.atomic
def keep_going(ticket: Ticket) -> Ticket:
    """The customer takes his wish back; handler and supervisor are told."""
    lock(ticket)
    if ticket.withdrawal_at is None:
        raise InvalidTransition(_("Going on failed: the request is not being withdrawn."))
    _write(ticket, "", asked=False)
    record("tickets.ticket.withdrawal_dropped", ticket, actor=None)
    tell_withdrawal(ticket, distributor_of(ticket))
    return ticket


def _reason(why: Withdrawal, words: str) -> str:
    """In the language of the company: colleagues read it, not the customer."""
    words = " ".join((clean_text(words[:LONGEST], multiline=True).value or "").split())
    with translation.override(settings.LANGUAGE_CODE):
        label = str(why.label)
        return _("%(why)s: %(words)s") % {"why": label, "words": words} if words else label


def _write(ticket: Ticket, reason: str, *, asked: bool) -> None:
    now = clock.now()
    ticket.withdrawal_at, ticket.withdrawal_reason = now if asked else None, reason
    Ticket.objects.filter(pk=ticket.pk).update(
        withdrawal_at=ticket.withdrawal_at, withdrawal_reason=reason, updated_at=now
    )
