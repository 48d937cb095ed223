"""Keeps the reminders of customers and contacts in step with their next contact (T1, S11-22).

Called by services after they have written; the rows are read again, so that what is planned is
what the database says.
"""

from collections.abc import Collection, Iterable
from typing import Any

from crm.activities import next_contact
from crm.pool.registry import Move, moved
from crm.reminders.services import cancel_many
from customers.models import Contact, Customer

#: Changes of these move reminders.
PLANNED = {"next_contact_at", "deleted_at"}


def plan_new(customers: Iterable[Customer], contacts: Iterable[Contact]) -> None:
    """Plan for customers just inserted, with their contacts: one statement each where needed."""
    customers = list(customers)
    by_pk = {customer.pk: customer for customer in customers}
    next_contact.plan(Customer, customers, fresh=True)
    planned = [contact for contact in contacts if contact.next_contact_at is not None]
    next_contact.plan(
        Contact, planned, owner_of=lambda row: by_pk[row.customer_id].owner_id, fresh=True
    )


def replan_customers(keys: Collection[int]) -> None:
    """Plan anew for customers whose next contact, owner or bin has changed."""
    rows = Customer.objects.filter(pk__in=keys).only(
        "name", "owner_id", "next_contact_at", "deleted_at"
    )
    next_contact.plan(Customer, rows)
    planned = Contact.objects.filter(customer__in=keys, next_contact_at__isnull=False)
    _plan_contacts(planned)


def replan_contacts(keys: Collection[int]) -> None:
    """Plan anew for contacts whose next contact or bin has changed."""
    _plan_contacts(Contact.objects.filter(pk__in=keys))


def _plan_contacts(rows: Any) -> None:
    next_contact.plan(
        Contact,
        rows.select_related("customer"),
        owner_of=lambda row: row.customer.owner_id,
        is_open=_has_a_date_of_its_own,
    )


def _has_a_date_of_its_own(contact: Contact) -> bool:
    """A follow-up on a contact sets the date of its customer too: one reminder is enough."""
    customer = contact.customer
    return customer.deleted_at is None and contact.next_contact_at != customer.next_contact_at


def follow_move(move: Move) -> None:
    """Customers have changed hands: the new owner is reminded, in a pool nobody is."""
    if move.kind.model is not Customer:
        return
    if move.owner is not None:
        replan_customers(move.ids)
        return
    people = Contact.objects.filter(customer__in=move.ids, next_contact_at__isnull=False)
    cancel_many(Customer, move.ids, next_contact.RULE)
    cancel_many(Contact, people.values("pk"), next_contact.RULE)


def forget(customers: Iterable[Customer], contacts: Iterable[Contact]) -> None:
    """Cancel what is planned for records that are removed for good."""
    cancel_many(Customer, [customer.pk for customer in customers])
    cancel_many(Contact, [contact.pk for contact in contacts])


moved.register(follow_move)
