"""Texts with names in braces, as canned replies and macros have them."""

import re
from typing import Any

from tickets.models import Ticket

_NAME = re.compile(r"\{(\w+)\}")


def filled(text: str, ticket: Ticket, user: Any) -> str:
    """The text with what is known filled in; an unknown name stays as it was typed."""
    values = {
        "customer": ticket.customer.name if ticket.customer_id else ticket.requester,
        "contact": ticket.contact.name if ticket.contact_id else ticket.requester,
        "number": ticket.number,
        "title": ticket.title,
        "agent": user.name,
    }
    return _NAME.sub(lambda hit: values.get(hit[1], hit[0]), text)
