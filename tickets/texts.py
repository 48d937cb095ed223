"""Texts with names in braces, as canned replies and macros have them."""

import re
from typing import Any

from django.utils.translation import gettext as _

from tickets.models import Ticket

_NAME = re.compile(r"\{(\w+)\}")


def filled(text: str, ticket: Ticket, user: Any) -> str:
    """The text with what is known filled in; an unknown name stays as it was typed.

    Nobody is greeted without a name: who asks stands for his company, and the other way round.
    """
    company = ticket.customer.name if ticket.customer_id else ""
    person = ticket.contact.name if ticket.contact_id else ticket.requester
    values = {
        "customer": company or person or _("Customer"),
        "contact": person or company or _("Customer"),
        "number": ticket.number,
        "title": ticket.title,
        "agent": user.name,
    }
    return _NAME.sub(lambda hit: values.get(hit[1], hit[0]), text)
