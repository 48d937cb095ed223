"""Every state × transition of tickets, and what the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.dictionaries import settings, statutory
from crm.dictionaries.services import set_setting
from crm.web.timeline import page_of
from tests.factories.company import Company
from tests.factories.tickets import make_node, make_ticket, make_ticket_in, solve, type_of
from tests.kit.html import form_values
from tests.kit.states import check_constraint, walk_machine
from tickets import rules
from tickets.choices import EventKind, Phase
from tickets.models import Ticket
from tickets.parameters import CHILDREN_WARN
from tickets.services.changing import watch_ticket
from tickets.services.conversing import receive, reply
from tickets.services.moving import IllegalTransition, transition
from tickets.services.timing import keep
from tickets.states import BY_PAIR, STATE


def ticket_in(company: Company, state: str) -> Ticket:
    """A ticket that the database holds in this state, with what any step may ask for."""
    ticket = make_ticket(company, company["agent1"])
    now = clock.now()
    values: dict[str, Any] = {
        "answered_at": now,
        "solution": "已解决",
        "category": make_node(company),
        "resolved_at": now if state in (Phase.RESOLVED, Phase.CLOSED) else None,
        "wake_at": now + timedelta(days=1) if state == Phase.SCHEDULED else None,
        "merged_into": make_ticket(company) if state == Phase.MERGED else None,
        STATE.field: state,
    }
    Ticket.objects.filter(pk=ticket.pk).update(**values)
    ticket.refresh_from_db()
    return ticket


def test_every_pair(company: Company) -> None:
    target = make_ticket(company)

    def data(name: str) -> dict[str, Any]:
        now, to = clock.now(), STATE.by_name[name].target
        values: dict[str, Any] = {"reason": "等待"}
        values["wake_at"] = now + timedelta(days=2) if to == Phase.SCHEDULED else None
        values["resolved_at"] = now if to in (Phase.RESOLVED, Phase.CLOSED) else None
        values["merged_into"] = target if to == Phase.MERGED else None
        return values

    pairs = walk_machine(
        STATE,
        lambda state: ticket_in(company, state),
        actor=company.admin,
        reader=company["norole"],
        data=data,
    )
    assert pairs == 9 * len(STATE.transitions)


def test_only_the_table_s_steps_exist(company: Company) -> None:
    """All pairs of phases through the one function: the table's, or a refusal without a trace."""
    wanted = {
        (Phase.NEW, Phase.OPEN), (Phase.NEW, Phase.WAITING_CUSTOMER),
        (Phase.OPEN, Phase.WAITING_CUSTOMER), (Phase.OPEN, Phase.WAITING_THIRD),
        (Phase.WAITING_THIRD, Phase.OPEN), (Phase.WAITING_CUSTOMER, Phase.OPEN),
        (Phase.SCHEDULED, Phase.OPEN), (Phase.RESOLVED, Phase.CLOSED),
        (Phase.RESOLVED, Phase.OPEN), (Phase.CLOSED, Phase.OPEN), (Phase.CANCELLED, Phase.OPEN),
        (Phase.RESOLVED, Phase.MERGED), (Phase.MERGED, Phase.RESOLVED),
    }  # fmt: skip
    waiting = (Phase.WAITING_CUSTOMER, Phase.WAITING_THIRD)
    wanted |= {(old, Phase.SCHEDULED) for old in (Phase.NEW, Phase.OPEN, *waiting)}
    wanted |= {(old, Phase.RESOLVED) for old in (Phase.OPEN, *waiting)}
    in_work = (Phase.NEW, Phase.OPEN, *waiting, Phase.SCHEDULED)
    wanted |= {(old, Phase.CANCELLED) for old in in_work}
    wanted |= {(old, Phase.MERGED) for old in in_work} | {(Phase.MERGED, old) for old in in_work}
    assert set(BY_PAIR) == wanted
    for old in Phase:
        ticket = ticket_in(company, old)
        for new in Phase:
            if (old, new) in wanted:
                continue
            with pytest.raises(IllegalTransition):
                transition(ticket, new, by=company.admin, reason="x")
            assert (ticket.phase, ticket.version, ticket.last_seq) == (old, 1, 1)


def test_no_state_but_the_known_ones(company: Company) -> None:
    check_constraint(make_ticket(company), "phase")


@pytest.mark.parametrize(
    "values",
    [
        {"phase": Phase.MERGED},
        {"phase": Phase.RESOLVED, "solution": "x"},
        {"resolved_at": clock.now()},
        {"phase": Phase.SCHEDULED},
        {"wake_at": clock.now()},
        {"phase": Phase.CLOSED, "resolved_at": clock.now()},
    ],
)
def test_the_database_refuses(company: Company, values: dict[str, Any]) -> None:
    ticket = make_ticket(company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**values)


