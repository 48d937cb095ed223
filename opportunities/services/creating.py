"""Create opportunities: one function for the form, leads, follow-ups and imports."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidValue, NotAllowed
from crm.pool import clock as pool_clock
from crm.search import index
from opportunities import checklist, grading, next_contacts, pipelines, rules, searching
from opportunities.choices import Outcome
from opportunities.drafts import LineDraft, OpportunityDraft, RivalDraft
from opportunities.models import Opportunity
from opportunities.services.lines import write_lines
from opportunities.services.rivals import write_rivals
from opportunities.services.team import include_customer_owner
from opportunities.services.writing import (
    evaluation_day,
    log_stage,
    next_number,
    spelling,
    tell_new_owner,
)


def create_opportunity(
    opportunity: Opportunity,
    *,
    actor: Any,
    lines: Iterable[LineDraft] = (),
    rivals: Iterable[RivalDraft] = (),
    note: str = "",
) -> Opportunity:
    """Create one opportunity on a customer the actor may view (D07-1).

    Without a stage it begins in the first one of the actor's pipeline (P3), without an owner it
    is the actor's, without a probability it has that of its stage. Raises ValidationError,
    InvalidValue, NotAllowed.
    """
    draft = OpportunityDraft(opportunity, list(lines), list(rivals), note)
    made = create_opportunities([draft], actor=actor)[0]
    tell_new_owner(made, actor)
    return made


@transaction.atomic
def create_opportunities(drafts: Sequence[OpportunityDraft], *, actor: Any) -> list[Opportunity]:
    """Create several opportunities with lines, rivals, stage log and one event each."""
    policies.require(actor, verbs.ADD, Opportunity)
    now = clock.now()
    for draft in drafts:
        _write(draft, actor, now)
    return [draft.opportunity for draft in drafts]


def _write(draft: OpportunityDraft, actor: Any, now: datetime) -> None:
    opportunity = draft.opportunity
    complete(opportunity, actor, now)
    _require_rights(opportunity, actor)
    rules.refuse(rules.problems(opportunity))
    checklist.require(checklist.missing_at_birth(opportunity), checklist.BEGINNING)
    opportunity.grade = grading.grade_of(opportunity)
    opportunity.number = next_number(opportunity.customer.number)
    opportunity.clean_fields(exclude=["number", "created_by", "customer", "stage", "contact"])
    opportunity.save(force_insert=True)
    write_lines(opportunity, draft.lines)
    write_rivals(opportunity, draft.rivals)
    include_customer_owner(opportunity)
    log_stage(opportunity, actor=actor, note=draft.note, before=(None, "", None))
    pool_clock.refresh([opportunity.customer])
    if opportunity.next_contact_at is not None:
        next_contacts.replan([opportunity.pk])
    index.index_new(
        searching.LABEL, [searching.document_of(opportunity, opportunity.customer.name)]
    )
    record(
        "opportunities.opportunity.created",
        opportunity,
        actor=actor,
        note=draft.note,
        about=[opportunity.customer],
    )


def complete(opportunity: Opportunity, actor: Any, now: datetime) -> None:
    """Fill what follows from the rest."""
    if opportunity.stage_id is None:
        opportunity.stage_id = pipelines.first_for(actor).first.pk
    step = pipelines.step(opportunity.stage_id)
    if step is None:
        raise InvalidValue(_("Saving failed: this stage does not exist."), field="stage")
    opportunity.pipeline_id = step.pipeline_id
    opportunity.probability = opportunity.probability or step.probability
    if opportunity.owner_id is None:
        opportunity.owner = actor
    opportunity.owner_since = opportunity.stage_since = now
    opportunity.created_at = opportunity.updated_at = now
    opportunity.created_by = actor
    opportunity.name_pinyin = spelling(opportunity.name)
    for name, day in evaluation_day(opportunity).items():
        setattr(opportunity, name, day)


def _require_rights(opportunity: Opportunity, actor: Any) -> None:
    policies.require(actor, verbs.VIEW, opportunity.customer)
    if opportunity.customer.deleted_at is not None:
        raise InvalidValue(
            _("Saving failed: the customer is in the recycle bin."), field="customer"
        )
    if opportunity.outcome != Outcome.OPEN:
        raise ValueError("a new opportunity is open")
    reach = policies.policy_for(Opportunity).reach(actor, verbs.ASSIGN)
    if opportunity.owner_id != actor.pk and not reach.covers(opportunity.owner_id):
        raise NotAllowed(
            _("Saving failed: you may not give an opportunity to this owner."), field="owner"
        )
