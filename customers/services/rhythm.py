"""How often customers of a grade are contacted: new rules, and changed ones (requirement C1)."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import write_changes
from crm.dictionaries import stamps
from customers.rhythm import STAMP
from customers.rhythm_models import RhythmRule


@transaction.atomic
def create_rhythm_rule(rule: RhythmRule, *, actor: Any) -> RhythmRule:
    """Add a frequency, for a grade of the company's own; the sweep makes its actions due.

    Raises NotAllowed, ValidationError.
    """
    policies.require(actor, verbs.ADD, RhythmRule)
    rule.full_clean()
    rule.refresh_after = 0
    rule.save(force_insert=True)
    stamps.bump(STAMP)
    record("customers.rhythm.created", rule, actor=actor)
    return rule


@transaction.atomic
def update_rhythm_rule(
    rule: RhythmRule, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> RhythmRule:
    """Change a frequency; the sweep brings the due actions of its customers in step.

    Raises NotAllowed, ValidationError, Stale.
    """
    policies.require(actor, verbs.CHANGE, rule)
    diff = write_changes(rule, changes, version=version)
    if diff:
        rule.validate_constraints()
        RhythmRule.objects.filter(pk=rule.pk).update(refresh_after=0)
        stamps.bump(STAMP)
        record("customers.rhythm.updated", rule, actor=actor, changes=diff)
    return rule
