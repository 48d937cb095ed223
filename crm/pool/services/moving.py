"""The two moves every service is made of: out of a pool or an owner's hands, and into a pool.

Each is one conditional UPDATE, so that of two who want the same record exactly one gets it. What
belongs to a move comes along in the same transaction: history, search index, clock, the hook for
higher apps. Rights, limits and the event are the caller's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy

from crm.core import clock as time
from crm.core.bulk import Maker, insert_many
from crm.core.errors import Stale
from crm.pool import clock, dates, registry, rules
from crm.pool.choices import Action
from crm.pool.models import OwnershipSpan
from crm.pool.registry import Move, PooledKind
from crm.search import index

_new_span = Maker(OwnershipSpan)
FASTER = gettext_lazy("Changing the owner failed: somebody else was faster.")


@dataclass(frozen=True)
class Why:
    """Why a record changes hands."""

    action: Action
    actor: Any = None
    rule: str = ""
    reason: Any = None
    note: str = ""
    #: Whether a claim uses up the day's quota.
    is_counted: bool = True


def to_owner(kind: PooledKind, row: Any, owner: Any, why: Why) -> None:
    """Give a record to a person. Raises Stale where somebody else moved it first."""
    now = time.now()
    claimed = why.action == Action.CLAIMED
    values = _out_of_pool(owner, now) | {
        "claimed_at": now if claimed else None,
        "protected_until": _protection(row, now) if claimed else None,
    }
    if row.owner_id is not None:
        values["previous_owner"] = row.owner
    span = _span(kind, row, why, now, next_owner_id=owner.pk)
    _move_one(kind, row, values)
    insert_many([span])
    _follow(kind, [row.pk], owner, why)
    clock.refresh([row])


def to_owners(kind: PooledKind, given: Sequence[tuple[Any, Any, Why]]) -> None:
    """Give many records out of their pools: `(record, person, why)`; a few statements a person.

    Raises Stale where somebody else moved one first.
    """
    now = time.now()
    by_owner: dict[int, list[tuple[Any, Any, Why]]] = defaultdict(list)
    spans = []
    for row, owner, why in given:
        by_owner[owner.pk].append((row, owner, why))
        spans.append(_span(kind, row, why, now, next_owner_id=owner.pk))
    for group in by_owner.values():
        rows, owner = [row for row, _owner, _why in group], group[0][1]
        values = {**_out_of_pool(owner, now), "claimed_at": None, "protected_until": None}
        _move_pooled(kind, rows, values, now)
        _follow(kind, [row.pk for row in rows], owner, group[0][2])
    insert_many(spans)
    clock.refresh([row for row, _owner, _why in given])


def _out_of_pool(owner: Any, now: datetime) -> dict[str, Any]:
    """The columns of a record in the hands of a new owner."""
    return {
        "owner": owner,
        "owner_since": now,
        "pool": None,
        "pool_entered_at": None,
        "pool_reason": None,
        "pool_due_at": None,
        "pool_due_rule": "",
        "pool_due_days": None,
        "pool_not_before": None,
        "protected_by": None,
        "is_locked": False,
    }


def _move_pooled(kind: PooledKind, rows: list[Any], values: dict[str, Any], now: datetime) -> None:
    """The conditional UPDATE of records that stand in pools."""
    seen = kind.model._base_manager.filter(
        ~kind.is_closed,
        pk__in=[row.pk for row in rows],
        owner__isnull=True,
        deleted_at__isnull=True,
    )
    if seen.update(**values, version=F("version") + 1, updated_at=now) != len(rows):
        raise Stale(FASTER)
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
        row.version, row.updated_at = row.version + 1, now


def _protection(row: Any, now: datetime) -> datetime | None:
    days = rules.in_force(row.pool_id).protection_days if row.pool_id else None
    return dates.midnight(now, days + 1) if days else None


def to_pool(kind: PooledKind, row: Any, why: Why) -> None:
    """Put a record into its owner's pool. Raises Stale where somebody else moved it first."""
    now = time.now()
    target = rules.home(kind.code, row.owner_id).pk
    span = _span(kind, row, why, now, next_pool_id=target)
    old_owner = row.owner
    _move_one(kind, row, {**into_pool(target, why, now), "previous_owner": old_owner})
    insert_many([span])
    _follow(kind, [row.pk], None, why)


