"""Change opportunities: values and owner; stages and ends have services of their own."""

import copy
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from crm.search import index
from opportunities import grading, next_contacts, rules, searching
from opportunities.models import Opportunity, OpportunityShare
from opportunities.services.team import include_customer_owner
from opportunities.services.writing import (
    evaluation_day,
    require_receiver,
    spelling,
    tell_new_owner,
)

#: What only its own service sets.
OWN_SERVICE = {
    "number", "customer", "owner", "outcome", "stage", "pipeline", "progress_note", "closed_at",
    "actual_amount", "contract_number", "deal_on", "closing_reason", "lost_to", "grade",
}  # fmt: skip


@transaction.atomic
def update_opportunity(
    opportunity: Opportunity,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    note: str = "",
) -> Opportunity:
    """Change an opportunity's own values (D07-4). Raises Stale, ValidationError, NotAllowed."""
    policies.require(actor, verbs.CHANGE, opportunity)
    forbidden = OWN_SERVICE & changes.keys()
    if forbidden:
        raise ValueError(f"update_opportunity() does not set {sorted(forbidden)}")
    diff = write_checked(opportunity, changes, version)
    if "name" in diff:
        index.index(searching.LABEL, [opportunity.pk])
    if next_contacts.PLANNED & diff.keys():
        next_contacts.replan([opportunity.pk])
    if diff:
        record(
            "opportunities.opportunity.updated",
            opportunity,
            actor=actor,
            changes=diff,
            note=note,
        )
    return opportunity


def write_checked(
    opportunity: Opportunity, changes: dict[str, Any], version: int | None = None
) -> dict[str, Any]:
    """Check the rules, write the values and what follows from them; the difference."""
    probe = copy.copy(opportunity)
    for name, value in changes.items():
        field = Opportunity._meta.get_field(name)
        if field.is_relation:
            setattr(probe, field.name if isinstance(value, models.Model) else field.attname, value)
        else:
            setattr(probe, name, value)
    rules.refuse(rules.problems(probe))
    if "name" in changes:
        changes = {**changes, "name_pinyin": spelling(changes["name"])}
    day = evaluation_day(probe, opportunity)
    changes = {**changes, **day, "grade": grading.grade_of(probe)}
    diff = write_changes(opportunity, changes, version=version)
    diff.pop("name_pinyin", None)
    return diff


@transaction.atomic
def assign_opportunity(
    opportunity: Opportunity, owner: Any, *, actor: Any, note: str = ""
) -> Opportunity:
    """Give an opportunity to another owner (D07-7). Raises NotAllowed, InvalidValue."""
    policies.require(actor, verbs.ASSIGN, opportunity)
    if owner is None:
        raise InvalidValue(_("Assigning failed: an opportunity needs an owner."), field="owner")
    require_receiver(owner, actor)
    if opportunity.owner_id == owner.pk:
        raise InvalidValue(_("Assigning failed: this person is the owner already."), field="owner")
    return hand_over(opportunity, owner, actor=actor, note=note)


def hand_over(opportunity: Opportunity, owner: Any, *, actor: Any, note: str = "") -> Opportunity:
    """Change the owner inside the caller's transaction, who has asked for the right."""
    diff = write_changes(opportunity, {"owner": owner, "owner_since": clock.now()})
    OpportunityShare.objects.filter(content_object=opportunity, user=owner).delete()
    include_customer_owner(opportunity)
    index.set_owner(searching.LABEL, [opportunity.pk], owner.pk)
    next_contacts.replan([opportunity.pk])
    record(
        "opportunities.opportunity.assigned",
        opportunity,
        actor=actor,
        changes={"owner": diff["owner"]},
        note=note,
    )
    tell_new_owner(opportunity, actor)
    return opportunity
