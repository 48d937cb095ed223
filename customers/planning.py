"""Customers and contacts in tasks and appointments: how they are found, who can be a guest."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from crm.activities.planning.links import register
from customers.models import Contact, Customer


def find_customers(text: str, user: Any, limit: int) -> Iterable[Customer]:
    """Customers by name, pinyin initials or number; without a text those changed last."""
    rows = Customer.objects.visible_to(user).kept()
    if text:
        rows = rows.filter(_named(text) | Q(number__iexact=text))
    return rows.order_by("-updated_at", "-pk")[:limit]


def find_contacts(text: str, user: Any, limit: int) -> Iterable[Contact]:
    """People by name or pinyin initials; without a text those changed last."""
    rows = Contact.objects.visible_to(user).kept().select_related("customer")
    if text:
        rows = rows.filter(_named(text))
    return rows.order_by("-updated_at", "-pk")[:limit]


def _named(text: str) -> Q:
    letters = text.lower().replace(" ", "")
    return Q(name__icontains=text) | Q(name_initials__startswith=letters)


register(Customer, find=find_customers, hint=lambda row: row.number)
register(Contact, find=find_contacts, hint=lambda row: row.customer.name, is_person=True)
