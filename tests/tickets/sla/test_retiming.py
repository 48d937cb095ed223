"""The time of an event corrected by an administrator: clocks anew, both values kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, solve
from tickets.choices import EventKind, Phase
from tickets.models import SlaClock, Ticket, TicketEvent
from tickets.services.conversing import note, receive, reply
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket, claim_ticket
from tickets.sla.models import ClockState
from tickets.sla.retiming import correct_time
from tickets.sla.services import refresh
from tickets.statistics.models import HeldTime

pytestmark = pytest.mark.usefixtures("promises")
Browsers = Callable[[str], Client]
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def watch() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def answered_late(company: Company, watch: Any) -> Ticket:
    """Claimed after one hour, noted after two, answered after six of working time."""
    agent = company["agent1"]
    ticket = make_ticket(company)
    watch.shift(HOUR)
    claim_ticket(ticket, by=agent)
    watch.shift(HOUR)
    note(ticket, "已电话联系客户。", by=agent)
    watch.shift(4 * HOUR)
    reply(ticket, "已经恢复。", by=agent)
    watch.shift(HOUR)
    return ticket


def the_event(ticket: Ticket, what: str, /, **after: Any) -> TicketEvent:
    found = TicketEvent.objects.filter(ticket=ticket, kind=what).order_by("-seq")
    return next(row for row in found if after.items() <= row.after.items())


def clock_of(ticket: Ticket, kind: str) -> SlaClock:
    return SlaClock.objects.get(ticket=ticket, kind=kind)


def test_clocks_are_computed_anew_and_both_values_kept(
    company: Company, answered_late: Ticket
) -> None:
    ticket, answer = answered_late, the_event(answered_late, "message", kind="public")
    assert (clock_of(ticket, "first_response").state, answer.at) == ("breached", START + 6 * HOUR)
    at = START + timedelta(minutes=90)
    correct_time(ticket, answer.seq, at, reason="当时已电话答复，下午才补录", actor=company.admin)
    found = clock_of(ticket, "first_response")
    assert (found.state, found.stopped_at, found.elapsed) == ("met", at, 5400)
    kept = TicketEvent.objects.get(ticket=ticket, kind=EventKind.RETIMED)
    assert kept.before == {"event": answer.seq, "at": (START + 6 * HOUR).isoformat()}
    assert kept.after == {"event": answer.seq, "at": at.isoformat()}
    ticket.refresh_from_db()
    assert (ticket.responded_at, ticket.answered_at) == (at, at)
    assert ticket.messages.get(kind="public").created_at == at
    log = Event.objects.get(code="tickets.ticket.retimed")
    assert (log.note, log.actor_id) == ("当时已电话答复，下午才补录", company.admin.pk)
    assert ["2026-03-04 16:00:00", "2026-03-04 11:30:00"] in log.changes.values()
    assert log.changes["first_response"] == [
        str(ClockState.BREACHED.label),
        str(ClockState.MET.label),
    ]
    before = list(SlaClock.objects.filter(ticket=ticket).order_by("pk").values())
    refresh(ticket)
    assert list(SlaClock.objects.filter(ticket=ticket).order_by("pk").values()) == before


def test_pauses_follow_a_corrected_step(company: Company, watch: Any) -> None:
    agent = company["agent1"]
    ticket = make_ticket(company, agent)
    reply(ticket, "请提供日志。", by=agent)
    watch.shift(3 * HOUR)
    transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    watch.shift(HOUR)
    receive(ticket, "日志已发。", via="web")
    watch.shift(HOUR)
    solve(company, ticket)
    assert clock_of(ticket, "resolution").elapsed == 4 * 3600
    step = the_event(ticket, "phase", phase="waiting_customer")
    correct_time(ticket, step.seq, START + HOUR, reason="当时忘记点击", actor=company.admin)
    assert clock_of(ticket, "resolution").elapsed == 2 * 3600
    held = {row.holder: row.wall for row in HeldTime.objects.filter(ticket=ticket)}
    assert held["customer"] == 3 * 3600


def test_a_solution_takes_its_time_along(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"])
    transition(ticket, Phase.OPEN, by=company["agent1"])
    watch.shift(5 * HOUR)
    solve(company, ticket)
    step = the_event(ticket, "phase", phase="resolved")
    at = START + 2 * HOUR
    correct_time(ticket, step.seq, at, reason="现场早已恢复", actor=company.admin)
    ticket.refresh_from_db()
    assert (ticket.resolved_at, ticket.closed_at) == (at, None)
    assert clock_of(ticket, "resolution").elapsed == 2 * 3600
    created = the_event(ticket, "created")
    early = START - HOUR
    correct_time(ticket, created.seq, early, reason="来电在先", actor=company.admin)
    ticket.refresh_from_db()
    assert (ticket.created_at, ticket.resolved_at) == (early, at)
    assert clock_of(ticket, "resolution").started_at == early


def test_what_cannot_be_is_refused(company: Company, answered_late: Ticket) -> None:
    ticket, admin = answered_late, company.admin
    answer = the_event(ticket, "message", kind="public")
    owner, created = the_event(ticket, "owner"), the_event(ticket, "created")
    fine = START + timedelta(minutes=90)
    wrong = [
        (answer.seq, START - HOUR, "补录"),  # before the ticket
        (answer.seq, START + 10 * HOUR, "补录"),  # to come
        (owner.seq, START - HOUR, "补录"),
        (owner.seq, START + 7 * HOUR, "补录"),  # after the step that came with the answer
        (created.seq, START + 2 * HOUR, "补录"),
        (answer.seq, fine, "  "),
        (99, fine, "补录"),
    ]
    before = list(TicketEvent.objects.filter(ticket=ticket).order_by("seq").values())
    for seq, at, reason in wrong:
        with pytest.raises(InvalidValue):
            correct_time(ticket, seq, at, reason=reason, actor=admin)
    for name in ("agent1", "service_lead", "auditor", "sales1"):
        with pytest.raises(NotAllowed):
            correct_time(ticket, answer.seq, fine, reason="补录", actor=company[name])
    assert list(TicketEvent.objects.filter(ticket=ticket).order_by("seq").values()) == before
    assert not Event.objects.filter(code="tickets.ticket.retimed").exists()


def test_the_correction_itself_is_no_act_of_the_handler(company: Company, watch: Any) -> None:
    """An administrator who handles the ticket has not confirmed it by correcting a time."""
    ticket = make_ticket(company, company["agent1"])
    assign_ticket(ticket, company.admin, by=company["service_lead"])
    watch.shift(HOUR)
    step = the_event(ticket, "owner")
    correct_time(ticket, step.seq, START + HOUR / 2, reason="补录", actor=company.admin)
    found = SlaClock.objects.filter(ticket=ticket, kind="acceptance").order_by("-cycle")[0]
    assert (found.state, found.started_at) == ("running", START + HOUR / 2)


def test_the_page_is_the_administrator_s(
    company: Company, answered_late: Ticket, browser_of: Browsers
) -> None:
    ticket, answer = answered_late, the_event(answered_late, "message", kind="public")
    url = reverse("tickets:ticket_times", args=[ticket.pk])
    assert browser_of("service_lead").get(url).status_code == 403
    admin = browser_of("admin")
    assert admin.get(url).status_code == 200
    values = {"event": str(answer.seq), "at": "2026-03-04 11:30", "reason": "当时已电话答复"}
    assert admin.post(url, values | {"reason": ""}).status_code == 422
    refused = admin.post(url, values | {"at": "2026-03-03 11:30"})
    assert refused.status_code == 422 and "2026-03-04 10:00:00" in refused.content.decode()
    assert admin.post(url, values).status_code == 302
    assert clock_of(ticket, "first_response").state == "met"
    page = admin.get(ticket.get_absolute_url()).content.decode()
    assert "当时已电话答复" in page and "2026-03-04 16:00:00" in page
    panel = reverse("tickets:ticket_panel", args=[ticket.pk, "clocks"])
    assert url in admin.get(panel).content.decode()
    assert url not in browser_of("service_lead").get(panel).content.decode()
