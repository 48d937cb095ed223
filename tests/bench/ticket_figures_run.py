"""Measures of the figures of tickets on one database, for `tests.bench.ticket_figures`."""

import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from crm.accounts.models import User
from crm.core import clock
from crm.core.bulk import Maker, insert_many, without_indexes
from crm.core.context import working_as
from crm.dictionaries import lookups, stamps, statutory
from crm.workbench.demo.accounts import ensure_people
from tests.bench import service_levels
from tests.bench.figures import Figures
from tests.kit.people import seed_values
from tickets import catalog
from tickets.choices import SOURCE, TYPE, Phase, Priority
from tickets.desk.places import desk_url
from tickets.models import BusinessNode, HeldTime, SlaClock, Ticket, TicketEvent, TicketGroup
from tickets.services.administering import create_group, create_node
from tickets.sla import book
from tickets.sla.models import ClockKind, ClockState, SlaVersion
from tickets.sla.seeds import seed_policies
from tickets.statistics.models import Holder

BATCH = 5_000
ROUNDS = 5
NUMBER = 25
DAYS = 730
#: One ticket in twelve is in work, and that since a few days at most.
OPEN, OPEN_DAYS = 12, 4
DAY, HOUR = 86_400, 3600

_new_ticket, _new_clock, _new_held = Maker(Ticket), Maker(SlaClock), Maker(HeldTime)


def run(size: int) -> int:
    """Make what is missing, measure; 1 where a target is missed."""
    call_command("migrate", verbosity=0)
    if not Ticket.objects.exists():
        seed_values()
        make(size, ensure_people().by_login)
    figures, place = Figures(), (connection.vendor, "supervisor", Ticket.objects.count())
    client = Client()
    client.force_login(User.objects.get(username="service_lead"))
    page = reverse("tickets:statistics")
    some = Ticket.objects.in_work().order_by("pk").values_list("pk", flat=True).first()
    for name, url, most in (
        ("queue page (desk)", desk_url("overdue"), 300),
        ("desk with a ticket", desk_url("overdue", some), 300),
        ("desk, all tickets", desk_url("all"), 300),
        ("statistics of a month", f"{page}?period=last_month", 3_000),
        ("statistics of a year", f"{page}?period=last_year", 30_000),
        ("supervisor's wall", reverse("tickets:wall"), 2_000),
    ):
        took = measured(lambda url=url: client.get(url))
        figures.put(NUMBER, name, "p50", place, took, "ms", f"<={most}")
    ticks(figures)
    return 1 if figures.missed else 0


def ticks(figures: Figures) -> None:
    """A tick with nothing to tell and one with much: the last measure, as it writes."""
    with working_as("command"):
        found = service_levels.ticks()
    place = (connection.vendor, "supervisor", found["clocks"])
    figures.put(NUMBER, "tick, nothing due", "p50", place, found["idle_seconds"] * 1_000, "ms",
        "<=100")  # fmt: skip
    figures.put(NUMBER, "tick, much due", "rate", place, found["due"] / found["busy_seconds"],
        "clocks/s")  # fmt: skip


def measured(call: Callable[[], Any]) -> float:
    """The median of some calls after a first one, in milliseconds."""
    call()
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def make(size: int, people: dict[str, Any]) -> None:
    """Tickets written past the services; the clocks of those in work by the product itself."""
    source = Source(people, size)
    started = time.perf_counter()
    statutory.seed()
    seed_policies()
    # Promises for tickets that are older than the database.
    SlaVersion.objects.update(valid_from=source.now - timedelta(days=DAYS))
    stamps.bump(book.STAMP)
    with without_indexes(Ticket, TicketEvent, SlaClock, HeldTime):
        for first in range(0, size, BATCH):
            with transaction.atomic():
                rows = insert_many(
                    [source.ticket(n) for n in range(first, min(first + BATCH, size))]
                )
                closed = [row for row in rows if row.resolved_at is not None]
                insert_many([row for ticket in closed for row in source.clocks(ticket)])
                insert_many([row for ticket in closed for row in source.held(ticket)])
                service_levels.begin([row for row in rows if row.resolved_at is None])
    running = service_levels.running().count()
    seconds = time.perf_counter() - started
    print(f"{size:,} tickets, {running:,} running clocks in {seconds:.0f} s")


