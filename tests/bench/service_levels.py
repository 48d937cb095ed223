"""Service levels at scale for the bench: so many running clocks, ticked and taken along.

Asked by `inside` in a process of its own. Tickets are written past the services, their clocks by
the product's own function, as an import would.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crm.accounts.models import User
from crm.core import clock
from crm.core.bulk import Maker, insert_many
from crm.dictionaries import lookups
from tickets import catalog
from tickets.choices import TYPE, EventKind, Phase, Priority
from tickets.models import SlaClock, SlaWalk, Ticket, TicketEvent
from tickets.services.history import facts
from tickets.sla import ticking, walking
from tickets.sla.models import ClockState
from tickets.sla.services import refresh_many

BATCH = 1_000
#: Clocks that come due at once in the busy tick.
DUE = 1_000
_new_ticket, _new_event = Maker(Ticket), Maker(TicketEvent)


def running() -> QuerySet[SlaClock]:
    """The clocks that run."""
    return SlaClock.objects.filter(state=ClockState.RUNNING)


def make(clocks: int) -> Iterator[int]:
    """Tickets until there are so many running clocks; yields how many there are."""
    status, kind = catalog.status_of(Phase.NEW).pk, lookups.items(TYPE)[-1].pk
    lead, now, serial = User.objects.get(username="service_lead").pk, clock.now(), 0
    while (done := running().count()) < clocks:
        tickets = [_ticket(serial + place, status, kind, lead, now) for place in range(BATCH)]
        serial += BATCH
        with transaction.atomic():
            begin(insert_many(tickets))
        yield done
    yield done


def begin(tickets: list[Ticket]) -> None:
    """The first event of new tickets, and the clocks that follow from it."""
    insert_many(
        [
            _new_event(
                ticket_id=row.pk, seq=1, at=row.created_at, kind=EventKind.CREATED,
                before={}, after=facts(row), source="bench",
            )
            for row in tickets
        ]
    )  # fmt: skip
    refresh_many(tickets)


def _ticket(number: int, status: int, kind: int, lead: int, now: Any) -> Ticket:
    made = now - timedelta(seconds=number % 60)
    return _new_ticket(
        number=f"BENCH-FW{number:08d}", title=f"{number}号机械无法登录", description="登录失败",
        status_id=status, type_id=kind, priority=Priority.values[number % 4], answers={},
        supervisor_id=lead, created_at=made, updated_at=made, created_by_id=lead, last_seq=1,
    )  # fmt: skip


def measure(clocks: int) -> dict[str, Any]:
    """Seconds of making, of ticks, and of new rules for all."""
    started = time.perf_counter()
    *_steps, _made = make(clocks)
    found = {"make_seconds": time.perf_counter() - started, **ticks()}
    SlaWalk.objects.all().delete()
    found["walk_seconds"] = _timed(walking.walk)
    return found


def ticks() -> dict[str, Any]:
    """Seconds of a tick that finds nothing and of a busy one, with so many clocks."""
    found: dict[str, Any] = {"clocks": running().count(), "due": DUE}
    SlaClock.objects.filter(next_check_at__lte=clock.now()).update(next_check_at=None)
    found["idle_seconds"] = min(_timed(ticking.tick) for _round in range(3))
    keys = running().order_by("pk").values_list("pk", flat=True)
    SlaClock.objects.filter(pk__in=list(keys[:DUE])).update(next_check_at=clock.now())
    found["busy_seconds"] = _timed(lambda: ticking.tick(run_seconds=3_600))
    return found


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
