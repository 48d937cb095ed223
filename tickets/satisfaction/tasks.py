"""Celery task of the surveys. Nobody imports this module; the beat table names it."""

from celery import shared_task

from crm.core import context
from tickets.satisfaction import inviting


@shared_task(name="tickets.satisfaction.tasks.send")
def send() -> None:
    """Send what is due, remind, close what is over; safe to run twice at once."""
    with context.working_as("system"):
        inviting.run()
