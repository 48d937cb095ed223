"""The rules in force, from memory: read once a process and change (stamp `pool`)."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from crm.accounts.rights import organisation
from crm.core import clock
from crm.dictionaries.stamps import Cached
from crm.pool.choices import Purpose
from crm.pool.models import OwnedCap, Pool, PoolRuleVersion

STAMP = "pool"


@dataclass(frozen=True)
class Group:
    """People chosen one by one and by department (with those below)."""

    people: frozenset[int]
    departments: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Nobody was chosen."""
        return not self.people and not self.departments

    def holds(self, user_id: int) -> bool:
        """Whether a person was chosen."""
        if user_id in self.people:
            return True
        if not self.departments:
            return False
        chart = organisation()
        mine = chart.departments_of.get(user_id, set())
        return bool(mine & chart.below(set(self.departments)))


@dataclass(frozen=True)
class Rules:
    """One version of the rules of a pool (`PoolRuleVersion`)."""

    pool_id: int
    valid_from: date
    claim_limit: int | None = None
    claim_gap_minutes: int | None = None
    former_owner_days: int | None = None
    new_entry_days: int | None = None
    protection_days: int | None = None
    protect_days: int | None = None
    protect_limit: int | None = None
    recycles: bool = False
    by_grade: bool = False
    follow_up_days: int | None = None
    opportunity_days: int | None = None
    deal_days: int | None = None
    grade_days: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    ends_protection: bool = False
    spares_deals: bool = True
    spares_open_opportunities: bool = True
    warn_days: tuple[int, ...] = ()
    grace_days: int = 0

    def days(self, rule: str, grade: str) -> int | None:
        """The days of a rule for a grade; None where it is off."""
        if self.by_grade:
            return dict(dict(self.grade_days).get(grade, ())).get(rule)
        return getattr(self, f"{rule}_days")

    @cached_property
    def asks_opportunities(self) -> bool:
        """Whether a due date depends on the record's opportunities."""
        if self.spares_open_opportunities or self.opportunity_days:
            return True
        return any(dict(days).get("opportunity") for _grade, days in self.grade_days)


@dataclass(frozen=True)
class PoolInfo:
    """A pool with its people and rules; `versions` are the oldest first."""

    pk: int
    kind: str
    name: str
    is_active: bool
    group: Group
    administrators: frozenset[int]
    hidden_columns: tuple[str, ...]
    versions: tuple[Rules, ...]

    def admits(self, user_id: int) -> bool:
        """Whether a person may take part: chosen, everybody where nobody is, administrators."""
        return self.group.is_empty or user_id in self.administrators or self.group.holds(user_id)

    def rules_on(self, day: date) -> Rules:
        """The version that is in force on a day."""
        begun = [rules for rules in self.versions if rules.valid_from <= day]
        return begun[-1] if begun else Rules(self.pk, day)


@dataclass(frozen=True)
class CapInfo:
    """A cap with its people."""

    kind: str
    purpose: str
    limit: int
    counts_deals: bool
    group: Group


@dataclass(frozen=True)
class _Snapshot:
    pools: dict[int, PoolInfo]
    caps: tuple[CapInfo, ...]


def rules_from(version: PoolRuleVersion) -> Rules:
    """The stored row as the clock reads it."""
    values = {
        name: getattr(version, name)
        for name in Rules.__dataclass_fields__
        if name not in ("grade_days", "warn_days")
    }
    grades = tuple(
        (grade, tuple(sorted((rule, days) for rule, days in found.items() if days)))
        for grade, found in sorted(version.grade_days.items())
    )
    return Rules(**values, grade_days=grades, warn_days=tuple(sorted(version.warn_days)))


def _links(model: Any, name: str) -> dict[int, set[int]]:
    """Keys on the other side of a many-to-many list, by the row's key."""
    field = model._meta.get_field(name)
    found: dict[int, set[int]] = {}
    through = getattr(model, name).through
    pairs = through.objects.values_list(field.m2m_column_name(), field.m2m_reverse_name())
    for pk, other in pairs:
        found.setdefault(pk, set()).add(other)
    return found


