"""The one computation of when a record falls into the pool, and by which rule.

Every path that changes what the rules look at (create, import, claim, assign, transfer, follow-up,
state, grade, opportunities, lock) calls `stamp()` before an insert or `refresh()` after an update;
changed rules walk through `refresh_ids()`. A record falls at midnight of the company's day after
the last day allowed, so that all of a day fall together (`market` 2.1).

A change that brings the day too near for a warning keeps the days of advance warning: something
stops sparing the record (unlocked, restored, another state), the grade is stricter, a follow-up is
taken away, the owner's department comes under another pool. `warned()` notices all of them in the
same way, by the date before and after, and stores the day before which the record does not fall.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils import timezone

from crm.audit.services import Fact, record_many
from crm.core import clock as core_clock
from crm.core.clock import COMPANY_ZONE
from crm.dictionaries import lookups
from crm.pool import registry, rules
from crm.pool.choices import COUNTED, Rule
from crm.pool.registry import NO_FACTS, Facts, PooledKind
from crm.pool.rules import Rules

#: Rows computed together: a fixed number of statements each.
CHUNK = 200


@dataclass(frozen=True)
class Due:
    """When, by which rule and after how many days; `at` None means never.

    `not_before` is the end of the days of warning kept since a change brought the day near.
    """

    at: datetime | None = None
    rule: str = ""
    days: int | None = None
    not_before: datetime | None = None


NEVER = Due()


@dataclass(frozen=True)
class Standing:
    """What the clock looks at in a record."""

    owner_id: int | None
    since: datetime | None
    last_contact_at: datetime | None
    is_locked: bool
    protected_until: datetime | None
    state: str
    grade_id: int | None
    is_deleted: bool
    not_before: datetime | None = None


def due(standing: Standing, rules_: Rules, kind: PooledKind, facts: Facts = NO_FACTS) -> Due:
    """When a record falls by these rules. Pure: the same arguments, the same answer."""
    if _is_spared(standing, rules_, kind, facts):
        return NEVER
    has_deal = standing.state in kind.deal_states
    found = [
        Due(_after(base, days), rule, days)
        for rule in COUNTED
        if (days := rules_.days(rule, _grade(standing)))
        and not (rule == Rule.DEAL and has_deal)
        and (base := _base(rule, standing, facts, rules_)) is not None
    ]
    if standing.protected_until is not None:
        found = [
            Due(max(item.at, standing.protected_until), item.rule, item.days) for item in found
        ]
        if rules_.ends_protection and not has_deal:
            found.append(Due(standing.protected_until, Rule.PROTECTION, rules_.protection_days))
    if not found:
        return NEVER
    first = min(found, key=lambda item: (item.at, item.rule))
    kept = standing.not_before
    floors = [_grace_end(rules_), *([kept] if kept else [])]
    return Due(max(first.at, *floors), first.rule, first.days, kept)


def _is_spared(standing: Standing, rules_: Rules, kind: PooledKind, facts: Facts) -> bool:
    """Whether no rule reaches the record at all."""
    return (
        not rules_.recycles
        or standing.owner_id is None
        or standing.is_locked
        or standing.is_deleted
        or standing.state in kind.resting_states
        or (rules_.spares_deals and standing.state in kind.deal_states)
        or (rules_.spares_open_opportunities and facts.has_open_opportunity)
    )


def _base(rule: str, standing: Standing, facts: Facts, rules_: Rules) -> datetime | None:
    """The instant from which a rule counts: what happened last, never before the ownership.

    Where open opportunities spare, the days begin with the end of the last one: otherwise a
    customer would fall, without any warning, in the minute in which a deal is marked as lost.
    """
    latest = {
        Rule.FOLLOW_UP: standing.last_contact_at,
        Rule.OPPORTUNITY: facts.last_opportunity_at,
        Rule.DEAL: None,
    }[Rule(rule)]
    spared = facts.last_ended_at if rules_.spares_open_opportunities else None
    known = [moment for moment in (standing.since, latest, spared) if moment is not None]
    return max(known, default=None)


def _grade(standing: Standing) -> str:
    value = lookups.item(standing.grade_id)
    return value.code if value else ""


def _after(base: datetime, days: int) -> datetime:
    """Midnight after so many whole days of the company's calendar."""
    return midnight(base, days + 1)


def midnight(moment: datetime, days: int) -> datetime:
    """The start of the company's day so many days after the one of `moment`."""
    day = _day_of(moment) + timedelta(days=days)
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


def warned(old: Due, new: Due, rules_: Rules, now: datetime) -> datetime | None:
    """The end of the days of warning where a change brings the day near; None without need.

    There is none where the day is not nearer than before, where its rule counts all of its days
    from now on (a new owner), and where no warning is configured. What was to fall within the
    days of warning anyway keeps its day: it was announced, and is neither hurried nor put off.
    """
    if new.at in (None, old.at) or not rules_.warn_days or (old.at and old.at <= now):
        return None
    end = _after(now, max(rules_.warn_days))
    whole = _after(now, new.days or 0)
    if old.at is not None:
        end = min(end, old.at)
    return end if new.at < min(end, whole) else None


def _grace_end(rules_: Rules) -> datetime:
    day = rules_.valid_from + timedelta(days=rules_.grace_days)
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


def _day_of(moment: datetime) -> date:
    """The day of the company's calendar."""
    return timezone.localtime(moment, COMPANY_ZONE).date()


def days_left(due_at: datetime) -> int:
    """Whole days of the company's calendar until a record falls; 0 and less: it is due."""
    today = timezone.localdate(timezone=COMPANY_ZONE)
    return (_day_of(due_at) - today).days


# --- rows ----------------------------------------------------------------------------------------
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
    days = ["" if moment is None else str(_day_of(moment)) for moment in (old, new)]
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


def columns(kind: PooledKind) -> tuple[str, ...]:
    """The columns of a `Standing` behind the key, as `values_list()` takes them."""
    return (
        "pk",
        "owner_id",
        "owner_since",
        "created_at",
        "last_contact_at",
        "is_locked",
        "protected_until",
        kind.state_field or "pool_due_rule",
        f"{kind.grade_field}_id" if kind.grade_field else "owner_id",
        "deleted_at",
        "pool_not_before",
    )


def standing_from(kind: PooledKind, values: tuple) -> Standing:
    """A `Standing` from the values of `columns()`."""
    _pk, owner, since, created, contact, locked, protected, state, grade, deleted, kept = values
    return Standing(
        owner,
        since or created,
        contact,
        locked,
        protected,
        state if kind.state_field else "",
        grade if kind.grade_field else None,
        deleted is not None,
        kept,
    )


def standing_of(kind: PooledKind, row: Any) -> Standing:
    """A `Standing` from a record in memory."""
    return standing_from(kind, tuple(getattr(row, name) for name in columns(kind)))


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
