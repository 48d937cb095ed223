"""A rule as it holds for a person: the person's choice over the company's over the program's."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from crm.dictionaries.stamps import Cached
from crm.reminders.models import PersonalRule, ReminderRule
from crm.reminders.rules import RULES

STAMP = "reminder_rules"


@dataclass(frozen=True)
class Effective:
    """What decides when a person is reminded."""

    is_on: bool
    at: time
    steps: tuple[int, ...]
    working_days: str
    escalation: tuple[int, ...]


def _load() -> tuple[dict[str, ReminderRule], dict[tuple[int, str], tuple[bool, time | None]]]:
    rules = {rule.code: rule for rule in ReminderRule.objects.all()}
    rows = PersonalRule.objects.values_list("user_id", "code", "is_on", "at")
    return rules, {(user, code): (is_on, at) for user, code, is_on, at in rows}


_chosen: Cached[Any] = Cached(STAMP, _load)


def rule_of(code: str) -> Effective:
    """The rule as the company wants it. Raises KeyError for one that is not registered."""
    kind, stored = RULES[code], _chosen.get()[0].get(code)
    if stored is None:
        return Effective(True, kind.at, kind.steps, kind.working_days, kind.escalation)
    return Effective(
        stored.is_on,
        stored.at,
        tuple(stored.steps) or (0,),
        stored.working_days,
        tuple(stored.escalation),
    )


def rule_for(code: str, user_id: int) -> Effective:
    """The rule as it holds for one person."""
    rule, own = rule_of(code), _chosen.get()[1].get((user_id, code))
    if own is None:
        return rule
    is_on, at = own
    return Effective(
        rule.is_on and is_on, at or rule.at, rule.steps, rule.working_days, rule.escalation
    )
