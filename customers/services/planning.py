"""Plan the next contact of a customer, without opening its form."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from customers import next_contacts
from customers.models import Customer


@transaction.atomic
def plan_contact(customer: Customer, at: datetime, *, actor: User) -> Customer:
    """Set when a customer is to be contacted next. Raises NotAllowed, InvalidValue, Stale.

    Unlike a complete save it leaves an incomplete customer marked so.
    """
    policies.require(actor, verbs.CHANGE, customer)
    if at <= clock.now():
        raise InvalidValue(
            _("Planning failed: the next contact must lie ahead."), field="next_contact_at"
        )
    diff = write_changes(customer, {"next_contact_at": at})
    if diff:
        next_contacts.replan_customers([customer.pk])
        record("customers.customer.updated", customer, actor=actor, changes=diff)
    return customer
