"""Changing rules: the company's by administrators, the own ones by everybody (S11-23).

What waits already is planned anew by the tick, a bounded number of rows at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from crm.reminders import states
from crm.reminders.choices import STAMP
from crm.reminders.models import PersonalRule, Reminder, ReminderRule
from crm.reminders.rules import RULES

#: Changes of these move what waits.
MOVING = {"at", "steps", "working_days"}
LONGEST_ADVANCE = 60
MOST_STEPS = 5


@dataclass(frozen=True)
class OwnChoice:
    """What a person wants of one rule; `at` None is as the company says."""

    is_on: bool = True
    at: time | None = None


@transaction.atomic
def update_rule(
    rule: ReminderRule, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> ReminderRule:
    """Change a rule of the company. Raises NotAllowed, InvalidValue, Stale."""
    policies.require(actor, verbs.CHANGE, rule)
    _check(changes)
    diff = write_changes(rule, changes, version=version)
    if not diff:
        return rule
    if MOVING & diff.keys():
        ReminderRule.objects.filter(pk=rule.pk).update(replan_after=0)
    stamps.bump(STAMP)
    record("reminders.rule.updated", rule, actor=actor, changes=diff)
    return rule


def _check(changes: dict[str, Any]) -> None:
    steps = changes.get("steps", [0])
    if not 0 < len(set(steps)) == len(steps) <= MOST_STEPS or max(steps) > LONGEST_ADVANCE:
        raise InvalidValue(
            _("Saving failed: give one to five different days, each at most %(days)s ahead.")
            % {"days": LONGEST_ADVANCE},
            field="steps",
        )
    ladder = changes.get("escalation", [])
    if list(ladder) != sorted(set(ladder)) or len(ladder) > 3:
        raise InvalidValue(
            _("Saving failed: give at most three days, each later than the one before."),
            field="escalation",
        )


@transaction.atomic
def set_own_rules(user: Any, choices: Mapping[str, OwnChoice]) -> None:
    """Store what a person wants; what equals the company's rule is not stored.

    Raises KeyError for a rule that is not registered.
    """
    known = {row.code: row for row in PersonalRule.objects.filter(user=user)}
    for code, choice in choices.items():
        RULES[code]
        row = known.get(code)
        stored = OwnChoice(row.is_on, row.at) if row else OwnChoice()
        if stored == choice:
            continue
        # after = 0: the tick plans anew what waits for this person
        values = {"is_on": choice.is_on, "at": choice.at, "replan_after": 0}
        PersonalRule.objects.update_or_create(user=user, code=code, defaults=values)
    stamps.bump(STAMP)


def own_rules(user: Any) -> dict[str, OwnChoice]:
    """What a person has chosen, for every rule."""
    rows = PersonalRule.objects.filter(user=user).values_list("code", "is_on", "at")
    stored = {code: OwnChoice(is_on, at) for code, is_on, at in rows}
    return {code: stored.get(code, OwnChoice()) for code in RULES}


@transaction.atomic
def retry_failed(keys: list[int], *, actor: Any) -> int:
    """Let failed reminders try again. Raises NotAllowed."""
    policies.require(actor, verbs.CHANGE, Reminder)
    count = states.retry(Reminder.objects.filter(pk__in=keys))
    if count:
        record("reminders.reminder.retried", None, actor=actor, changes={"count": ["", count]})
    return count
