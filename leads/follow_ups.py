"""What a lead learns from follow-ups: first, last and next contact, and that work has begun."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When

from crm.activities.models import FollowUp
from crm.activities.subjects import Touch, register
from crm.audit.transitions import run_transition
from crm.core import clock
from leads import scoring
from leads.choices import LeadState
from leads.models import Lead
from leads.states import STATE


def touch_lead(lead: Lead, touch: Touch) -> None:
    """Set the contacts of a lead; the first follow-up begins the work on it (D06-2, T2)."""
    said = FollowUp.objects.on(lead).kept()
    if lead.status == LeadState.NEW and touch.at is not None and not touch.is_correction:
        _begin(lead, said)
    rows = Lead.objects.filter(pk=lead.pk)
    first = said.order_by("happened_at").values_list("happened_at", flat=True).first()
    rows.update(
        version=F("version") + 1,
        updated_at=clock.now(),
        next_contact_at=_planned(touch),
        first_contact_at=first,
        follow_up_count=said.count(),
    )
    later = Q(last_contact_at__isnull=True) | Q(last_contact_at__lte=touch.at)
    wanted = rows if touch.is_correction or touch.at is None else rows.filter(later)
    wanted.update(last_contact_at=touch.at, last_contact_summary=touch.summary)
    scoring.rescore([lead.pk])


def _begin(lead: Lead, said: Any) -> None:
    writer = said.order_by("-pk").select_related("created_by").first()
    if writer is not None and writer.created_by is not None:
        run_transition(STATE, lead, "follow", actor=writer.created_by)


def _planned(touch: Touch) -> Any:
    """The new next contact: what was agreed, else nothing where the planned one is done."""
    if touch.next_at is not None:
        return touch.next_at
    if touch.is_correction:
        return F("next_contact_at")
    done = When(next_contact_at__lt=touch.done_until, then=Value(None))
    return Case(done, default=F("next_contact_at"), output_field=models.DateTimeField())


register(Lead, touch=touch_lead, kept=lambda rows: rows.usable())
