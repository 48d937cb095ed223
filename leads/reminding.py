"""Keeps the reminders of leads in step with them: the next contact, and the first one (T1, T2).

Called by services after they have written; the rows are read again, so that what is planned is
what the database says.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities import next_contact
from crm.pool.registry import Move, moved
from crm.reminders.planning import Plan, plan_many
from crm.reminders.rules import RuleKind, register
from crm.reminders.services import cancel_many
from leads.choices import OPEN_STATES, LeadState
from leads.models import Lead

RULE = "lead_first_contact"
#: How long before the time is up.
AHEAD = timedelta(hours=2)
COLUMNS = (
    "name", "status", "owner_id", "next_contact_at", "first_contact_due_at", "deleted_at",
)  # fmt: skip


def _title(subject: Lead, params: dict[str, Any]) -> str:
    if params.get("is_over"):
        return _("First contact with %(name)s is overdue") % {"name": subject}
    return _("First contact with %(name)s is due") % {"name": subject}


def _text(subject: Lead, params: dict[str, Any]) -> str:
    if params.get("is_over"):
        return _("The time for the first contact is over. Contact the lead now, or give it back.")
    when = date_format(timezone.localtime(subject.first_contact_due_at), "Y-m-d H:i")
    return _("Nobody has talked to the lead yet; the time is up at %(time)s.") % {"time": when}


def _waits(subject: Lead) -> bool:
    return subject.status == LeadState.NEW and subject.deleted_at is None


register(
    RuleKind(
        RULE,
        gettext_lazy("First contact with a new lead"),
        title=_title,
        text=_text,
        help=gettext_lazy(
            "Reminds the owner two hours before the time for the first contact ends, "
            "and the moment it is over."
        ),
        icon="phone-call",
        is_open=_waits,
        has_time=False,
        has_steps=False,
    )
)


def plan(leads: Iterable[Lead], *, fresh: bool = False) -> None:
    """Plan the reminders of some leads by what they say; a constant number of statements."""
    rows: Sequence[Lead] = list(leads)
    next_contact.plan(Lead, rows, is_open=lambda row: row.status in OPEN_STATES, fresh=fresh)
    plans = [found for row in rows for found in _first_contact(row)]
    plan_many(RULE, Lead, plans, fresh=fresh)


def _first_contact(lead: Lead) -> list[Plan]:
    """Shortly before the end, and at the end."""
    owner, due = lead.owner_id if _waits(lead) else None, lead.first_contact_due_at
    if due is None:
        return [Plan(lead, owner)]
    return [
        Plan(lead, owner, due_at=due - AHEAD),
        Plan(lead, owner, due_at=due, params={"is_over": True}),
    ]


def replan(keys: Collection[int]) -> None:
    """Plan anew for leads whose state, dates, owner or bin have changed."""
    plan(Lead.objects.filter(pk__in=keys).only(*COLUMNS))


def forget(lead: Lead) -> None:
    """Cancel what is planned for a lead that is removed or has become a customer."""
    cancel_many(Lead, [lead.pk])


def follow_move(move: Move) -> None:
    """Leads have changed hands: the new owner is reminded, in a pool nobody is."""
    if move.kind.model is Lead:
        replan(move.ids)


moved.register(follow_move)
