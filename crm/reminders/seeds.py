"""Every registered rule stands in the administration, as the program means it."""

from crm.dictionaries import stamps
from crm.dictionaries.seeding import seeding
from crm.reminders.choices import STAMP
from crm.reminders.models import ReminderRule
from crm.reminders.rules import RULES


def seed_rules() -> None:
    """Called by `seed_dictionaries` in its transaction; safe to repeat."""
    known = set(ReminderRule.objects.values_list("code", flat=True))
    new = [
        ReminderRule(
            code=kind.code,
            at=kind.at,
            steps=list(kind.steps),
            working_days=kind.working_days,
            escalation=list(kind.escalation),
        )
        for kind in RULES.values()
        if kind.code not in known
    ]
    ReminderRule.objects.bulk_create(new)
    if new:
        stamps.bump(STAMP)


seeding.register(seed_rules)
