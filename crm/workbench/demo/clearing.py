"""清除演示数据: remove exactly the demo records, and disable the demo accounts nobody needs."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.accounts.services import disable_demo_user
from crm.audit.services import record
from crm.dictionaries.models import Setting
from crm.workbench import sealing
from crm.workbench.demo import parts


def counts() -> dict[str, int]:
    """How many demo rows of each kind there are, demo accounts included."""
    found = {part.name: part.count() for part in parts()}
    return found | {"accounts": User.objects.filter(is_demo=True, is_active=True).count()}


def kept_account(actor: Any) -> User | None:
    """The demo account that a clearing has left, because nobody else is super administrator."""
    return _others(actor).filter(is_superuser=True).first()


def _others(actor: Any) -> QuerySet[User]:
    return User.objects.active().filter(is_demo=True).exclude(pk=actor.pk)


@transaction.atomic
def clear_demo(*, actor: Any) -> dict[str, int]:
    """Remove all demo rows, newest kinds first; real rows of demo owners stay with their owner.

    Demo accounts other than the actor's own are disabled: the operation log names them, so their
    rows stay. The rank of the actor does not matter, but the only super administrator stays as
    well. Raises NotAllowed for anybody but an administrator of settings.
    """
    policies.require(actor, verbs.CHANGE, Setting)
    removed = {part.name: part.clear(actor) for part in reversed(parts())}
    removed["accounts"] = sum(disable_demo_user(user, actor=actor) for user in _others(actor))
    note = ", ".join(f"{name}: {count}" for name, count in removed.items())
    sealing.forget()
    record("workbench.demo.cleared", None, actor=actor, note=note)
    return removed
