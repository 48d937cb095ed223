"""Writes of the policies. Every change makes a version of all of them that is kept.

A version is for tickets made from now on, unless it is said to be for those in work, too; then
`walking` takes their clocks along.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from crm.dictionaries.models import BusinessCalendar
from tickets.choices import Priority
from tickets.sla.book import CONDITIONS, STAMP, list_content
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget, SlaVersion
from tickets.sla.words import duration, warnings

LISTS = tuple(CONDITIONS.values())
LEAST, MOST = 60, 366 * 86_400


@dataclass(frozen=True)
class Promise:
    """One target as a form or a seed gives it; lengths in seconds."""

    kind: str
    priority: str
    seconds: int
    reopen_seconds: int | None = None
    is_natural: bool = False
    #: None: the policy's.
    calendar: BusinessCalendar | None = None
    #: Empty: the policy's.
    warn: tuple[int, ...] = ()

    def row(self, policy: SlaPolicy) -> SlaTarget:
        """The row of a policy."""
        return SlaTarget(
            policy=policy, kind=self.kind, priority=self.priority, seconds=self.seconds,
            reopen_seconds=self.reopen_seconds, is_natural=self.is_natural,
            calendar=self.calendar, warn=sorted(self.warn),
        )  # fmt: skip


@transaction.atomic
def create_policy(
    policy: SlaPolicy,
    *,
    lists: dict[str, Iterable[Any]],
    promises: Iterable[Promise],
    actor: Any,
    also_running: bool = False,
) -> SlaPolicy:
    """Add a policy. Raises NotAllowed, ValidationError, InvalidValue."""
    policies.require(actor, verbs.ADD, SlaPolicy)
    promises = list(promises)
    _check(policy.warn, promises)
    _hold_calendars(policy.calendar_id, promises)
    policy.full_clean()
    policy.save(force_insert=True)
    for name in LISTS:
        getattr(policy, name).set(lists.get(name, ()))
    SlaTarget.objects.bulk_create(promise.row(policy) for promise in promises)
    keep_version(actor=actor, also_running=also_running)
    record("tickets.policy.created", policy, actor=actor)
    return policy


@transaction.atomic
def update_policy(
    policy: SlaPolicy,
    *,
    changes: dict[str, Any],
    lists: dict[str, Iterable[Any]],
    promises: Iterable[Promise],
    actor: Any,
    version: int | None = None,
    also_running: bool = False,
) -> SlaPolicy:
    """Change a policy with its lists and targets. Raises Stale, NotAllowed, ValidationError."""
    policies.require(actor, verbs.CHANGE, policy)
    promises = list(promises)
    _check(changes.get("warn", policy.warn), promises)
    chosen = changes.get("calendar", policy.calendar)
    _hold_calendars(chosen.pk if chosen else None, promises)
    diff = write_changes(policy, changes, version=version)
    others = {**_replace_lists(policy, lists), **_replace_targets(policy, promises)}
    if others and not diff:
        touch(policy)
    if diff or others or also_running:
        policy.full_clean()
        keep_version(actor=actor, also_running=also_running)
        record("tickets.policy.updated", policy, actor=actor, changes={**diff, **others})
    return policy


@transaction.atomic
def delete_policy(policy: SlaPolicy, *, actor: Any) -> None:
    """Remove a policy; what it promised to tickets in work stays promised."""
    policies.require(actor, verbs.DELETE, policy)
    record("tickets.policy.deleted", policy, actor=actor)
    policy.delete()
    keep_version(actor=actor)


def keep_version(*, actor: Any, also_running: bool = False) -> SlaVersion:
    """Store what all policies say now, in the transaction of the change."""
    newest = SlaVersion.objects.aggregate(number=Max("number"))["number"] or 0
    version = SlaVersion(
        number=newest + 1,
        content=list_content(),
        valid_from=clock.now(),
        also_running=also_running,
        created_by=actor,
    )
    version.save(force_insert=True)
    stamps.bump(STAMP)
    return version


def _hold_calendars(usual: int | None, promises: Iterable[Promise]) -> None:
    """Lock the calendars that are put into use, so that nobody deletes them meanwhile."""
    keys = {usual, *(row.calendar.pk for row in promises if row.calendar is not None)} - {None}
    held = BusinessCalendar.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    if {row.pk for row in held} != keys:
        raise InvalidValue(_("Saving failed: a chosen work calendar was deleted meanwhile."))


def _check(warn: Iterable[int], promises: Iterable[Promise]) -> None:
    _check_marks(warn, "warn")
    for promise in promises:
        _check_marks(promise.warn, "")
        if promise.is_natural and promise.calendar is not None:
            raise InvalidValue(
                _("Saving failed: what is counted day and night has no work calendar.")
            )
        lengths = (promise.seconds, promise.reopen_seconds)
        if not all(length is None or LEAST <= length <= MOST for length in lengths):
            raise InvalidValue(
                _("Saving failed: a time is at least one minute and at most a year.")
            )


def _check_marks(warn: Iterable[int], field: str) -> None:
    if not all(isinstance(mark, int) and 1 <= mark <= 99 for mark in warn):
        raise InvalidValue(
            _("Saving failed: warnings stand between 1 and 99 per cent."), field=field
        )


def _replace_lists(policy: SlaPolicy, lists: dict[str, Iterable[Any]]) -> dict[str, Any]:
    changes = {}
    for name, values in lists.items():
        rows = getattr(policy, name)
        before, after = set(rows.all()), set(values)
        if before != after:
            rows.set(after)
            changes[name] = [_names(before), _names(after)]
    return changes


def _names(rows: Iterable[Any]) -> str:
    return "、".join(sorted(map(str, rows)))


def _replace_targets(policy: SlaPolicy, promises: list[Promise]) -> dict[str, Any]:
    def key(row: Any) -> tuple[str, str]:
        return (row.kind, row.priority)

    rows = SlaTarget.objects.filter(policy=policy).select_related("calendar")
    before = {key(row): row for row in rows}
    after = {key(row): row.row(policy) for row in promises}
    changes = {
        _label(*name): [_said(before.get(name)), _said(after.get(name))]
        for name in sorted({*before, *after})
        if _values(before.get(name)) != _values(after.get(name))
    }
    if changes:
        SlaTarget.objects.filter(policy=policy).delete()
        SlaTarget.objects.bulk_create(after.values())
    return changes


def _label(kind: str, priority: str) -> str:
    words = str(ClockKind(kind).label)
    return f"{words} ({Priority(priority).label})" if priority else words


def _values(row: SlaTarget | None) -> Any:
    return row and (
        row.seconds, row.reopen_seconds, row.is_natural, row.calendar_id, row.warn
    )  # fmt: skip


def _said(row: SlaTarget | None) -> str | None:
    """What stands in the log: the time, and what of it is not as the policy says."""
    if row is None:
        return None
    hours = _("Day and night") if row.is_natural else str(row.calendar or "")
    marks = f"{warnings(row.warn)} %" if row.warn else ""
    return " · ".join(part for part in (duration(row.seconds), hours, marks) if part)
