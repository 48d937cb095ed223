"""Customers and contacts in the global search and the palette, found as their lists find them."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.core.phones import mask_phone
from crm.web.listing import Listing, ListSpec
from crm.workbench.search import Hit, Hits, SearchGroup, register
from customers import lists
from customers.models import Contact, Customer

#: Sign of a customer number: letters, then digits. Shorter texts are never jumped to.
SHORTEST_NUMBER = 5


def _listing(spec: ListSpec, user: Any, text: str, limit: int) -> Listing:
    return Listing(spec, user, QueryDict(urlencode({"q": text, "page_size": limit})))


def _hits(listing: Listing, rows: dict[int, Hit]) -> Hits:
    ids = listing.page.ids
    total = listing.total_label if listing.page.has_next else str(len(ids))
    return Hits([rows[pk] for pk in ids if pk in rows], total)


def find_customers(user: Any, text: str, limit: int) -> Hits:
    """The first customers of the list for this search, with number and owner."""
    listing = _listing(lists.CUSTOMERS, user, text, limit)
    found = Customer.objects.filter(pk__in=listing.page.ids).select_related("owner")
    rows = {
        row.pk: Hit(
            row.name,
            row.get_absolute_url(),
            " · ".join(filter(None, [row.number, row.owner.name if row.owner else ""])),
        )
        for row in found
    }
    return _hits(listing, rows)


def find_contacts(user: Any, text: str, limit: int) -> Hits:
    """The first contacts of the list for this search, with customer and number."""
    listing = _listing(lists.CONTACTS, user, text, limit)
    masking = Masking(user, Contact)
    found = Contact.objects.filter(pk__in=listing.page.ids).select_related("customer")
    rows = {}
    for row in found:
        number = row.mobile or row.phone
        if number and masking.hides(row.owner_id):
            number = mask_phone(number)
        meta = " · ".join(filter(None, [row.customer.name, row.position, number]))
        rows[row.pk] = Hit(row.name, row.get_absolute_url(), meta)
    return _hits(listing, rows)


def customer_with_number(user: Any, text: str) -> str:
    """The page of the customer with exactly this number, where the user sees it."""
    if len(text) < SHORTEST_NUMBER or not text.isascii() or not text[-1].isdigit():
        return ""
    rows = Customer.objects.kept().visible_to(user).filter(number=text.upper())
    pk = rows.values_list("pk", flat=True).first()
    return reverse("customers:customer_detail", args=[pk]) if pk else ""


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
