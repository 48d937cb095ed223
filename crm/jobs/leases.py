"""Leases: which worker may write for a job, decided by one UPDATE (`reliability.md` 4.6).

Everything a job writes happens inside `Lease.step()`, which locks the job row for its owner first
and stores the progress last, in one transaction. A worker whose lease was taken over gets
`LeaseLost` before it can write anything.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.crypto import get_random_string

from crm.core import clock
from crm.jobs.kinds import KINDS
from crm.jobs.models import ACTIVE, Job, State

#: How long a worker that says nothing keeps its job.
LEASE = timedelta(seconds=90)
#: Leases without a commit after which a job counts as poison (F09).
MAX_ATTEMPTS = 3
#: Rows in one transaction: bounded, because SQLite has one writer at a time.
ROWS_PER_STEP = 200


class LeaseLost(Exception):
    """Another worker has this job now, or somebody ended it: stop without a word."""


def moment(offset: timedelta = timedelta(0)) -> Any:
    """Now plus `offset` by the one clock all workers share: that of the database server."""
    if connection.vendor == "postgresql":
        return ExpressionWrapper(Now() + Value(offset), output_field=models.DateTimeField())
    return clock.now() + offset


def _machine() -> str:
    """Name of this host and boot, equal only for processes that share one process table."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    try:
        started = boot.read_text()[:8]
    except OSError:
        started = "noboot"
    return f"{socket.gethostname()[:40]}/{started}"


def owner_name() -> str:
    """A name for one lease: machine, process, and a part that no other lease has."""
    return f"{_machine()}/{os.getpid()}/{get_random_string(12)}"


def owner_is_dead(owner: str) -> bool:
    """Whether the process of a lease on this machine is gone; False where that is unknown.

    Only saves waiting for the lease to lapse: should the answer be wrong, the step of the worker
    that lives gets `LeaseLost`, as after any take-over.
    """
    machine, _slash, rest = owner.rpartition("/")[0].rpartition("/")
    if machine != _machine() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Lease:
    """The right of one worker to work on one job.

    `limit` is the number of rows for one step: 200, or 1 while a broken chunk is repeated, of
    which `single_rows` are left.
    """

    def __init__(self, job_id: int, owner: str) -> None:
        self.job_id = job_id
        self.owner = owner
        self.limit = ROWS_PER_STEP
        self.single_rows = 0

    def mine(self) -> models.QuerySet[Job]:
        """The job row as long as this lease holds."""
        return Job.objects.filter(pk=self.job_id, lease_owner=self.owner, state__in=ACTIVE)

    @contextmanager
    def step(self, job: Job) -> Iterator[None]:
        """One transaction of work: rows, ledger, audit, and the progress held by `job`.

        Raises LeaseLost, before anything is written, where the lease has gone. On an error
        nothing is stored and the progress of `job` is as before.
        """
        before = (job.total, job.done, dict(job.counters), dict(job.params))
        try:
            with transaction.atomic():
                self.renew()
                yield
                self._store(job)
        except BaseException:
            job.total, job.done, job.counters, job.params = before
            raise

    def renew(self) -> None:
        """Hold the job for another 90 s; inside a transaction this locks its row."""
        if not self.mine().update(lease_until=moment(LEASE)):
            raise LeaseLost

    def _store(self, job: Job) -> None:
        moved = self.mine().update(
            total=job.total,
            done=job.done,
            counters=job.counters,
            params=job.params,
            attempts=0,
            lease_until=moment(LEASE),
        )
        if not moved:
            raise LeaseLost

    def release(self) -> bool:
        """Give the job back, for another worker to go on at once (warm stop, F12)."""
        return bool(self.mine().update(lease_owner="", lease_until=None))


def claim(job_id: int) -> Lease | None:
    """Take the lease of a job that has work; None where it is taken, finished or must wait.

    The attempt is counted before work starts, so that a job that kills its worker is noticed.
    """
    lease = Lease(job_id, owner_name())
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=moment())
    job = Job.objects.filter(free, pk=job_id, state__in=ACTIVE, attempts__lt=MAX_ATTEMPTS)
    fields: dict[str, Any] = {
        "lease_owner": lease.owner,
        "lease_until": moment(LEASE),
        "attempts": F("attempts") + 1,
        "state": Case(
            When(state=State.QUEUED, then=Value(State.RUNNING.value)), default=F("state")
        ),
        "started_at": Case(
            When(state=State.CHECKING, then=F("started_at")),
            default=Coalesce("started_at", moment()),
        ),
    }
    slot = _slot(job_id)
    if slot:
        fields["slot"] = slot
        # Read first so that a waiting job does not fill the log with constraint errors.
        taken = Job.objects.filter(slot=slot).exclude(pk=OuterRef("pk"))
        job = job.filter(~Exists(taken))
    try:
        with transaction.atomic():
            return lease if job.update(**fields) else None
    except IntegrityError:
        return None  # another job of this user took the slot in the same moment


def _slot(job_id: int) -> str:
    found = Job.objects.filter(pk=job_id).values_list("kind", "actor_id").first()
    kind = KINDS.get(found[0]) if found else None
    return f"{kind.group}:{found[1]}" if found and kind and kind.group else ""
