"""The sign of life of the background worker, kept in the shared cache.

The scheduler rings every 30 s and the worker writes the time; /readyz and the administration read
it. What the scheduler runs otherwise is in crm.settings.celery.
"""

from datetime import datetime, timedelta

from celery.signals import worker_ready
from django.core.cache import cache
from django.db import connections

from crm.core import clock

KEY = "crm:heartbeat:worker"
KEPT = timedelta(days=7)
#: Four rings missed: the worker or the scheduler stands still.
OLDEST = timedelta(seconds=120)


def beat() -> None:
    """Write that a worker runs now."""
    cache.set(KEY, clock.now().isoformat(), timeout=int(KEPT.total_seconds()))


def last_beat() -> datetime | None:
    """When a worker last gave a sign; None when there was none in a week."""
    value = cache.get(KEY)
    return datetime.fromisoformat(value) if value else None


@worker_ready.connect
def beat_at_start(**_sender: object) -> None:
    """A worker that has just started is ready before the first ring of the scheduler."""
    beat()
    connections.close_all()  # the pool forks from this process and must not share a connection
