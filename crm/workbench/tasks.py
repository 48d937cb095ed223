"""Celery tasks of the platform itself. Nobody imports this module; the beat table names them."""

from celery import shared_task

from crm.workbench import heartbeat as signs


@shared_task(name="crm.workbench.tasks.heartbeat")
def heartbeat() -> None:
    """Write that a worker runs."""
    signs.beat()
