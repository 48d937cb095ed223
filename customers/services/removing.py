"""The recycle bin of customers: in, out again, and removal for good."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.services import forget_follow_ups
from crm.audit.services import record
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


@transaction.atomic
def purge_customer(customer: Customer, *, actor: Any) -> None:
    """Remove a customer for good, from the bin or by an undo; the log keeps its name."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, customer)
    record("customers.customer.purged", customer, actor=actor)
    hooks.purging.call(customer)
    contacts = Contact.objects.filter(customer=customer)
    next_contacts.forget(customer, contacts)
    forget_follow_ups(customer, *contacts)
    forget_history(customer)
    contacts.update(reports_to=None)
    contacts.delete()
    index.remove(searching.LABEL, [customer.pk])  # an undo comes here without the bin
    customer.delete()
