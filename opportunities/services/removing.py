"""The recycle bin of opportunities: in, out again, and removal for good."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.activities.services import forget_follow_ups
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.pool import clock as pool_clock
from crm.search import index
from customers.services.removing import require_kept
from opportunities import next_contacts, searching
from opportunities.models import Opportunity


@transaction.atomic
def delete_opportunity(opportunity: Opportunity, *, actor: Any) -> None:
    """Put an opportunity into the bin."""
    policies.require(actor, verbs.DELETE, opportunity)
    hide(opportunity, clock.now(), actor)
    pool_clock.refresh([opportunity.customer])


def hide(opportunity: Opportunity, moment: datetime, actor: Any) -> None:
    """The same with its customer, whose service has asked for the right and minds the pool."""
    write_changes(opportunity, {"deleted_at": moment, "deleted_by": actor})
    index.remove(searching.LABEL, [opportunity.pk])
    next_contacts.replan([opportunity.pk])
    about = [opportunity.customer]
    record("opportunities.opportunity.deleted", opportunity, actor=actor, about=about)


@transaction.atomic
def restore_opportunity(opportunity: Opportunity, *, actor: Any) -> Opportunity:
    """Bring an opportunity back with everything it had.

    Raises NotAllowed, InvalidTransition while its customer lies in the bin.
    """
    policies.require(actor, verbs.DELETE, opportunity)
    require_kept(opportunity.customer)
    show_again(opportunity, actor)
    pool_clock.refresh([opportunity.customer])
    return opportunity


def show_again(opportunity: Opportunity, actor: Any) -> None:
    """The same with its customer, whose service has asked for the right and minds the pool."""
    write_changes(opportunity, {"deleted_at": None, "deleted_by": None})
    index.index(searching.LABEL, [opportunity.pk])
    next_contacts.replan([opportunity.pk])
    about = [opportunity.customer]
    record("opportunities.opportunity.restored", opportunity, actor=actor, about=about)


@transaction.atomic
def purge_opportunity(opportunity: Opportunity, *, actor: Any) -> None:
    """Remove an opportunity from the bin for good; the log keeps its name."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, opportunity)
    index.remove(searching.LABEL, [opportunity.pk])
    record("opportunities.opportunity.purged", opportunity, actor=actor)
    forget_follow_ups(opportunity)
    next_contacts.forget(opportunity)
    opportunity.delete()
    pool_clock.refresh([opportunity.customer])
