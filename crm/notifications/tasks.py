"""The Celery task of the outbox. Nobody imports this module; it is rung by name."""

from celery import shared_task

from crm.notifications import delivery


@shared_task(name="crm.notifications.tasks.deliver_pending")
def deliver_pending() -> None:
    """Send what waits in the outbox; safe to run twice at once."""
    delivery.deliver_pending()
