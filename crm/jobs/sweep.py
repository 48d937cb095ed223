"""The sweep: rings again for whatever should be running and is not (`reliability.md` 0.1)."""

import logging
from datetime import timedelta

from django.db.models import Q

from crm.core import clock
from crm.jobs.bell import RUN
from crm.jobs.leases import moment, owner_is_dead
from crm.jobs.models import Job
from crm.notifications import doorbell

logger = logging.getLogger(__name__)

#: A job is rung at most this often, so that a long queue does not drown the broker.
RING_EVERY = timedelta(seconds=30)
LIMIT = 500


def sweep() -> int:
    """Free jobs of dead workers, ring for all that wait; returns how many were rung."""
    _free_dead()
    due = Q(rung_at__isnull=True) | Q(rung_at__lt=clock.now() - RING_EVERY)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=moment())
    ids = list(
        Job.objects.active().filter(due, free).order_by("pk").values_list("pk", flat=True)[:LIMIT]
    )
    rung = []
    for pk in ids:
        if not doorbell.publish(RUN, pk):
            break  # the broker is away: the next sweep tries again
        rung.append(pk)
    Job.objects.filter(pk__in=rung).update(rung_at=clock.now())
    return len(rung)


def _free_dead() -> None:
    """End the leases of processes of this machine that are gone, without waiting 90 seconds."""
    held = Job.objects.active().filter(lease_until__gte=moment())
    for pk, owner in held.values_list("pk", "lease_owner"):
        if owner_is_dead(owner):
            freed = Job.objects.filter(pk=pk, lease_owner=owner).update(
                lease_until=moment(timedelta(seconds=-1)), rung_at=None
            )
            logger.warning("job %s: its worker is gone (%s)", pk, bool(freed))
