"""The customer's page by link: what it shows, what it takes, and who gets in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.activities.models import Attachment, FollowUp
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries import settings as parameters
from crm.notifications.models import Notification
from crm.visitors import pace
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_ticket, make_ticket_in, type_of
from tests.kit.queries import watching_writes
from tickets.choices import Phase, Via
from tickets.models import Complaint, CustomerLink, Ticket
from tickets.portal import answering, linking, tokens
from tickets.portal.parameters import LINK_DAYS
from tickets.services.conversing import note, receive, reply
from tickets.services.moving import transition

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
Visit = Callable[..., Any]


@pytest.fixture(autouse=True)
def fresh() -> None:
    pace.COUNTER.forget()


def link_to(company: Company, ticket: Ticket) -> str:
    return linking.path_of(linking.issue_link(ticket, by=company.admin))


def open_ticket(company: Company, **values: Any) -> Ticket:
    return make_ticket_in(company, company["agent1"], Phase.OPEN, **values)


def send(url: str, **values: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    typed = {"nonce": NONCE.search(client.get(url).content.decode())[1]}
    return client.post(url, typed | values)


def test_it_shows_the_conversation_and_nothing_else(company: Company) -> None:
    agent = company["agent1"]
    customer = make_customer(company, agent, name="保密客户有限公司")
    ticket = open_ticket(company, customer=customer, phone="13911112222", email="k@kehu.cn")
    other = open_ticket(company, customer=customer, title="另一件事")
    reply(ticket, "请重启后再试。", by=agent, uploads=[SimpleUploadedFile("手册.pdf", b"%PDF-1")])
    note(ticket, "客户很难缠", by=agent, uploads=[SimpleUploadedFile("内部.pdf", b"%PDF-2")])
    receive(ticket, HOSTILE, via=Via.PORTAL, contact=ticket.contact)
    page = Client().get(link_to(company, ticket))
    text = page.content.decode()
    assert page.status_code == 200
    for word in (ticket.number, ticket.title, "请重启后再试。", "手册.pdf", agent.display_name):
        assert word in text
    for word in (
        "客户很难缠", "内部.pdf", "保密客户", other.number, "另一件事", "13911112222", "k@kehu.cn",
        ticket.description, agent.username, "<script>alert",
    ):  # fmt: skip
        assert word not in text
    assert "&lt;script&gt;alert(1)" in text


def test_its_headers_keep_the_address_secret(company: Company) -> None:
    url = link_to(company, open_ticket(company))
    for answer in (Client().get(url), Client().get("/t/unknown/"), send(url, text="")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["X-Frame-Options"] == "DENY"
        assert "'unsafe" not in answer["Content-Security-Policy"]
        assert not answer.cookies


def test_looking_writes_nothing_and_asks_little(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    ticket = open_ticket(company)
    for number in range(6):
        reply(ticket, f"第{number}条", by=company["agent1"])
    url, client = link_to(company, ticket), Client()
    client.get(url)
    with watching_writes() as writes, django_assert_max_num_queries(14):
        assert client.get(url).status_code == 200
        assert client.head(url).status_code == 200
    assert writes.statements == []


@pytest.mark.parametrize(("language", "word"), [("en-GB,en", "Your message"), ("zh-CN", "您的留言"),
                                                ("fr", "您的留言"), ("", "您的留言")])  # fmt: skip
def test_it_speaks_the_browser_s_language(company: Company, language: str, word: str) -> None:
    answer = Client().get(
        link_to(company, open_ticket(company)), headers={"accept-language": language}
    )
    assert word in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


def test_an_answer_wakes_the_ticket_and_is_stored_once(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.WAITING_CUSTOMER)
    url = link_to(company, ticket)
    client = Client()
    nonce = NONCE.search(client.get(url).content.decode())[1]
    before = ticket.messages.count()
    for _click in range(2):
        files = [SimpleUploadedFile("截图.png", b"x")]
        answer = client.post(url, {"text": "还是不行", "files": files, "nonce": nonce})
        assert (answer.status_code, answer["Location"]) == (302, f"{url}?said=reply")
    ticket.refresh_from_db()
    assert ticket.phase == Phase.OPEN
    message = ticket.messages.last()
    assert (ticket.messages.count(), message.text, message.via) == (
        before + 1,
        "还是不行",
        "portal",
    )
    file = Attachment.objects.get()
    assert (file.name, file.created_by) == ("截图.png", None)
    assert Notification.objects.filter(user=company["agent1"], kind="ticket_written").exists()
    page = browser(company, "agent1").get(ticket.get_absolute_url()).content.decode()
    assert "还是不行" in page
    assert "截图.png" in page


def test_files_follow_the_rules_and_smaller_limits(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = link_to(company, open_ticket(company))
    assert send(url, text="", files=[]).status_code == 422
    assert send(url, text="看附件", files=[SimpleUploadedFile("a.exe", b"x")]).status_code == 422
    many = [SimpleUploadedFile(f"{n}.png", b"x") for n in range(answering.MOST_FILES + 1)]
    assert send(url, text="看附件", files=many).status_code == 422
    monkeypatch.setattr(answering, "LARGEST_MB", 0)
    assert send(url, text="看附件", files=[SimpleUploadedFile("a.png", b"x")]).status_code == 422
    assert not Attachment.objects.exists()


def test_only_files_of_the_page_can_be_loaded(company: Company) -> None:
    agent, ticket = company["agent1"], open_ticket(company)
    reply(ticket, "见附件", by=agent, uploads=[SimpleUploadedFile("手册.html.pdf", b"%PDF-1")])
    note(ticket, "内部", by=agent, uploads=[SimpleUploadedFile("内部.pdf", b"%PDF-2")])
    stranger = open_ticket(company)
    reply(stranger, "见附件", by=agent, uploads=[SimpleUploadedFile("别人.pdf", b"%PDF-3")])
    url = link_to(company, ticket)
    codes = {}
    for row in Attachment.objects.all():
        answer = Client().get(f"{url}files/{row.pk}/")
        codes[row.name] = answer.status_code
    assert codes == {"手册.html.pdf": 200, "内部.pdf": 404, "别人.pdf": 404}
    shown = Attachment.objects.get(name="手册.html.pdf")
    answer = Client().get(f"{url}files/{shown.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_the_customer_confirms_or_goes_on(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED)
    url = link_to(company, ticket)
    assert send(url, act="solved")["Location"] == f"{url}?said=solved"
    ticket.refresh_from_db()
    assert ticket.phase == Phase.CLOSED
    assert (
        Event.objects.filter(code="tickets.ticket.confirmed_by_customer", actor=None).count() == 1
    )
    assert send(url, text="又坏了").status_code == 302
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.cycle) == (Phase.OPEN, 2)
    refused = send(url, act="solved")
    assert refused.status_code == 409
    ticket.refresh_from_db()
    assert ticket.phase == Phase.OPEN


def test_the_customer_s_word_closes_a_complaint(company: Company) -> None:
    kind = type_of("complaint")
    ticket = make_ticket_in(company, company["agent1"], Phase.RESOLVED, type_id=kind.pk)
    assert send(link_to(company, ticket), act="solved").status_code == 302
    ticket.refresh_from_db()
    complaint = Complaint.objects.get(ticket=ticket)
    assert (ticket.phase, complaint.call_back, complaint.called_by) == (
        Phase.CLOSED, "satisfied", None,
    )  # fmt: skip


def test_what_we_keep_is_in_our_language_whatever_the_customer_speaks(company: Company) -> None:
    """P13: 投诉已解决 stands in the follow-ups although an English browser confirmed."""
    agent, customer = company["agent1"], make_customer(company, company["agent1"])
    values = {"type_id": type_of("complaint").pk, "customer": customer}
    ticket = make_ticket_in(company, agent, Phase.RESOLVED, **values)
    url = link_to(company, ticket)
    client = Client(headers={"accept-language": "en-GB"})
    typed = {"nonce": NONCE.search(client.get(url).content.decode())[1]}
    assert client.post(url, typed | {"act": "solved"}).status_code == 302
    said = FollowUp.objects.get()
    assert said.text.startswith(f"投诉已解决：{ticket.number}")
    assert Complaint.objects.get(ticket=ticket).call_back_note == "客户在工单页面确认已解决。"
    with time_machine.travel(clock.now() + timedelta(days=60), tick=False):
        fresh = linking.renew_link(ticket, by=company.admin)
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=clock.now() - timedelta(days=8))
        url = linking.path_of(fresh)
        typed = {"nonce": NONCE.search(client.get(url).content.decode())[1]}
        assert client.post(url, typed | {"text": "Broken again"}).status_code == 302
    made = Event.objects.get(code="tickets.ticket.created", note__contains=ticket.number)
    assert made.note == f"客户在已关闭的工单 {ticket.number} 上留言"


def test_after_the_window_words_become_a_new_ticket(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    url = link_to(company, ticket)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        client = Client()
        nonce = NONCE.search(client.get(url).content.decode())[1]
        answers = [client.post(url, {"text": "又坏了", "nonce": nonce}) for _click in range(2)]
        fresh = Ticket.objects.get(follow_up_of=ticket)
        own = linking.path_of(CustomerLink.objects.get(ticket=fresh))
        assert {answer["Location"] for answer in answers} == {f"{own}?said=anew"}
        text = client.get(own).content.decode()
    assert fresh.number in text
    assert text.count("又坏了") == 1
    assert ticket.number not in text


def test_the_link_ends_some_time_after_the_ticket(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    url = link_to(company, ticket)
    with time_machine.travel(clock.now() + timedelta(days=29)):
        assert Client().get(url).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=31)):
        expired = Client().get(url)
        assert (expired.status_code, send_raw(url)) == (404, 404)
    assert expired.content == Client().get("/t/unknown/").content


def send_raw(url: str) -> int:
    return Client().post(url, {"text": "还在吗"}).status_code


def test_only_a_hash_is_stored_and_a_renewed_link_replaces_the_old(company: Company) -> None:
    agent, ticket = company["agent1"], open_ticket(company)
    link = linking.issue_link(ticket, by=agent)
    token = tokens.token_of(link.nonce)
    assert len(token) >= 32
    stored = " ".join(map(str, CustomerLink.objects.values_list().get()))
    assert token not in stored
    old = linking.path_of(link)
    new = linking.path_of(linking.renew_link(ticket, by=agent))
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    linking.revoke_link(ticket, by=agent)
    assert Client().get(new).status_code == 404
    assert send_raw(new) == 404
    with pytest.raises(InvalidTransition):
        linking.revoke_link(ticket, by=agent)
    codes = Event.objects.filter(code__startswith="tickets.link.").order_by("pk")
    assert list(codes.values_list("code", flat=True)) == [
        "tickets.link.issued", "tickets.link.renewed", "tickets.link.revoked",
    ]  # fmt: skip


def test_a_new_secret_key_ends_no_link(company: Company, settings: Any) -> None:
    link = linking.issue_link(open_ticket(company), by=company.admin)
    url, old = linking.path_of(link), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-key-" * 6, ["older-still", old]
    assert linking.path_of(link) == url
    fresh = linking.issue_link(open_ticket(company), by=company.admin)
    assert Client().get(linking.path_of(fresh)).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert linking.path_of(link) != url
    assert send(url, text="还没有解决")["Location"] == f"{url}?said=reply"


def test_only_who_answers_shares_the_link(company: Company) -> None:
    ticket = open_ticket(company)
    other = company.person("agent2", "service")
    with pytest.raises(NotAllowed):
        linking.issue_link(ticket, by=other)
    url = f"/tickets/{ticket.pk}/customer-link/"
    client = browser(company, "agent1")
    with watching_writes() as writes:
        assert client.get(url).status_code == 200
    assert not [each for each in writes.statements if "customerlink" in each]
    assert client.post(url, {"act": "issue"}).status_code == 302
    link = CustomerLink.objects.get(ticket=ticket)
    assert linking.url_of(link) in client.get(url).content.decode()
    assert client.post(url, {"act": "revoke"}).status_code == 302
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_a_merged_ticket_shows_no_stranger_s_conversation(company: Company) -> None:
    agent = company["agent1"]
    mine, theirs = open_ticket(company, phone="13900000001"), open_ticket(company)
    reply(theirs, "只给另一位客户", by=agent)
    url = link_to(company, mine)
    transition(mine, Phase.MERGED, by=company.admin, merged_into=theirs)
    text = Client().get(url).content.decode()
    assert theirs.number not in text
    assert "只给另一位客户" not in text
    assert send(url, text="还有一个问题").status_code == 302
    assert theirs.messages.filter(text="还有一个问题").exists()
    same = open_ticket(company, phone="13900000002")
    target = open_ticket(company, phone="13900000002")
    url = link_to(company, same)
    transition(same, Phase.MERGED, by=company.admin, merged_into=target)
    assert target.number in Client().get(url).content.decode()


@pytest.mark.usefixtures("one_minute")
def test_a_flood_is_stopped(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    url = link_to(company, open_ticket(company))
    monkeypatch.setattr(answering, "LINK", answering.Limit(2, restarts=False))
    codes = [send(url, text=f"消息{number}").status_code for number in range(3)]
    assert codes == [302, 302, 429]
    monkeypatch.setattr("tickets.portal.public.PAGES", 1)
    pace.COUNTER.forget()
    assert [Client().get(url).status_code for _ask in range(2)] == [200, 429]


def test_a_voided_ticket_s_link_ends_by_the_day_of_voiding(company: Company) -> None:
    ticket = make_ticket(company, company["agent1"])
    url = link_to(company, ticket)
    voided = clock.now()
    transition(ticket, Phase.CANCELLED, by=company.admin, reason="重复")
    days = timedelta(days=int(parameters.get(LINK_DAYS)))
    with time_machine.travel(voided + days / 2, tick=False):
        # as the hand-over of a colleague who leaves writes it
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=clock.now())
        assert Client().get(url).status_code == 200
    with time_machine.travel(voided + days + timedelta(minutes=1), tick=False):
        assert Client().get(url).status_code == 404
        transition(ticket, Phase.OPEN, by=company.admin)
        transition(ticket, Phase.CANCELLED, by=company.admin, reason="还是重复")
        assert Client().get(url).status_code == 200  # voided anew


def test_deleted_and_withdrawn_tickets(company: Company) -> None:
    ticket = make_ticket(company, company["agent1"])
    url = link_to(company, ticket)
    transition(ticket, Phase.CANCELLED, by=company.admin, reason="重复")
    page = Client().get(url)
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert send_raw(url) == 409
    Ticket.objects.filter(pk=ticket.pk).update(deleted_at=clock.now())
    assert Client().get(url).status_code == 404
