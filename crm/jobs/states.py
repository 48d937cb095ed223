"""The only functions that change the state of a job, each by compare-and-set.

draft -> checking -> checked -> queued -> running -> done | failed | cancelled
draft -> queued; checked -> checking; failed -> queued | checking (retry)
"""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.errors import InvalidTransition
from crm.jobs.bell import ring
from crm.jobs.kinds import kind_of
from crm.jobs.leases import Lease, LeaseLost
from crm.jobs.models import ACTIVE, Job, State
from crm.jobs.notices import tell_finished

#: What every state without a worker has in common.
_AT_REST: dict[str, Any] = {"lease_owner": "", "lease_until": None, "slot": ""}
_AFRESH: dict[str, Any] = {"attempts": 0, "cancel_requested": False, "message": "", "rung_at": None}


def start_check(job: Job, *, rings: bool = True) -> Job:
    """Have the worker check a prepared job; what an earlier check counted is dropped.

    A check writes no ledger rows: those are for the run. Raises InvalidTransition unless the job
    is a draft or checked.
    """
    fields = {**_AFRESH, "done": 0, "counters": {}}
    _move(job, (State.DRAFT, State.CHECKED), State.CHECKING, **fields)
    return _rung(job) if rings else job


def start_run(job: Job, *, rings: bool = True) -> Job:
    """Queue a prepared or checked job; a second click finds it queued and is refused.

    `rings=False` leaves it to `runner.run_in_process`. Raises InvalidTransition.
    """
    fields = {**_AFRESH, "done": 0, "counters": {}}
    _move(job, (State.DRAFT, State.CHECKED), State.QUEUED, **fields)
    return _rung(job) if rings else job


def retry(job: Job) -> Job:
    """Go on with a failed job where it stopped: rows in the ledger are not done again.

    Raises InvalidTransition unless the job has failed.
    """
    target = State.QUEUED if job.started_at else State.CHECKING
    _move(job, (State.FAILED,), target, **_AFRESH, finished_at=None)
    return _rung(job)


def cancel(job: Job) -> Job:
    """Stop a job: at once where no worker has it, else after the running step.

    What is committed stays. Raises InvalidTransition for a finished job.
    """
    waiting = (State.DRAFT, State.CHECKED, State.QUEUED)
    idle = models.Q(state__in=waiting) | models.Q(state__in=ACTIVE, lease_until__isnull=True)
    ended = Job.objects.filter(idle, pk=job.pk).update(
        state=State.CANCELLED, finished_at=clock.now(), **_AT_REST
    )
    if not ended:
        asked = Job.objects.filter(pk=job.pk, state__in=ACTIVE).update(cancel_requested=True)
        if not asked:
            raise _refused(job)
    job.refresh_from_db()
    return job


def _move(job: Job, sources: tuple[State, ...], target: State, **fields: Any) -> None:
    moved = Job.objects.filter(pk=job.pk, state__in=sources).update(state=target, **fields)
    if not moved:
        raise _refused(job)
    job.refresh_from_db()


def _refused(job: Job) -> InvalidTransition:
    job.refresh_from_db()
    return InvalidTransition(
        _("This action failed: the job is “%(state)s” now.") % {"state": job.get_state_display()}
    )


def _rung(job: Job) -> Job:
    ring(job)
    return job


# --- moves of the worker, under its lease ---------------------------------------------------------


def checked(job: Job, lease: Lease) -> None:
    """The check is complete; the user decides what happens next."""
    _end(job, lease, State.CHECKED)


def done(job: Job, lease: Lease) -> None:
    """The last slice is done: summary, notice and state in one transaction."""
    with transaction.atomic():
        lease.renew()
        kind_of(job).finish(job)
        _end(job, lease, State.DONE, counters=job.counters, finished_at=clock.now())
        tell_finished(job)
    ring_next(job)


def failed(job: Job, lease: Lease, reason: str) -> None:
    """The job cannot go on, and why; the user may retry."""
    with transaction.atomic():
        _end(job, lease, State.FAILED, message=reason, finished_at=clock.now())
        tell_finished(job)
    ring_next(job)


def cancelled(job: Job, lease: Lease) -> None:
    """The user asked the running job to stop."""
    _end(job, lease, State.CANCELLED, finished_at=clock.now())
    ring_next(job)


def _end(job: Job, lease: Lease, target: State, **fields: Any) -> None:
    if not lease.mine().update(state=target, **_AT_REST, **fields):
        raise LeaseLost
    job.refresh_from_db()


def give_up(job: Job, reason: str) -> bool:
    """Fail a job whose workers died again and again; False where somebody else did."""
    with transaction.atomic():
        moved = (
            Job.objects.active()
            .filter(pk=job.pk, attempts=job.attempts, lease_owner=job.lease_owner)
            .update(state=State.FAILED, message=reason, finished_at=clock.now(), **_AT_REST)
        )
        if moved:
            job.refresh_from_db()
            tell_finished(job)
    return bool(moved)


def ring_next(job: Job) -> None:
    """Ring for a job of the same user that may have waited for this one."""
    waiting = Job.objects.filter(actor_id=job.actor_id, state=State.QUEUED).order_by("pk").first()
    if waiting is not None:
        ring(waiting)
