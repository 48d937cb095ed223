"""Tickets as records that files stand on, and 投诉已解决 in the follow-ups (P13, S11-56)."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.choices import METHOD
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.activities.subjects import Touch, register
from crm.dictionaries.models import Item
from tickets import rules
from tickets.choices import Phase
from tickets.hooks import moved
from tickets.models import Ticket


def touch_ticket(ticket: Ticket, touch: Touch) -> None:
    """A ticket keeps no contacts of its own: its conversation tells them."""


def tell_customer_s_history(ticket: Ticket, old: str, by: Any) -> None:
    """A closed complaint leaves 投诉已解决 among the follow-ups of its customer."""
    if ticket.phase != Phase.CLOSED or not rules.is_complaint(ticket.type_id):
        return
    author = by or ticket.owner
    if ticket.customer_id is None or author is None or not _may_write(author, ticket):
        return
    values = {
        "number": ticket.number,
        "title": ticket.title,
        "solution": ticket.response or ticket.solution,
    }
    # the mark is looked for in the company's language, whoever has closed the ticket
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Complaint solved: %(number)s %(title)s. Result: %(solution)s") % values
    method = Item.objects.get(dictionary__code=METHOD, code="phone")
    said = Said(text=text[:2000], method=method)
    written = create_follow_up(
        ticket.customer, said, actor=author, token=f"ticket-{ticket.pk}-{ticket.cycle}"
    )
    if ticket.is_demo:
        FollowUp.objects.filter(pk=written.pk).update(is_demo=True)


def _may_write(author: Any, ticket: Ticket) -> bool:
    """Whether somebody sees the customer and writes follow-ups."""
    return bool(
        policies.can(author, verbs.ADD, FollowUp)
        and policies.can(author, verbs.VIEW, ticket.customer)
        and ticket.customer.deleted_at is None
    )


register(
    Ticket,
    touch=touch_ticket,
    parent=lambda ticket: ticket.customer or ticket,
    kept=lambda rows: rows.kept(),
    title="title",
)
moved.register(tell_customer_s_history)
