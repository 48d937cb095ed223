"""Keeps the reminders of opportunities in step with their next contact (T1, S11-22)."""

from collections.abc import Collection
from typing import Any

from crm.activities import next_contact
from crm.reminders.services import cancel_many
from opportunities.choices import Outcome
from opportunities.models import Opportunity

#: Changes of these move reminders.
PLANNED = {"next_contact_at", "deleted_at", "outcome", "owner"}


def replan(keys: Collection[int]) -> None:
    """Plan anew for opportunities whose next contact, owner, outcome or bin has changed."""
    rows = Opportunity.objects.filter(pk__in=keys).select_related("customer")
    next_contact.plan(Opportunity, rows, is_open=_has_a_date_of_its_own)


def _has_a_date_of_its_own(row: Opportunity) -> bool:
    """A follow-up on an opportunity sets the date of its customer too: one reminder is enough.

    Where the two have different owners, each is reminded of his own record.
    """
    if row.outcome != Outcome.OPEN:
        return False
    customer: Any = row.customer
    same = customer.next_contact_at == row.next_contact_at and customer.owner_id == row.owner_id
    return not same or customer.deleted_at is not None


def forget(opportunity: Opportunity) -> None:
    """Cancel what is planned for an opportunity that is removed for good."""
    cancel_many(Opportunity, [opportunity.pk])
