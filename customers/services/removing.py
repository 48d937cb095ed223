"""The recycle bin of customers: in, out again, and removal for good."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.services import forget_follow_ups
from crm.audit.services import Fact, record, record_many
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition
from crm.pool import clock as pool_clock
from crm.pool.services.moving import forget_history
from crm.search import index
from customers import hooks, next_contacts, rhythm, searching
from customers.models import Contact, Customer
from customers.services.writing import reindex


@transaction.atomic
def delete_customer(customer: Customer, *, actor: Any) -> None:
    """Put a customer into the bin (D03-10); contacts and opportunities are hidden with it."""
    policies.require(actor, verbs.DELETE, customer)
    now = clock.now()
    write_changes(customer, {"deleted_at": now, "deleted_by": actor})
    hooks.binned.call(customer, now, actor)
    index.remove(searching.LABEL, [customer.pk])
    pool_clock.refresh([customer])
    next_contacts.replan_customers([customer.pk])
    rhythm.refresh([customer.pk])
    record("customers.customer.deleted", customer, actor=actor)


def require_kept(customer: Customer) -> None:
    """Refuse to restore what belongs to a customer in the bin: nobody could reach it there.

    Locks the customer where the database can, so that it does not go while its record comes back.
    Raises InvalidTransition.
    """
    rows = Customer.objects.select_for_update(of=("self",)).filter(pk=customer.pk)
    if rows.get().deleted_at is not None:
        raise InvalidTransition(
            _(
                "Restoring failed: its customer “%(name)s” is in the recycle bin. "
                "Restore the customer first."
            )
            % {"name": customer.name}
        )


@transaction.atomic
def restore_customer(customer: Customer, *, actor: Any) -> Customer:
    """Bring a customer back with everything it had."""
    policies.require(actor, verbs.DELETE, customer)
    since = customer.deleted_at
    write_changes(customer, {"deleted_at": None, "deleted_by": None})
    if since is not None:
        hooks.restored.call(customer, since, actor)
    reindex([customer.pk])
    pool_clock.refresh([customer])
    next_contacts.replan_customers([customer.pk])
    rhythm.refresh([customer.pk])
    record("customers.customer.restored", customer, actor=actor)
    return customer


def purge_customer(customer: Customer, *, actor: Any) -> None:
    """Remove a customer for good, from the bin; the log keeps its name. Raises NotAllowed."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, customer)
    purge_customers([customer], actor=actor)


@transaction.atomic
def purge_customers(customers: Sequence[Customer], *, actor: Any) -> None:
    """Remove customers for good in a fixed number of statements, but for their opportunities.

    For the bin and for an undo, which comes here without it; rights are the caller's matter.
    """
    if not customers:
        return
    keys = [customer.pk for customer in customers]
    facts = [Fact("customers.customer.purged", customer) for customer in customers]
    record_many(facts, actor=actor)
    hooks.purging.call(customers)
    rows = Contact.objects.filter(customer__in=keys)
    contacts = list(rows)
    next_contacts.forget(customers, contacts)
    forget_follow_ups(*customers, *contacts)
    forget_history(Customer, keys)
    rows.update(reports_to=None)
    rows.delete()
    index.remove(searching.LABEL, keys)
    Customer.objects.filter(pk__in=keys).delete()
