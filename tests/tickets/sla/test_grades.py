"""客户等级: customers of another grade get its promises from that moment on (`service.md` 8.2)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.dictionaries.models import Item
from customers.choices import GRADE
from customers.services.changing import update_customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_ticket, make_ticket_in, solve
from tickets.choices import EventKind, Phase
from tickets.models import SlaClock, SlaPolicy, Ticket, TicketEvent
from tickets.services.moving import transition
from tickets.sla.keeping import Promise, create_policy
from tickets.sla.services import refresh

pytestmark = pytest.mark.usefixtures("promises")
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def watch(company: Company) -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        policy = SlaPolicy(name="A 级客户", position=1)
        create_policy(
            policy, lists={"levels": [grade("a")]}, promises=[Promise("resolution", "", 4 * 3600)],
            actor=company.admin,
        )  # fmt: skip
        yield traveller


def grade(code: str) -> Item:
    return Item.objects.get(dictionary__code=GRADE, code=code)


def solving(ticket: Ticket) -> SlaClock:
    return SlaClock.objects.filter(ticket=ticket, kind="resolution").latest("cycle")


def upgrade(company: Company, ticket: Ticket, code: str = "a") -> None:
    update_customer(ticket.customer, changes={"grade": grade(code)}, actor=company["sales1"])


def test_tickets_in_work_get_the_target_of_the_new_grade(company: Company, watch: Any) -> None:
    customer = make_customer(company, company["sales1"], grade_id=grade("c").pk)
    ticket = make_ticket(company, company["agent1"], customer=customer)
    other = make_ticket(company, company["agent1"])
    over = make_ticket_in(company, company["agent1"], Phase.CLOSED, customer=customer)
    before, untouched = solving(ticket), solving(over)
    watch.shift(HOUR)
    upgrade(company, ticket)
    after = solving(ticket)
    assert (after.target, after.started_at) == (4 * 3600, before.started_at)
    assert after.due_at == START + 4 * HOUR < before.due_at
    event = TicketEvent.objects.get(ticket=ticket, kind=EventKind.VALUES)
    assert (event.before, event.after) == (
        {"level": grade("c").pk}, {"level": grade("a").pk},
    )  # fmt: skip
    assert (event.at, event.actor) == (START + HOUR, None)
    assert not TicketEvent.objects.filter(ticket__in=[over, other], kind=EventKind.VALUES).exists()
    assert solving(over).target == untouched.target


def test_what_is_used_up_already_is_broken_at_the_change(company: Company, watch: Any) -> None:
    customer = make_customer(company, company["sales1"])
    ticket = make_ticket(company, company["agent1"], customer=customer)
    watch.shift(6 * HOUR)
    upgrade(company, ticket)
    watch.shift(timedelta(seconds=1))
    refresh(ticket)
    clock = solving(ticket)
    assert (clock.state, clock.breach_at, clock.by_retarget) == ("breached", START + 6 * HOUR, True)


def test_a_reopened_ticket_is_of_the_grade_the_customer_has_by_then(
    company: Company, watch: Any
) -> None:
    customer = make_customer(company, company["sales1"])
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN, customer=customer)
    solve(company, ticket)
    upgrade(company, ticket)
    watch.shift(HOUR)
    ticket = Ticket.objects.get(pk=ticket.pk)
    transition(ticket, Phase.OPEN, by=company["service_lead"], reason="又坏了")
    assert (solving(ticket).cycle, solving(ticket).target) == (2, 4 * 3600)
