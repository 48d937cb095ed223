"""Protect records by hand for some days, and end that again (保护 / 取消保护, `market` 2.1).

Until then no rule takes the record; what comes then is the pool's rule: it falls without a deal
(`ends_protection`), or the protection is simply over. Not here: what a domain app closes to others
meanwhile (`customers.protection`).
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies
from crm.audit.services import record
from crm.core import clock as time
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from crm.pool import clock, dates, registry, rules
from crm.pool.rules import Rules
from crm.pool.services import limits
from crm.pool.verbs import LOCK


def rules_of(row: Any) -> Rules:
    """The rules by which the owner of a record may protect it."""
    kind = registry.kind_of(row)
    return rules.in_force(rules.home(kind.code, row.owner_id).pk)


@transaction.atomic
def protect(row: Any, *, days: int, actor: Any) -> Any:
    """Let no rule take a record for so many days.

    Raises NotAllowed; InvalidValue for a record in the pool, one that is protected already, and
    for more days than the rules allow; LimitReached at the owner's limit; Stale.
    """
    kind = registry.kind_of(row)
    policies.require(actor, LOCK, row)
    registry.require_open(row)
    if row.owner_id is None:
        raise InvalidValue(_("Protecting failed: it stands in the pool."))
    in_force = rules_of(row)
    _check(row, days, in_force)
    kind.check_protection(row)
    limits.check_protection(kind, row.owner_id, in_force)
    until = dates.midnight(time.now(), days + 1)
    write_changes(row, {"protected_until": until, "protected_by": actor})
    clock.refresh([row])
    changes = {"protected_until": ["", dates.last_day(until).isoformat()]}
    record("pool.entry.protected", row, actor=actor, changes=changes)
    return row


def _check(row: Any, days: int, in_force: Rules) -> None:
    """Raise InvalidValue where the rules, or a protection that runs already, forbid one."""
    most = in_force.protect_days
    if not most:
        raise InvalidValue(
            _("Protecting failed: by the rules of the pool nobody protects records by hand.")
        )
    if not 1 <= days <= most:
        text = _("Protecting failed: a record is protected for at least 1 and at most %(n)d days.")
        raise InvalidValue(text % {"n": most}, field="days")
    if dates.is_protected(row):
        text = _("Protecting failed: it is protected already, until %(day)s.")
        raise InvalidValue(text % {"day": dates.last_day(row.protected_until).isoformat()})


@transaction.atomic
def unprotect(row: Any, *, actor: Any) -> Any:
    """End a protection by hand; the one after a claim ends by its rule alone.

    Raises NotAllowed, Stale.
    """
    policies.require(actor, LOCK, row)
    registry.require_open(row)
    if row.protected_by_id is None:
        return row
    write_changes(row, {"protected_until": None, "protected_by": None})
    clock.refresh([row])
    record("pool.entry.unprotected", row, actor=actor)
    return row
