"""Customers and contacts in the global search and the palette, found as their lists find them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.core.phones import mask_phone
from crm.workbench.search import (
    Hit,
    Hits,
    SearchGroup,
    hits_of,
    is_number,
    page_with_number,
    register,
)
from customers import lists
from customers.models import Contact, Customer


def find_customers(user: Any, text: str, limit: int) -> Hits:
    """The first customers of the list for this search, with number and owner."""
    return hits_of(lists.CUSTOMERS, user, text, limit, _customer, "owner")


def _customer(row: Customer) -> Hit:
    meta = " · ".join(filter(None, [row.number, row.owner.name if row.owner else ""]))
    return Hit(row.name, row.get_absolute_url(), meta)


def find_contacts(user: Any, text: str, limit: int) -> Hits:
    """The first contacts of the list for this search, with customer and number."""
    masking = Masking(user, Contact)

    def hit(row: Contact) -> Hit:
        number = row.mobile or row.phone
        if number and masking.hides(row.owner_id):
            number = mask_phone(number)
        meta = " · ".join(filter(None, [row.customer.name, row.position, number]))
        return Hit(row.name, row.get_absolute_url(), meta)

    return hits_of(lists.CONTACTS, user, text, limit, hit, "customer")


def customer_with_number(user: Any, text: str) -> str:
    """The page of the customer with exactly this number, where the user sees it."""
    rows = Customer.objects.kept().visible_to(user)
    return page_with_number(rows, text, "customers:customer_detail") if is_number(text) else ""


register(
    SearchGroup(
        Customer,
        _("Customers"),
        icon="building",
        list_name="customers:customer_list",
        find=find_customers,
        allowed=lambda user: policy_for(Customer).allows(user, VIEW),
        exact=customer_with_number,
    )
)
register(
    SearchGroup(
        Contact,
        _("Contacts"),
        icon="address-book",
        list_name="customers:contact_list",
        find=find_contacts,
        allowed=lambda user: policy_for(Contact).allows(user, VIEW),
    )
)
