"""Queues people keep on the desk: what they hold, their numbers, whose they are, what they cost."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.company import Company
from tests.factories.tickets import make_ticket, make_ticket_in
from tests.kit.html import row_ids
from tests.kit.queries import check_budget, count_queries
from tickets.choices import Phase, Priority
from tickets.desk import saved
from tickets.desk.places import desk_url, queue_in
from tickets.models import Ticket

Browsers = Callable[[str], Client]
ADD, COUNTS, OWN = (
    reverse(f"tickets:{name}") for name in ("queue_add", "queue_counts", "own_queues")
)
URGENT = {"scene": "mine", "priority": "urgent", "page": "3", "page_size": "50"}


def keep(client: Client, label: str, query: dict[str, str]) -> str:
    """Keep a queue as the page does; the name that addresses carry."""
    answer = client.post(f"{ADD}?{'&'.join(f'{k}={v}' for k, v in query.items())}", {"name": label})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer.url.rpartition("queue=")[2]


def shown(client: Client, chosen: str = "") -> dict[str, str]:
    """The numbers that the desk loads."""
    page = client.get(COUNTS, {"queue": chosen}, headers={"HX-Request": "true"})
    return {item["label"]: item["count"] for item in page.context["own"]}


@pytest.fixture
def tickets(company: Company) -> list[Ticket]:
    """Two urgent ones of the agent, one of low priority, one urgent of the lead."""
    agent, lead = company["agent1"], company["service_lead"]
    found = [make_ticket_in(company, who, Phase.OPEN) for who in (agent, agent, agent, lead)]
    keys = [ticket.pk for ticket in found]
    Ticket.objects.filter(pk__in=keys).update(priority=Priority.URGENT)
    Ticket.objects.filter(pk=keys[2]).update(priority=Priority.LOW)
    return found


def test_a_kept_queue_holds_what_the_list_holds_and_says_how_many(
    browser_of: Browsers, tickets: list[Ticket]
) -> None:
    agent = browser_of("agent1")
    name = keep(agent, "我的紧急", URGENT)
    desk = agent.get(desk_url(name))
    keys = {ticket.pk for ticket in tickets[:2]}
    assert desk.context["queue"] == name
    assert {row["pk"] for row in desk.context["rows"]} == keys
    assert "page=3" not in desk.context["list_url"]
    assert set(row_ids(agent.get(desk.context["list_url"]))) == keys
    assert [item["count"] for item in desk.context["own"]] == [""]  # asked for once it is shown
    assert f'hx-get="{COUNTS}?queue={name}"' in desk.content.decode()
    assert shown(agent, name) == {"我的紧急": "2"}
    again = agent.get(desk_url(name), headers={"HX-Request": "true", "HX-Target": "desk-side"})
    assert [item["count"] for item in again.context["own"]] == ["2"]  # nothing flickers
    page = agent.get(OWN).content.decode()
    assert "我的紧急" in page and "优先级" in page
    lead = browser_of("service_lead")
    assert shown(lead) == {} and lead.get(desk_url(name)).context["queue"] == "mine"


def test_what_comes_and_goes_is_counted_and_so_are_searches(
    company: Company, browser_of: Browsers, tickets: list[Ticket]
) -> None:
    agent = browser_of("agent1")
    keep(agent, "我的紧急", URGENT)
    keep(agent, "编号", {"scene": "all", "q": tickets[0].number})
    Ticket.objects.filter(pk=tickets[0].pk).update(priority=Priority.LOW)
    assert shown(agent) == {"我的紧急": "1", "编号": "1"}


def test_the_number_stops_at_a_limit(
    monkeypatch: pytest.MonkeyPatch, browser_of: Browsers, tickets: list[Ticket]
) -> None:
    monkeypatch.setattr(saved, "COUNTED", 2)
    agent = browser_of("agent1")
    keep(agent, "我的紧急", URGENT)
    keep(agent, "低优先级", {"scene": "mine", "priority": "low"})
    assert shown(agent) == {"我的紧急": "1+", "低优先级": "1"}


def test_counting_costs_a_statement_for_each_queue_and_not_for_rows(
    company: Company, browser_of: Browsers, tickets: list[Ticket]
) -> None:
    agent = browser_of("agent1")
    keep(agent, "一", URGENT)
    shown(agent)
    one = count_queries(lambda: shown(agent))
    keep(agent, "二", {"scene": "mine", "priority": "low"})
    shown(agent)
    two = count_queries(lambda: shown(agent))
    assert two <= one + 1
    for _number in range(5):
        make_ticket(company, owner=company["agent1"], priority=Priority.URGENT)
    assert count_queries(lambda: shown(agent)) == two
    check_budget("tickets.queue_counts", two, most=16)


def test_a_queue_needs_a_name_of_its_own_and_something_it_holds(
    browser_of: Browsers, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = browser_of("agent1")
    monkeypatch.setattr(saved, "MOST", 2)
    keep(agent, "一", URGENT)
    for query, label in (
        ("scene=mine", "一"),
        ("scene=mine", " "),
        ("scene=mine", "长" * 21),
        ("", "二"),
        ("sort=number&page=2", "二"),
        (f"q={'长' * 400}", "二"),
    ):
        assert agent.post(f"{ADD}?{query}", {"name": label}).status_code == 422, (query, label)
    keep(agent, "二", {"scene": "waiting"})
    assert agent.post(f"{ADD}?scene=mine", {"name": "三"}).status_code == 422
    assert list(shown(agent)) == ["一", "二"]


def test_a_queue_is_removed_and_its_address_leads_to_ones_own_tickets(
    browser_of: Browsers, tickets: list[Ticket]
) -> None:
    agent = browser_of("agent1")
    name = keep(agent, "我的紧急", URGENT)
    assert queue_in({"desk": name}) == name
    assert queue_in({"desk": "own-../../x"}) == ""
    agent.post(OWN, {"remove": name})
    agent.post(OWN, {"remove": name})  # once more changes nothing
    assert shown(agent) == {}
    assert agent.get(desk_url(name)).context["queue"] == "mine"


def test_two_windows_lose_no_queue(company: Company, tickets: list[Ticket]) -> None:
    one, other = (type(company["agent1"]).objects.get(pk=company["agent1"].pk) for _ in "ab")
    saved.save_queue(one, "一", "scene=mine")
    saved.save_queue(other, "二", "scene=waiting")
    assert [queue.label for queue in saved.saved_queues(other)] == ["一", "二"]
