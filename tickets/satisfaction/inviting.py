"""Plans, sends, reminds and drops invitations. Nobody is asked without need, and every reason
why somebody was not asked can be seen."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import translation

from crm.accounts.models import User
from crm.core import clock
from crm.core.phones import parse_phones
from crm.dictionaries import settings
from crm.web.navigation import address
from tickets.choices import SOLVED, MessageKind, Phase
from tickets.models import Ticket
from tickets.satisfaction import channels, parameters, tokens
from tickets.satisfaction.models import (
    OPEN,
    InviteState,
    SurveyInvite,
    SurveyOptOut,
    SurveyTemplate,
    Why,
)

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
#: A worker that dies keeps an invitation so long; after a failure it waits as long.
LEASE = timedelta(minutes=10)
REMIND_AFTER = timedelta(days=3)
BATCH = 100


def newest_template() -> SurveyTemplate | None:
    """The questions that are asked now."""
    return SurveyTemplate.objects.order_by("-id").first()


def url_of(invite: SurveyInvite) -> str:
    """The whole address of the customer's page; starts with SITE_URL (T17)."""
    path = address("tickets:survey", tokens.token_of(invite.nonce, invite.token_sha256))
    return f"{django_settings.SITE_URL}{path}"


# --- planning ------------------------------------------------------------------------------------
def follow(ticket: Ticket, old: str, by: Any) -> None:
    """What a step of a ticket means for its survey; called in the transaction of the step."""
    if ticket.phase not in SOLVED:
        gone = ticket.phase in (Phase.CANCELLED, Phase.MERGED)
        _drop(ticket, Why.VOID if gone else Why.REOPENED)
        return
    wanted = Phase.CLOSED if settings.get(parameters.AT_CLOSE) else Phase.RESOLVED
    if ticket.phase == wanted:
        plan(ticket, by=by)


def _drop(ticket: Ticket, why: Why) -> None:
    SurveyInvite.objects.filter(ticket=ticket, state=InviteState.PLANNED).update(
        state=InviteState.SUPPRESSED, reason=why, next_at=None
    )


def plan(ticket: Ticket, *, by: Any) -> SurveyInvite | None:
    """Plan the invitation of this cycle, with who gave the solution; None where there is one.

    One that a merge had dropped is planned anew when the merge is undone.
    """
    template = newest_template()
    if template is None:
        return None
    now = clock.now()
    nonce = tokens.new_nonce()
    invite = SurveyInvite(
        ticket=ticket, cycle=ticket.cycle, template=template, owner_id=ticket.owner_id,
        group_id=ticket.group_id, customer_id=ticket.customer_id, contact_id=ticket.contact_id,
        nonce=nonce, token_sha256=tokens.hash_of(tokens.token_of(nonce)), planned_at=now,
        next_at=now + timedelta(minutes=int(settings.get(parameters.WAIT))),
        is_demo=ticket.is_demo,
    )  # fmt: skip
    invite.channel, address_of = channels.choose(ticket)
    invite.address = address_of.lower()  # as opt-outs are kept
    why = reason_against(invite, ticket, by_itself=by is None and ticket.phase == Phase.CLOSED)
    if why:
        invite.state, invite.reason, invite.next_at = InviteState.SUPPRESSED, why, None
    dropped = SurveyInvite.objects.filter(
        ticket=ticket, cycle=ticket.cycle, state=InviteState.SUPPRESSED, reason=Why.VOID
    )
    if dropped.update(state=invite.state, reason=invite.reason, next_at=invite.next_at):
        return dropped.model.objects.get(ticket=ticket, cycle=ticket.cycle)
    try:
        with transaction.atomic():
            invite.save(force_insert=True)
    except IntegrityError:
        return None
    return invite


def reason_against(invite: SurveyInvite, ticket: Ticket, *, by_itself: bool = False) -> str:
    """Why this customer is not asked; empty where he is."""
    checks = (
        (Why.OFF, lambda: not settings.get(parameters.ON)),
        (Why.DEMO, lambda: ticket.is_demo),
        (Why.VOID, lambda: ticket.phase in (Phase.CANCELLED, Phase.MERGED)),
        (Why.STAFF, lambda: _is_staff(ticket)),
        (Why.UNANSWERED, lambda: by_itself and _is_silent(ticket)),
        (Why.UNREACHABLE, lambda: not (invite.address and channels.is_open(invite.channel))),
        (Why.OPTED_OUT, lambda: opted_out(invite.address)),
        (Why.RECENT, lambda: _is_recent(invite)),
    )
    return next((why for why, holds in checks if holds()), "")


def opted_out(address: str) -> bool:
    """Whether somebody wants no surveys."""
    return SurveyOptOut.objects.filter(address=address.lower()).exists()


