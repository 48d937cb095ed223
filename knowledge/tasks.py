"""Celery tasks of the knowledge base. Nobody imports this module; the beat table names them."""

from celery import shared_task

from crm.core import context
from knowledge.services import autosaving, reviewing


@shared_task(name="knowledge.tasks.refresh_windows")
def refresh_windows() -> None:
    """Lists and search follow what has come into view or gone out of it; old drafts go."""
    with context.working_as("system"):
        reviewing.refresh_windows()
        autosaving.expire()
