"""Record numbers: a block of serials under a row lock, formatted by the rule (`contracts.md` 2)."""

from django.db import transaction
from django.db.models import F

from crm.core import clock
from crm.dictionaries import settings
from crm.dictionaries.models import NumberRule, Sequence


def take_numbers(key: str, count: int = 1) -> list[str]:
    """`count` new numbers of the rule `key`, never given out before.

    The year is that of creation in Asia/Shanghai. Must run inside the transaction that uses them;
    a rolled back transaction leaves a gap or gives them out again, never a duplicate.
    """
    rule = NumberRule.objects.get(key=key)
    prefix = rule.prefix or str(settings.get("company_short"))
    year = clock.company_today().year
    name = f"{prefix}:{year}" if rule.restarts_yearly else f"{prefix}:"
    last = take_serials(f"{key}:{name}", count)
    return [
        f"{prefix}{year}{serial:0{rule.width}d}" for serial in range(last - count + 1, last + 1)
    ]


def take_serials(name: str, count: int = 1) -> int:
    """Move the sequence `name` on by `count` and return its new value."""
    with transaction.atomic():
        moved = Sequence.objects.filter(pk=name).update(value=F("value") + count)
        if not moved:
            Sequence.objects.bulk_create([Sequence(pk=name, value=0)], ignore_conflicts=True)
            Sequence.objects.filter(pk=name).update(value=F("value") + count)
        return Sequence.objects.values_list("value", flat=True).get(pk=name)