def opt_out(invite: SurveyInvite) -> None:
    """不再接收: the address of this invitation is never asked again."""
    SurveyOptOut.objects.bulk_create(
        [SurveyOptOut(address=invite.address.lower(), created_at=clock.now())],
        ignore_conflicts=True,
    )
    SurveyInvite.objects.filter(address__iexact=invite.address, state=InviteState.PLANNED).update(
        state=InviteState.SUPPRESSED, reason=Why.OPTED_OUT, next_at=None
    )


def _is_staff(ticket: Ticket) -> bool:
    """A colleague, by e-mail or by mobile however it is written."""
    phones = parse_phones(ticket.phone).value or ()
    condition = Q(mobile__in=[phone.number for phone in phones])
    if ticket.email:
        condition |= Q(email__iexact=ticket.email)
    return User.objects.filter(condition).exists()


def _is_silent(ticket: Ticket) -> bool:
    if settings.get(parameters.SILENT):
        return False
    return not ticket.messages.filter(kind=MessageKind.CUSTOMER, by_automation=False).exists()


def _is_recent(invite: SurveyInvite) -> bool:
    days = int(settings.get(parameters.REST))
    who = Q(contact_id=invite.contact_id) if invite.contact_id else Q(address=invite.address)
    recent = SurveyInvite.objects.filter(who, sent_at__gt=clock.now() - timedelta(days=days))
    return recent.exclude(pk=invite.pk).exists()


# --- sending -------------------------------------------------------------------------------------
def run(*, now: datetime | None = None) -> int:
    """Send what is due, remind once, close what is over; returns how many messages went out."""
    now = now or clock.now()
    SurveyInvite.objects.filter(state__in=OPEN, expires_at__lte=now).update(
        state=InviteState.EXPIRED
    )
    waiting = SurveyInvite.objects.exclude(channel__in=channels.quiet_now(now))
    due = waiting.filter(state=InviteState.PLANNED, next_at__lte=now)
    sent = sum(_attempt(*row) for row in due.values_list("pk", "next_at")[:BATCH])
    # the reminder says that the request was solved: not of one that is worked on again
    silent = waiting.filter(
        state__in=OPEN,
        reminded_at__isnull=True,
        sent_at__lte=now - REMIND_AFTER,
        ticket__phase__in=SOLVED,
        ticket__cycle=F("cycle"),
        ticket__deleted_at__isnull=True,
    ).exclude(address__in=SurveyOptOut.objects.values("address"))
    return sent + sum(_remind(pk) for pk in silent.values_list("pk", flat=True)[:BATCH])


def _attempt(pk: int, seen: datetime) -> int:
    """Claim one invitation, look once more whether it is wanted, and send it."""
    row = SurveyInvite.objects.filter(pk=pk, state=InviteState.PLANNED)
    claim = {"next_at": clock.now() + LEASE, "attempts": F("attempts") + 1}
    if not row.filter(next_at=seen).update(**claim):
        return 0
    invite = SurveyInvite.objects.select_related("ticket", "template").get(pk=pk)
    if why := reason_against(invite, invite.ticket):
        row.update(state=InviteState.SUPPRESSED, reason=why, next_at=None)
        return 0
    try:
        reference = _send(invite, again=False)
    except Exception as error:  # noqa: BLE001 - a channel fails in any way it likes
        logger.warning("survey %s was not sent: %s", pk, type(error).__name__)
        _failed(invite, error)
        return 0
    now = clock.now()
    days = timedelta(days=int(settings.get(parameters.DAYS)))
    row.update(
        state=InviteState.SENT, sent_at=now, expires_at=now + days, next_at=None,
        reference=reference,
    )  # fmt: skip
    return 1


def _failed(invite: SurveyInvite, error: Exception) -> None:
    row = SurveyInvite.objects.filter(pk=invite.pk, state=InviteState.PLANNED)
    words = f"{type(error).__name__}: {error}"[:200]
    if invite.attempts >= MAX_ATTEMPTS:
        row.update(state=InviteState.FAILED, next_at=None, error=words)
    else:
        row.update(error=words)


def _remind(pk: int) -> int:
    """One more message at most, whatever becomes of it."""
    row = SurveyInvite.objects.filter(pk=pk, state__in=OPEN, reminded_at__isnull=True)
    if not row.update(reminded_at=clock.now()):
        return 0
    invite = SurveyInvite.objects.select_related("ticket", "template").get(pk=pk)
    if not channels.is_open(invite.channel):
        return 0
    try:
        _send(invite, again=True)
    except Exception as error:  # noqa: BLE001 - a channel fails in any way it likes
        logger.warning("reminder of survey %s was not sent: %s", pk, type(error).__name__)
        return 0
    return 1


def _send(invite: SurveyInvite, *, again: bool) -> str:
    """Hand the link to its channel; returns what the provider calls the message, if it does."""
    with translation.override(django_settings.LANGUAGE_CODE):
        given = channels.CHANNELS[invite.channel].send(invite, url_of(invite), again=again)
    return (given or "")[:80]
