"""Celery task of mails to customers. Nobody imports this module; it is rung by name."""

from celery import shared_task

from crm.core import context
from tickets.portal import mailing


@shared_task(name="tickets.portal.tasks.send")
def send() -> None:
    """Send what waits in the outbox; safe to run twice at once."""
    with context.working_as("system"):
        mailing.run()
