"""Celery task of tickets. Nobody imports this module; the beat table names it."""

from celery import shared_task

from crm.core import context
from tickets.desk import presence
from tickets.portal import offering
from tickets.services import standing_in, timing


@shared_task(name="tickets.tasks.keep")
def keep() -> None:
    """Wake what was on hold, close what nobody objected to, hand over what lies with nobody here.

    Who looked at tickets is forgotten, old offers of articles are counted together. Safe to run
    twice at once.
    """
    with context.working_as("system"):
        timing.keep()
        standing_in.keep()
        presence.forget_old()
        offering.fold()
