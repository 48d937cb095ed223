"""Surveys (`service.md` 8.4): who is asked, one answer, nothing recorded by looking."""

import hmac
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from crm.activities.planning.models import Task
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidValue
from crm.dictionaries.services import set_setting
from crm.notifications import texting
from crm.notifications.texting import TextMessage
from crm.web import timeline
from tests.factories.company import Company
from tests.factories.tickets import make_group, make_ticket, solve
from tests.kit.gateway import Gateway
from tickets.choices import Phase
from tickets.models import SurveyInvite, SurveyResponse, Ticket
from tickets.satisfaction import channels, inviting, receipts, tokens
from tickets.satisfaction.answering import Answer, find, submit
from tickets.satisfaction.parameters import LOW_COMPLAINT
from tickets.services.conversing import receive
from tickets.services.joining import merge_ticket, unmerge_ticket
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket

pytestmark = pytest.mark.usefixtures("survey_questions")
#: Wednesday 10:00 in Shanghai.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
Browsers = Callable[[str], Client]


@pytest.fixture
def watch(settings: Any) -> Iterator[Any]:
    settings.MAIL_CONFIGURED = True
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def solved(company: Company, **values: Any) -> Ticket:
    values.setdefault("email", "zhao@kehu.example.com")
    ticket = make_ticket(company, company["agent1"], **values)
    transition(ticket, Phase.OPEN, by=company.admin)
    return solve(company, ticket)


def invited(ticket: Ticket) -> SurveyInvite:
    return SurveyInvite.objects.filter(ticket=ticket).order_by("-cycle")[0]


def sent(company: Company, watch: Any, **values: Any) -> SurveyInvite:
    ticket = solved(company, **values)
    watch.shift(timedelta(minutes=31))
    assert inviting.run() == 1
    return invited(ticket)


def path_of(invite: SurveyInvite) -> str:
    return f"/s/{tokens.token_of(invite.nonce)}/"


# --- who is asked --------------------------------------------------------------------------------
def test_half_an_hour_after_the_solution_a_mail_goes_out(company: Company, watch: Any) -> None:
    ticket = solved(company)
    assert inviting.run() == 0
    watch.shift(timedelta(minutes=30))
    assert inviting.run() == 1
    assert inviting.run() == 0
    (message,) = mail.outbox
    invite = invited(ticket)
    token = tokens.token_of(invite.nonce)
    assert message.to == ["zhao@kehu.example.com"]
    assert f"/s/{token}/" in message.body
    html = message.alternatives[0][0]
    assert f"/s/{token}/?score=5" in html and "去评价" in html and "<script" not in html
    assert (invite.state, invite.owner) == ("sent", company["agent1"])
    assert token not in str(list(SurveyInvite.objects.values()))
    assert invite.token_sha256 == tokens.hash_of(token)


def test_a_new_secret_key_ends_no_invitation(company: Company, watch: Any, settings: Any) -> None:
    solved(company)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-" * 6
    watch.shift(timedelta(minutes=31))
    assert inviting.run() == 1
    path = re.search(r"/s/[^/]+/", mail.outbox[0].body).group()
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(("language", "word"), [("en-GB", "Your rating"), ("zh-CN", "您的评分")])
def test_it_speaks_the_browser_s_language(
    company: Company, watch: Any, language: str, word: str
) -> None:
    path = path_of(sent(company, watch))
    answer = Client().get(path, headers={"accept-language": language})
    assert word in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


def test_who_wants_no_surveys_gets_no_reminder_however_he_is_written(
    company: Company, watch: Any
) -> None:
    invite = sent(company, watch, email="Zhao@Kehu.example.com")
    inviting.opt_out(invite)
    watch.shift(timedelta(days=4))
    assert inviting.run() == 0


