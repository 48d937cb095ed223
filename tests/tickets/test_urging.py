"""催单: a reminder of the customer is counted, dated, told, and shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidTransition, NotAllowed
from crm.notifications.models import Notification
from crm.visitors import pace
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, make_ticket_in, solve
from tests.kit.html import row_ids
from tests.kit.queries import watching_writes
from tickets.choices import Phase
from tickets.models import Ticket
from tickets.portal import linking
from tickets.services.urging import urge_ticket

Browsers = Callable[[str], Client]
START = datetime(2026, 3, 4, 2, tzinfo=UTC)


@pytest.fixture
def watch() -> Any:
    pace.COUNTER.forget()
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def told() -> list[str]:
    rows = Notification.objects.filter(kind="ticket_urged").select_related("user")
    return sorted(row.user.username for row in rows)


def test_it_is_counted_dated_and_told(company: Company, watch: Any) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    urge_ticket(ticket, words=" 今天能好吗 ", by=company.admin)
    assert told() == ["agent1", "service_lead"]
    with pytest.raises(InvalidTransition):
        urge_ticket(ticket, by=lead)
    watch.shift(timedelta(minutes=10))
    urge_ticket(ticket, by=lead)  # who took it is not told
    assert told() == ["agent1", "agent1", "service_lead"]
    ticket.refresh_from_db()
    assert (ticket.urge_count, ticket.urged_at) == (2, START + timedelta(minutes=10))
    events = Event.objects.filter(code="tickets.ticket.urged").order_by("pk")
    assert [(each.note, each.changes["urge_count"]) for each in events] == [
        ("今天能好吗", [0, 1]), ("", [1, 2]),
    ]  # fmt: skip


def test_nobody_is_urged_about_what_is_over(company: Company, watch: Any) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    for name in ("auditor", "norole", "sales1"):
        with pytest.raises(NotAllowed):
            urge_ticket(ticket, by=company[name])
    solve(company, ticket)
    with pytest.raises(InvalidTransition):
        urge_ticket(ticket)
    assert Ticket.objects.get(pk=ticket.pk).urge_count == 0
    assert not Event.objects.filter(code="tickets.ticket.urged").exists() and told() == []


def test_the_customer_urges_on_his_page(company: Company, watch: Any) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    url = linking.path_of(linking.issue_link(ticket, by=company.admin))
    client = Client(enforce_csrf_checks=True)
    with watching_writes() as writes:
        assert 'value="urge"' in client.get(url).content.decode()
    assert not writes.statements
    assert client.post(url, {"act": "urge"}).url.endswith("?said=urged")
    assert told() == ["agent1", "service_lead"]
    assert 'value="urge"' not in client.get(url).content.decode()
    assert client.post(url, {"act": "urge"}).status_code == 409
    assert Ticket.objects.get(pk=ticket.pk).urge_count == 1
    watch.shift(timedelta(hours=1))
    solve(company, ticket)
    assert 'value="urge"' not in client.get(url).content.decode()


def test_colleagues_note_it_and_lists_show_it(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    other = make_ticket(company, company["agent1"])
    agent, url = browser_of("agent1"), reverse("tickets:ticket_urge", args=[ticket.pk])
    assert url in agent.get(ticket.get_absolute_url()).content.decode()
    assert agent.post(url, {"words": "客户第二次来电"}).status_code == 302
    assert agent.post(url, {"words": "再次"}).status_code == 422
    rows = reverse("tickets:ticket_list")
    found = row_ids(agent.get(rows, {"scene": "all", "urged": "true"}))
    assert ticket.pk in found and other.pk not in found
    assert row_ids(agent.get(rows, {"scene": "all", "sort": "-urged_at"}))[0] == ticket.pk
    page = agent.get(ticket.get_absolute_url()).content.decode()
    assert "客户第二次来电" in page
    assert url not in page
