"""Celery task of tickets. Nobody imports this module; the beat table names it."""

from celery import shared_task

from crm.core import context
from tickets.desk import presence
from tickets.services import timing


@shared_task(name="tickets.tasks.keep")
def keep() -> None:
    """Wake what was on hold, close what nobody objected to, forget who looked at tickets.

    Safe to run twice at once.
    """
    with context.working_as("system"):
        timing.keep()
        presence.forget_old()
