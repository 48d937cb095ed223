"""The sweep: customers that changed, and those of changed rules, get their due actions.

Every write of a customer raises its `updated_at`, so that no path has to remember the rhythm. A
minute of distance keeps transactions that are still open from being overlooked.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Q

from crm.core import clock
from customers import rhythm
from customers.models import Customer
from customers.rhythm_models import RhythmRule, RhythmSweep

CHUNKS_A_RUN = 10
DISTANCE = timedelta(minutes=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NAME = "customers"


def run() -> int:
    """Go on where the last run stopped; returns how many customers were looked at."""
    looked = 0
    for _number in range(CHUNKS_A_RUN):
        found = _changed_rule() or _changed_customers()
        looked += found
        if not found:
            break
    return looked


def _changed_rule() -> int:
    """The next customers of a grade whose rule has changed."""
    rule = RhythmRule.objects.filter(refresh_after__isnull=False).first()
    if rule is None:
        return 0
    rows = Customer.objects.kept().filter(grade=rule.grade_id, pk__gt=rule.refresh_after)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: rhythm.CHUNK])
    place = keys[-1] if len(keys) == rhythm.CHUNK else None
    rhythm.refresh(keys)
    mine = RhythmRule.objects.filter(pk=rule.pk, refresh_after=rule.refresh_after)
    mine.update(refresh_after=place)
    return max(len(keys), 1)


def _changed_customers() -> int:
    """The next customers by the time of their change."""
    place, _made = RhythmSweep.objects.get_or_create(pk=NAME, defaults={"updated_at": BEGINNING})
    later = Q(updated_at__gt=place.updated_at) | Q(
        updated_at=place.updated_at, pk__gt=place.customer_id
    )
    rows = Customer.objects.kept().filter(
        later, updated_at__gte=place.updated_at, updated_at__lte=clock.now() - DISTANCE
    )
    found = list(rows.order_by("updated_at", "pk").values_list("updated_at", "pk")[: rhythm.CHUNK])
    if not found:
        return 0
    rhythm.refresh([pk for _moment, pk in found])
    moment, pk = found[-1]
    mine = RhythmSweep.objects.filter(
        pk=NAME, updated_at=place.updated_at, customer_id=place.customer_id
    )
    mine.update(updated_at=moment, customer_id=pk)
    return len(found)
