"""No way around the table of states: the pages of steps, the customer's page and his messages.

`service.md` 9, property 11. Bulk work and macros are in test_joining, the function itself in
test_states; an import has no column of the state.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.core import clock
from crm.core.errors import DomainError
from crm.visitors import pace
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.tickets import make_node, make_ticket_in
from tickets.actions import LOOKS
from tickets.choices import Phase, Via
from tickets.importing.fields import FIELDS
from tickets.models import Ticket
from tickets.portal import linking
from tickets.services.conversing import receive
from tickets.states import BY_PAIR

NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "take_turn", lambda *_, **_options: None)


def state_of(ticket: Ticket) -> tuple[Any, ...]:
    """What a refused step leaves alone."""
    return Ticket.objects.values_list("phase", "version", "last_seq").get(pk=ticket.pk)


@pytest.mark.parametrize("old", Phase)
def test_the_pages_of_steps_keep_the_table(company: Company, old: Phase) -> None:
    """Every phase to each by the leader, with all that any step asks."""
    client, category = browser(company, "service_lead"), make_node(company)
    for new in Phase:
        ticket = make_ticket_in(company, company["agent1"], old)
        before = state_of(ticket)
        wake_at = clock.now() + timedelta(days=1)
        asked = {
            "reason": "客户要求", "wake_at": f"{wake_at:%Y-%m-%d %H:%M}", "solution": "已更换",
            "category": category.pk, "response": "可以", "confirmed": "on",
        }  # fmt: skip
        page = client.post(reverse("tickets:ticket_step", args=[ticket.pk, new]), asked)
        # what was merged goes back by its own page alone, with all that a merge had changed
        steps = {*BY_PAIR} - {(Phase.MERGED, each) for each in Phase}
        unanswered = new == Phase.WAITING_CUSTOMER  # nobody has asked the customer anything
        if (old, new) in steps and new in LOOKS and not unanswered:
            assert (page.status_code, state_of(ticket)[0]) == (302, new), (old, new)
        else:
            assert page.status_code in (404, 409, 422), (old, new)
            assert state_of(ticket) == before, (old, new)


def by_message(ticket: Ticket, url: str) -> None:
    """A mail or a message of the customer."""
    receive(ticket, "还是不行", via=Via.EMAIL)


def by_reply(ticket: Ticket, url: str) -> None:
    """The form of the customer's page, also where the page offers none any more."""
    client = Client()
    nonce = NONCE.search(client.get(url).content.decode())
    client.post(url, {"nonce": nonce[1] if nonce else "x" * 24, "text": "还是不行"})


def by_button(act: str) -> Callable[[Ticket, str], None]:
    """A button of the customer's page, also where it is not offered."""

    def press(ticket: Ticket, url: str) -> None:
        Client().post(url, {"act": act, "why": "settled", "text": ""})

    return press


#: What wakes a ticket: every word of the customer, where nothing else is waited for.
WAKES = dict.fromkeys(
    (Phase.WAITING_CUSTOMER, Phase.SCHEDULED, Phase.RESOLVED, Phase.CLOSED), Phase.OPEN
)
#: Every door with the states it leads to; a customer neither merges nor voids, and nothing he
#: writes solves.
DOORS = (
    (by_message, WAKES),
    (by_reply, WAKES),
    (by_button("solved"), {Phase.RESOLVED: Phase.CLOSED}),
    (by_button("urge"), {}),
    (by_button("withdraw"), {Phase.WAITING_CUSTOMER: Phase.OPEN}),
    (by_button("keep"), {}),
)


@pytest.mark.parametrize("old", Phase)
@pytest.mark.parametrize(("door", "moves"), DOORS)
def test_customers_keep_the_table(
    company: Company, old: Phase, door: Callable[[Ticket, str], None], moves: dict[Phase, Phase]
) -> None:
    ticket = make_ticket_in(company, company["agent1"], old)
    url = linking.path_of(linking.issue_link(ticket, by=company.admin))
    before = state_of(ticket)
    try:
        door(ticket, url)
    except DomainError:
        assert state_of(ticket) == before
    new = moves.get(old, old)
    assert state_of(ticket)[0] == new
    assert new == old or (old, new) in BY_PAIR


def test_an_import_has_no_column_of_the_state() -> None:
    fields = {field.name for field in FIELDS}
    assert "title" in fields
    assert not fields & {"phase", "status", "resolved_at", "closed_at", "merged_into"}
