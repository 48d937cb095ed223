"""The only functions that change the state of a reminder, each by one conditional UPDATE.

pending -> claimed -> sent | cancelled | failed; claimed -> pending (put back, or its worker died)
pending | failed | claimed -> cancelled; cancelled | failed -> pending (wanted again)
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils.crypto import get_random_string

from crm.core import clock
from crm.jobs.leases import moment
from crm.reminders.models import Reminder, State

#: How long a worker that says nothing keeps what it has claimed.
STALE_AFTER = timedelta(minutes=10)
#: So many attempts, then an administrator has to look.
MAX_ATTEMPTS = 5
_OPEN = (State.PENDING, State.CLAIMED)


def claim_due(limit: int, *, now: datetime | None = None) -> list[Reminder]:
    """Take reminders whose time has come; two workers never get the same one.

    Due is judged by the clock of the database, which all workers share; tests give `now`.
    """
    due = Reminder.objects.due(now or moment())
    keys = list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
    if not keys:
        return []
    claim = get_random_string(32)
    due.filter(pk__in=keys).update(
        state=State.CLAIMED,
        claim=claim,
        claimed_at=now or moment(),
        attempts=F("attempts") + 1,
    )
    mine = Reminder.objects.filter(pk__in=keys, claim=claim, state=State.CLAIMED)
    return list(mine.select_related("recipient").order_by("due_at"))


def _claimed(reminder: Reminder) -> QuerySet[Reminder]:
    """The row as long as this claim holds."""
    return Reminder.objects.filter(pk=reminder.pk, claim=reminder.claim, state=State.CLAIMED)


def mark_sent(reminder: Reminder, *, is_late: bool) -> bool:
    """Close a claimed reminder; False where the claim was lost. The notice follows at once."""
    now = clock.now()
    return bool(
        _claimed(reminder).update(
            state=State.SENT, sent_at=now, claim="", is_late=is_late, reason=""
        )
    )


def drop(reminder: Reminder, reason: str) -> bool:
    """Close a claimed reminder that nobody needs any more."""
    return bool(_claimed(reminder).update(state=State.CANCELLED, claim="", reason=reason[:255]))


def postpone(reminder: Reminder, due_at: datetime) -> bool:
    """Put a claimed reminder back because its rule says another time now."""
    return bool(
        _claimed(reminder).update(
            state=State.PENDING, claim="", claimed_at=None, due_at=due_at, attempts=0
        )
    )


def give_back(reminder: Reminder, reason: str) -> None:
    """Return a claimed reminder after an error, or give up after several."""
    is_last = reminder.attempts >= MAX_ATTEMPTS
    _claimed(reminder).update(
        state=State.FAILED if is_last else State.PENDING,
        claim="",
        claimed_at=None,
        reason=reason[:255],
    )


def free_stale(*, now: datetime | None = None) -> int:
    """Return what dead workers had claimed; returns how many."""
    limit = now - STALE_AFTER if now else moment(-STALE_AFTER)
    stale = Reminder.objects.filter(state=State.CLAIMED, claimed_at__lt=limit)
    dead = stale.filter(attempts__gte=MAX_ATTEMPTS)
    failed = dead.update(state=State.FAILED, claim="", claimed_at=None, reason="no answer")
    return failed + stale.update(state=State.PENDING, claim="", claimed_at=None)


def cancel(rows: QuerySet[Reminder], reason: str = "") -> int:
    """Cancel what is still open among `rows`; returns how many."""
    return rows.filter(state__in=_OPEN).update(
        state=State.CANCELLED, claim="", claimed_at=None, reason=reason[:255]
    )


def revive(rows: list[Reminder]) -> int:
    """Make cancelled reminders wait again, with the moments they carry."""
    for row in rows:
        row.state, row.attempts, row.reason = State.PENDING, 0, ""
    fields = ["state", "attempts", "reason", "due_at", "label", "params"]
    return Reminder.objects.filter(state=State.CANCELLED).bulk_update(rows, fields)


def retry(rows: QuerySet[Reminder]) -> int:
    """Let failed reminders try again; returns how many."""
    return rows.filter(state=State.FAILED).update(
        state=State.PENDING, attempts=0, claim="", claimed_at=None, reason=""
    )


def move_due(rows: QuerySet[Reminder], due_at: Any) -> int:
    """Give waiting reminders another moment; returns how many."""
    return rows.filter(state=State.PENDING).update(due_at=due_at)
