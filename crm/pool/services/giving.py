"""What the services of assigning share: whom a record may be given to, the move and its event.

Telling people is theirs: every domain has words of its own.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import Fact, record, record_many
from crm.core.errors import InvalidValue, NotAllowed
from crm.pool import registry, rules
from crm.pool.choices import Action
from crm.pool.services.claiming import give, put_away
from crm.pool.services.moving import Why, to_owners


def may_get_from(row: Any, actor: Any) -> Callable[[int | None], bool]:
    """Whether this actor may give a record to the person with a key, None for nobody: within the
    scope of his right; from a pool he administers also to its members.
    """
    reach = policies.policy_for(type(row)).reach(actor, verbs.ASSIGN)
    pool = rules.pool(row.pool_id)
    if pool is None or actor.pk not in pool.administrators:
        return reach.covers
    return lambda key: reach.covers(key) or (key is not None and pool.admits(key))


def require_receiver(row: Any, owner: Any, actor: Any) -> None:
    """Raise InvalidValue for a disabled account, NotAllowed for whom the actor may not give it."""
    if owner is not None and not owner.is_active:
        raise InvalidValue(_("Assigning failed: this account is disabled."), field="owner")
    if not may_get_from(row, actor)(owner.pk if owner else None):
        raise NotAllowed(_("Assigning failed: this person is outside your scope."), field="owner")


def give_one(row: Any, owner: Any, *, actor: Any, event: str, note: str = "") -> None:
    """Move a record to a person, or to the pool, and record it; rights have been checked.

    None as `actor` is the system. Raises what `give()` and `put_away()` raise.
    """
    old, source = row.owner, rules.pool(row.pool_id)
    if owner is None:
        put_away(row, actor=actor, note=note)
    else:
        give(row, owner, actor=actor or owner, action=Action.ASSIGNED, note=note)
    changes = _changes(old, owner, source, rules.pool(row.pool_id))
    record(event, row, actor=actor, changes=changes, note=note)


def give_many(
    model: type, given: Sequence[tuple[Any, Any, str]], *, actor: Any, event: str
) -> None:
    """The same for records out of their pools: `(record, owner, note)`; a few statements an owner.

    Caps have been checked, too. Raises Stale.
    """
    facts = [
        Fact(event, row, _changes(None, owner, rules.pool(row.pool_id), None), note)
        for row, owner, note in given
    ]
    moves = [
        (row, owner, Why(Action.ASSIGNED, actor or owner, note=note)) for row, owner, note in given
    ]
    to_owners(registry.kind_of(model), moves)
    record_many(facts, actor=actor)


def _changes(old: Any, owner: Any, source: Any, target: Any) -> dict[str, Any]:
    """What the log says: from whom to whom and, where there is one, from and into which pool."""
    changes = {"owner": [old.name if old else None, owner.name if owner else None]}
    if source or target:
        changes["pool"] = [source.name if source else None, target.name if target else None]
    return changes
