"""Record numbers: a block of serials under a row lock, formatted by the rule (`contracts.md` 2)."""

from django.db import connection

from crm.core import clock
from crm.dictionaries import settings
from crm.dictionaries.models import NumberRule, Sequence
from crm.dictionaries.stamps import Cached

#: Raised by the service that changes a rule.
STAMP = "numbers"
_rules: Cached[dict[str, NumberRule]] = Cached(
    STAMP, lambda: {rule.key: rule for rule in NumberRule.objects.all()}
)


def take_numbers(key: str, count: int = 1) -> list[str]:
    """`count` new numbers of the rule `key`, never given out before.

    The year is that of creation in Asia/Shanghai. Must run inside the transaction that uses them;
    a rolled back transaction leaves a gap or gives them out again, never a duplicate.
    """
    rule = _rules.get()[key]
    last = take_serials(_sequence_of(rule), count)
    return [_text(rule, serial) for serial in range(last - count + 1, last + 1)]


def preview(rule: NumberRule) -> str:
    """The number that comes next by this (perhaps unsaved) rule; takes nothing."""
    name = _sequence_of(rule)
    last = Sequence.objects.filter(pk=name).values_list("value", flat=True).first() or 0
    return _text(rule, last + 1)


def _prefix(rule: NumberRule) -> str:
    return rule.prefix or str(settings.get("company_short"))


def _sequence_of(rule: NumberRule) -> str:
    year = clock.company_today().year
    return f"{rule.key}:{_prefix(rule)}:{year if rule.restarts_yearly else ''}"


def _text(rule: NumberRule, serial: int) -> str:
    return f"{_prefix(rule)}{clock.company_today().year}{serial:0{rule.width}d}"


def take_serials(name: str, count: int = 1) -> int:
    """Move the sequence `name` on by `count` and return its new value: one statement."""
    moved = _move(name, count)
    if moved is None:
        Sequence.objects.bulk_create([Sequence(pk=name, value=0)], ignore_conflicts=True)
        moved = _move(name, count)
    assert moved is not None
    return moved


def _move(name: str, count: int) -> int | None:
    table = connection.ops.quote_name(Sequence._meta.db_table)
    sql = f"UPDATE {table} SET value = value + %s WHERE name = %s RETURNING value"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [count, name])
        found = cursor.fetchone()
    return found[0] if found else None
