"""The score rules an installation starts with; a company changes them in the administration."""

from crm.dictionaries import lookups, stamps
from crm.dictionaries.seeding import seeding
from leads import scoring
from leads.choices import SOURCE, ScoreKind
from leads.models import ScoreRule

FILLED = (("mobile", 20), ("email", 10), ("need", 15), ("pain_points", 10), ("industry", 5))
SOURCES = (("referral", 20), ("old_customer", 20), ("website", 10), ("exhibition", 10))


def seed_scores() -> None:
    """Write the usual rules where there are none."""
    if ScoreRule.objects.exists():
        return
    rules = [ScoreRule(kind=ScoreKind.FILLED, field=name, points=points) for name, points in FILLED]
    rules += [
        ScoreRule(kind=ScoreKind.SOURCE, item_id=lookups.by_code(SOURCE, code).pk, points=points)
        for code, points in SOURCES
    ]
    rules += [
        ScoreRule(kind=ScoreKind.FOLLOW_UPS, least=1, points=10),
        ScoreRule(kind=ScoreKind.NEXT_STEP, points=10),
    ]
    for place, rule in enumerate(rules):
        rule.order = (place + 1) * 10
        rule.save(force_insert=True)
    stamps.bump(scoring.STAMP)


seeding.register(seed_scores)
