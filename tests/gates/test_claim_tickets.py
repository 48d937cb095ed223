"""Of many who claim one ticket at the same moment exactly one gets it (`service.md` 9, 13)."""

import pytest

from crm.accounts.models import User
from crm.core import context
from crm.core.errors import DomainError
from tests.factories.company import Company
from tests.factories.tickets import make_ticket
from tests.kit.threads import at_once, connected
from tickets.choices import EventKind, Phase
from tickets.models import Ticket
from tickets.services.owning import claim_ticket

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]
ROUNDS, CLAIMERS = 3, 8


def claim(pair: tuple[Ticket, User]) -> str:
    """The kind of the refusal, "" for a success."""
    row, user = pair
    try:
        claim_ticket(row, by=user)
    except DomainError as error:
        return type(error).__name__
    return ""


def test_exactly_one_gets_the_ticket(everybody: Company) -> None:
    people = [everybody.person(f"claimer{number}", "service") for number in range(CLAIMERS)]
    with connected(CLAIMERS) as threads:
        for _round in range(ROUNDS):
            with context.working_as("command"):
                ticket = make_ticket(everybody)
            seen = [(Ticket.objects.get(pk=ticket.pk), user) for user in people]
            answers = at_once(threads, claim, seen)
            assert answers.count("") == 1, answers
            ticket.refresh_from_db()
            assert (ticket.owner, ticket.phase) == (people[answers.index("")], Phase.OPEN)
            assert ticket.events.filter(kind=EventKind.OWNER).count() == 1
