"""Pools, their rules and the caps: kept by administrators, read by everybody from memory."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from crm.pool import registry, rules
from crm.pool.choices import COUNTED
from crm.pool.models import OwnedCap, OwnershipSpan, Pool, PoolRuleVersion
from crm.web.listing import LISTS

#: Columns of a pool's list that must stay visible.
LEAST_COLUMNS = 2
#: What a version of rules sets; the rest is its pool, day and author.
RULE_FIELDS = tuple(
    name for name in rules.Rules.__dataclass_fields__ if name not in ("pool_id", "valid_from")
)
Lists = dict[str, Iterable[Any] | None]


@transaction.atomic
def create_pool(pool: Pool, *, actor: Any, lists: Lists | None = None) -> Pool:
    """Add a pool with switched-off rules; `lists` are members, departments, administrators."""
    policies.require(actor, verbs.ADD, Pool)
    _check_columns(pool.kind, pool.hidden_columns)
    now = clock.now()
    pool.created_at = pool.updated_at = now
    pool.created_by = actor
    pool.full_clean(exclude=["created_by"])
    pool.save(force_insert=True)
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=clock.company_today(), created_at=now, created_by=actor, warn_days=[7]
    )
    _replace(pool, lists)
    stamps.bump(rules.STAMP)
    record("pool.pool.created", pool, actor=actor)
    return pool


@transaction.atomic
def update_pool(
    pool: Pool,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    lists: Lists | None = None,
) -> Pool:
    """Change a pool and its people. The last one that is on stays on. Raises Stale."""
    policies.require(actor, verbs.CHANGE, Pool)
    if "kind" in changes and changes["kind"] != pool.kind:
        raise InvalidValue(_("Saving failed: a pool keeps its kind."), field="kind")
    if changes.get("is_active") is False and not _others(pool).filter(is_active=True).exists():
        raise InvalidValue(
            _("Switching off failed: this is the last pool that is on."), field="is_active"
        )
    _check_columns(pool.kind, changes.get("hidden_columns", pool.hidden_columns))
    diff = write_changes(pool, changes, version=version)
    people = _replace(pool, lists)
    if people and not diff:
        touch(pool)
    diff.update(people)
    if diff:
        stamps.bump(rules.STAMP)
        record("pool.pool.updated", pool, actor=actor, changes=diff)
    return pool


@transaction.atomic
def delete_pool(pool: Pool, *, actor: Any) -> None:
    """Remove an empty pool that was never used and is not the last one of its kind."""
    policies.require(actor, verbs.DELETE, pool)
    held = registry.KINDS[pool.kind].model._base_manager.filter(pool=pool)
    used = OwnershipSpan.objects.filter(pool=pool) | OwnershipSpan.objects.filter(next_pool=pool)
    if held.exists() or used.exists():
        raise InvalidValue(
            _("Deleting failed: the pool holds or has held records. You can switch it off instead.")
        )
    if not _others(pool).filter(is_active=True).exists():
        raise InvalidValue(_("Deleting failed: this is the last pool that is on."))
    record("pool.pool.deleted", pool, actor=actor)
    pool.delete()
    stamps.bump(rules.STAMP)


def _others(pool: Pool) -> Any:
    return Pool.objects.filter(kind=pool.kind).exclude(pk=pool.pk)


def _check_columns(kind: str, hidden: Iterable[str]) -> None:
    """Raise InvalidValue where fewer than two columns would stay visible."""
    shown = set(columns_of(kind)) - set(hidden)
    if columns_of(kind) and len(shown) < LEAST_COLUMNS:
        raise InvalidValue(
            _("Saving failed: at least two columns must stay visible."), field="hidden_columns"
        )


def columns_of(kind: str) -> dict[str, Any]:
    """Names and labels of the columns of a kind's pool list; empty where it has none yet."""
    spec = LISTS.get(f"{kind}_pool")
    return {column.name: column.label for column in spec.table.columns} if spec else {}


