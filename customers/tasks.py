"""The Celery task of the rhythm. Nobody imports this module; beat rings it by name."""

from celery import shared_task

from crm.core import context
from customers import rhythm_sweep


@shared_task(name="customers.tasks.refresh_rhythm")
def refresh_rhythm() -> None:
    """Bring due actions in step with customers that changed; safe to run twice at once."""
    with context.working_as("system"):
        rhythm_sweep.run()
