"""The two rule sets of the manual (S11-49, S11-65), for the grades A, B and C."""

from crm.dictionaries import stamps
from crm.dictionaries.models import Item
from crm.dictionaries.seeding import seeding
from customers.choices import GRADE
from customers.rhythm import STAMP
from customers.rhythm_models import Action, RhythmRule, RuleSet, Unit

#: Set, grade, action, every, unit.
DEFAULTS = (
    (RuleSet.RUNNING, "a", Action.ANY, 1, Unit.WEEK),
    (RuleSet.RUNNING, "b", Action.ANY, 2, Unit.WEEK),
    (RuleSet.RUNNING, "c", Action.ANY, 1, Unit.MONTH),
    (RuleSet.CLOSED, "a", Action.PHONE, 1, Unit.MONTH),
    (RuleSet.CLOSED, "a", Action.VISIT, 1, Unit.MONTH),
    (RuleSet.CLOSED, "b", Action.PHONE, 3, Unit.MONTH),
    (RuleSet.CLOSED, "b", Action.VISIT, 6, Unit.MONTH),
    (RuleSet.CLOSED, "c", Action.MESSAGE, 6, Unit.MONTH),
)


def seed_rhythm() -> None:
    """Called by `seed_dictionaries` in its transaction; never touches what a company changed."""
    grades = dict(Item.objects.filter(dictionary__code=GRADE).values_list("code", "pk"))
    known = set(RhythmRule.objects.values_list("rule_set", "grade__code", "action"))
    new = [
        RhythmRule(rule_set=rule_set, grade_id=grades[code], action=action, every=every, unit=unit)
        for rule_set, code, action, every, unit in DEFAULTS
        if code in grades and (rule_set, code, action) not in known
    ]
    RhythmRule.objects.bulk_create(new)
    if new:
        stamps.bump(STAMP)


seeding.register(seed_rhythm)