class Source:
    """Rows like those of a service desk of some people."""

    def __init__(self, people: dict[str, Any], size: int) -> None:
        self.random, self.now, self.size = Random(17), clock.now(), size
        self.owners = [people[name].pk for name in ("agent1", "service_lead", "sales1")]
        admin = people["admin"]
        self.groups = [
            create_group(TicketGroup(name=f"压测{n}组"), members=[people["agent1"]], actor=admin).pk
            for n in range(4)
        ]
        self.nodes = [
            create_node(BusinessNode(name=f"压测业务{n}"), actor=admin).pk for n in range(30)
        ]
        self.types = [item.pk for item in lookups.items(TYPE)]
        self.sources = [item.pk for item in lookups.items(SOURCE)]
        phases = (Phase.NEW, Phase.OPEN, Phase.CLOSED)
        self.statuses = {phase: catalog.status_of(phase).pk for phase in phases}

    def ticket(self, number: int) -> Ticket:
        """One ticket; most are closed, and those came one after the other."""
        random = self.random
        is_open = number % OPEN == 0
        ago = random.random() * OPEN_DAYS if is_open else DAYS * (1 - number / self.size)
        made = self.now - timedelta(days=ago, seconds=random.randrange(HOUR))
        phase = random.choice((Phase.NEW, Phase.OPEN)) if is_open else Phase.CLOSED
        solved = None if is_open else min(self.now, made + timedelta(hours=random.randrange(1, 90)))
        return _new_ticket(
            number=f"BENCH-FW{number:08d}", title=f"设备第{number}次报警", description="报警",
            phase=phase, status_id=self.statuses[phase], solution="" if is_open else "已修",
            type_id=random.choice(self.types), source_id=random.choice(self.sources),
            category_id=random.choice(self.nodes), group_id=random.choice(self.groups),
            owner_id=random.choice(self.owners), priority=random.choice(Priority.values),
            created_at=made, updated_at=solved or made, resolved_at=solved, closed_at=solved,
            answers={}, last_seq=int(is_open),
        )  # fmt: skip

    def clocks(self, ticket: Ticket) -> list[SlaClock]:
        """Assignment, first answer and solution of a closed ticket."""
        made, random = ticket.created_at, self.random
        return [
            self.clock(ticket, ClockKind.ASSIGNMENT, made, 60 * random.randrange(90)),
            self.clock(ticket, ClockKind.FIRST_RESPONSE, made, 60 * random.randrange(400)),
            self.clock(ticket, ClockKind.RESOLUTION, made, _wall(ticket)),
        ]

    def clock(self, ticket: Ticket, kind: str, made: datetime, wall: int) -> SlaClock:
        """One clock that was kept or broken."""
        limit = made + timedelta(hours=24)
        return _new_clock(
            ticket_id=ticket.pk, kind=kind, cycle=1,
            state=ClockState.BREACHED if wall > 24 * HOUR else ClockState.MET, policy_version=1,
            calendar_version=1, target=24 * HOUR, started_at=made,
            stopped_at=made + timedelta(seconds=wall), due_at=limit, breach_at=limit,
            elapsed=wall // 3, wall=wall, marks=[],
        )  # fmt: skip

    def held(self, ticket: Ticket) -> list[HeldTime]:
        """A solved ticket was in a queue and in somebody's hands."""
        wall = _wall(ticket)
        return [
            _new_held(ticket_id=ticket.pk, holder=holder, key=key, business=part // 3, wall=part)
            for holder, key, part in (
                (Holder.GROUP, ticket.group_id, wall // 10),
                (Holder.PERSON, ticket.owner_id, wall - wall // 10),
            )
        ]


def _wall(ticket: Ticket) -> int:
    return int((ticket.resolved_at - ticket.created_at).total_seconds())
