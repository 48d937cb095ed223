"""Answers by e-mail: once, with the link, in one thread; failures are shown and sent again."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends import locmem

from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries.models import Setting
from crm.dictionaries.settings import STAMP
from crm.dictionaries.stamps import bump
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.tickets import make_ticket_in
from tickets.choices import Phase, Via
from tickets.models import AnswerMail, CustomerLink, Ticket
from tickets.portal import linking, mailing
from tickets.portal.models import MailState
from tickets.portal.parameters import MAIL_ANSWERS
from tickets.services.conversing import note, reply


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.MAIL_CONFIGURED = True
    settings.SITE_URL = "https://crm.example.com"


def open_ticket(company: Company, **values: Any) -> Ticket:
    values.setdefault("email", "zhao@kehu.example.com")
    return make_ticket_in(company, company["agent1"], Phase.OPEN, **values)


def break_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> int:
        raise OSError("connection refused")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", refuse)


def test_an_answer_goes_out_once_with_the_link(company: Company) -> None:
    ticket = open_ticket(company)
    message = reply(ticket, "请重启后再试。", by=company["agent1"])
    assert not mail.outbox
    assert (mailing.run(), mailing.run()) == (1, 0)
    (sent,) = mail.outbox
    link = CustomerLink.objects.get(ticket=ticket)
    assert sent.to == ["zhao@kehu.example.com"]
    assert sent.subject == f"[{ticket.number}] {ticket.title}"
    assert "请重启后再试。" in sent.body
    assert f"https://crm.example.com{linking.path_of(link)}" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "no"
    row = AnswerMail.objects.get(message=message)
    assert sent.extra_headers["Message-ID"] == row.header_id
    assert (row.state, row.attempts, row.error) == (MailState.SENT, 1, "")


def test_later_answers_belong_to_the_first(company: Company) -> None:
    ticket, agent = open_ticket(company), company["agent1"]
    for text in ("第一封", "第二封", "第三封"):
        reply(ticket, text, by=agent)
    reply(open_ticket(company), "另一件", by=agent)
    assert mailing.run() == 4
    headers = [each.extra_headers for each in mail.outbox]
    ids = [each["Message-ID"] for each in headers]
    assert len(set(ids)) == 4
    assert [each.get("In-Reply-To") for each in headers] == [None, ids[0], ids[1], None]
    assert headers[2]["References"] == f"{ids[0]} {ids[1]}"


def test_what_is_no_answer_by_mail_makes_none(company: Company, settings: Any) -> None:
    agent, ticket = company["agent1"], open_ticket(company)
    note(ticket, "内部", by=agent)
    reply(ticket, "电话里说过了", by=agent, via=Via.PHONE)
    reply(open_ticket(company, email=""), "您好", by=agent)
    Setting.objects.update_or_create(key=MAIL_ANSWERS, defaults={"value": False})
    bump(STAMP)
    reply(ticket, "您好", by=agent)
    Setting.objects.filter(key=MAIL_ANSWERS).delete()
    bump(STAMP)
    settings.MAIL_CONFIGURED = False
    reply(ticket, "您好", by=agent)
    assert not AnswerMail.objects.exists()


def test_a_revoked_link_is_not_mailed(company: Company) -> None:
    ticket, agent = open_ticket(company), company["agent1"]
    linking.issue_link(ticket, by=agent)
    linking.revoke_link(ticket, by=agent)
    reply(ticket, "您好", by=agent)
    assert mailing.run() == 1
    assert "/t/" not in mail.outbox[0].body


def test_two_workers_send_one_mail(company: Company) -> None:
    reply(open_ticket(company), "您好", by=company["agent1"])
    row = AnswerMail.objects.get()
    assert [mailing._attempt(row.pk, 0) for _worker in range(2)] == [1, 0]
    assert len(mail.outbox) == 1


def test_failures_are_tried_again_then_shown_with_a_retry(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, ticket = company["agent1"], open_ticket(company)
    reply(ticket, "您好", by=agent)
    row = AnswerMail.objects.get()
    with time_machine.travel(clock.now() + timedelta(days=1)):
        with monkeypatch.context() as patch:
            break_server(patch)
            for _attempt in range(5):
                assert mailing.run() == 0
                AnswerMail.objects.update(next_at=clock.now())
            assert mailing.run() == 0
        row.refresh_from_db()
        assert (row.state, row.attempts) == (MailState.FAILED, 5)
        with pytest.raises(NotAllowed):
            mailing.retry(row, by=company.person("agent2", "service"))
        client, url = browser(company, "agent1"), f"/tickets/{ticket.pk}/mails/{row.pk}/retry/"
        page = client.get(ticket.get_absolute_url()).content.decode()
        assert "connection refused" in page
        assert url in page
        assert client.post(url).status_code == 302
        assert mailing.run() == 1
        assert url not in client.get(ticket.get_absolute_url()).content.decode()
    row.refresh_from_db()
    assert row.state == MailState.SENT
    with pytest.raises(InvalidTransition):
        mailing.retry(row, by=agent)


def test_a_hostile_subject_stays_one_header(company: Company) -> None:
    ticket = open_ticket(company)
    Ticket.objects.filter(pk=ticket.pk).update(title="坏\r\nBcc: evil@example.com")
    reply(ticket, "您好", by=company["agent1"])
    assert mailing.run() == 1
    assert "\n" not in mail.outbox[0].subject
    assert "Bcc" not in mail.outbox[0].message()
