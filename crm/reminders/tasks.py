"""The Celery task of the tick. Nobody imports this module; beat rings it by name."""

from celery import shared_task

from crm.core import context
from crm.reminders import running


@shared_task(name="crm.reminders.tasks.run_due")
def run_due() -> None:
    """Send what is due; safe to run twice at once."""
    with context.working_as("system"):
        running.run_due()
