"""清除演示数据: remove exactly the demo records, and disable the demo accounts nobody needs."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.accounts.services import update_user
from crm.audit.services import record
from crm.dictionaries.models import Setting
from crm.workbench.demo import parts


def counts() -> dict[str, int]:
    """How many demo rows of each kind there are, demo accounts included."""
    found = {part.name: part.count() for part in parts()}
    return found | {"accounts": User.objects.filter(is_demo=True, is_active=True).count()}


@transaction.atomic
def clear_demo(*, actor: Any) -> dict[str, int]:
    """Remove all demo rows, newest kinds first; real rows of demo owners stay with their owner.

    Demo accounts other than the actor's own are disabled: the operation log names them, so their
    rows stay. Raises NotAllowed for anybody but an administrator of settings.
    """
    policies.require(actor, verbs.CHANGE, Setting)
    removed = {part.name: part.clear(actor) for part in reversed(parts())}
    people = User.objects.filter(is_demo=True, is_active=True).exclude(pk=actor.pk)
    removed["accounts"] = 0
    for user in people:
        update_user(user, changes={"is_active": False}, actor=actor)
        removed["accounts"] += 1
    note = ", ".join(f"{name}: {count}" for name, count in removed.items())
    record("workbench.demo.cleared", None, actor=actor, note=note)
    return removed
