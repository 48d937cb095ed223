"""Runs any job, one slice at a time, in a worker or in the process of a command.

The one place that knows leases, time budget, failures, cancelling and language. What is done is
in the kind (`kinds`), what is written in one transaction in `Lease.step`.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zoneinfo import ZoneInfo

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.core.context import working_as
from crm.core.errors import DomainError, NotAllowed
from crm.jobs import states, stopping
from crm.jobs.bell import ring
from crm.jobs.kinds import KINDS, JobKind, kind_of
from crm.jobs.leases import MAX_ATTEMPTS, ROWS_PER_STEP, Lease, LeaseLost, claim, moment
from crm.jobs.models import ACTIVE, Job, State

logger = logging.getLogger(__name__)

#: Seconds one task works before it rings again: below Celery's soft limit of 210.
BUDGET = 150.0
#: Seconds a command waits before it looks again at a job that a worker has.
WAIT = 0.2
#: Seconds between two looks at a database that is away.
PAUSE = 1.0
#: Seconds a worker waits for a database that is away, to give its lease back.
PATIENCE = 60.0
#: The database is away or full: not the job's fault, the sweep brings it back.
_DATABASE_AWAY = (OperationalError, InterfaceError)
#: Errors that are about the worker and not about the job.
_PASSED_ON = (LeaseLost, SoftTimeLimitExceeded, *_DATABASE_AWAY)


def run(job_id: int, *, budget: float = BUDGET) -> bool:
    """Work on a job for at most `budget` seconds; True where work is left and this had the lease.

    Safe to call at any time, by any number of workers: whoever gets no lease does nothing (F07).
    """
    lease = claim(job_id)
    if lease is None:
        _bury(job_id)
        return False
    end = time.monotonic() + budget
    try:
        while _turn(lease):
            if stopping.is_stopping() or time.monotonic() >= end:
                return lease.release()
    except LeaseLost:
        logger.info("job %s has gone to another worker", job_id)
    except SoftTimeLimitExceeded:
        logger.warning("job %s: a step took longer than the task may", job_id)
        return lease.release()
    except _DATABASE_AWAY:
        logger.exception("job %s waits for the database", job_id)
        _give_back(lease)
    return False


def _give_back(lease: Lease) -> None:
    """Release the lease as soon as the database takes it, or the job waits until it lapses (F03).

    The worker waits along: other jobs would meet the same database.
    """
    end = time.monotonic() + PATIENCE
    while not stopping.is_stopping() and time.monotonic() < end:
        connection.close_if_unusable_or_obsolete()
        with suppress(*_DATABASE_AWAY):
            lease.release()
            return
        time.sleep(PAUSE)


def run_in_process(job: Job) -> Job:
    """Run a job to its end here, without a worker (commands); returns it as it ended.

    A worker that was faster keeps it; this then waits. Ends early only for a check that is done.
    """
    while True:
        more = run(job.pk, budget=float("inf"))
        job.refresh_from_db()
        if job.state not in ACTIVE or stopping.is_stopping():
            return job
        if not more:
            time.sleep(WAIT)


def _turn(lease: Lease) -> bool:
    """One slice, as the job's actor; True while the job wants another one."""
    job = Job.objects.select_related("actor").filter(pk=lease.job_id).first()
    if job is None or job.lease_owner != lease.owner:
        raise LeaseLost
    with _as_actor(job):
        if job.cancel_requested:
            _break_off(job, lease)
            states.cancelled(job, lease)
            return False
        try:
            kind = kind_of(job)
            _authorise(kind, job)
            return _slice(kind, job, lease)
        except DomainError as refusal:
            _break_off(job, lease)
            states.failed(job, lease, refusal.message)
        except _PASSED_ON:
            raise
        except Exception as error:  # noqa: BLE001 - the runner is where stray errors end
            logger.error("job %s (%s) failed", job.pk, job.kind, exc_info=error)
            states.failed(job, lease, _reason(job))
    return False


def _break_off(job: Job, lease: Lease) -> None:
    """Let the kind leave what was done so far to be read."""
    kind = KINDS.get(job.kind)
    if kind is not None and job.state == State.RUNNING:
        kind.broken_off(job, lease)


def _authorise(kind: JobKind, job: Job) -> None:
    """Rights count when the job runs, not only when it was queued (T03)."""
    if not job.actor.is_active:
        raise NotAllowed(_("The job was stopped: its user's account is disabled."))
    kind.authorise(job)


def _slice(kind: JobKind, job: Job, lease: Lease) -> bool:
    if job.state == State.CHECKING:
        if kind.check(job, lease):
            return True
        states.checked(job, lease)
        return False
    if _work(kind, job, lease):
        return True
    kind.prepare_result(job, lease)
    states.done(job, lease)
    return False


def _work(kind: JobKind, job: Job, lease: Lease) -> bool:
    """One slice of the run. A chunk with an error nobody foresaw is repeated row by row, so that
    a bad row alone is refused; with full steps again once the rows of the chunk are through.
    """
    single = lease.limit == 1
    try:
        more = kind.slice(job, lease)
    except (DomainError, *_PASSED_ON):
        raise
    except Exception as error:
        if not kind.row_by_row:
            raise
        if not single:
            logger.error("job %s (%s): a chunk failed", job.pk, job.kind, exc_info=error)
            lease.limit, lease.single_rows = 1, ROWS_PER_STEP
            return True
        logger.warning("job %s (%s): a row failed: %s", job.pk, job.kind, type(error).__name__)
        kind.refuse_row(job, lease, _reason(job))
        more = True
    if single:
        lease.single_rows -= 1
        lease.limit = 1 if lease.single_rows > 0 else ROWS_PER_STEP
    return more


def _reason(job: Job) -> str:
    return _("An unexpected error, which has been logged. Job number: %(number)s.") % {
        "number": job.pk
    }


@contextmanager
def _as_actor(job: Job) -> Iterator[None]:
    """Language, time zone and source of changes of the job; a fresh cache for each slice."""
    kind = KINDS.get(job.kind)
    source = kind.source if kind else "job"
    with (
        working_as(source, request_id=f"job{job.pk}"),
        translation.override(job.actor.language or settings.LANGUAGE_CODE),
        timezone.override(ZoneInfo(job.actor.time_zone)),
    ):
        yield


def _bury(job_id: int) -> None:
    """Fail a job whose workers died `MAX_ATTEMPTS` times without a commit (F09)."""
    job = (
        Job.objects.active()
        .select_related("actor")
        .filter(pk=job_id, attempts__gte=MAX_ATTEMPTS)
        .exclude(lease_until__gte=moment())
        .first()
    )
    if job is None:
        return
    with _as_actor(job):
        reason = _("The job was stopped: it broke off %(times)s times without getting further.")
        if states.give_up(job, reason % {"times": job.attempts}):
            logger.error("job %s (%s) was given up", job.pk, job.kind)


def ring_again(job_id: int) -> None:
    """Ring for a job whose time is up but whose work is not."""
    job = Job.objects.filter(pk=job_id).first()
    if job is not None:
        ring(job)
