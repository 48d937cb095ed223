"""Who gets a ticket: supervisor, claim, transfer, return, and the automatic assignment."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.dictionaries import statutory
from crm.notifications.models import Notification
from crm.web.timeline import label_of
from customers.models import Customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_group, make_node, make_ticket, make_ticket_in, type_of
from tickets.actions import further, is_to_accept
from tickets.bulk import AllocateTickets
from tickets.choices import Availability, Phase, Priority, Strategy
from tickets.models import AgentProfile, AssignmentDecision, Skill, Ticket, TicketEvent
from tickets.services import administering
from tickets.services.assigning import auto_assign
from tickets.services.changing import update_ticket
from tickets.services.history import moments
from tickets.services.owning import (
    accept_ticket,
    assign_ticket,
    claim_ticket,
    move_to_group,
    return_ticket,
)
from tickets.sla.models import ClockKind, ClockState, SlaClock
from tickets.sla.seeds import seed_policies


def test_a_high_ticket_goes_to_the_supervisor(company: Company) -> None:
    lead = company["service_lead"]
    ticket = make_ticket(company, priority=Priority.HIGH)
    assert (ticket.supervisor, ticket.owner, ticket.phase) == (lead, None, Phase.NEW)
    told = Notification.objects.filter(kind="ticket_escalated").values_list("user__username")
    assert list(told) == [("service_lead",)]
    calm = make_ticket(company, company["agent1"], priority=Priority.LOW)
    assert calm.supervisor is None
    update_ticket(calm, changes={"priority": Priority.URGENT}, actor=company["agent1"])
    assert calm.supervisor == lead


def test_a_high_ticket_passes_no_supervisor_by(company: Company) -> None:
    """P11 holds in groups that give their tickets away by themselves, too; he may let them."""
    lead, agent = company["service_lead"], company["agent1"]
    group = make_group(company, [agent], strategy=Strategy.ROUND_ROBIN)
    high = make_ticket(company, group=group, priority=Priority.HIGH)
    assert (high.owner, high.supervisor) == (None, lead)
    assert Notification.objects.filter(kind="ticket_escalated", user=lead).count() == 1
    assert make_ticket(company, group=group, priority=Priority.MEDIUM).owner == agent
    auto_assign(high, by=lead)
    assert high.owner == agent


def test_nobody_on_leave_is_waited_for(company: Company) -> None:
    """A complaint is assigned within ten minutes (T4), whoever leads the group."""
    lead, agent = company["service_lead"], company["agent1"]
    second = company.person("lead2", "service_lead")
    group = make_group(company, [agent], leader=second)
    assert make_ticket(company, group=group, priority=Priority.HIGH).supervisor == second
    today = clock.company_today()
    away = AgentProfile(user=second, leave_from=today, leave_until=today)
    administering.create_profile(away, skills=[], actor=company.admin)
    assert make_ticket(company, group=group, priority=Priority.HIGH).supervisor == lead
    third = company.person("lead3", "service_lead")
    AgentProfile.objects.update(substitute=third)
    assert make_ticket(company, group=group, priority=Priority.HIGH).supervisor == third
    AgentProfile.objects.update(substitute=agent)  # he does not distribute
    assert make_ticket(company, group=group, priority=Priority.HIGH).supervisor == lead
    for user in (lead, third):
        away = AgentProfile(user=user, leave_from=today, leave_until=today)
        administering.create_profile(away, skills=[], actor=company.admin)
    assert make_ticket(company, group=group, priority=Priority.HIGH).supervisor == second


def test_a_complaint_is_urgent(company: Company) -> None:
    ticket = make_ticket(
        company, type_id=type_of("complaint").pk, priority=Priority.LOW, description="货坏了"
    )
    assert (ticket.priority, ticket.description) == (Priority.HIGH, "【紧急】货坏了")
    ticket = make_ticket(company, company["agent1"], priority=Priority.LOW)
    update_ticket(ticket, changes={"type": type_of("complaint")}, actor=company["agent1"])
    assert (ticket.priority, ticket.supervisor) == (Priority.HIGH, company["service_lead"])
    assert ticket.description.startswith("【紧急】")


def test_assign_confirm_transfer_return(company: Company) -> None:
    lead, agent = company["service_lead"], company["agent1"]
    other = company.person("agent2", "service")
    ticket = make_ticket(company)
    with pytest.raises(NotAllowed):
        assign_ticket(ticket, agent, by=agent)
    assign_ticket(ticket, agent, by=lead, note="熟悉该客户")
    assert (ticket.owner, ticket.phase, ticket.status.code) == (agent, Phase.NEW, "assigned")
    assert Notification.objects.filter(user=agent, kind="ticket_assigned").count() == 1
    with pytest.raises(InvalidValue):
        assign_ticket(ticket, company["finance"], by=lead)
    assign_ticket(ticket, other, by=agent)
    with pytest.raises(NotAllowed):
        return_ticket(ticket, by=agent, note="x")
    with pytest.raises(InvalidValue):
        return_ticket(ticket, by=other, note=" ")
    return_ticket(ticket, by=other, note="不属于本组")
    assert (ticket.owner, ticket.status.code, ticket.supervisor) == (None, "new", lead)


def test_of_two_who_claim_one_gets_it(company: Company) -> None:
    ticket = make_ticket(company)
    claim_ticket(ticket, by=company["agent1"])
    assert (ticket.owner, ticket.phase) == (company["agent1"], Phase.OPEN)
    with pytest.raises(InvalidTransition, match=company["agent1"].name):
        claim_ticket(ticket, by=company["service_lead"])
    with pytest.raises(Stale):
        claim_ticket(ticket, by=company["service_lead"], expected_version=1)


def why(ticket: Ticket) -> str:
    """The reason that the history gives for the last change of the handler."""
    event = TicketEvent.objects.filter(ticket=ticket, kind="owner").latest("seq")
    logged = Event.objects.filter(code__startswith="tickets.ticket.", note=event.note)
    assert logged.filter(subject_id=ticket.pk).exists()
    return event.note


def test_every_change_of_the_handler_has_a_reason(company: Company) -> None:
    """`service.md` 8.1: claim, assign, return and transfer are events with reasons."""
    agent, lead, second = (
        company["agent1"],
        company["service_lead"],
        company.person("a2", "service"),
    )
    group = make_group(company, [agent, second], name="一线")
    ticket = make_ticket(company)
    with translation.override("en"):  # whatever the reader's language
        claim_ticket(ticket, by=agent)
    assert why(ticket) == "由本人从待分配工单中领取。"
    assign_ticket(ticket, second, by=agent)
    assert why(ticket) == "由原处理人转派。"
    assign_ticket(ticket, agent, by=lead)
    assert why(ticket) == "由主管分配。"
    assign_ticket(ticket, second, by=lead, note="熟悉这台设备")
    assert why(ticket) == "熟悉这台设备"
    return_ticket(ticket, by=second, note="不归我")
    assert why(ticket) == "不归我"
    grouped = make_ticket(company, group=group)
    claim_ticket(grouped, by=second, note=" 客户点名找我 ")
    assert why(grouped) == "客户点名找我"
    other = make_ticket(company, group=group)
    claim_ticket(other, by=agent)
    assert why(other) == "由本人从“一线”的待分配工单中领取。"
    move_to_group(other, make_group(company, [], name="二线"), by=agent)
    assert why(other) == "转至“二线”，原处理人不在该组。"


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "处理人"), ("en", "Handler")])
def test_the_history_calls_the_owner_of_a_ticket_its_handler(language: str, word: str) -> None:
    """`market.md` 1.5: as the list, the forms and the statistics do."""
    with translation.override(language):
        assert label_of(Ticket, "owner") == word
    assert label_of(Customer, "owner") == "负责人"


def test_each_way_to_claim_says_why_on_the_page(
    company: Company, browser_of: Callable[[str], Client]
) -> None:
    """The button and the key of the desk cost one click; the list's dialog offers a reason."""
    agent = browser_of("agent1")
    usual = "由本人从待分配工单中领取。"
    by_button, by_key, by_list, plain = (make_ticket(company) for _number in range(4))
    agent.post(reverse("tickets:ticket_claim", args=[by_button.pk]))
    agent.post(reverse("tickets:ticket_claim", args=[by_key.pk]) + "?desk=unassigned")
    url = reverse("tickets:ticket_bulk", args=["claim"])
    assert 'name="note"' in agent.post(url, {"ids": [by_list.pk]}).content.decode()
    agent.post(url, {"ids": [by_list.pk], "note": "同一批问题", "step": "run"})
    agent.post(url, {"ids": [plain.pk], "step": "run"})
    for ticket, reason in (
        (by_button, usual), (by_key, usual), (by_list, "同一批问题"), (plain, usual),
    ):  # fmt: skip
        assert why(ticket) == reason
        assert reason in agent.get(ticket.get_absolute_url()).content.decode()