def into_pool(pool_id: int, why: Why, now: datetime) -> dict[str, Any]:
    """The columns of a record in a pool, apart from who had it and which rule counted."""
    return {
        "owner": None,
        "owner_since": None,
        "pool_id": pool_id,
        "pool_entered_at": now,
        "pool_reason": why.reason,
        "pool_due_at": None,
        "pool_due_rule": why.rule,
        "pool_due_days": None,
        "pool_not_before": None,
        "claimed_at": None,
        "protected_until": None,
        "protected_by": None,
        "is_locked": False,
    }


def _move_one(kind: PooledKind, row: Any, values: dict[str, Any]) -> None:
    """The conditional UPDATE: only from the hands in which the row was seen, while it is open."""
    seen = kind.model._base_manager.filter(
        ~kind.is_closed,
        pk=row.pk,
        owner_id=row.owner_id,
        pool_id=row.pool_id,
        deleted_at__isnull=True,
    )
    now = time.now()
    if not seen.update(**values, version=F("version") + 1, updated_at=now):
        raise Stale(FASTER)
    for name, value in values.items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, now


def follow_many(
    kind: PooledKind, rows: Sequence[Any], pool_ids: dict[int, int], why: Why, now: datetime
) -> None:
    """History, index and hook for rows that fell into pools together (`pool_ids` by key)."""
    insert_many([_span(kind, row, why, now, next_pool_id=pool_ids[row.pk]) for row in rows])
    _follow(kind, [row.pk for row in rows], None, why)


def _span(
    kind: PooledKind,
    row: Any,
    why: Why,
    now: datetime,
    *,
    next_owner_id: int | None = None,
    next_pool_id: int | None = None,
) -> OwnershipSpan:
    automatic = why.action == Action.RECYCLED
    return _new_span(
        subject_type_id=ContentType.objects.get_for_model(kind.model).pk,
        subject_id=row.pk,
        owner_id=row.owner_id,
        pool_id=row.pool_id if row.owner_id is None else None,
        started_at=row.owner_since if row.owner_id else row.pool_entered_at,
        ended_at=now,
        action=why.action.value,
        next_owner_id=next_owner_id,
        next_pool_id=next_pool_id,
        rule=row.pool_due_rule if automatic else why.rule,
        days=row.pool_due_days if automatic else None,
        reason_id=why.reason.pk if why.reason else None,
        note=why.note[:500],
        actor_id=why.actor.pk if why.actor else None,
        is_counted=why.is_counted,
    )


def _follow(kind: PooledKind, ids: Sequence[int], owner: Any, why: Why) -> None:
    if kind.index_label:
        index.set_owner(kind.index_label, ids, owner.pk if owner else None)
    registry.moved.call(Move(kind, tuple(ids), owner, why.action, why.actor))


def history_of(row: models.Model) -> models.QuerySet[OwnershipSpan]:
    """Who held a record, the latest first."""
    kind = ContentType.objects.get_for_model(type(row))
    spans = OwnershipSpan.objects.filter(subject_type=kind, subject_id=row.pk)
    return spans.select_related(
        "owner", "pool", "next_owner", "next_pool", "reason", "actor"
    ).order_by("-id")


def forget_history(model: type[models.Model], keys: Iterable[int]) -> None:
    """Remove the history of records that are removed for good; the log keeps its events."""
    kind = ContentType.objects.get_for_model(model)
    OwnershipSpan.objects.filter(subject_type=kind, subject_id__in=list(keys)).delete()
