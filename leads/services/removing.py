"""The recycle bin of leads: in, out again, and removal for good."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.activities.services import forget_follow_ups
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.pool import clock as pool_clock
from crm.pool.services.moving import forget_history
from crm.search import index
from leads import reminding, searching
from leads.models import Lead
from leads.services.changing import require_usable
from leads.services.writing import reindex


@transaction.atomic
def delete_lead(lead: Lead, *, actor: Any) -> None:
    """Put a lead into the bin (S10-28); a converted one is locked."""
    policies.require(actor, verbs.DELETE, lead)
    require_usable(lead)
    write_changes(lead, {"deleted_at": clock.now(), "deleted_by": actor})
    index.remove(searching.LABEL, [lead.pk])
    pool_clock.refresh([lead])
    reminding.replan([lead.pk])
    record("leads.lead.deleted", lead, actor=actor)


@transaction.atomic
def restore_lead(lead: Lead, *, actor: Any) -> Lead:
    """Bring a lead back."""
    policies.require(actor, verbs.DELETE, lead)
    require_usable(lead)
    write_changes(lead, {"deleted_at": None, "deleted_by": None})
    reindex([lead.pk])
    pool_clock.refresh([lead])
    reminding.replan([lead.pk])
    record("leads.lead.restored", lead, actor=actor)
    return lead


@transaction.atomic
def purge_lead(lead: Lead, *, actor: Any) -> None:
    """Remove a lead for good; the log keeps its name. The system (None) clears demo data."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, lead)
        require_usable(lead)
    record("leads.lead.purged", lead, actor=actor)
    reminding.forget(lead)
    forget_follow_ups(lead)
    forget_history(Lead, [lead.pk])
    index.remove(searching.LABEL, [lead.pk])
    lead.delete()
