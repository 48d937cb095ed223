"""Ringing for a job. Losing a ring is harmless: the sweep rings again."""

from crm.jobs.models import Job
from crm.notifications import doorbell

RUN = "crm.jobs.tasks.run_job"


def ring(job: Job) -> None:
    """Have a worker look at the job once the running transaction has committed (F11)."""
    doorbell.ring(RUN, job.pk)
