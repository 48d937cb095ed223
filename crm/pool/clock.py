"""The due dates of records: stamped on new ones, refreshed with everything that moves them.

Every path that changes what the rules look at (create, import, claim, assign, transfer, follow-up,
state, grade, opportunities, lock) calls `stamp()` before an insert or `refresh()` after an update;
changed rules walk through `refresh_ids()`. The date itself is computed in `crm.pool.dates`.

A change that brings the day too near for a warning keeps the days of advance warning: something
stops sparing the record (unlocked, restored, another state), the grade is stricter, a follow-up is
taken away, the owner's department comes under another pool. `dates.warned()` notices all of them in
the same way, by the date before and after, and stores the day before which the record does not
fall.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from crm.audit.services import Fact, record_many
from crm.core import clock as core_clock
from crm.pool import registry, rules
from crm.pool.dates import (
    NEVER,
    Due,
    Standing,
    columns,
    day_of,
    due,
    standing_from,
    standing_of,
    warned,
)
from crm.pool.registry import NO_FACTS, Facts, PooledKind
from crm.pool.rules import Rules

#: Rows computed together: a fixed number of statements each.
CHUNK = 200


def stamp(rows: Iterable[Any]) -> None:
    """Set the due date of new rows, before they are inserted. Asks nothing of the database."""
    rows = list(rows)
    if not rows:
        return
    kind = registry.kind_of(rows[0])
    if not rules.recycles(kind.code):
        return
    for row in rows:
        _set(row, _due_of(kind, standing_of(kind, row), NO_FACTS))


def refresh(rows: Iterable[models.Model]) -> None:
    """Bring the due dates of saved rows of one model up to date, in this transaction.

    The rows are read again, so that of two changes to one record the later one sees both.
    """
    rows = list(rows)
    if not rows:
        return
    found = refresh_ids(type(rows[0]), [row.pk for row in rows])
    for row in rows:
        if row.pk in found:
            _set(row, found[row.pk])


def refresh_ids(
    model: type[models.Model],
    ids: Sequence[int],
    *,
    always: bool = False,
    warns: Callable[[Rules], bool] = lambda _rules: True,
) -> dict[int, Due]:
    """The same by keys; returns what is due by key. Three statements for each 200 rows.

    Without any rule that recycles nothing is asked at all. `always` is for the nightly work, which
    clears what is left then; `warns` says whose days of warning are kept.
    """
    kind = registry.kind_of(model)
    if not always and not rules.recycles(kind.code):
        return {}
    found: dict[int, Due] = {}
    for start in range(0, len(ids), CHUNK):
        found |= _refresh_chunk(kind, ids[start : start + CHUNK], warns)
    return found


def _refresh_chunk(
    kind: PooledKind, ids: Sequence[int], warns: Callable[[Rules], bool]
) -> dict[int, Due]:
    answer: dict[int, Due] = {}
    changed, kept = [], {}
    facts, now = facts_for(kind, ids), core_clock.now()
    for pk, standing, old in _stored(kind, ids):
        known, rules_ = facts.get(pk, NO_FACTS), _rules_of(kind, standing)
        new = due(standing, rules_, kind, known)
        if (end := warned(old, new, rules_, now)) and warns(rules_):
            new = due(replace(standing, not_before=end), rules_, kind, known)
            kept[pk] = (old, new)
        if old != new:
            changed.append((pk, new))
        answer[pk] = new
    _write(kind.model, changed)
    _tell(kind, kept)
    return answer


def _tell(kind: PooledKind, kept: dict[int, tuple[Due, Due]]) -> None:
    """Say on the timelines until when records are kept whose day has come near."""
    moved = {pk: (old.at, new.at) for pk, (old, new) in kept.items() if old.at != new.at}
    rows = kind.model._base_manager.in_bulk(list(moved)) if moved else {}
    facts = [_fact(row, *moved[pk]) for pk, row in rows.items()]
    if facts:
        record_many(facts, actor=None)


def _fact(row: models.Model, old: datetime | None, new: datetime) -> Fact:
    days = ["" if moment is None else str(day_of(moment)) for moment in (old, new)]
    code = "pool.entry.freed" if old is None else "pool.entry.nearer"
    return Fact(code, row, {"pool_due_at": days})


def compute(kind: PooledKind, ids: Sequence[int]) -> dict[int, tuple[Due, Due]]:
    """What is stored and what it should be, by key. Rows in a pool keep why they are there."""
    facts = facts_for(kind, ids)
    return {
        pk: (stored, _due_of(kind, standing, facts.get(pk, NO_FACTS)))
        for pk, standing, stored in _stored(kind, ids)
    }


def _stored(kind: PooledKind, ids: Sequence[int]) -> Iterator[tuple[int, Standing, Due]]:
    """Key, standing and stored due date of the records that have an owner."""
    rows = kind.model._base_manager.filter(pk__in=ids, owner__isnull=False).order_by()
    names = columns(kind)
    stored = ("pool_due_at", "pool_due_rule", "pool_due_days", "pool_not_before")
    for values in rows.values_list(*names, *stored):
        standing = standing_from(kind, values[: len(names)])
        yield values[0], standing, Due(*values[len(names) :])


def facts_for(kind: PooledKind, ids: Sequence[int], *proposed: Rules) -> dict[int, Facts]:
    """Facts of higher apps, asked only where a rule in force, or a proposed one, looks at them."""
    in_force = [rules.in_force(item.pk) for item in rules.pools(kind.code)]
    asked = any(each.recycles and each.asks_opportunities for each in (*in_force, *proposed))
    return registry.facts_of(kind, ids) if asked else {}


def _due_of(kind: PooledKind, standing: Standing, facts: Facts) -> Due:
    if standing.owner_id is None:
        return NEVER
    return due(standing, _rules_of(kind, standing), kind, facts)


def _rules_of(kind: PooledKind, standing: Standing) -> Rules:
    """The rules of the pool that takes what the owner loses."""
    return rules.in_force(rules.home(kind.code, standing.owner_id).pk)


def _set(row: Any, found: Due) -> None:
    """Put a due date on a record in memory; one in a pool keeps why it is there."""
    if row.owner_id is not None:
        row.pool_due_at, row.pool_due_rule, row.pool_due_days = found.at, found.rule, found.days
        row.pool_not_before = found.not_before


def _write(model: type[models.Model], changed: list[tuple[int, Due]]) -> None:
    """One statement for all rows; neither version nor "changed at" move, nobody edited them."""
    if not changed:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    adapt = connection.ops.adapt_datetimefield_value
    sql = (
        f'UPDATE "{model._meta.db_table}" SET "pool_due_at" = %s, "pool_due_rule" = %s, '  # noqa: S608 - own names
        '"pool_due_days" = %s, "pool_not_before" = %s '
        'WHERE "id" = %s AND "owner_id" IS NOT NULL'
    )
    with connection.cursor() as cursor:
        rows = [
            (adapt(new.at), new.rule, new.days, adapt(new.not_before), pk) for pk, new in changed
        ]
        cursor.executemany(sql, rows)