def _load() -> _Snapshot:
    versions: dict[int, list[Rules]] = {}
    for version in PoolRuleVersion.objects.order_by("valid_from"):
        versions.setdefault(version.pool_id, []).append(rules_from(version))
    members, places = _links(Pool, "members"), _links(Pool, "departments")
    administrators = _links(Pool, "administrators")
    pools = {
        row.pk: PoolInfo(
            row.pk,
            row.kind,
            row.name,
            row.is_active,
            _group(members, places, row.pk),
            frozenset(administrators.get(row.pk, ())),
            tuple(row.hidden_columns),
            tuple(versions.get(row.pk, ())),
        )
        for row in Pool.objects.order_by("order", "id")
    }
    people, chosen = _links(OwnedCap, "people"), _links(OwnedCap, "departments")
    caps = tuple(
        CapInfo(row.kind, row.purpose, row.limit, row.counts_deals, _group(people, chosen, row.pk))
        for row in OwnedCap.objects.order_by("id")
    )
    return _Snapshot(pools, caps)


def _group(people: dict[int, set[int]], departments: dict[int, set[int]], pk: int) -> Group:
    return Group(frozenset(people.get(pk, ())), frozenset(departments.get(pk, ())))


_snapshot: Cached[_Snapshot] = Cached(STAMP, _load)


def pools(kind: str, *, active: bool = True) -> list[PoolInfo]:
    """The pools of a kind in order."""
    found = [pool for pool in _snapshot.get().pools.values() if pool.kind == kind]
    return [pool for pool in found if pool.is_active or not active]


def pool(pk: int | None) -> PoolInfo | None:
    """A pool by its key."""
    return _snapshot.get().pools.get(pk) if pk else None


def in_force(pk: int) -> Rules:
    """The rules of a pool that hold today. Raises KeyError for an unknown pool."""
    return _snapshot.get().pools[pk].rules_on(clock.company_today())


def protects(kind: str) -> bool:
    """Whether any rule of a kind, of today or before, may have protected a record."""
    return any(
        version.protect_days or version.protection_days
        for item in pools(kind, active=False)
        for version in item.versions
    )


def recycles(kind: str) -> bool:
    """Whether any pool of a kind takes records back by itself today."""
    return any(in_force(item.pk).recycles for item in pools(kind))


def home(kind: str, owner_id: int | None) -> PoolInfo:
    """The pool that takes what a person gives up: the first that admits him as a member.

    Pools without chosen members take everybody, so the last resort is the first pool at all.
    Raises KeyError where a kind has no pool, which the seeds rule out.
    """
    found = pools(kind) or pools(kind, active=False)
    if not found:
        raise KeyError(f"there is no pool for {kind!r}")
    if owner_id is not None:
        for item in found:
            if item.group.is_empty or item.group.holds(owner_id):
                return item
    return next((item for item in found if item.group.is_empty), found[0])


def open_to(kind: str, user_id: int) -> list[PoolInfo]:
    """The pools a person may see and claim from."""
    return [item for item in pools(kind) if item.admits(user_id)]


def administered(kind: str, user_id: int) -> list[PoolInfo]:
    """The pools a person administers."""
    return [item for item in pools(kind, active=False) if user_id in item.administrators]


def cap(kind: str, purpose: Purpose, user_id: int) -> CapInfo | None:
    """The lowest cap that binds a person; None where nothing does."""
    binding = [
        item
        for item in _snapshot.get().caps
        if item.kind == kind
        and item.purpose == purpose
        and (item.group.is_empty or item.group.holds(user_id))
    ]
    return min(binding, key=lambda item: item.limit, default=None)


def digest(kind: str) -> str:
    """Changes whenever a due date may change without its record: rules, pools, organisation."""
    if not recycles(kind):
        return "off"
    parts: list[Any] = [
        (item.pk, sorted(item.group.people), sorted(item.group.departments), in_force(item.pk))
        for item in pools(kind)
    ]
    if any(item.group.departments for item in pools(kind)):
        chart = organisation()
        parts += sorted((user, sorted(places)) for user, places in chart.departments_of.items())
        parts += sorted((place, sorted(below)) for place, below in chart.children.items())
    return hashlib.sha256(repr(parts).encode()).hexdigest()
