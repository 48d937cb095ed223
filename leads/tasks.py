"""The Celery task of leads. Nobody imports this module; beat rings it by name."""

from celery import shared_task

from crm.core import context
from leads import catching_up


@shared_task(name="leads.tasks.plan_first_contacts")
def plan_first_contacts() -> None:
    """Plan reminders of first contacts that nobody has planned; safe to run twice at once."""
    with context.working_as("system"):
        catching_up.run()
