"""Celery task of the service levels. Nobody imports this module; the beat table names it."""

from time import monotonic

from celery import shared_task

from crm.core import context
from tickets.sla import ticking, walking

#: Seconds of one run, below the limit of a task; the next run goes on.
SLICE = 60.0


@shared_task(name="tickets.sla.tasks.keep")
def keep() -> None:
    """Tell what is due, then follow new rules; safe to run twice at once."""
    end = monotonic() + SLICE
    with context.working_as("system"):
        ticking.tick()
        walking.walk(lambda: monotonic() > end)
