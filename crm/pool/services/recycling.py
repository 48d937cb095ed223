"""What falls by rule: due records go into their pool in chunks (`market` 2.1).

Every chunk is one transaction that computes each date again before it moves a record, so that two
schedulers, a killed worker or a day of downtime move nothing twice and nothing too early.
"""

from collections import defaultdict
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from crm.audit.services import Fact, record_many
from crm.core import clock as time
from crm.pool import clock, dates, rules
from crm.pool.choices import Action
from crm.pool.clock import CHUNK
from crm.pool.registry import PooledKind
from crm.pool.services import telling
from crm.pool.services.moving import Why, follow_many, into_pool

WHY = Why(Action.RECYCLED)


@transaction.atomic
def recycle_due(kind: PooledKind) -> int | None:
    """Move at most one chunk of due records; returns how many, None when nothing is due.

    A record whose date has moved on meanwhile gets its new date and stays.
    """
    now = time.now()
    due = kind.model._base_manager.filter(
        pool_due_at__lte=now, owner__isnull=False, deleted_at__isnull=True
    ).order_by("pool_due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows = list(due[:CHUNK])
    if not rows:
        return None
    fresh = clock.refresh_ids(kind.model, [row.pk for row in rows], always=True)
    falling = [row for row in rows if _is_due(fresh.get(row.pk), now)]
    for row in falling:
        found = fresh[row.pk]
        row.pool_due_rule, row.pool_due_days = found.rule, found.days
    _fall(kind, falling, now)
    return len(falling)


def _is_due(found: dates.Due | None, now: Any) -> bool:
    return found is not None and found.at is not None and found.at <= now


def _fall(kind: PooledKind, rows: list[Any], now: Any) -> None:
    """One UPDATE for each pool, then history, index and log of all rows, and who is to be told."""
    targets = {row.pk: rules.home(kind.code, row.owner_id).pk for row in rows}
    by_pool: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_pool[targets[row.pk]].append(row)
    for pool_id, group in by_pool.items():
        values = into_pool(pool_id, WHY, now)
        for kept in ("pool_due_rule", "pool_due_days"):  # why it fell stays on the record
            values.pop(kept)
        kind.model._base_manager.filter(
            pk__in=[row.pk for row in group], owner__isnull=False
        ).update(
            **values,
            previous_owner_id=F("owner_id"),
            version=F("version") + 1,
            updated_at=now,
        )
    if rows:
        follow_many(kind, rows, targets, WHY, now)
        record_many([_fact(row, targets[row.pk]) for row in rows], actor=None)
        telling.mark(kind, {row.owner_id for row in rows}, now)


def _fact(row: Any, pool_id: int) -> Fact:
    target = rules.pool(pool_id)
    changes = {
        "pool": ["", target.name if target else ""],
        "pool_due_rule": ["", row.pool_due_rule],
        "pool_due_days": ["", row.pool_due_days],
    }
    return Fact("pool.entry.recycled", row, changes)
