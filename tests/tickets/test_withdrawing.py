"""撤单: customers ask on their page; the wish is kept, told and shown, and colleagues decide."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidTransition
from crm.notifications.models import Notification
from crm.visitors import pace
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, make_ticket_in, solve
from tests.kit.html import form_values, row_ids
from tests.kit.queries import watching_writes
from tickets.choices import Phase, Withdrawal
from tickets.desk.places import desk_url
from tickets.models import Ticket
from tickets.portal import linking
from tickets.services.withdrawing import ask_to_withdraw, keep_going

Browsers = Callable[[str], Client]
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
BUTTON, BACK = 'value="withdraw"', 'value="keep"'
WISH = {"act": "withdraw", "why": "mistake", "words": " 同事已经\n报过了 "}


@pytest.fixture
def watch() -> Any:
    pace.COUNTER.forget()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(company: Company, watch: Any) -> Ticket:
    return make_ticket_in(company, company["agent1"], Phase.OPEN)


def page_of(company: Company, ticket: Ticket) -> str:
    return linking.path_of(linking.issue_link(ticket, by=company.admin))


def told() -> list[str]:
    rows = Notification.objects.filter(kind="ticket_withdrawal").select_related("user")
    return sorted(row.user.username for row in rows)


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_customer_asks_and_nothing_but_his_wish_changes(
    company: Company, ticket: Ticket
) -> None:
    url, client = page_of(company, ticket), Client(enforce_csrf_checks=True)
    with watching_writes() as writes:
        assert BUTTON in text_of(client, url)
    assert not writes.statements
    seq = Ticket.objects.get(pk=ticket.pk).last_seq
    assert client.post(url, WISH).url.endswith("?said=withdrawn")
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.last_seq, ticket.withdrawal_at) == (Phase.OPEN, seq, START)
    assert ticket.withdrawal_reason == "误提交：同事已经 报过了"
    event = Event.objects.get(code="tickets.ticket.withdrawal_asked")
    assert (event.actor, event.note) == (None, ticket.withdrawal_reason)
    assert told() == ["agent1", "service_lead"]
    page = text_of(client, url)
    assert BUTTON not in page and BACK in page and "报过了" not in page
    assert client.post(url, WISH).status_code == 409
    assert told() == ["agent1", "service_lead"]


def test_without_a_reason_or_a_live_link_nothing_happens(company: Company, ticket: Ticket) -> None:
    url, client = page_of(company, ticket), Client()
    assert client.post(url, {"act": "withdraw"}).status_code == 422
    assert client.post(url, {"act": "withdraw", "why": "void"}).status_code == 422
    linking.revoke_link(ticket, by=company.admin)
    assert client.post(url, WISH).status_code == 404
    assert Ticket.objects.get(pk=ticket.pk).withdrawal_at is None and told() == []


def test_who_may_void_finds_the_step_filled_in(
    company: Company, ticket: Ticket, browser_of: Browsers
) -> None:
    url = page_of(company, ticket)
    Client().post(url, WISH)
    step, agent = (
        reverse("tickets:ticket_step", args=[ticket.pk, "cancelled"]),
        browser_of("agent1"),
    )
    for place in (ticket.get_absolute_url(), desk_url("mine", ticket.pk)):
        page = text_of(agent, place)
        assert page.count(step) >= 2 and "误提交：同事已经 报过了" in page
    sent = form_values(agent.get(step), "reason")
    assert sent["reason"] == ["客户申请撤单：误提交：同事已经 报过了"]
    assert agent.post(step, sent).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.withdrawal_at) == (Phase.CANCELLED, None)
    assert ticket.reason == sent["reason"][0]
    page = text_of(Client(), url)
    assert BUTTON not in page and BACK not in page and "已关闭" in page


def test_others_read_it_without_the_step(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    ticket = make_ticket_in(company, company["service_lead"], Phase.OPEN)
    ask_to_withdraw(ticket, Withdrawal.SETTLED)
    step = reverse("tickets:ticket_step", args=[ticket.pk, "cancelled"])
    for login in ("agent1", "auditor"):
        client = browser_of(login)
        page = text_of(client, ticket.get_absolute_url())
        assert ticket.withdrawal_reason in page and step not in page
        assert client.post(step, {"reason": "客户撤单"}).status_code in (403, 422)
    assert Ticket.objects.get(pk=ticket.pk).phase == Phase.OPEN


def test_the_customer_thinks_better_of_it(company: Company, ticket: Ticket, watch: Any) -> None:
    url, client = page_of(company, ticket), Client()
    assert client.post(url, {"act": "keep"}).status_code == 409
    client.post(url, WISH)
    watch.shift(timedelta(minutes=3))
    assert client.post(url, {"act": "keep"}).url.endswith("?said=kept")
    ticket.refresh_from_db()
    assert (ticket.withdrawal_at, ticket.withdrawal_reason) == (None, "")
    assert Event.objects.filter(code="tickets.ticket.withdrawal_dropped", actor=None).count() == 1
    assert told() == ["agent1", "agent1", "service_lead", "service_lead"]
    assert BUTTON in text_of(client, url)


def test_a_solution_decides_as_well_and_ends_the_asking(company: Company, ticket: Ticket) -> None:
    ask_to_withdraw(ticket, Withdrawal.SETTLED)
    solve(company, ticket)
    ticket.refresh_from_db()
    assert (ticket.withdrawal_at, ticket.withdrawal_reason) == (None, "")
    for phase in (Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED, Phase.MERGED):
        over = make_ticket_in(company, company["agent1"], phase)
        with pytest.raises(InvalidTransition):
            ask_to_withdraw(over, Withdrawal.MISTAKE)
        with pytest.raises(InvalidTransition):
            keep_going(over)
    assert Event.objects.filter(code="tickets.ticket.withdrawal_asked").count() == 1


def test_a_ticket_that_waits_for_him_goes_on(company: Company, watch: Any) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.WAITING_CUSTOMER)
    ask_to_withdraw(ticket, Withdrawal.SETTLED)
    assert Ticket.objects.get(pk=ticket.pk).phase == Phase.OPEN
    assert Ticket.objects.get(pk=ticket.pk).withdrawal_at == START


def test_lists_find_them(company: Company, ticket: Ticket, browser_of: Browsers) -> None:
    other, agent = make_ticket(company, company["agent1"]), browser_of("agent1")
    ask_to_withdraw(ticket, Withdrawal.MISTAKE)
    query = {"scene": "all", "withdrawn": "true"}
    assert row_ids(agent.get(reverse("tickets:ticket_list"), query)) == [ticket.pk]
    found = row_ids(agent.get(reverse("tickets:ticket_list"), query | {"withdrawn": "false"}))
    assert other.pk in found and ticket.pk not in found
