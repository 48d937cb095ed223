"""Takes the clocks in work along when a calendar or a policy for them has changed.

Finished clocks never move, so only tickets with a live clock are visited, some at a time, each
time in a transaction; a killed worker goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.models import Ticket
from tickets.sla.book import digest
from tickets.sla.models import LIVE, ClockState, SlaClock, SlaWalk
from tickets.sla.services import refresh_many

CHUNK = 100
#: Clocks that can still move.
OPEN = Q(state__in=LIVE) | Q(state=ClockState.BREACHED, stopped_at__isnull=True)


@dataclass(frozen=True)
class Progress:
    """How far the newest rules have come."""

    is_done: bool
    waiting: int


def in_work(after: int = 0) -> QuerySet[Ticket]:
    """Tickets with a clock that can still move."""
    clocks = SlaClock.objects.filter(OPEN, ticket=OuterRef("pk"))
    return Ticket.objects.filter(Exists(clocks), pk__gt=after)


def progress() -> Progress:
    """For the page of the policies."""
    row = SlaWalk.objects.first()
    if row is None or row.rules != digest():
        return Progress(False, in_work().count())
    return Progress(row.is_done, 0 if row.is_done else in_work(row.last_id).count())


def walk(stop: Callable[[], bool] = lambda: False) -> bool:
    """Bring every clock in work to the rules in force; True when they are."""
    row, _made = SlaWalk.objects.get_or_create(pk=1)
    wanted = digest()
    if row.rules == wanted and row.is_done:
        return True
    if row.rules != wanted:
        SlaWalk.objects.filter(pk=1).update(rules=wanted, last_id=0, is_done=False)
        row.last_id = 0
    while not stop():
        last = _chunk(row.last_id)
        if last is None:
            SlaWalk.objects.filter(pk=1, rules=wanted).update(is_done=True)
            return True
        row.last_id = last
        SlaWalk.objects.filter(pk=1, rules=wanted).update(last_id=last)
    return False


@transaction.atomic
def _chunk(after: int) -> int | None:
    """The next tickets; the key of the last one, None where there are no more."""
    keys = list(in_work(after).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if not keys:
        return None
    locked = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    refresh_many(list(locked))
    return keys[-1]
