"""The legal deadline of a complaint counts from the day it came in, whatever is done with it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.factories.company import Company
from tests.factories.tickets import make_ticket_in, type_of
from tests.tickets.sla.world import HOUR, at, created, only, promise, shown
from tickets.choices import Phase, Via
from tickets.models import SlaClock, Ticket
from tickets.services.changing import update_ticket
from tickets.services.conversing import receive
from tickets.services.joining import split_ticket
from tickets.sla.rules import Kind

pytestmark = pytest.mark.usefixtures("promises")
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def watch() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def clock_of(ticket: Ticket, kind: str) -> SlaClock:
    return SlaClock.objects.get(ticket=ticket, kind=kind)


def complaint(company: Company) -> Ticket:
    return make_ticket_in(
        company, company["agent1"], Phase.OPEN, type_id=type_of("complaint").pk
    )  # fmt: skip


def test_splitting_a_complaint_off_gives_the_law_no_more_time(company: Company, watch: Any) -> None:
    """`service.md` 8.1: own clocks from now; 8.2: the legal one from the complaint received."""
    ticket = complaint(company)
    watch.shift(DAY)
    message = receive(ticket, "另外二号机也坏了", via=Via.PORTAL)
    watch.shift(3 * DAY)
    fresh = split_ticket(message, "二号机故障", by=company["agent1"])
    assert clock_of(ticket, "legal").due_at == START + 7 * DAY
    legal = clock_of(fresh, "legal")
    assert (legal.started_at, legal.due_at) == (START + DAY, START + 8 * DAY)
    assert clock_of(fresh, "resolution").started_at == START + 4 * DAY
    assert fresh.created_at == START + 4 * DAY


def test_an_enquiry_that_turns_out_to_be_a_complaint_came_in_when_it_was_made(
    company: Company, watch: Any
) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    watch.shift(2 * DAY)
    update_ticket(ticket, changes={"type": type_of("complaint")}, actor=company.admin)
    legal = clock_of(ticket, "legal")
    assert (legal.started_at, legal.due_at) == (START, START + 7 * DAY)


def test_what_came_in_before_its_ticket_is_judged_by_the_first_rules() -> None:
    facts = [created(at("03-04 10:00"), received=at("03-03 17:00"))]
    clock = only(facts, promise(Kind.LEGAL, 4 * HOUR), at("03-04 10:30"), Kind.LEGAL)
    assert (shown(clock.started_at), clock.elapsed) == ("03-03 17:00", int(2.5 * HOUR))
    assert shown(clock.due_at) == "03-04 12:00"
    usual = only(facts, promise(Kind.RESOLUTION, HOUR), at("03-04 10:30"))
    assert shown(usual.started_at) == "03-04 10:00"