def test_waiting_needs_an_answer_behind_the_last_message(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    agent = company["agent1"]
    with pytest.raises(InvalidTransition):
        transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    reply(ticket, "请提供截图。", by=agent)
    receive(ticket, "已发。", via="portal")
    with pytest.raises(InvalidTransition):
        transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    reply(ticket, "看不清，请重拍。", by=agent)
    transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    assert ticket.status.code == "waiting_customer"
    receive(ticket, "重拍了。", via="portal")
    ticket.refresh_from_db()
    assert ticket.phase == Phase.OPEN


def test_hold_lies_ahead_and_not_too_far(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    for days in (-1, 31):
        with pytest.raises(InvalidValue):
            transition(
                ticket, Phase.SCHEDULED, by=company["agent1"], reason="等",
                wake_at=clock.now() + timedelta(days=days),
            )  # fmt: skip
    with pytest.raises(InvalidValue):
        transition(
            ticket, Phase.SCHEDULED, by=company["agent1"],
            wake_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
    assert ticket.phase == Phase.OPEN


def test_solving_needs_a_solution_and_a_category(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    for values in ({"solution": "重启"}, {"category": make_node(company)}):
        with pytest.raises(InvalidValue):
            transition(ticket, Phase.RESOLVED, by=company["agent1"], **values)
    child = make_ticket(company, company["agent1"], parent=ticket)
    with pytest.raises(InvalidTransition, match=child.number):
        solve(company, ticket)
    transition(child, Phase.CANCELLED, by=company.admin, reason="误建")
    solve(company, ticket)
    assert ticket.resolved_at is not None


def test_a_complaint_closes_only_confirmed(company: Company) -> None:
    ticket = make_ticket_in(
        company, company["agent1"], Phase.RESOLVED, type_id=type_of("complaint").pk
    )
    for actor in (company["agent1"], None):
        with pytest.raises(InvalidValue):
            transition(ticket, Phase.CLOSED, by=actor)
    with pytest.raises(NotAllowed):
        transition(ticket, Phase.CLOSED, by=company["agent1"], confirmed=True)
    transition(ticket, Phase.CLOSED, by=company["service_lead"], confirmed=True)
    assert ticket.phase == Phase.CLOSED


def test_who_may(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED)
    other = company.person("agent2", "service")
    with pytest.raises(NotAllowed):
        transition(ticket, Phase.CLOSED, by=other)
    with pytest.raises(NotAllowed):
        transition(ticket, Phase.OPEN, by=company["agent1"])
    with pytest.raises(NotAllowed):
        transition(make_ticket(company), Phase.CANCELLED, by=None, reason="x")
    transition(ticket, Phase.OPEN, by=company["service_lead"], reason="客户反馈无效")
    assert (ticket.cycle, ticket.reopen_count, ticket.resolved_at) == (2, 1, None)


def test_a_step_taken_twice_is_stale(company: Company) -> None:
    ticket = make_ticket(company, company["agent1"])
    seen = ticket.version
    transition(ticket, Phase.OPEN, by=company["agent1"], expected_version=seen)
    with pytest.raises(Stale):
        transition(ticket, Phase.CANCELLED, by=company.admin, reason="x", expected_version=seen)
    assert ticket.phase == Phase.OPEN


def test_history_says_what_was_before_and_after(company: Company) -> None:
    ticket = make_ticket(company, company["agent1"])
    transition(ticket, Phase.OPEN, by=company["agent1"])
    transition(ticket, Phase.WAITING_THIRD, by=company["agent1"], reason="等供应商")
    rows = list(ticket.events.all())
    assert [(row.seq, row.kind) for row in rows] == [
        (1, EventKind.CREATED),
        (2, EventKind.PHASE),
        (3, EventKind.PHASE),
    ]
    assert rows[0].after["owner"] == company["agent1"].pk
    assert (rows[2].before["phase"], rows[2].after["phase"]) == ("open", "waiting_third")
    assert rows[2].note == "等供应商"
    assert ticket.last_seq == 3


def test_frappe_3419_days_to_close_are_those_of_the_company(company: Company) -> None:
    """Nothing is closed by the clock of the database: three working days by the wall in China."""
    statutory.seed()
    late_friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)  # Saturday 00:30 in Shanghai
    with time_machine.travel(late_friday, tick=False) as watch:
        ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED)
        for hour, minute, phase in ((15, 59, Phase.RESOLVED), (16, 31, Phase.CLOSED)):
            # still Tuesday in London, and Wednesday in Shanghai: the third working day has begun
            watch.move_to(datetime(2026, 3, 10, hour, minute, tzinfo=UTC))
            keep()
            ticket.refresh_from_db()
            assert ticket.phase == phase


def test_a_type_may_only_warn_of_open_children(company: Company) -> None:
    """`service.md` 8.1: block or warn per type; a warning is confirmed by whoever solves."""
    set_setting(CHILDREN_WARN, ["support"], actor=company.admin)
    strict = make_ticket_in(company, company["agent1"], Phase.OPEN, type_id=type_of("repair").pk)
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    children = [make_ticket(company, parent=each) for each in (strict, ticket)]
    values = {"solution": "重启", "category": make_node(company)}
    for each, confirmed in ((strict, True), (strict, False), (ticket, False)):
        with pytest.raises(InvalidTransition, match=each.children.get().number):
            transition(each, Phase.RESOLVED, by=company.admin, despite_children=confirmed, **values)
        assert Ticket.objects.get(pk=each.pk).phase == Phase.OPEN
    transition(ticket, Phase.RESOLVED, by=company.admin, despite_children=True, **values)
    assert ticket.phase == Phase.RESOLVED
    event = ticket.events.filter(kind=EventKind.PHASE).latest("seq")
    assert children[1].number in event.note
    log = Event.objects.get(code="tickets.ticket.resolved", subject_id=ticket.pk)
    assert children[1].number in log.note


def test_the_form_shows_the_warning_and_asks(
    company: Company, browser_of: Callable[[str], Client]
) -> None:
    set_setting(CHILDREN_WARN, ["support"], actor=company.admin)
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    url = reverse("tickets:ticket_step", args=[ticket.pk, "resolved"])
    agent, values = browser_of("agent1"), {"solution": "重启", "category": make_node(company).pk}
    assert "despite_children" not in agent.get(url).content.decode()
    child = make_ticket(company, parent=ticket)
    page = agent.get(url).content.decode()
    assert "despite_children" in page and child.number in page
    assert agent.post(url, values).status_code == 422
    assert Ticket.objects.get(pk=ticket.pk).phase == Phase.OPEN
    assert agent.post(url, values | {"despite_children": "on"}).status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).phase == Phase.RESOLVED


def test_the_types_that_warn_are_a_setting(
    company: Company, browser_of: Callable[[str], Client]
) -> None:
    admin, url = browser_of("admin"), reverse("admin:dictionaries_setting_changelist")
    values = form_values(admin.get(url), "company_short")
    assert admin.post(url, values | {CHILDREN_WARN: ["support", "repair"]}).status_code == 302
    assert settings.get(CHILDREN_WARN) == ["support", "repair"]
    assert rules.only_warns(type_of("support").pk)
    assert not rules.only_warns(type_of("complaint").pk)
    changes = Event.objects.get(code="dictionaries.setting.updated").changes
    assert list(changes.values()) == [["", "技术支持、报修"]]
    wrong = admin.post(url, values | {CHILDREN_WARN: ["nothing"]})
    assert wrong.status_code == 200 and settings.get(CHILDREN_WARN) == ["support", "repair"]


def test_the_form_says_before_anybody_types_that_open_children_block(
    company: Company, browser_of: Callable[[str], Client]
) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    url = reverse("tickets:ticket_step", args=[ticket.pk, "resolved"])
    assert browser_of("agent1").get(url).context["in_the_way"] == ""
    child = make_ticket(company, parent=ticket)
    page = browser_of("agent1").get(url)
    assert child.number in page.context["in_the_way"]
    assert "alert--warning" in page.content.decode().split(child.number)[0]
    waits = reverse("tickets:ticket_step", args=[ticket.pk, "waiting_third"])
    assert browser_of("agent1").get(waits).context["in_the_way"] == ""
    set_setting(CHILDREN_WARN, ["support"], actor=company.admin)
    assert browser_of("agent1").get(url).context["in_the_way"] == ""


def test_the_history_says_a_reason_once_and_names_watchers(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    transition(ticket, Phase.WAITING_THIRD, by=agent, reason="等供应商发件")
    watch_ticket(ticket, lead, actor=agent)
    watched, waits = page_of(ticket, agent).items[:2]
    assert [(each["label"], each["new"]) for each in watched["changes"]] == [("关注人", lead.name)]
    assert waits["body"] == "等供应商发件"
    assert [each["label"] for each in waits["changes"]] == ["状态"]
