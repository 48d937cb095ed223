"""Claim, assign, release and lock single records."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock as time
from crm.core.changes import write_changes
from crm.core.errors import DomainError, InvalidValue, Stale
from crm.notifications.services import notify
from crm.pool import clock, registry, rules
from crm.pool.choices import Action, Rule
from crm.pool.services import limits
from crm.pool.services.moving import Why, to_owner, to_pool
from crm.pool.verbs import CLAIM, LOCK, RELEASE

#: Whoever gives a record to nobody says why.
NO_REASON = gettext_lazy("Putting into the pool failed: write the reason into the note.")


@transaction.atomic
def claim(row: Any, *, actor: Any) -> Any:
    """Take a record out of its pool (领取): one winner, whatever many try (G20).

    Raises NotAllowed outside the pool's members, LimitReached with the rule and what is left,
    DomainError `claimed` where somebody was faster.
    """
    kind = registry.kind_of(row)
    policies.require(actor, CLAIM, type(row))
    if row.owner_id is not None or row.pool_id is None:
        raise _taken(kind, row)
    policies.require(actor, CLAIM, row)
    registry.require_open(row)
    limits.check_claim(kind, row, actor)
    source = rules.pool(row.pool_id)
    why = Why(Action.CLAIMED, actor, is_counted=not limits.has_deal(kind, row))
    try:
        to_owner(kind, row, actor, why)
    except Stale:
        raise _taken(kind, row) from None
    changes = {"pool": [source.name if source else "", ""], "owner": ["", actor.name]}
    record("pool.entry.claimed", row, actor=actor, changes=changes)
    return row


def _taken(kind: Any, row: Any) -> DomainError:
    owner = kind.model._base_manager.filter(pk=row.pk).values_list("owner__name", flat=True).first()
    if owner:
        text = _("Claiming failed: %(owner)s has claimed it already.") % {"owner": owner}
    else:
        text = _("Claiming failed: it is not in the pool any more.")
    return DomainError(text, code="claimed")


@transaction.atomic
def assign(row: Any, owner: Any, *, actor: Any, note: str = "") -> Any:
    """Give a record out of the pool, or from one owner to another (分配).

    Raises NotAllowed, InvalidValue for somebody who cannot get it, LimitReached at his cap.
    """
    kind = registry.kind_of(row)
    policies.require(actor, verbs.ASSIGN, row)
    give(row, owner, actor=actor, action=Action.ASSIGNED, note=note)
    changes = {"owner": ["", owner.name]}
    record("pool.entry.assigned", row, actor=actor, changes=changes, note=note)
    if owner.pk != actor.pk:
        label = str(row)
        notify(
            [owner],
            "pool_assigned",
            title=lambda: _("“%(name)s” was assigned to you from the pool") % {"name": label},
            text=lambda: _("By %(actor)s") % {"actor": actor.name},
            url=row.get_absolute_url(),
            dedupe_key=f"pool-assigned:{kind.code}:{row.pk}:{row.version}",
        )
    return row


def give(row: Any, owner: Any, *, actor: Any, action: Action, note: str = "") -> None:
    """Move a record to a person, inside the caller's transaction; rights and event are his.

    Raises InvalidValue for a disabled account, LimitReached at the person's cap, Stale.
    """
    kind = registry.kind_of(row)
    registry.require_open(row)
    if not owner.is_active:
        raise InvalidValue(_("Assigning failed: this account is disabled."), field="owner")
    limits.check_cap(kind, actor, {owner.pk: [limits.has_deal(kind, row)]})
    to_owner(kind, row, owner, Why(action, actor, note=note))


@transaction.atomic
def release(row: Any, *, reason: Any = None, note: str = "", actor: Any) -> Any:
    """Put a record into the pool (放入公海), with a reason of the dictionary or in words.

    Raises NotAllowed, InvalidValue for a locked record or without any reason, Stale.
    """
    kind = registry.kind_of(row)
    policies.require(actor, RELEASE, row)
    if row.owner_id is None:
        raise InvalidValue(_("Putting into the pool failed: it stands in the pool already."))
    check_release(row)
    if reason is None and not note.strip():
        raise InvalidValue(
            _("Putting into the pool failed: choose a reason, or write one."), field="reason"
        )
    old = row.owner
    why = Why(Action.RELEASED, actor, rule=Rule.MANUAL.value, reason=reason, note=note.strip())
    to_pool(kind, row, why)
    target = rules.pool(row.pool_id)
    changes = {"owner": [old.name, ""], "pool": ["", target.name if target else ""]}
    words = " · ".join(filter(None, [str(reason) if reason else "", note.strip()]))
    record("pool.entry.released", row, actor=actor, changes=changes, note=words)
    return row


def put_away(row: Any, *, actor: Any, note: str) -> None:
    """Put a record into its pool by giving it to nobody; rights and event are the caller's.

    Raises InvalidValue for a locked record or without any reason, Stale.
    """
    check_release(row)
    if not note.strip():
        raise InvalidValue(str(NO_REASON), field="note")
    why = Why(Action.RELEASED, actor, rule=Rule.MANUAL.value, note=note.strip())
    to_pool(registry.kind_of(row), row, why)


def check_release(row: Any) -> None:
    """Raise InvalidValue for a locked record: nothing takes it, no hand either."""
    registry.require_open(row)
    if row.is_locked:
        raise InvalidValue(_("Putting into the pool failed: it is locked. Unlock it first."))


@transaction.atomic
def set_locked(row: Any, *, locked: bool, actor: Any) -> Any:
    """Lock a record, so that no rule takes it, or unlock it again (锁定 / 解锁).

    Raises NotAllowed, InvalidValue for a record in the pool, LimitReached at the cap, Stale.
    """
    kind = registry.kind_of(row)
    policies.require(actor, LOCK, row)
    registry.require_open(row)
    if row.is_locked == locked:
        return row
    if row.owner_id is None:
        raise InvalidValue(_("Locking failed: it stands in the pool."))
    if locked:
        limits.check_lock(kind, row.owner_id, actor)
    write_changes(row, {"is_locked": locked})
    clock.refresh([row])
    record("pool.entry.locked" if locked else "pool.entry.unlocked", row, actor=actor)
    return row


def place_new(row: Any) -> None:
    """A new record without an owner goes into the pool; called before it is inserted."""
    if row.owner_id is not None:
        return
    kind = registry.kind_of(row)
    row.pool_id = rules.home(kind.code, None).pk
    row.pool_entered_at = time.now()
    row.pool_due_rule = Rule.UNASSIGNED.value
