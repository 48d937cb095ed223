"""Celery tasks of the platform itself. Nobody imports this module; the beat table names them."""

from celery import shared_task

from crm.accounts import sessions, throttle
from crm.activities import files as attached
from crm.core.upkeep import refresh_statistics
from crm.jobs import files
from crm.notifications import services as notifications
from crm.reminders import services as reminders
from crm.workbench import bins, sealing
from crm.workbench import heartbeat as signs


@shared_task(name="crm.workbench.tasks.heartbeat")
def heartbeat() -> None:
    """Write that a worker runs."""
    signs.beat()


@shared_task(name="crm.workbench.tasks.expire")
def expire() -> None:
    """Remove what has passed its time: files, notices, throttles, sessions, the bin, left-overs."""
    files.expire()
    notifications.expire()
    reminders.expire()
    throttle.expire()
    sessions.expire()
    bins.empty_due()
    attached.remove_leftovers()


@shared_task(name="crm.workbench.tasks.upkeep")
def upkeep() -> None:
    """Keep the statistics of the planner true while tables grow."""
    refresh_statistics()


@shared_task(name="crm.workbench.tasks.seal_days")
def seal_days() -> None:
    """Add up the days of the briefing that are over or have changed."""
    sealing.catch_up()
