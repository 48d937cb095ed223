"""Leads stand in pools, and a new owner gets the full time for the first contact."""

from crm.core import clock
from crm.pool.choices import Kind
from crm.pool.registry import Move, PooledKind, moved, register
from leads import searching
from leads.choices import LeadState
from leads.models import Lead
from leads.rules import CONVERTED
from leads.services.writing import first_contact_due

LEADS = register(
    PooledKind(
        code=Kind.LEAD,
        model=Lead,
        state_field="status",
        resting_states=frozenset({LeadState.CONVERTED.value, LeadState.ABANDONED.value}),
        closed_states={LeadState.CONVERTED.value: CONVERTED},
        index_label=searching.LABEL,
        list_name="leads:lead_list",
        pool_list_name="leads:lead_pool_list",
    )
)


def restart_first_contact(move: Move) -> None:
    """The hours until the first contact count from the moment somebody got the lead (T2)."""
    if move.kind is LEADS and move.owner is not None:
        due = first_contact_due(clock.now())
        rows = Lead.objects.filter(pk__in=move.ids, status=LeadState.NEW)
        rows.update(first_contact_due_at=due)


moved.register(restart_first_contact)
