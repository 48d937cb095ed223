"""Shared steps of the services: spell names, index for search, tell the owner."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.core import pinyin, text
from crm.notifications.services import Notice, notify_each
from crm.search import index
from customers import searching
from customers.models import Contact, Customer


def spell_customer(customer: Customer) -> None:
    """Set the columns that follow from the name."""
    customer.name_key = text.name_key(customer.name)[:120]
    spelled = pinyin.company(customer.name)
    customer.name_pinyin = " ".join(spelled.syllables)[:255]
    customer.name_initials = spelled.initials[:120]


def customer_spelling(name: str) -> dict[str, str]:
    """The columns that follow from a new name."""
    probe = Customer(name=name)
    spell_customer(probe)
    return {key: getattr(probe, key) for key in ("name_key", "name_pinyin", "name_initials")}


def spell_contact(contact: Contact) -> None:
    """Set the columns that follow from the name."""
    spelled = pinyin.person(contact.name)
    contact.name_pinyin = " ".join(spelled.syllables)[:255]
    contact.name_initials = spelled.initials[:60]


def contact_spelling(name: str) -> dict[str, str]:
    """The columns that follow from a new name."""
    probe = Contact(name=name)
    spell_contact(probe)
    return {key: getattr(probe, key) for key in ("name_pinyin", "name_initials")}


def reindex(ids: Iterable[int]) -> None:
    """Bring the search documents of these customers up to date, in this transaction."""
    index.index(searching.LABEL, list(ids))


def tell_new_owner(customer: Customer, actor: Any) -> None:
    """Somebody else gave this customer to its owner."""
    tell_new_owners([customer], actor)


def tell_new_owners(customers: Iterable[Customer], actor: Any) -> None:
    """The same of many customers, in a fixed number of statements."""
    notices = [
        Notice(
            customer.owner,
            _("“%(name)s” was assigned to you") % {"name": customer.name},
            f"assigned:{customer.pk}:{customer.version}",
            _("By %(actor)s") % {"actor": actor.name},
            customer.get_absolute_url(),
        )
        for customer in customers
        if customer.owner_id not in (None, actor.pk)
    ]
    notify_each("customer_assigned", notices)
