"""Of many who claim one ticket at the same moment exactly one gets it (`service.md` 9, 13)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from crm.accounts.models import User
from crm.core import context
from crm.core.errors import DomainError
from tests.factories.company import Company, build_company
from tests.factories.tickets import make_ticket
from tickets.choices import EventKind, Phase
from tickets.models import Ticket
from tickets.services.owning import claim_ticket

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]
ROUNDS, CLAIMERS = 3, 8


@pytest.fixture
def company(transactional_db: None) -> Company:
    """The people, without the wrapping transaction: threads must see them."""
    with context.working_as("command"):
        return build_company()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads with connections of their own, closed at the end."""
    with ThreadPoolExecutor(CLAIMERS) as pool:
        yield pool
        barrier = threading.Barrier(CLAIMERS)

        def close(_number: int) -> None:
            barrier.wait(timeout=60)
            connection.close()

        list(pool.map(close, range(CLAIMERS)))


def test_exactly_one_gets_the_ticket(company: Company, threads: ThreadPoolExecutor) -> None:
    people = [company.person(f"claimer{number}", "service") for number in range(CLAIMERS)]
    for _round in range(ROUNDS):
        with context.working_as("command"):
            ticket = make_ticket(company)
        barrier = threading.Barrier(CLAIMERS)

        def claim(user: User, pk: int = ticket.pk, gate: threading.Barrier = barrier) -> str:
            row = Ticket.objects.get(pk=pk)
            with context.working_as("web"):
                gate.wait(timeout=60)
                try:
                    claim_ticket(row, by=user)
                except DomainError as error:
                    return type(error).__name__
                return ""

        answers = list(threads.map(claim, people))
        assert answers.count("") == 1, answers
        ticket.refresh_from_db()
        assert (ticket.owner, ticket.phase) == (people[answers.index("")], Phase.OPEN)
        assert ticket.events.filter(kind=EventKind.OWNER).count() == 1