def _replace(obj: Any, lists: Lists | None) -> dict[str, list[str]]:
    """Set the many-to-many lists that are given; returns what changed, in words."""
    found = {}
    for name, wanted in (lists or {}).items():
        if wanted is None:
            continue
        manager = getattr(obj, name)
        old, new = list(manager.all()), list(wanted)
        if {row.pk for row in old} != {row.pk for row in new}:
            manager.set(new)
            found[name] = ["、".join(map(str, old)), "、".join(map(str, new))]
    return found


# --- rules --------------------------------------------------------------------------------------
@transaction.atomic
def set_rules(
    pool: Pool, values: dict[str, Any], *, actor: Any, version: int | None = None
) -> PoolRuleVersion:
    """Write the rules that are in force from tomorrow on (次日); a pending version is replaced.

    `version` is that of the pool the actor saw; rules raise it. Raises Stale, and InvalidValue
    where automatic recycling is on without any rule.
    """
    policies.require(actor, verbs.CHANGE, Pool)
    if version is not None:
        pool.version = version
    touch(pool)
    tomorrow = clock.company_today() + timedelta(days=1)
    before = newest(pool)
    pending = pool.rule_versions.filter(valid_from=tomorrow).first()
    coming = pending or PoolRuleVersion(pool=pool, valid_from=tomorrow)
    for name in RULE_FIELDS:
        setattr(coming, name, values.get(name, getattr(before, name)))
    coming.created_at, coming.created_by = clock.now(), actor
    check_rules(coming)
    coming.full_clean(exclude=["created_by"])
    coming.save()
    stamps.bump(rules.STAMP)
    old, new = rules.rules_from(before), rules.rules_from(coming)
    diff = {
        name: [str(getattr(old, name)), str(getattr(new, name))]
        for name in RULE_FIELDS
        if getattr(old, name) != getattr(new, name)
    }
    record(
        "pool.rules.changed", pool, actor=actor, changes=diff, note=coming.valid_from.isoformat()
    )
    return coming


def newest(pool: Pool) -> PoolRuleVersion:
    """The latest version, pending or in force; an unsaved empty one for a pool without."""
    found = pool.rule_versions.order_by("-valid_from").first()
    return found or PoolRuleVersion(pool=pool, valid_from=clock.company_today())


def check_rules(version: PoolRuleVersion) -> None:
    """Raise InvalidValue for rules that cannot work."""
    if not version.recycles:
        return
    if version.by_grade:
        counted = any(days.get(rule) for days in version.grade_days.values() for rule in COUNTED)
    else:
        counted = any(getattr(version, f"{rule}_days") for rule in COUNTED)
    protects = version.ends_protection and (version.protection_days or version.protect_days)
    if not counted and not protects:
        raise InvalidValue(
            _("Saving failed: automatic recycling is on, but no rule has a number of days."),
            field="recycles",
        )


# --- caps ---------------------------------------------------------------------------------------
@transaction.atomic
def create_cap(cap: OwnedCap, *, actor: Any, lists: Lists | None = None) -> OwnedCap:
    """Add a cap; without people and departments it binds everybody."""
    policies.require(actor, verbs.ADD, OwnedCap)
    now = clock.now()
    cap.created_at = cap.updated_at = now
    cap.created_by = actor
    cap.full_clean(exclude=["created_by"])
    cap.save(force_insert=True)
    _replace(cap, lists)
    stamps.bump(rules.STAMP)
    record("pool.cap.created", cap, actor=actor)
    return cap


@transaction.atomic
def update_cap(
    cap: OwnedCap,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    lists: Lists | None = None,
) -> OwnedCap:
    """Change a cap; people above it keep what they have. Raises Stale."""
    policies.require(actor, verbs.CHANGE, OwnedCap)
    diff = write_changes(cap, changes, version=version)
    people = _replace(cap, lists)
    if people and not diff:
        touch(cap)
    diff.update(people)
    if diff:
        stamps.bump(rules.STAMP)
        record("pool.cap.updated", cap, actor=actor, changes=diff)
    return cap


@transaction.atomic
def delete_cap(cap: OwnedCap, *, actor: Any) -> None:
    """Remove a cap."""
    policies.require(actor, verbs.DELETE, cap)
    record("pool.cap.deleted", cap, actor=actor)
    cap.delete()
    stamps.bump(rules.STAMP)
