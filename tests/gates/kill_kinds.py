"""The test table and the kinds of the kill gates: an honest one, and the planted bugs.

Imported only by the driver and its worker, so that the table never reaches the product.
"""

import os
import signal
import time
from typing import Any

from django.db import models

from crm.audit.events import declare
from crm.audit.services import Fact, record_many
from crm.jobs import kinds, leases
from crm.jobs.kinds import JobKind
from crm.jobs.models import Job, JobRow

WRITTEN = declare("killing.effect.written", "%(actor)s wrote %(label)s", timeline=False).code


class Effect(models.Model):
    """One row that a job wrote. No constraint: a doubled row must be possible to be found."""

    job_id = models.BigIntegerField(db_index=True)
    row_no = models.PositiveIntegerField()

    class Meta:
        app_label = "killing"

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row_no}"


def open_rows(job: Job, limit: int) -> list[int]:
    """The next rows without a ledger entry."""
    seen = set(job.rows.values_list("row_no", flat=True))
    rows = (number for number in range(1, job.total + 1) if number not in seen)
    return [number for number, _place in zip(rows, range(limit), strict=False)]


def write_effects(job: Job, numbers: list[int]) -> list[Effect]:
    """The entity rows."""
    return Effect.objects.bulk_create(Effect(job_id=job.pk, row_no=number) for number in numbers)


def write_ledger(job: Job, effects: list[Effect]) -> None:
    """Audit, ledger and progress of these rows."""
    record_many([Fact(WRITTEN, effect) for effect in effects], actor=job.actor)
    JobRow.objects.bulk_create(
        JobRow(job=job, row_no=effect.row_no, outcome="created", object_id=effect.pk)
        for effect in effects
    )
    job.done += len(effects)
    job.count("created", len(effects))


@kinds.register
class HonestKind(JobKind):
    """Entity, ledger, audit and progress in one step, as every kind of the product."""

    code = "killing.honest"
    label = "Honest"

    def slice(self, job: Job, lease: Any) -> bool:
        with lease.step(job):
            numbers = open_rows(job, min(lease.limit, job.params["batch"]))
            write_ledger(job, write_effects(job, numbers))
        return job.done < job.total


@kinds.register
class SeparateLedgerKind(JobKind):
    """Planted bug: the rows commit before their ledger does."""

    code = "killing.separate"
    label = "Separate"

    def slice(self, job: Job, lease: Any) -> bool:
        effects = write_effects(job, open_rows(job, job.params["batch"]))
        with lease.step(job):
            write_ledger(job, effects)
        return job.done < job.total


def claim_without_asking(job_id: int) -> leases.Lease | None:
    """Planted bug: whoever comes second works under the lease of the first."""
    lease = leases.claim(job_id)
    if lease is not None:
        return lease
    held = Job.objects.active().filter(pk=job_id).exclude(lease_owner="")
    owner = held.values_list("lease_owner", flat=True).first()
    return leases.Lease(job_id, owner) if owner else None


@kinds.register
class InterruptedKind(HonestKind):
    """Its process is asked to end behind the first step, and the clean-up fails: as where the
    broker is lost (F04) while a transaction commits.
    """

    code = "killing.interrupted"
    label = "Interrupted"

    def slice(self, job: Job, lease: Any) -> bool:
        if job.done == job.params["batch"] and not job.attempts:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(5)
            finally:
                raise ValueError("the clean-up failed")
        return super().slice(job, lease)
