"""Create leads: one function for forms and for an import of 200 rows at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import Fact, record_many
from crm.core import clock
from crm.core.bulk import Maker, insert_many
from crm.core.errors import NotAllowed
from crm.dictionaries.numbers import take_numbers
from crm.pool import clock as pool_clock
from crm.pool.services.claiming import place_new
from crm.pool.services.limits import check_cap
from crm.search import index
from leads import reminding, rules, scoring, searching
from leads.choices import NUMBER
from leads.drafts import LeadDraft
from leads.models import Lead
from leads.pooling import LEADS
from leads.services.allocating import allocate_new
from leads.services.writing import first_contact_due, spell_lead, tell_new_owner

_new_tag_link = Maker(Lead.tags.through)


def create_lead(draft: LeadDraft, *, actor: Any) -> Lead:
    """Create one lead (D06-1). Raises ValidationError, NotAllowed."""
    lead = create_leads([draft], actor=actor)[0]
    tell_new_owner(lead, actor)
    return lead


@transaction.atomic(savepoint=False)
def create_leads(drafts: Sequence[LeadDraft], *, actor: Any) -> list[Lead]:
    """Create many leads in a fixed number of statements, allocated ones too.

    Without an owner a lead goes into the pool, from where the rules take it if the draft asks.
    `actor` None is the system (the public form), which may leave a lead to anybody.
    """
    if actor is not None:
        _require_rights(drafts, actor)
    now = clock.now()
    for draft in drafts:
        complete(draft.lead, actor, now)
    leads = [draft.lead for draft in drafts]
    for lead, number in zip(leads, take_numbers(NUMBER, len(drafts)), strict=True):
        lead.number = number
    _require_room(leads, actor)
    pool_clock.stamp(leads)
    insert_many(leads)
    links = [
        _new_tag_link(lead_id=draft.lead.pk, tag_id=pk)
        for draft in drafts
        for pk in dict.fromkeys(draft.tags)
    ]
    insert_many(links)
    scoring.rescore(lead.pk for lead in leads)
    index.index_new(searching.LABEL, (searching.document_of(lead) for lead in leads))
    facts = [Fact("leads.lead.created", draft.lead, note=draft.note) for draft in drafts]
    record_many(facts, actor=actor)
    reminding.plan(leads, fresh=True)
    allocate_new((draft.lead for draft in drafts if draft.by_rules), actor=actor)
    return leads


def _require_rights(drafts: Sequence[LeadDraft], actor: Any) -> None:
    policies.require(actor, verbs.ADD, Lead)
    reach = policies.policy_for(Lead).reach(actor, verbs.ASSIGN)
    for draft in drafts:
        owner_id = draft.lead.owner_id
        by_rules = owner_id is None and draft.by_rules and reach.covers_others(actor.pk)
        if owner_id != actor.pk and not by_rules and not reach.covers(owner_id):
            raise NotAllowed(
                _("Saving failed: you may not give a lead to this owner."), field="owner"
            )


def _require_room(leads: Sequence[Lead], actor: Any) -> None:
    """Raise LimitReached where an owner would have more than his cap (保有量)."""
    if actor is None:
        return
    coming: dict[int, list[bool]] = defaultdict(list)
    for lead in leads:
        if lead.owner_id is not None:
            coming[lead.owner_id].append(False)
    check_cap(LEADS, actor, coming)


def complete(lead: Lead, actor: Any, now: datetime) -> None:
    """Fill what follows from the rest, and check. Raises ValidationError with all problems."""
    lead.created_at = lead.updated_at = now
    lead.created_by_id = actor.pk if actor is not None else None
    lead.owner_since = now if lead.owner_id else None
    lead.first_contact_due_at = first_contact_due(now)
    place_new(lead)
    rules.refuse(rules.lead_problems(lead))
    spell_lead(lead)
