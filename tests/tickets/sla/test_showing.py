"""What lists and pages say of the time left: working time, and its end by the clock on the wall."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories.company import Company
from tests.factories.tickets import make_ticket, type_of
from tickets.choices import Phase
from tickets.models import SlaWalk, Ticket
from tickets.services.conversing import reply
from tickets.services.moving import transition
from tickets.sla.showing import badge_of, clocks_of
from tickets.sla.walking import walk

pytestmark = pytest.mark.usefixtures("promises")
#: Wednesday 2026-03-04 17:00 in Shanghai, an hour before the company closes.
EVENING = datetime(2026, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def watch() -> Iterator[Any]:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def shown(ticket: Ticket) -> tuple[str, str]:
    ticket.refresh_from_db()
    found = badge_of(ticket)
    assert found is not None
    return found["text"], found["until"]


def test_the_night_does_not_count(company: Company, watch: Any) -> None:
    """Four hours from 17:00 on: one today, three tomorrow morning."""
    agent = company["agent1"]
    ticket = make_ticket(company, agent)
    assert ticket.sla_hours == "company"
    assert shown(ticket) == ("剩余 1 小时", "03-05 09:00")  # to confirm it: until the next opening
    transition(ticket, Phase.OPEN, by=agent)
    assert shown(ticket) == ("剩余 4 小时", "03-05 12:00")
    watch.shift(timedelta(hours=5))
    assert shown(ticket) == ("剩余 3 小时", "03-05 12:00")
    watch.move_to(EVENING + timedelta(hours=18))  # tomorrow at 11:00
    assert shown(ticket) == ("剩余 1 小时", "12:00")
    watch.move_to(EVENING + timedelta(hours=41, minutes=30))  # the day after at 10:30
    assert shown(ticket) == ("超时 7 小时 30 分钟", "03-05 12:00")


def test_what_runs_day_and_night_says_so(company: Company, watch: Any) -> None:
    agent = company["agent1"]
    complaint = make_ticket(company, agent, type_id=type_of("complaint").pk)
    transition(complaint, Phase.OPEN, by=agent)
    reply(complaint, "正在核实。", by=agent)
    watch.shift(HOUR)
    assert shown(complaint) == ("剩余 23 小时", "03-05 17:00")
    assert complaint.sla_hours == ""
    legal = next(each for each in clocks_of(complaint) if each["kind"] == "legal")
    assert (legal["left"], legal["is_natural"]) == ("6 天", True)
    watch.move_to(EVENING + timedelta(days=4))
    assert shown(complaint)[0] == "超时 3 天"


def test_list_and_page_show_both(
    company: Company, watch: Any, browser_of: Callable[[str], Client]
) -> None:
    ticket = make_ticket(company, company["agent1"])
    browser = browser_of("agent1")
    for url in (reverse("tickets:ticket_list") + "?scene=all", ticket.get_absolute_url()):
        page = browser.get(url).content.decode()
        assert "剩余 1 小时" in page
        assert "03-05 09:00" in page


def test_a_walk_fills_in_what_older_versions_lack(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"])
    walk()
    Ticket.objects.filter(pk=ticket.pk).update(sla_hours="")
    SlaWalk.objects.all().delete()  # as the migration does
    walk()
    ticket.refresh_from_db()
    assert ticket.sla_hours == "company"
