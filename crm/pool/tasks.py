"""Celery task of the pool. Nobody imports this module; the beat table names it."""

from time import monotonic

from celery import shared_task

from crm.core import context
from crm.pool.services.keeping import keep_all

#: Seconds of one run, below the limit of a task; the next run goes on.
SLICE = 150.0


@shared_task(name="crm.pool.tasks.keep")
def keep() -> None:
    """Apply new rules, warn owners, recycle what is due."""
    end = monotonic() + SLICE
    with context.working_as("system"):
        keep_all(lambda: monotonic() > end)
