"""Leave and substitutes: nobody who is not here keeps a ticket, and every move says why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.accounts.belongings import belongings
from crm.accounts.services import update_user
from crm.core import clock
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries import statutory
from crm.notifications.models import Notification
from customers.services.transferring import transfer_customer
from customers.views.pool import preview
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_group, make_ticket, make_ticket_in
from tickets.choices import EventKind, Phase, Strategy
from tickets.models import AgentProfile, AssignmentDecision, Ticket
from tickets.services.owning import assign_ticket
from tickets.services.standing_in import keep, set_leave, substitute_of
from tickets.sla.seeds import seed_policies
from tickets.sla.ticking import tick


@pytest.fixture
def second(company: Company) -> Any:
    return company.person("agent2", "service")


def away(user: Any, *, substitute: Any = None, start: int = 0, days: int = 3) -> None:
    """Somebody's own leave, beginning in some days."""
    first = clock.today() + timedelta(days=start)
    last = first + timedelta(days=days)
    set_leave(user, actor=user, leave_from=first, leave_until=last, substitute=substitute)


def owner_of(ticket: Ticket) -> Any:
    return Ticket.objects.select_related("owner").get(pk=ticket.pk).owner


def test_open_tickets_go_to_the_substitute_with_an_event(company: Company, second: Any) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    done = make_ticket_in(company, agent, Phase.CLOSED)
    away(agent, substitute=second)
    assert (owner_of(ticket), owner_of(done)) == (second, agent)
    event = ticket.events.filter(kind=EventKind.OWNER).last()
    assert (event.before["owner"], event.after["owner"]) == (agent.pk, second.pk)
    assert agent.name in event.note
    assert Notification.objects.filter(user=second, kind="ticket_assigned").exists()


def test_a_later_leave_begins_on_its_day_and_once(company: Company, second: Any) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    away(agent, substitute=second, start=2)
    assert (keep(), owner_of(ticket)) == (0, agent)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert (keep(), keep(), owner_of(ticket)) == (1, 0, second)


