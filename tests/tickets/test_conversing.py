"""The conversation of a ticket: answers, notes, what the customer writes and what it does."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from crm.accounts.models import User
from crm.accounts.services import update_user
from crm.activities.models import FollowUp
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries import statutory
from crm.dictionaries.services import set_setting
from crm.notifications.models import Notification
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_group, make_ticket, make_ticket_in, type_of
from tests.kit.world import picture
from tickets import conversation
from tickets.choices import EventKind, Phase, Priority, Via
from tickets.models import SlaClock, Ticket, TicketMessage
from tickets.parameters import AUTOMATIC_LIMIT
from tickets.services.changing import watch_ticket
from tickets.services.conversing import note, receive, reply
from tickets.services.moving import transition
from tickets.sla.seeds import seed_policies


def test_the_handler_s_first_answer_confirms_the_handling(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket(company, agent)
    reply(ticket, "您好，正在核实。", by=agent, via=Via.PHONE)
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.responded_at) == (Phase.OPEN, ticket.answered_at)
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds == [EventKind.CREATED, EventKind.MESSAGE, EventKind.PHASE]


def test_only_handler_and_supervisor_answer_but_colleagues_note(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    other = company.person("agent2", "service")
    with pytest.raises(NotAllowed):
        reply(ticket, "您好", by=other)
    note(ticket, f"@{company['service_lead'].name} 请看一下", by=other)
    told = Notification.objects.filter(kind="ticket_mentioned").values_list("user__username")
    title = Notification.objects.filter(kind="ticket_mentioned")[0].title
    assert "工单“FW" in title and "跟进记录" not in title
    assert list(told) == [("service_lead",)]
    with pytest.raises(NotAllowed):
        note(ticket, "看看", by=company["auditor"])
    assert ticket.messages.count() == 1


def test_one_form_is_one_message_and_an_empty_one_is_none(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    first = reply(ticket, "已修复", by=agent, token="t1")
    assert reply(ticket, "已修复", by=agent, token="t1") == first
    with pytest.raises(InvalidValue):
        reply(ticket, " \n", by=agent)
    assert ticket.messages.count() == 1


def test_nobody_answers_past_a_message_he_has_not_read(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    receive(ticket, "不用修了，已经好了", via=Via.PORTAL)
    with pytest.raises(InvalidValue):
        reply(ticket, "我们明天上门", by=agent, seen=0)
    newest = TicketMessage.objects.latest("pk")
    reply(ticket, "好的", by=agent, seen=newest.pk)


def test_a_machine_changes_nothing(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED)
    receive(ticket, "自动回复：我在休假", via=Via.EMAIL, by_automation=True)
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.customer_wrote_at) == (Phase.RESOLVED, None)


def test_a_loop_of_automatic_messages_is_limited_counted_and_seen(company: Company) -> None:
    """`service.md` 8.1: automation never changes a type or a clock, and is rate-limited."""
    statutory.seed()
    seed_policies()
    set_setting(AUTOMATIC_LIMIT, 3, actor=company.admin)
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.WAITING_CUSTOMER)
    names = ("kind", "state", "cycle", "started_at", "stopped_at", "target", "due_at", "marks")

    def stands() -> list[Any]:
        ticket.refresh_from_db()
        clocks = SlaClock.objects.filter(ticket=ticket).order_by("pk").values(*names)
        return [ticket.phase, ticket.customer_wrote_at, ticket.reopen_count, list(clocks)]

    before, start = stands(), clock.now()
    assert before[-1]
    for number in range(10):
        with time_machine.travel(start + timedelta(minutes=number), tick=False):
            receive(ticket, f"自动回复 {number}", via=Via.EMAIL, by_automation=True)
    kept = TicketMessage.objects.filter(ticket=ticket, by_automation=True)
    assert [(row.text, row.held_back) for row in kept.filter(kind="customer")] == [
        ("自动回复 0", 0), ("自动回复 1", 0), ("自动回复 2", 0),
    ]  # fmt: skip
    assert kept.get(kind="internal").held_back == 7
    code = "tickets.ticket.held_back"
    assert Event.objects.filter(code=code, subject_id=ticket.pk).count() == 1
    assert stands() == before
    page = browser(company, "agent1").get(ticket.get_absolute_url()).content.decode()
    assert "有 7 条自动消息未保留。" in page
    # what a person writes is never held back, and the next hour begins anew
    receive(ticket, "我回来了", via=Via.EMAIL)
    assert kept.model.objects.filter(ticket=ticket, text="我回来了").exists()
    with time_machine.travel(start + timedelta(hours=2), tick=False):
        receive(ticket, "自动回复 11", via=Via.EMAIL, by_automation=True)
        assert kept.filter(text="自动回复 11").exists()
        for number in range(4):
            receive(ticket, f"又 {number}", via=Via.EMAIL, by_automation=True)
    counts = kept.filter(kind="internal").order_by("pk").values_list("held_back", flat=True)
    assert list(counts) == [7, 2]
    assert Event.objects.filter(code=code, subject_id=ticket.pk).count() == 2


def test_a_customer_reopens_within_the_window_and_later_asks_anew(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    receive(ticket, "又坏了", via=Via.PORTAL)
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.cycle, ticket.reopen_count) == (Phase.OPEN, 2, 1)
    late = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        message = receive(late, "半年后又坏了", via=Via.PORTAL)
    late.refresh_from_db()
    assert late.phase == Phase.CLOSED
    assert (message.ticket.follow_up_of, message.ticket.phase) == (late, Phase.NEW)


def test_a_group_may_keep_closed_tickets_closed(company: Company) -> None:
    group = make_group(company, [company["agent1"]], reopens_closed=False)
    ticket = make_ticket_in(company, company["agent1"], Phase.CLOSED, group=group)
    message = receive(ticket, "又坏了", via=Via.PORTAL)
    assert message.ticket.follow_up_of == ticket


def test_a_message_to_a_merged_ticket_goes_to_its_target(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.MERGED)
    message = receive(ticket, "有进展吗", via=Via.PORTAL)
    assert message.ticket == ticket.merged_into
    with pytest.raises(InvalidTransition):
        reply(ticket, "您好", by=company.admin)


def test_a_hold_wakes_by_the_customer_s_message(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.SCHEDULED)
    receive(ticket, "现在可以来了", via=Via.PHONE, taken_by=company["agent1"])
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.wake_at) == (Phase.OPEN, None)


def test_watchers_hear_of_it_but_not_twice(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    watch_ticket(ticket, lead, actor=lead)
    watch_ticket(ticket, lead, actor=lead)
    reply(ticket, "已修复", by=agent)
    told = Notification.objects.filter(kind="ticket_watched").values_list("user__username")
    assert list(told) == [("service_lead",)]
    with pytest.raises(InvalidValue):
        watch_ticket(ticket, company["finance"], actor=lead)


def test_whoever_lost_his_rights_is_told_nothing(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    watcher = company.person("agent2", "service")
    ticket = make_ticket_in(company, agent, Phase.OPEN, priority=Priority.HIGH)
    watch_ticket(ticket, watcher, actor=watcher)
    for user in User.objects.filter(pk__in=[agent.pk, watcher.pk]):
        update_user(user, changes={}, roles=[], actor=company.admin)
    Notification.objects.all().delete()
    receive(ticket, "密码仍然不对", via=Via.PORTAL)
    note(ticket, "客户很着急", by=lead)
    told = Notification.objects.values_list("user__username", "kind")
    assert list(told) == [("service_lead", "ticket_written")]


def test_a_closed_complaint_stands_in_the_customer_s_follow_ups(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    values = {"type_id": type_of("complaint").pk, "customer": customer}
    ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED, **values)
    lead = company["service_lead"]
    transition(ticket, Phase.CLOSED, by=lead, confirmed=True, response="满意")
    said = FollowUp.objects.on(customer).get()
    assert said.text.startswith(f"投诉已解决：{ticket.number}")
    assert said.author == lead
    plain = make_ticket_in(company, company["agent1"], Phase.CLOSED, customer=customer)
    assert plain.phase == Phase.CLOSED
    assert FollowUp.objects.on(customer).count() == 1
    assert Ticket.objects.filter(customer=customer).count() == 2


def test_old_messages_are_a_click_away(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    for number in range(conversation.LIMIT + 2):
        receive(ticket, f"第{number}条", via=Via.PHONE)
    client = browser(company, "auditor")
    address = reverse("tickets:ticket_message", args=[ticket.pk])
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert address in page and "第0条" not in page
    assert "第0条" in client.get(address).content.decode()


def test_files_of_a_call_stay_with_what_the_customer_said(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    address = reverse("tickets:ticket_message", args=[ticket.pk])
    sent = {"kind": "customer", "via": "phone", "text": "照片发您微信了", "files": picture()}
    assert browser(company, "agent1").post(address, sent).status_code == 302
    assert TicketMessage.objects.get(text="照片发您微信了").files.count() == 1
