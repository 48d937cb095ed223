"""Merge and un-merge, split, link, parent and child; macros; what the clock does."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse

from crm.activities.models import Attachment
from crm.core import clock
from crm.core.errors import DomainError, InvalidTransition, InvalidValue, NotAllowed
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_group, make_ticket, make_ticket_in, solve, type_of
from tests.kit.html import form_values
from tests.kit.world import picture
from tickets.actions import further
from tickets.choices import ENDED, LinkKind, MessageKind, Phase, Priority, Via
from tickets.conversation import lines_of
from tickets.models import Macro, Ticket, TicketMessage
from tickets.panels import LinksPanel
from tickets.services import administering, timing
from tickets.services.changing import watch_ticket
from tickets.services.conversing import note, receive, reply
from tickets.services.joining import (
    link_tickets,
    merge_ticket,
    set_parent,
    split_ticket,
    unlink_tickets,
    unmerge_ticket,
)
from tickets.services.macros import apply_macro, preview, refusal
from tickets.states import BY_PAIR
from tickets.views.tickets import notices


@pytest.mark.parametrize(
    "phase", [Phase.NEW, Phase.OPEN, Phase.WAITING_CUSTOMER, Phase.SCHEDULED, Phase.RESOLVED]
)
def test_un_merge_gives_everything_back(company: Company, phase: str) -> None:
    lead = company["service_lead"]
    ticket = make_ticket_in(company, company["agent1"], phase)
    target = make_ticket(company, company["agent1"])
    watch_ticket(ticket, lead, actor=lead)
    names = ("phase", "status_id", "resolved_at", "wake_at", "reason", "owner_id", "cycle")
    before = {name: getattr(ticket, name) for name in names}
    merge_ticket(ticket, target, by=lead)
    assert (ticket.phase, ticket.merged_into) == (Phase.MERGED, target)
    assert [row.source for row in target.watchers.all()] == [ticket]
    unmerge_ticket(ticket, by=lead)
    ticket.refresh_from_db()
    assert {name: getattr(ticket, name) for name in names} == before
    assert not target.watchers.exists()


def test_the_target_shows_what_was_said_on_the_source(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    reply(ticket, "请看一号机", by=agent)
    target = make_ticket_in(company, agent, Phase.OPEN)
    merge_ticket(ticket, target, by=agent)
    page = browser(company, "agent1").get(target.get_absolute_url()).content.decode()
    assert "请看一号机" in page
    receive(ticket, "还在等", via="portal")
    assert target.messages.get().text == "还在等"
    unmerge_ticket(ticket, by=lead)
    assert ticket.messages.count() == 1
    assert target.messages.count() == 1


def test_what_the_customer_writes_during_a_merge_reaches_the_target(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    target = make_ticket_in(company, agent, Phase.WAITING_CUSTOMER)
    opened = Ticket.objects.get(pk=ticket.pk)  # his page was read before
    merge_ticket(ticket, target, by=agent)
    receive(opened, "还在等", via="portal")
    target.refresh_from_db()
    assert target.phase == Phase.OPEN
    assert TicketMessage.objects.get(text="还在等").ticket == target


def test_un_merge_leaves_the_watchers_of_the_other_merged_ones(company: Company) -> None:
    lead, agent = company["service_lead"], company["agent1"]
    target, first, second = (make_ticket(company, agent) for _number in range(3))
    for ticket in (first, second):
        watch_ticket(ticket, lead, actor=lead)
        merge_ticket(ticket, target, by=lead)
    unmerge_ticket(first, by=lead)
    assert [(row.user, row.source) for row in target.watchers.all()] == [(lead, second)]
    unmerge_ticket(second, by=lead)
    assert not target.watchers.exists()


def test_zammad_2347_both_linked_to_a_third_merge_and_the_target_shows_each_link_once(
    company: Company,
) -> None:
    """A merge is a view: links of the merged ticket stand with the target while it lasts."""
    lead, agent = company["service_lead"], company["agent1"]
    ticket, target, third, fourth = (make_ticket(company, agent) for _number in range(4))
    for one, other in ((ticket, third), (target, third), (fourth, ticket), (ticket, target)):
        link_tickets(one, other, LinkKind.RELATED, by=lead)
    merge_ticket(ticket, target, by=lead)

    def shown(obj: Ticket) -> list[str]:
        rows = LinksPanel().context(obj, lead)["rows"]
        return sorted(row["url"] for row in rows if row["meta"].startswith("相关"))

    def urls(*tickets: Ticket) -> list[str]:
        return sorted(each.get_absolute_url() for each in tickets)

    target.refresh_from_db()
    assert shown(target) == urls(third, fourth)
    assert shown(third) == urls(target)
    assert shown(fourth) == urls(target)
    unmerge_ticket(ticket, by=lead)
    assert shown(target) == urls(third, ticket)
    assert shown(fourth) == urls(ticket)


def test_merges_that_are_refused(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket, other = make_ticket(company, agent), make_ticket(company, lead)
    with pytest.raises(NotAllowed):
        merge_ticket(ticket, other, by=agent)
    with pytest.raises(InvalidValue):
        merge_ticket(ticket, ticket, by=lead)
    owners = [make_customer(company, company["sales1"]) for _number in range(2)]
    mine, theirs = (make_ticket(company, agent, customer=owner) for owner in owners)
    with pytest.raises(InvalidValue):
        merge_ticket(mine, theirs, by=lead)
    merge_ticket(other, ticket, by=lead)
    with pytest.raises(InvalidTransition):
        merge_ticket(ticket, other, by=lead)
    with pytest.raises(NotAllowed):
        unmerge_ticket(other, by=agent)
    late = time_machine.travel(clock.now() + timedelta(days=31), tick=False)
    with late, pytest.raises(InvalidTransition):
        unmerge_ticket(other, by=lead)


def test_a_split_copies_the_message(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    message = receive(ticket, "另外二号机也坏了", via="portal")
    fresh = split_ticket(message, "二号机故障", by=agent)
    assert (fresh.split_from, fresh.description) == (ticket, "另外二号机也坏了")
    assert (fresh.phase, fresh.last_seq) == (Phase.NEW, 1)
    assert ticket.messages.filter(kind=MessageKind.CUSTOMER).count() == 1


def test_a_split_copies_the_files_of_the_message(
    company: Company, settings: Any, tmp_path: Path
) -> None:
    """`service.md` 8.1: the message is copied, not moved; neither ticket loses a file."""
    settings.MEDIA_ROOT = tmp_path
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    message = receive(ticket, "二号机的照片", via="portal", uploads=[picture(), picture()])
    first, gone = message.files.order_by("pk")
    default_storage.delete(gone.path)
    fresh = split_ticket(message, "二号机故障", by=agent)
    copy = Attachment.objects.get(subject_id=fresh.pk, subject_type__model="ticket")
    assert (copy.name, copy.sha256) == (first.name, first.sha256)
    assert copy.path != first.path and default_storage.exists(copy.path)
    assert set(message.files.all()) == {first, gone}
    page = browser(company, "agent1")
    panel = page.get(reverse("tickets:ticket_panel", args=[fresh.pk, "files"]))
    assert first.name in panel.content.decode()


def test_a_split_that_is_refused_leaves_no_file(
    company: Company, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    message = receive(ticket, "二号机的照片", via="portal", uploads=[picture()])
    before = sorted(tmp_path.rglob("*.*"))
    with pytest.raises(NotAllowed):
        split_ticket(message, "二号机故障", by=company["sales1"])
    assert Attachment.objects.count() == 1
    assert sorted(tmp_path.rglob("*.*")) == before


def test_an_internal_note_never_becomes_what_the_customer_reads(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    written = note(ticket, "客户是老赖，先拖着", by=agent)
    with pytest.raises(InvalidTransition):
        split_ticket(written, "新单", by=agent)
    address = reverse("tickets:ticket_split", args=[ticket.pk, written.pk])
    assert browser(company, "agent1").get(address).status_code == 404


def test_links_and_parents(company: Company) -> None:
    agent = company["agent1"]
    one, two, three = (make_ticket(company, agent) for _number in range(3))
    link = link_tickets(two, one, LinkKind.RELATED, by=agent)
    assert (link.first, link.second) == (one, two)
    for pair in ((one, two), (one, one)):
        with pytest.raises(InvalidValue):
            link_tickets(*pair, LinkKind.DUPLICATE, by=agent)
    unlink_tickets(link, two, by=agent)
    set_parent(two, one, by=agent)
    set_parent(three, two, by=agent)
    with pytest.raises(InvalidValue):
        set_parent(one, three, by=agent)
    page = browser(company, "agent1")
    panel = reverse("tickets:ticket_panel", args=[one.pk, "links"])
    assert two.number in page.get(panel).content.decode()


def test_a_macro_does_all_or_nothing_and_says_so_before(company: Company) -> None:
    agent = company["agent1"]
    ticket = make_ticket_in(company, agent, Phase.OPEN, requester="张工")
    macro = Macro(
        name="索取资料", message_kind="public", text="{contact}您好，请发照片。",
        priority="high", phase=Phase.WAITING_CUSTOMER,
    )  # fmt: skip
    administering.create_macro(macro, actor=company.admin)
    assert [line.text for line in preview(macro, ticket, agent)] == [
        "高", "张工您好，请发照片。", "待客户反馈",
    ]  # fmt: skip
    assert refusal(macro, ticket, agent) == ""
    assert ticket.messages.count() == 0
    url = reverse("tickets:ticket_macro", args=[ticket.pk, macro.pk])
    client = browser(company, "agent1")
    assert "张工您好" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.priority) == (Phase.WAITING_CUSTOMER, Priority.HIGH)
    broken = Macro(name="解决", message_kind="internal", text="完成", phase=Phase.RESOLVED)
    administering.create_macro(broken, actor=company.admin)
    with pytest.raises(DomainError):
        apply_macro(broken, ticket, by=agent)
    assert ticket.messages.filter(kind=MessageKind.INTERNAL).count() == 0
    foreign = Macro(name="外组", priority="low", group=make_group(company, []))
    administering.create_macro(foreign, actor=company.admin)
    assert refusal(foreign, ticket, agent) != ""
    with pytest.raises(InvalidTransition):
        apply_macro(foreign, ticket, by=agent)


def test_a_macro_says_before_that_its_group_is_disabled(company: Company) -> None:
    agent, group = company["agent1"], make_group(company, [])
    macro = Macro(name="转二线", message_kind="internal", text="请接手", to_group=group)
    administering.create_macro(macro, actor=company.admin)
    ticket = make_ticket_in(company, agent, Phase.OPEN)
    assert refusal(macro, ticket, agent) == ""
    administering.update_group(group, changes={"is_active": False}, actor=company.admin)
    macro = Macro.objects.get(pk=macro.pk)
    assert group.name in refusal(macro, ticket, agent)
    with pytest.raises(InvalidTransition, match=group.name):
        apply_macro(macro, ticket, by=agent)
    assert ticket.messages.count() == 0


def test_a_macro_does_not_answer_past_an_unread_message(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    macro = Macro(name="催付", message_kind="public", text="请尽快付款。", priority="high")
    administering.create_macro(macro, actor=company.admin)
    url = reverse("tickets:ticket_macro", args=[ticket.pk, macro.pk])
    client = browser(company, "agent1")
    sent = form_values(client.get(url), "seen")
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert f"{url}?seen=0" in page  # what the ticket's page showed counts, not what came later
    receive(ticket, "昨天已付款", via=Via.PORTAL)
    assert form_values(client.get(f"{url}?seen=0"), "seen") == sent
    refused = client.post(url, sent)
    assert refused.status_code == 422
    assert "昨天已付款" in refused.content.decode()
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.messages.count()) == (Priority.MEDIUM, 1)
    assert client.post(url, form_values(refused, "seen")).status_code == 302
    assert ticket.messages.filter(kind=MessageKind.PUBLIC).count() == 1


def test_every_state_by_bulk_and_macro_keeps_the_table(company: Company) -> None:
    """No way around the machine: from each phase to each, by two more doors."""
    client = browser(company, "service_lead")
    bulk = reverse("tickets:ticket_bulk", args=["move"])

    def by_bulk(ticket: Ticket, new: str) -> None:
        values = {"ids": [ticket.pk], "step": "run", "phase": new, "reason": "批量",
                  "solution": "已处理"}  # fmt: skip
        assert client.post(bulk, values).status_code == 200

    def by_macro(ticket: Ticket, new: str) -> None:
        macro = Macro(name=f"{ticket.pk}", phase=new, reason="批量", solution="已处理")
        administering.create_macro(macro, actor=company.admin)
        client.post(reverse("tickets:ticket_macro", args=[ticket.pk, macro.pk]))

    offered = dict(Macro._meta.get_field("phase").choices)
    targets = (Phase.OPEN, Phase.WAITING_THIRD, Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED)
    for old in Phase:
        for new in targets:
            possible = (old, new) in BY_PAIR and new != Phase.RESOLVED and old != Phase.MERGED
            doors = (by_bulk, by_macro) if new in offered else (by_bulk,)
            for door in doors:
                ticket = make_ticket_in(company, company["agent1"], old)
                door(ticket, new)
                moved = Ticket.objects.values_list("phase", flat=True).get(pk=ticket.pk)
                allowed = possible and (door is by_bulk or old not in ENDED)
                assert (moved == new) == (allowed or old == new), (door, old, new)


def test_waiting_complaints_keep_no_other_ticket_open(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = company["agent1"]
    complaint = make_ticket(company, agent, type_id=type_of("complaint").pk)
    reply(complaint, "已更换", by=agent)
    solve(company, complaint)
    make_ticket_in(company, agent, Phase.RESOLVED)
    monkeypatch.setattr(timing, "SLICE", 1)
    with time_machine.travel(clock.now() + timedelta(days=12), tick=False):
        assert timing.keep() == {"woken": 0, "closed": 1}


def test_the_clock_wakes_and_closes(company: Company) -> None:
    agent = company["agent1"]
    asleep = make_ticket_in(company, agent, Phase.SCHEDULED)
    solved = make_ticket_in(company, agent, Phase.RESOLVED)
    complaint = make_ticket(company, agent, type_id=type_of("complaint").pk)
    reply(complaint, "已更换", by=agent)
    solve(company, complaint)
    assert timing.keep() == {"woken": 0, "closed": 0}
    with time_machine.travel(clock.now() + timedelta(days=12), tick=False):
        assert timing.keep() == {"woken": 1, "closed": 1}
        assert timing.keep() == {"woken": 0, "closed": 0}
    for ticket, phase in (
        (asleep, Phase.OPEN),
        (solved, Phase.CLOSED),
        (complaint, Phase.RESOLVED),
    ):
        ticket.refresh_from_db()
        assert ticket.phase == phase


def test_the_target_tells_what_the_merged_ticket_was_about(company: Company) -> None:
    agent = company["agent1"]
    target = make_ticket_in(company, agent, Phase.OPEN)
    ticket = make_ticket_in(company, agent, Phase.OPEN, description="二号机也停了。")
    merge_ticket(ticket, target, by=agent)
    lines, more = lines_of(target, agent)
    assert [(str(line.text), line.origin, more) for line in lines] == [
        ("二号机也停了。", ticket, 0)
    ]
    page = browser(company, "agent1").get(target.get_absolute_url()).content.decode()
    assert "二号机也停了。" in page and 'id="message-0"' not in page
    there = notices(ticket, agent)[0]["action"]
    assert there["url"] == target.get_absolute_url()


def test_a_merged_ticket_offers_one_way_back(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.MERGED)
    names = [each["name"] for each in further(ticket, company["service_lead"])]
    assert [name for name in names if name.startswith("step")] == []
    assert names.count("unmerge") == 1


def test_only_tickets_that_can_take_it_are_offered_for_a_merge(company: Company) -> None:
    agent, client = company["agent1"], browser(company, "agent1")
    customer = make_customer(company, company["sales1"])
    ticket = make_ticket(company, agent, customer=customer)
    same, unknown = make_ticket(company, agent, customer=customer), make_ticket(company, agent)
    foreign = make_ticket(company, agent, customer=make_customer(company, company["sales1"]))
    merged = make_ticket_in(company, agent, Phase.MERGED)

    def offered(**query: int) -> set[int]:
        answer = client.get(reverse("tickets:ticket_options"), query)
        return {each["value"] for each in answer.json()["results"]}

    assert {same.pk, unknown.pk} <= offered(into=ticket.pk)
    assert not offered(into=ticket.pk) & {ticket.pk, foreign.pk, merged.pk}
    assert {same.pk, foreign.pk} <= offered(beside=ticket.pk)
    assert ticket.pk not in offered(beside=ticket.pk) and ticket.pk in offered()
    form = client.get(reverse("tickets:ticket_merge", args=[ticket.pk])).content.decode()
    assert f'data-params="into={ticket.pk}"' in form
