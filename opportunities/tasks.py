"""Celery tasks of opportunities. Nobody imports this module; the beat table names them."""

from celery import shared_task

from crm.core import context
from opportunities import movement


@shared_task(name="opportunities.tasks.take_snapshot")
def take_snapshot() -> None:
    """Keep yesterday's state of the pipeline, once."""
    with context.working_as("system"):
        movement.take_snapshot()