def test_without_a_substitute_tickets_go_back_to_the_queue(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    away(agent)
    assert owner_of(ticket) is None
    ticket.refresh_from_db()
    assert ticket.supervisor == company["service_lead"]


def test_a_substitute_on_leave_is_stood_in_for_too(company: Company, second: Any) -> None:
    agent, third = company["agent1"], company.person("agent3", "service")
    away(second, substitute=third)
    away(agent, substitute=second)
    assert substitute_of(agent) == third
    away(third)
    AgentProfile.objects.filter(user=third).update(substitute=agent)
    assert substitute_of(agent) is None


def test_a_disabled_account_keeps_no_open_ticket(company: Company, second: Any) -> None:
    agent = company.person("agent4", "service")
    ticket = make_ticket_in(company, agent, Phase.WAITING_THIRD)
    away(agent, substitute=second, start=5)
    assert ("工单", 1) in [(each.label, each.count) for each in belongings(agent)]
    update_user(agent, changes={"is_active": False}, actor=company.admin)
    assert (keep(), owner_of(ticket)) == (1, second)


def test_who_loses_the_right_to_handle_keeps_his_tickets_and_others_hear_of_them(
    company: Company,
) -> None:
    """`service.md` 8.1 hands over for leave and disabled accounts alone: rights come back."""
    agent, lead = company.person("agent4", "service"), company["service_lead"]
    statutory.seed()
    seed_policies()
    with time_machine.travel(datetime(2026, 3, 4, 2, tzinfo=UTC), tick=False) as watch:
        ticket = make_ticket_in(company, agent, Phase.OPEN)
        update_user(agent, changes={}, roles=[], actor=company.admin)
        assert (keep(), owner_of(ticket)) == (0, agent)
        Notification.objects.all().delete()
        watch.shift(timedelta(hours=3, minutes=30))  # 80 % of the four hours to the first answer
        tick()
    told = Notification.objects.filter(kind="sla_warning").values_list("user__username", flat=True)
    assert list(told) == [lead.username]
    other = company.person("agent5", "service")
    assign_ticket(ticket, other, by=lead)
    assert owner_of(ticket) == other


def test_who_is_away_gets_nothing_new(company: Company, second: Any) -> None:
    agent = company["agent1"]
    group = make_group(company, [agent], strategy=Strategy.ROUND_ROBIN)
    away(agent, substitute=second)
    ticket = make_ticket(company, None, group=group)
    assert owner_of(ticket) is None
    decision = AssignmentDecision.objects.get(ticket=ticket)
    assert [item["excluded"] for item in decision.candidates] == ["休假中。"]
    with pytest.raises(InvalidValue) as refused:
        assign_ticket(ticket, agent, by=company["service_lead"])
    assert second.name in refused.value.message
    assert owner_of(ticket) is None


def test_a_leave_is_checked(company: Company, second: Any) -> None:
    agent, today = company["agent1"], clock.today()
    for values in (
        {"leave_from": today, "leave_until": None},
        {"leave_from": today, "leave_until": today - timedelta(days=1)},
        {"leave_from": today, "leave_until": today, "substitute": agent},
        {"leave_from": today, "leave_until": today, "substitute": company["auditor"]},
    ):
        with pytest.raises(InvalidValue):
            set_leave(agent, actor=agent, **values)
    with pytest.raises(NotAllowed):
        set_leave(agent, actor=second, leave_from=today, leave_until=today)
    set_leave(agent, actor=company["service_lead"], leave_from=today, leave_until=today)


def test_two_stand_in_for_each_other_but_not_at_the_same_time(
    company: Company, second: Any
) -> None:
    agent = company["agent1"]
    away(agent, substitute=second)
    away(second, substitute=agent, start=5)
    with pytest.raises(InvalidValue) as refused:
        away(second, substitute=agent, start=2)
    assert refused.value.field == "substitute"
    assert AgentProfile.objects.get(user=second).leave_from == clock.today() + timedelta(days=5)


def test_the_administration_checks_leave_and_substitute_too(company: Company, second: Any) -> None:
    agent, client = company["agent1"], browser(company, "service_lead")
    ticket, today = make_ticket_in(company, agent, "open"), f"{clock.today():%Y-%m-%d}"
    url = "/admin/tickets/agentprofile/add/"
    data = {"user": agent.pk, "availability": "ready", "capacity": "20", "leave_from": today,
            "leave_until": today}  # fmt: skip
    for wrong in (agent, company["auditor"]):
        answer = client.post(url, data | {"substitute": wrong.pk})
        assert answer.status_code == 200
        assert list(answer.context["adminform"].form.errors) == ["substitute"]
    assert not AgentProfile.objects.filter(user=agent).exists()
    assert client.post(url, data | {"substitute": second.pk}).status_code == 302
    assert owner_of(ticket) == second
    profile = AgentProfile.objects.get(user=agent)
    away(second)
    AgentProfile.objects.filter(user=second).update(substitute=agent)
    changed = data | {"substitute": second.pk, "capacity": "9", "version": profile.version}
    changed["leave_until"] = f"{clock.today() + timedelta(days=1):%Y-%m-%d}"
    answer = client.post(f"/admin/tickets/agentprofile/{profile.pk}/change/", changed)
    assert list(answer.context["adminform"].form.errors) == ["substitute"]
    profile.refresh_from_db()
    assert profile.capacity == 20


def test_people_say_it_themselves(company: Company, second: Any) -> None:
    client, ticket = browser(company, "agent1"), make_ticket_in(company, company["agent1"], "open")
    assert "/tickets/leave/" in client.get("/me/").content.decode()
    assert client.get("/tickets/leave/").status_code == 200
    today = f"{clock.today():%Y-%m-%d}"
    data = {"leave_from": today, "leave_until": today, "substitute": second.pk}
    assert client.post("/tickets/leave/", data).status_code == 302
    assert owner_of(ticket) == second
    assert client.post("/tickets/leave/", {"leave_from": today}).status_code == 422
    assert client.post("/tickets/leave/", {}).status_code == 302
    assign_ticket(ticket, company["agent1"], by=company["service_lead"])


def test_a_transferred_customer_takes_open_tickets_along(company: Company) -> None:
    old, new = company["sales1"], company["sales2"]
    customer = make_customer(company, old)
    ticket = make_ticket(company, old, customer=customer)
    other = make_ticket(company, company["agent1"], customer=customer)
    assert "1" in preview(customer).partition("工单")[2]
    transfer_customer(customer, new, actor=company.admin, along=["tickets"])
    assert (owner_of(ticket), owner_of(other)) == (new, company["agent1"])