def test_another_group_takes_it_from_who_is_no_member(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    keeps = make_group(company, [agent])
    move_to_group(ticket, keeps, by=agent)
    assert ticket.owner == agent
    other = make_group(company, [], leader=company.person("lead2", "service_lead"))
    move_to_group(ticket, other, by=lead, note="需要上门")
    assert (ticket.owner, ticket.supervisor) == (None, other.leader)


def test_in_turn(company: Company) -> None:
    people = [company["agent1"], company.person("agent2", "service")]
    group = make_group(company, people, strategy=Strategy.ROUND_ROBIN, last_agent_days=0)
    owners = [make_ticket(company, group=group).owner for _number in range(3)]
    assert owners == [people[0], people[1], people[0]]


def test_by_load_and_the_reasons_of_the_others(company: Company) -> None:
    agent, busy = company["agent1"], company.person("agent2", "service")
    away, full = company.person("agent3", "service"), company.person("agent4", "service")
    today = clock.company_today()
    for user, values in (
        (busy, {"availability": Availability.BUSY}),
        (away, {"leave_from": today, "leave_until": today + timedelta(days=1)}),
        (full, {"capacity": 1}),
    ):
        profile = AgentProfile(user=user, **values)
        administering.create_profile(profile, skills=[], actor=company.admin)
    make_ticket(company, full)
    members = [agent, busy, away, full, company["finance"]]
    group = make_group(company, members, strategy=Strategy.LEAST_LOAD)
    ticket = make_ticket(company, group=group)
    assert ticket.owner == agent
    decision = AssignmentDecision.objects.get(ticket=ticket)
    excluded = {row["user"]: row["excluded"] for row in decision.candidates}
    assert excluded == {
        agent.pk: "",
        busy.pk: "忙碌",
        away.pk: "休假中。",
        full.pk: "已达到未完成工单上限 1。",
        company["finance"].pk: "没有处理工单的权限。",
    }


def test_skills_shifts_and_nobody(company: Company) -> None:
    agent = company["agent1"]
    skill = administering.create_skill(Skill(name="焊接"), actor=company.admin)
    node = make_node(company, "焊机")
    administering.update_node(node, changes={}, skills=[skill], actor=company.admin)
    group = make_group(company, [agent], strategy=Strategy.ROUND_ROBIN)
    ticket = make_ticket(company, group=group, category=node)
    assert ticket.owner is None
    decision = AssignmentDecision.objects.get(ticket=ticket)
    assert [row["excluded"] for row in decision.candidates] == ["缺少所需技能。"]
    now = clock.now().astimezone(clock.COMPANY_ZONE)
    hour = (now.hour + 3) % 24
    profile = AgentProfile(user=agent, shift_start=time(hour), shift_end=time((hour + 1) % 24))
    administering.create_profile(profile, skills=[skill], actor=company.admin)
    assert auto_assign(ticket, by=company.admin).chosen is None
    administering.update_profile(
        profile, changes={"shift_start": None, "shift_end": None}, actor=company.admin
    )
    assert auto_assign(ticket, by=company.admin).chosen == agent


def test_the_last_handler_of_the_customer_comes_first(company: Company) -> None:
    other = company.person("agent2", "service")
    group = make_group(company, [company["agent1"], other], strategy=Strategy.ROUND_ROBIN)
    customer = make_customer(company, company["sales1"])
    make_ticket(company, other, customer=customer)
    ticket = make_ticket(company, customer=customer, group=group)
    assert ticket.owner == other
    assert AssignmentDecision.objects.get(ticket=ticket).strategy == "last_agent"


def test_a_ticket_handed_over_in_work_is_confirmed_by_its_new_handler(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    statutory.seed()
    seed_policies()
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    assert not is_to_accept(ticket, agent)
    assign_ticket(ticket, lead, by=agent, note="请主管处理")
    assert is_to_accept(ticket, lead) and not is_to_accept(ticket, agent)
    with pytest.raises(NotAllowed):
        accept_ticket(ticket, by=agent)
    url = reverse("tickets:ticket_accept", args=[ticket.pk])
    assert browser(company, "service_lead").post(url).status_code == 302
    ticket.refresh_from_db()
    assert ticket.phase == Phase.OPEN and ticket.accepted_at is not None
    met = SlaClock.objects.filter(ticket=ticket, kind=ClockKind.ACCEPTANCE).order_by("-cycle")[0]
    assert met.state == ClockState.MET
    assert not is_to_accept(ticket, lead)
    with pytest.raises(InvalidTransition):
        accept_ticket(ticket, by=lead)
    assert moments(ticket.events.all())["accepted_at"] == ticket.accepted_at


def test_nobody_who_can_take_it_is_no_success(company: Company) -> None:
    lead = company["service_lead"]
    group = make_group(company, [company["finance"]], strategy=Strategy.ROUND_ROBIN)
    ticket = make_ticket(company, group=group)
    assert "allocate" in [each["name"] for each in further(ticket, lead)]
    url = reverse("tickets:ticket_allocate", args=[ticket.pk])
    answer = browser(company, "service_lead").post(url, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    row = AllocateTickets().run([ticket], {}, lead).rows[0]
    assert (row.state, ticket.number in row.label) == ("refused", True)
    assert group.name in row.reason
    assert AssignmentDecision.objects.filter(ticket=ticket).count() == 3  # kept with its reasons


def test_a_group_that_does_not_assign_by_itself_is_not_asked_to(company: Company) -> None:
    ticket = make_ticket(company, group=make_group(company, [company["agent1"]]))
    names = [each["name"] for each in further(ticket, company["service_lead"])]
    assert "allocate" not in names
