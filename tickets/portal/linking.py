"""The customer's link: make, renew, revoke, and find the ticket it leads to."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries import settings
from crm.web.navigation import address
from tickets.choices import EventKind, Phase
from tickets.models import CustomerLink, Ticket, TicketEvent
from tickets.portal import tokens
from tickets.portal.parameters import LINK_DAYS
from tickets.services.access import handles, leads
from tickets.services.moving import lock


def ensure_link(ticket: Ticket, *, by: Any = None, nonce: str = "") -> CustomerLink | None:
    """The link of a ticket, made where there is none; None where an agent has revoked it.

    In the caller's transaction; `by` None is the product or the customer himself. `nonce` comes
    from the page of a public form, so that one page makes one ticket (IntegrityError).
    """
    known = CustomerLink.objects.filter(ticket=ticket).first()
    if known is not None:
        return known if known.revoked_at is None else None
    link = CustomerLink(ticket=ticket, issued_at=clock.now(), issued_by=by)
    _draw(link, nonce)
    if nonce:
        link.save(force_insert=True)
    else:
        try:
            with transaction.atomic():
                link.save(force_insert=True)
        except IntegrityError:
            return CustomerLink.objects.get(ticket=ticket)
    record("tickets.link.issued", ticket, actor=by)
    return link


def _draw(link: CustomerLink, nonce: str = "") -> None:
    link.nonce = nonce or tokens.new_nonce()
    link.token_sha256 = tokens.hash_of(tokens.token_of(link.nonce))


def may_share(user: Any, ticket: Ticket) -> bool:
    """Whether somebody may see and change the link: who may answer the customer."""
    return leads(user, ticket) or handles(user, ticket)


def _require_sharing(ticket: Ticket, by: Any) -> None:
    if not may_share(by, ticket):
        raise NotAllowed(_("Sharing failed: only the handler or a supervisor may."))
    if ticket.deleted_at is not None:
        raise InvalidTransition(_("Sharing failed: the ticket was deleted."))


@transaction.atomic
def issue_link(ticket: Ticket, *, by: Any) -> CustomerLink:
    """Make the link, or renew a revoked one; a link that works stays as it is."""
    lock(ticket)
    _require_sharing(ticket, by)
    return ensure_link(ticket, by=by) or _renewed(ticket, by)


@transaction.atomic
def renew_link(ticket: Ticket, *, by: Any) -> CustomerLink:
    """A new address; the old one leads nowhere from now on."""
    lock(ticket)
    _require_sharing(ticket, by)
    return _renewed(ticket, by)


def _renewed(ticket: Ticket, by: Any) -> CustomerLink:
    link = CustomerLink.objects.filter(ticket=ticket).first()
    if link is None:
        raise InvalidTransition(_("Renewing failed: the ticket has no link yet."))
    _draw(link)
    link.issued_at, link.issued_by, link.revoked_at = clock.now(), by, None
    link.save()
    record("tickets.link.renewed", ticket, actor=by)
    return link


@transaction.atomic
def revoke_link(ticket: Ticket, *, by: Any) -> None:
    """The address leads nowhere until a new one is made."""
    lock(ticket)
    _require_sharing(ticket, by)
    rows = CustomerLink.objects.filter(ticket=ticket, revoked_at__isnull=True)
    if not rows.update(revoked_at=clock.now()):
        raise InvalidTransition(_("Revoking failed: the ticket has no link that works."))
    record("tickets.link.revoked", ticket, actor=by)


def url_of(link: CustomerLink) -> str:
    """The whole address; starts with SITE_URL (T17)."""
    return f"{django_settings.SITE_URL}{path_of(link)}"


def path_of(link: CustomerLink) -> str:
    """The address on this site."""
    return address("tickets:customer_page", tokens.token_of(link.nonce, link.token_sha256))


def find(token: str) -> CustomerLink | None:
    """The link that works; unknown, revoked and expired ones are all None."""
    rows = CustomerLink.objects.select_related(
        "ticket__owner", "ticket__contact", "ticket__group", "ticket__customer"
    )
    link = rows.filter(token_sha256=tokens.hash_of(token), revoked_at__isnull=True).first()
    if link is None or link.ticket.deleted_at is not None:
        return None
    until = expires_at(link.ticket)
    return link if until is None or clock.now() < until else None


def _voided_at(ticket: Ticket) -> datetime:
    """When the ticket was last voided, as its history says; editing it later moves nothing."""
    rows = TicketEvent.objects.filter(
        ticket=ticket, kind=EventKind.PHASE, after__phase=Phase.CANCELLED
    )
    event = rows.order_by("-seq").first()
    return event.at if event is not None else ticket.created_at


def expires_at(ticket: Ticket) -> datetime | None:
    """When the link of a ticket stops working; None while somebody works on it."""
    ended = ticket.closed_at
    if ticket.phase == Phase.CANCELLED:
        ended = _voided_at(ticket)
    if ended is None:
        return None
    return ended + timedelta(days=int(settings.get(LINK_DAYS)))