def test_chatwoot_14872_the_handler_of_the_solution_is_judged(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    transition(invite.ticket, Phase.OPEN, by=company.admin)
    assign_ticket(invite.ticket, company["service_lead"], by=company.admin)
    response = submit(find(tokens.token_of(invite.nonce)), Answer(5))
    assert response.owner == company["agent1"]


def test_taking_up_again_before_sending_drops_the_invitation(company: Company, watch: Any) -> None:
    ticket = solved(company)
    receive(ticket, "还是不行", via="web")
    assert (invited(ticket).state, invited(ticket).reason) == ("suppressed", "reopened")
    solve(company, ticket)
    assert SurveyInvite.objects.filter(ticket=ticket).count() == 2
    watch.shift(HOUR)
    assert inviting.run() == 1


def test_a_merge_that_is_undone_brings_its_invitation_back(company: Company, watch: Any) -> None:
    ticket, lead = solved(company), company["service_lead"]
    merge_ticket(ticket, make_ticket(company, company["agent1"]), by=lead)
    assert (invited(ticket).state, invited(ticket).reason) == ("suppressed", "void")
    watch.shift(timedelta(minutes=5))
    unmerge_ticket(ticket, by=lead)
    assert (invited(ticket).state, invited(ticket).reason) == ("planned", "")
    watch.shift(timedelta(minutes=31))
    assert inviting.run() == 1
    merge_ticket(ticket, make_ticket(company, company["agent1"]), by=lead)
    unmerge_ticket(ticket, by=lead)
    assert invited(ticket).state == "sent"  # once is enough


def test_each_solution_is_asked_about_once_through_merges_and_reopenings(
    company: Company, watch: Any
) -> None:
    """One invitation for a ticket and cycle (`service.md` 8.4), whatever came between."""
    ticket, lead = solved(company), company["service_lead"]
    merge_ticket(ticket, make_ticket(company, company["agent1"]), by=lead)
    unmerge_ticket(ticket, by=lead)
    receive(ticket, "还是不行", via="web")
    ticket.refresh_from_db()
    merge_ticket(ticket, make_ticket(company, company["agent1"]), by=lead)
    unmerge_ticket(ticket, by=lead)  # was in work: nothing to ask about
    assert inviting.run() == 0
    rows = SurveyInvite.objects.filter(ticket=ticket).order_by("cycle")
    assert list(rows.values_list("cycle", "state", "reason")) == [(1, "suppressed", "reopened")]
    solve(company, ticket)
    merge_ticket(ticket, make_ticket(company, company["agent1"]), by=lead)
    watch.shift(HOUR)
    assert inviting.run() == 0
    unmerge_ticket(ticket, by=lead)
    watch.shift(HOUR)
    assert (inviting.run(), inviting.run()) == (1, 0)
    assert list(rows.values_list("cycle", "state", "reason")) == [
        (1, "suppressed", "reopened"), (2, "sent", ""),
    ]  # fmt: skip
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": ""}, "unreachable"),
        ({"email": "staff"}, "staff"),
        ({"phone": "+86 139-0000-1234"}, "staff"),
        ({"email": "", "phone": "１３９ ００００ １２３４"}, "staff"),
        ({"is_demo": True}, "demo"),
    ],
)
def test_reasons_not_to_ask_are_visible(
    company: Company, watch: Any, values: dict[str, Any], reason: str
) -> None:
    if values.get("email") == "staff":
        agent = company["agent1"]
        type(agent).objects.filter(pk=agent.pk).update(email="agent@heke.example.com")
        values = {"email": "Agent@heke.example.com"}
    company["agent1"].__class__.objects.filter(username="agent1").update(mobile="13900001234")
    ticket = solved(company, **values)
    assert (invited(ticket).state, invited(ticket).reason) == ("suppressed", reason)
    watch.shift(HOUR)
    assert inviting.run() == 0


def test_the_same_person_is_asked_once_a_week(company: Company, watch: Any) -> None:
    sent(company, watch)
    again = solved(company)
    assert invited(again).reason == "recent"
    watch.shift(timedelta(days=8))
    assert invited(solved(company)).state == "planned"


