"""试算: what rules would take before they are saved (`market` 6.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F

from crm.core import clock as time
from crm.pool import clock, dates, rules
from crm.pool.dates import Due
from crm.pool.models import Pool
from crm.pool.registry import KINDS, NO_FACTS, PooledKind
from crm.pool.rules import Rules

#: Up to so many records are computed one by one; of more an even part, and the rest projected.
EXACT = 20_000
SAMPLE = 10
BATCH = 1_000


@dataclass(frozen=True)
class Fall:
    """One record that would fall."""

    pk: int
    label: str
    owner: str
    due: Due


@dataclass(frozen=True)
class Trial:
    """What rules would take: at once when nothing spares any more, in a week, in a month."""

    records: int
    at_once: int
    in_week: int
    in_month: int
    #: The same day's fall by the rules in force now.
    present: int
    first_day: datetime
    is_exact: bool
    sample: tuple[Fall, ...]


def try_out(pool: Pool, proposed: Rules) -> Trial:
    """Compute every due date of a pool's owners by proposed rules; writes nothing."""
    kind = KINDS[pool.kind]
    rows = kind.model._base_manager.filter(owner__isnull=False, deleted_at__isnull=True)
    total = rows.count()
    step = max(1, -(-total // EXACT))
    first = dates.midnight(time.now(), max(1, proposed.grace_days + 1))
    found: list[tuple[int, int, Due]] = []
    seen = at_once = in_week = in_month = present = 0
    for pk, owner_id, new, old in _dues(kind, pool.pk, proposed, step):
        seen += 1
        present += old is not None and old <= first
        if new.at is None:
            continue
        at_once += new.at <= first
        in_week += new.at <= first + timedelta(days=7)
        in_month += new.at <= first + timedelta(days=30)
        found.append((pk, owner_id, new))
    found.sort(key=lambda item: (item[2].at, item[0]))
    counts = [number * step for number in (seen, at_once, in_week, in_month, present)]
    return Trial(*counts, first, step == 1, tuple(_sample(kind, found[:SAMPLE])))


def _dues(
    kind: PooledKind, pool_id: int, proposed: Rules, step: int
) -> Iterator[tuple[int, int, Due, datetime | None]]:
    """Key, owner, date by the proposed rules and stored date of each record looked at."""
    rows = kind.model._base_manager.filter(owner__isnull=False, deleted_at__isnull=True)
    if step > 1:
        rows = rows.annotate(part=F("pk") % step).filter(part=0)
    homes: dict[int, int] = {}
    names = dates.columns(kind)
    values = rows.order_by("pk").values_list(*names, "pool_due_at")
    walk = values.iterator(chunk_size=BATCH)
    while batch := list(islice(walk, BATCH)):
        facts = clock.facts_for(kind, [row[0] for row in batch], proposed)
        for row in batch:
            owner_id = row[1]
            if owner_id not in homes:
                homes[owner_id] = rules.home(kind.code, owner_id).pk
            if homes[owner_id] == pool_id:
                standing = dates.standing_from(kind, row[: len(names)])
                new = dates.due(standing, proposed, kind, facts.get(row[0], NO_FACTS))
                yield row[0], owner_id, new, row[-1]


def _sample(kind: PooledKind, found: list[tuple[int, int, Due]]) -> Iterator[Fall]:
    labels = kind.model._base_manager.in_bulk([pk for pk, _owner, _due in found])
    people = get_user_model()._base_manager.in_bulk([owner for _pk, owner, _due in found])
    for pk, owner_id, new in found:
        yield Fall(pk, str(labels[pk]), people[owner_id].name, new)


def proposed_rules(pool: Pool, values: dict[str, Any]) -> Rules:
    """Rules as a form gives them, in force from tomorrow."""
    tomorrow = time.company_today() + timedelta(days=1)
    plain = {name: value for name, value in values.items() if name not in ("grade_days",)}
    grades = tuple(
        (grade, tuple(sorted((rule, days) for rule, days in found.items() if days)))
        for grade, found in sorted(values.get("grade_days", {}).items())
    )
    plain["warn_days"] = tuple(sorted(values.get("warn_days", ())))
    return Rules(pool.pk, tomorrow, **plain, grade_days=grades)
