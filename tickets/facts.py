"""Key facts of the page of a ticket: label, value, what can be copied or dialled."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.web.navigation import address
from customers import protection
from customers.facts import bin_url, email_fact, item_label, phone_fact
from tickets import catalog
from tickets.models import Ticket
from tickets.queues import serves


def ticket_facts(ticket: Ticket, user: Any) -> list[dict[str, Any]]:
    """Groups of facts of a ticket."""
    hidden = Masking(user, Ticket).hides(ticket.owner_id)
    node = catalog.node(ticket.category_id)
    return [
        {
            "title": _("Who asks"),
            "items": [
                customer_fact(ticket, user),
                contact_fact(ticket, user),
                {"label": _("Caller"), "value": ticket.requester},
                call_back_fact(ticket, user, hidden),
                email_fact(_("E-mail"), ticket.email, hidden),
                {"label": _("Ticket source"), "value": item_label(ticket.source_id)},
                {"label": _("Customer's mood"), "value": item_label(ticket.mood_id)},
            ],
        },
        {
            "title": _("What it is about"),
            "items": [
                {"label": _("Ticket type"), "value": item_label(ticket.type_id)},
                {"label": _("Business category"), "value": node.full_name if node else ""},
                {"label": _("Time of occurrence"), "value": moment(ticket.occurred_at)},
                {"label": _("Scope of effect"), "value": ticket.impact, "wide": True},
                *({"label": name, "value": text} for name, text in ticket.answers.items()),
            ],
        },
        {
            "title": _("Handling"),
            "items": [
                {"label": _("Service group"), "value": catalog.group_name(ticket.group_id)},
                {
                    "label": _("Supervisor"),
                    "value": ticket.supervisor.name if ticket.supervisor else "",
                },
                {"label": _("Handling confirmed at"), "value": moment(ticket.accepted_at)},
                {"label": _("First answered at"), "value": moment(ticket.responded_at)},
                {"label": _("Solved at"), "value": moment(ticket.resolved_at)},
                {"label": _("Ticket closed at"), "value": moment(ticket.closed_at)},
                {"label": _("Reopened"), "value": ticket.reopen_count or ""},
                {"label": _("Solution"), "value": ticket.solution, "wide": True},
                {"label": _("Customer's response"), "value": ticket.response, "wide": True},
            ],
        },
    ]


def call_back_fact(ticket: Ticket, user: Any, hidden: bool) -> dict[str, Any]:
    """The number to answer under.

    Who serves dials it though the customer is a locked duplicate: the lock keeps sellers off each
    other's customers (`market` 2.1), and here somebody has asked us and waits. Others do not.
    """
    fact = phone_fact(_("Call-back number"), ticket.phone, hidden)
    customer = ticket.customer
    if serves(user) or customer is None or not protection.why_locked(customer):
        return fact
    return {**fact, "tel": ""}


def customer_fact(ticket: Ticket, user: Any) -> dict[str, Any]:
    """The customer, linked for who may see him; one in the bin leads there or nowhere."""
    customer = ticket.customer
    if customer is None:
        return {"label": _("Customer"), "value": ""}
    if customer.deleted_at is not None:
        value = _("%(name)s (in the recycle bin)") % {"name": customer.name}
        return {"label": _("Customer"), "value": value, "url": bin_url(customer, user)}
    seen = policies.can(user, verbs.VIEW, customer)
    url = address("customers:customer_detail", customer.pk) if seen else ""
    return {"label": _("Customer"), "value": customer.name, "url": url}


def contact_fact(ticket: Ticket, user: Any) -> dict[str, Any]:
    """The contact, linked for who may see the customer, while neither lies in the bin."""
    contact = ticket.contact
    if contact is None:
        return {"label": _("Contact"), "value": ""}
    customer = ticket.customer
    kept = customer is not None and customer.deleted_at is None and contact.deleted_at is None
    seen = kept and policies.can(user, verbs.VIEW, customer)
    url = address("customers:contact_detail", contact.pk) if seen else ""
    return {"label": _("Contact"), "value": contact.name, "url": url}


def moment(value: Any) -> str:
    """An instant in the reader's zone."""
    return date_format(localtime(value), "Y-m-d H:i") if value else ""