def test_nobody_is_reminded_of_what_is_worked_on_again(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    receive(invite.ticket, "又坏了", via="web")
    watch.shift(timedelta(days=4))
    assert inviting.run() == 0
    assert len(mail.outbox) == 1


def test_one_reminder_and_an_end(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    watch.shift(timedelta(days=3, minutes=1))
    assert inviting.run() == 1
    assert inviting.run() == 0
    assert len(mail.outbox) == 2
    assert f"/s/{tokens.token_of(invite.nonce)}/" in mail.outbox[1].body
    watch.shift(timedelta(days=11))
    inviting.run()
    assert invited(invite.ticket).state == "expired"
    assert find(tokens.token_of(invite.nonce)) is None


def test_a_mail_server_that_fails_is_tried_again(
    company: Company, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("away")

    ticket = solved(company)
    monkeypatch.setattr(channels.CHANNELS["email"], "send", fail)
    for _attempt in range(inviting.MAX_ATTEMPTS):
        watch.shift(HOUR)
        assert inviting.run() == 0
    assert (invited(ticket).state, invited(ticket).error) == ("failed", "OSError: away")


# --- the page ------------------------------------------------------------------------------------
def test_looking_records_nothing_and_stars_of_a_mail_only_choose(
    company: Company, watch: Any
) -> None:
    invite = sent(company, watch)
    page = Client().get(path_of(invite), {"score": "4"})
    assert page.status_code == 200
    assert 'value="4" checked' in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert invite.ticket.number not in page.content.decode()
    assert not SurveyResponse.objects.exists()
    assert invited(invite.ticket).state == "sent"


def test_one_answer_that_may_be_changed_for_a_day(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    customer = Client()
    values = {"score": "5", "is_solved": "yes", "comment": "很好", "reasons": ["专业耐心"]}
    assert customer.post(path_of(invite), values).status_code == 200
    watch.shift(timedelta(hours=2))
    assert "很好" in customer.get(path_of(invite)).content.decode()
    assert customer.post(path_of(invite), {"score": "3", "comment": "又坏了"}).status_code == 200
    response = SurveyResponse.objects.get(invite=invite)
    assert (response.score, response.edit_count, response.comment) == (3, 1, "又坏了")
    assert [kept["score"] for kept in response.history] == [5]
    assert response.history[0]["reasons"] == ["专业耐心"]
    watch.shift(timedelta(hours=23))
    assert customer.get(path_of(invite)).status_code == 410
    assert customer.post(path_of(invite), {"score": "1"}).status_code == 410
    with pytest.raises(InvalidValue):
        submit(invite, Answer(1))
    assert SurveyResponse.objects.get(invite=invite).score == 3


def test_unknown_and_used_links_look_alike(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    Client().post(path_of(invite), {"score": "5"})
    watch.shift(timedelta(days=2))
    used, unknown = Client().get(path_of(invite)), Client().get("/s/AAAAAAAAAAAAAAAAAAAAAA/")
    assert (used.status_code, used.content) == (unknown.status_code, unknown.content)


@pytest.mark.parametrize("values", [{}, {"score": "6"}, {"score": "0"}, {"score": "x"}])
def test_wrong_answers_are_refused(company: Company, watch: Any, values: dict[str, str]) -> None:
    invite = sent(company, watch)
    assert Client().post(path_of(invite), values).status_code == 422
    assert not SurveyResponse.objects.exists()


def test_reasons_count_only_with_the_stars_they_are_for(company: Company, watch: Any) -> None:
    path = path_of(sent(company, watch))
    page = Client().get(path).content.decode()
    assert re.search(r'survey__reason--high"><input[^>]+value="专业耐心"', page)
    assert re.search(r'survey__reason--low"><input[^>]+value="响应慢"', page)
    Client().post(path, {"score": "2", "reasons": ["专业耐心", "响应慢"]})
    assert SurveyResponse.objects.get().reasons == ["响应慢"]


def test_a_low_score_becomes_a_task_of_the_leader(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    Client().post(path_of(invite), {"score": "2", "comment": "没人回电"})
    (task,) = Task.objects.filter(owner=company["service_lead"])
    assert invite.ticket.number in task.title
    assert task.due_at == clock.now() + timedelta(hours=4)
    Client().post(path_of(invite), {"score": "1"})
    assert Task.objects.filter(owner=company["service_lead"]).count() == 1


def test_a_low_score_becomes_a_complaint_where_the_company_wants_it(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    """从低分评价生成投诉: off at first; once a rating; in the company's language."""
    group = make_group(company, [company["agent1"]], strategy="round_robin")
    first = sent(company, watch, group=group)
    Client().post(path_of(first), {"score": "1"})
    assert not Ticket.objects.filter(follow_up_of=first.ticket).exists()
    set_setting(LOW_COMPLAINT, True, actor=company.admin)
    second = sent(company, watch, group=group, email="qian@kehu.example.com")
    for score in ("2", "1", "5", "2"):
        answer = {"score": score, "comment": "没人回电", "reasons": ["响应慢"]}
        Client().post(path_of(second), answer, headers={"accept-language": "en"})
    (complaint,) = Ticket.objects.filter(follow_up_of=second.ticket)
    assert complaint.title.startswith(f"低分评价 2/5：{second.ticket.number}")
    assert "响应慢" in complaint.description and "没人回电" in complaint.description
    assert (complaint.type.code, complaint.priority) == ("complaint", "high")
    assert (complaint.email, complaint.group) == ("qian@kehu.example.com", group)
    # high ones go to the supervisor, whatever the group does by itself (P11)
    assert (complaint.owner, complaint.supervisor) == (None, company["service_lead"])
    assert Task.objects.filter(title__contains=second.ticket.number).count() == 1
    lead = browser_of("service_lead")
    panel = lead.get(f"/tickets/{second.ticket_id}/panels/rating/").content.decode()
    assert f'href="{complaint.get_absolute_url()}"' in panel and "投诉" in panel
    related = lead.get(f"/tickets/{complaint.pk}/panels/links/").content.decode()
    assert second.ticket.number in related


def test_who_does_not_want_to_be_asked_is_not(company: Company, watch: Any) -> None:
    invite = sent(company, watch)
    assert Client().post(path_of(invite), {"stop": "1"}).status_code == 200
    assert not SurveyResponse.objects.exists()
    watch.shift(timedelta(days=8))
    assert inviting.run() == 0  # no reminder either
    again = solved(company, email="ZHAO@kehu.example.com")
    assert (invited(again).state, invited(again).reason) == ("suppressed", "opted_out")


class Sms(channels.TextMessageChannel):
    """A provider that names its messages and reports later."""

    def __init__(self) -> None:
        self.out: list[tuple[str, str, str]] = []

    def is_available(self) -> bool:
        return True

    def deliver(self, message: TextMessage) -> str:
        self.out.append((message.number, message.text, message.key))
        return f"provider-{len(self.out)}"


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch) -> Sms:
    adapter = Sms()
    monkeypatch.setitem(channels.CHANNELS, "sms", adapter)
    return adapter


def test_a_text_message_adapter_has_its_place(company: Company, watch: Any, sms: Sms) -> None:
    invite = sent(company, watch, email="", phone="138 0013 8000")
    ((number, text, key),) = sms.out
    assert (invite.channel, number, invite.reference) == ("sms", "13800138000", "provider-1")
    assert text.startswith("【")
    assert path_of(invite) in text
    assert str(invite.pk) in key
    by_mail = sent(company, watch, phone="13800138001")
    assert by_mail.channel == "email"
    landline = solved(company, email="", phone="0571-88886666")
    assert invited(landline).reason == "unreachable"


def test_receipts_tell_whether_it_arrived(company: Company, watch: Any, sms: Sms) -> None:
    first = sent(company, watch, email="", phone="13800138000")
    second = sent(company, watch, email="", phone="13800138001")
    assert not receipts.receive("sms", "", arrived=True)
    assert not receipts.receive("email", first.reference, arrived=True)
    assert receipts.receive("sms", first.reference, arrived=True)
    assert not receipts.receive("sms", first.reference, arrived=False, reason="late")
    assert receipts.receive("sms", second.reference, arrived=False, reason="UNDELIV")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.delivered_at) == ("delivered", clock.now())
    assert (second.state, second.error) == ("failed", "UNDELIV")
    assert Client().get(path_of(first)).status_code == 200
    assert Client().get(path_of(second)).status_code == 410
    third = sent(company, watch, email="", phone="13800138002")
    watch.shift(timedelta(days=8))
    assert not receipts.receive("sms", third.reference, arrived=True)


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """A provider on this machine, configured as an operator does it."""
    with Gateway() as found:
        settings.SMS_URL, settings.SMS_SECRET = found.url, "gateway-secret"
        settings.SMS_SIGN, settings.SMS_TEMPLATE = "和客科技", "SMS_2026001"
        yield found


def test_no_text_message_goes_out_unless_a_gateway_is_configured(
    company: Company, watch: Any, gateway: Gateway, settings: Any
) -> None:
    settings.SMS_URL = ""
    assert invited(solved(company, email="", phone="13800138000")).reason == "unreachable"
    settings.SMS_URL = gateway.url
    for name in ("SMS_SECRET", "SMS_SIGN", "SMS_TEMPLATE"):
        value = getattr(settings, name)
        setattr(settings, name, "")
        assert invited(solved(company, email="", phone="13800138000")).reason == "unreachable"
        assert [fault.id for fault in texting.check_text_messages(None)] == ["notifications.E001"]
        setattr(settings, name, value)
    settings.SMS_URL = "http://gateway.example.com/send"  # in the clear over the network
    assert not texting.is_configured()
    settings.SMS_URL = gateway.url
    planned = invited(solved(company, email="", phone="13800138000"))
    settings.SMS_URL = ""  # switched off between the solution and the message
    watch.shift(timedelta(minutes=31))
    assert inviting.run() == 0
    planned.refresh_from_db()
    assert (planned.state, planned.reason) == ("suppressed", "unreachable")
    assert gateway.seen == []


def test_a_gateway_gets_one_signed_message_with_the_link(
    company: Company, watch: Any, gateway: Gateway
) -> None:
    invite = sent(company, watch, email="", phone="138 0013 8000")
    ((headers, body),) = gateway.seen
    asked = json.loads(body)
    assert headers["X-Signature"] == texting.signature(headers["X-Timestamp"], body)
    assert (
        hmac.new(
            b"gateway-secret", headers["X-Timestamp"].encode() + b"\n" + body, "sha256"
        ).hexdigest()
        == headers["X-Signature"]
    )
    assert (asked["number"], asked["sign"]) == ("13800138000", "和客科技")
    assert (asked["template"], asked["values"]["number"]) == ("SMS_2026001", invite.ticket.number)
    assert asked["text"].startswith("【和客科技】") and path_of(invite) in asked["text"]
    assert path_of(invite) in asked["values"]["url"]
    assert (invite.channel, invite.state, invite.reference) == ("sms", "sent", "m-1")
    page = Client().post(path_of(invite), {"score": "5"})
    assert page.status_code == 200 and SurveyResponse.objects.get().invite == invite


def test_a_gateway_that_fails_is_tried_again_and_no_log_names_the_number(
    company: Company, watch: Any, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = solved(company, email="", phone="13800138000")
    invite = invited(ticket)
    answers = (
        (503, {}, "NotSent: HTTP 503"),
        (
            400,
            {"error": "isv.BUSINESS_LIMIT_CONTROL"},
            "NotSent: HTTP 400: isv.BUSINESS_LIMIT_CONTROL",
        ),
        (200, {"error": "号码 13800138000 无效"}, "NotSent: refused"),
        (302, {}, "NotSent: HTTP 302"),
    )
    with caplog.at_level("INFO"):
        for status, said, words in answers:
            gateway.answers.append((status, said))
            watch.shift(HOUR)
            assert inviting.run() == 0
            invite.refresh_from_db()
            assert (invite.state, invite.error) == ("planned", words)
        watch.shift(HOUR)
        assert inviting.run() == 1
    keys = {json.loads(body)["key"] for _headers, body in gateway.seen}
    assert len(gateway.seen) == 5 and len(keys) == 1  # one message, whichever attempt arrives
    told = caplog.text + str(list(Event.objects.values_list("changes", "note", "label")))
    assert "13800138000" not in told and path_of(invite) not in told
    assert invited(ticket).state == "sent"


def test_an_unreachable_gateway_gives_up_in_the_end(
    company: Company, watch: Any, gateway: Gateway, settings: Any
) -> None:
    ticket = solved(company, email="", phone="13800138000")
    settings.SMS_URL = "http://127.0.0.1:9/"
    for _attempt in range(inviting.MAX_ATTEMPTS):
        watch.shift(HOUR)
        assert inviting.run() == 0
    assert (invited(ticket).state, invited(ticket).error[:8]) == ("failed", "NotSent:")


def test_no_telephone_rings_at_night(company: Company, watch: Any, gateway: Gateway) -> None:
    late = clock.at_hour(clock.today(), 21)
    watch.move_to(late)
    ticket, by_mail = solved(company, email="", phone="13800138000"), solved(company)
    watch.shift(timedelta(minutes=31))
    assert inviting.run() == 1  # the mail
    assert (invited(by_mail).state, invited(ticket).state) == ("sent", "planned")
    watch.move_to(late + timedelta(hours=11, minutes=1))
    assert inviting.run() == 1
    assert invited(ticket).state == "sent"
    assert len(gateway.seen) == 1


def test_what_was_said_stands_only_where_the_rating_may_be_seen(
    company: Company, watch: Any
) -> None:
    """A ticket is seen by more people than what its customer said of the handler."""
    invite = sent(company, watch)
    submit(invite, Answer(score=1, comment="态度很差"))

    def told(login: str) -> str:
        items = timeline.page_of(invite.ticket, company[login]).items
        return " ".join(f"{item['body']} {item['changes']}" for item in items)

    assert "态度很差" in told("agent1")
    assert "态度很差" in told("service_lead")
    assert "态度很差" not in told("sales1")
