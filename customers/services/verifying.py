"""Note that contact data has been checked and is right today (D03-13, T14)."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from customers import protection
from customers.models import Contact, Customer


@transaction.atomic
def verify_customer(customer: Customer, *, actor: Any) -> Customer:
    """The data of a customer and of its contacts is right today; a second time changes nothing."""
    policies.require(actor, verbs.CHANGE, customer)
    protection.require_unlocked(customer)
    today = clock.company_today()
    diff = write_changes(customer, {"verified_on": today})
    for contact in Contact.objects.filter(customer=customer, deleted_at__isnull=True):
        diff = write_changes(contact, {"verified_on": today}) or diff
    if diff:
        record("customers.customer.verified", customer, actor=actor, changes=diff)
    return customer


@transaction.atomic
def verify_contact(contact: Contact, *, actor: Any) -> Contact:
    """The data of one contact is right today."""
    policies.require(actor, verbs.CHANGE, contact)
    protection.require_unlocked(contact.customer)
    diff = write_changes(contact, {"verified_on": clock.company_today()})
    if diff:
        record(
            "customers.contact.verified",
            contact,
            actor=actor,
            changes=diff,
            about=[contact.customer],
        )
    return contact
