"""The public form of tickets: what becomes of a request, and what strangers cannot do with it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from crm.activities.models import Attachment
from crm.audit.models import Event
from crm.core import clock
from crm.visitors import pace
from customers.models import Customer
from knowledge import tree
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer
from tests.factories.knowledge import make_released, public_category
from tests.factories.tickets import make_intake_form, make_node, type_of
from tests.kit.html import form_values
from tests.kit.queries import watching_writes
from tickets.choices import Phase
from tickets.models import ArticleOffer, CustomerLink, IntakeForm, Ticket
from tickets.portal import capturing, offering
from tickets.portal.keeping import delete_form, update_form

pytestmark = pytest.mark.xdist_group("tickets.public")
PROOF = re.compile(r'name="proof" value="([^"]+)"')
PRIVATE = re.compile(r'href="(/t/[^"]+)"')
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'


@pytest.fixture(autouse=True)
def fresh() -> None:
    pace.COUNTER.forget()


@pytest.fixture
def intake(company: Company) -> IntakeForm:
    return make_intake_form(company)


def typed(**values: Any) -> dict[str, Any]:
    return {
        "requester": "林晓", "phone": "138 0013 8000", "title": "无法登录",
        "description": "今天上午起提示密码错误。",
    } | values  # fmt: skip


def proof_of(client: Client, intake: IntakeForm) -> str:
    return PROOF.search(client.get(intake.get_public_url()).content.decode())[1]


def sent(intake: IntakeForm, **values: Any) -> Any:
    """A visitor opens the page, fills it in and sends it."""
    client = Client(enforce_csrf_checks=True)
    values.setdefault("proof", proof_of(client, intake))
    return client.post(intake.get_public_url(), typed(**values))


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# --- what becomes of it --------------------------------------------------------------------------
def test_a_request_becomes_a_ticket_with_number_and_private_link(
    company: Company, intake: IntakeForm
) -> None:
    node = make_node(company, "登录与权限", is_public=True)
    answer = sent(
        intake, category=node.pk, email="Lin@Kehu.example.com",
        files=[SimpleUploadedFile("截图.png", b"x")],
    )  # fmt: skip
    assert (answer.status_code, bool(answer.cookies)) == (200, False)
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.phone, ticket.email, ticket.category, ticket.phase) == (
        "林晓", "13800138000", "lin@kehu.example.com", node, Phase.NEW,
    )  # fmt: skip
    assert (ticket.source.code, ticket.created_by, ticket.customer) == ("web", None, None)
    event = Event.objects.get(code="tickets.ticket.created")
    assert event.actor is None
    assert intake.title in event.note
    assert ticket.number in text_of(answer)
    page = Client().get(PRIVATE.search(answer.content.decode())[1])
    for word in (ticket.number, "今天上午起提示密码错误。", "截图.png"):
        assert word in page.content.decode()
    file = Attachment.objects.get()
    assert Client().get(f"{page.request['PATH_INFO']}files/{file.pk}/").status_code == 200


def test_one_page_makes_one_ticket(intake: IntakeForm) -> None:
    client = Client()
    data = typed(proof=proof_of(client, intake))
    answers = [text_of(client.post(intake.get_public_url(), data)) for _click in range(2)]
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        answers.append(text_of(client.post(intake.get_public_url(), data)))
    assert len(set(answers)) == 1
    assert Ticket.objects.count() == 1
    assert CustomerLink.objects.count() == 1


def test_the_customer_is_found_without_doubt_only_and_never_told(
    company: Company, intake: IntakeForm
) -> None:
    agent = company["agent1"]
    first, second = (make_customer(company, agent) for _count in range(2))
    person = make_contact(company, first, mobile="13800138000", email="lin@kehu.example.com")
    strange = sent(intake, phone="13800138009", title="甲")
    known = sent(intake, title="乙")
    make_contact(company, second, mobile="13800138000")
    double = sent(intake, title="丙")
    found = {
        row.title: (row.customer, row.contact)
        for row in Ticket.objects.select_related("customer", "contact")
    }
    assert found == {"甲": (None, None), "乙": (first, person), "丙": (None, None)}
    pages = {
        re.sub(r"/t/[^\"]+|FW\d+", "", answer.content.decode())
        for answer in (strange, known, double)
    }
    assert len(pages) == 1


def test_a_stranger_stays_unknown_until_a_colleague_says_who_it_is(
    company: Company, intake: IntakeForm
) -> None:
    """`service.md` 8.1: the contact is resolved or "unknown"; visitors make no customers."""
    before = Customer.objects.count()
    sent(intake, phone="13800138009", title="甲")
    ticket = Ticket.objects.get(title="甲")
    assert Customer.objects.count() == before
    assert (ticket.customer, ticket.contact) == (None, None)
    assert (ticket.phone, bool(ticket.requester)) == ("13800138009", True)
    customer = make_customer(company, company["sales1"])
    lead = browser(company, "service_lead")
    url = reverse("tickets:ticket_edit", args=[ticket.pk])
    values = form_values(lead.get(url), "title")
    values |= {"type": type_of("enquiry").pk, "customer": customer.pk}
    assert lead.post(url, values).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.customer, ticket.phone) == (customer, "13800138009")


def test_only_public_categories_can_be_chosen(company: Company, intake: IntakeForm) -> None:
    public, hidden = make_node(company, "发票", is_public=True), make_node(company, "内部流程")
    page = Client().get(intake.get_public_url()).content.decode()
    assert public.name in page
    assert hidden.name not in page
    assert sent(intake, category=hidden.pk).status_code == 422
    assert sent(intake).status_code == 422
    assert not Ticket.objects.exists()


@pytest.fixture
def asking(company: Company) -> Any:
    """A public category whose questions stand above it, and one that asks nothing."""
    above = make_node(company, "水处理", questions="设备型号*\n颜色: 红 / 蓝")
    make_node(company, "发票", is_public=True)
    return make_node(company, "水泵", parent=above, is_public=True)


def test_the_questions_of_the_category_are_asked_and_kept(intake: IntakeForm, asking: Any) -> None:
    client, url = Client(), intake.get_public_url()
    page = client.get(url).content.decode()
    assert "设备型号" not in page
    proof, data = PROOF.search(page)[1], {"category": asking.pk}
    part = client.post(f"{url}questions/", data | {"proof": proof}).content.decode()
    assert ("设备型号" in part, "颜色" in part, "errors" in part) == (True, True, False)
    assert client.post(f"{url}questions/", data).status_code == 403
    data |= {"answer-设备型号": "HK-7", "answer-颜色": "红", "asked_for": asking.pk}
    assert sent(intake, **data).status_code == 200
    assert Ticket.objects.get().answers == {"设备型号": "HK-7", "颜色": "红"}


def test_without_javascript_they_are_asked_by_the_next_page(
    intake: IntakeForm, asking: Any
) -> None:
    first = sent(intake, category=asking.pk)
    page = first.content.decode()
    assert first.status_code == 200
    assert f'name="asked_for" value="{asking.pk}"' in page
    assert 'aria-invalid="true"' not in page
    data = {"category": asking.pk, "asked_for": asking.pk}
    missing = sent(intake, **data)
    assert missing.status_code == 422
    assert 'aria-invalid="true"' in missing.content.decode()
    wrong = sent(intake, **data, **{"answer-设备型号": "HK-7", "answer-颜色": "绿"})
    assert wrong.status_code == 422
    assert not Ticket.objects.exists()
    assert sent(intake, **data, **{"answer-设备型号": "HK-7"}).status_code == 200
    assert Ticket.objects.get().answers == {"设备型号": "HK-7"}


def test_questions_of_other_categories_are_no_business_of_visitors(
    company: Company, intake: IntakeForm, asking: Any
) -> None:
    hidden = make_node(company, "内部流程", questions="内部编号*")
    client, url = Client(), intake.get_public_url()
    proof = proof_of(client, intake)
    for key in (hidden.pk, "", "x", "9" * 30):
        part = client.post(f"{url}questions/", {"proof": proof, "category": key})
        assert (part.status_code, "<input" in part.content.decode()) == (200, False)
    answer = sent(intake, category=hidden.pk, asked_for=hidden.pk, **{"answer-内部编号": "7"})
    assert answer.status_code == 422
    assert "内部编号" not in answer.content.decode()
    other = asking.pk - 1
    assert sent(intake, category=other, **{"answer-设备型号": "HK-7"}).status_code == 200
    assert Ticket.objects.get().answers == {}


@pytest.mark.parametrize(
    "values", [{"phone": ""}, {"requester": ""}, {"title": ""}, {"description": ""},
               {"requester": "a\x00b"}],
)  # fmt: skip
def test_a_request_needs_its_words_and_a_way_back(intake: IntakeForm, values: Any) -> None:
    assert sent(intake, **values).status_code == 422
    assert not Ticket.objects.exists()


# --- strangers -----------------------------------------------------------------------------------
def test_without_our_proof_nothing_is_stored(company: Company, intake: IntakeForm) -> None:
    foreign = proof_of(Client(), make_intake_form(company, title="另一张"))
    own = proof_of(Client(), intake)
    for proof in ("", "x", foreign, own[:-2]):
        answer = sent(intake, proof=proof)
        assert answer.status_code == 403
        assert "林晓" in answer.content.decode()
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert sent(intake, proof=own).status_code == 403
    assert not Ticket.objects.exists()


def test_an_open_page_survives_a_new_secret_key(intake: IntakeForm, settings: Any) -> None:
    proof, old = proof_of(Client(), intake), settings.SECRET_KEY
    settings.SECRET_KEY = "a-new-key-" * 6
    assert sent(intake, proof=proof).status_code == 403
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sent(intake, proof=proof).status_code == 200


def test_a_robot_in_the_trap_hears_thanks(intake: IntakeForm) -> None:
    assert sent(intake, website="https://spam.example").status_code == 200
    assert not Ticket.objects.exists()


def test_a_flood_is_stopped(intake: IntakeForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "NETWORK", capturing.Limit(2, restarts=False))
    assert [sent(intake).status_code for _count in range(4)] == [200, 200, 429, 429]
    assert Ticket.objects.count() == 2


def test_hostile_words_and_files(company: Company, intake: IntakeForm) -> None:
    assert sent(intake, files=[SimpleUploadedFile("a.svg", b"x")]).status_code == 422
    assert not Attachment.objects.exists()
    assert (
        sent(intake, title=HOSTILE, description=HOSTILE, requester=HOSTILE[:60]).status_code == 200
    )
    ticket = Ticket.objects.get()
    page = browser(company, "service_lead").get(ticket.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_looking_writes_nothing(company: Company, intake: IntakeForm) -> None:
    with watching_writes() as writes:
        page = Client().get(intake.get_public_url())
    assert (page.status_code, writes.statements, bool(page.cookies)) == (200, [], False)
    update_form(intake, changes={"is_active": False}, actor=company.admin)
    assert Client().get(intake.get_public_url()).status_code == 410
    assert Client().get("/ask/nothing/").status_code == 404


def test_only_the_sites_of_a_form_may_frame_it(company: Company, intake: IntakeForm) -> None:
    assert Client().get(intake.get_public_url())["X-Frame-Options"] == "DENY"
    with pytest.raises(ValidationError):
        update_form(intake, changes={"origins": ["https://*.cn"]}, actor=company.admin)
    update_form(intake, changes={"origins": ["https://www.example.com"]}, actor=company.admin)
    for answer in (Client().get(intake.get_public_url()), sent(intake)):
        assert "X-Frame-Options" not in answer
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'self' https://www.example.com" in policy
    private = PRIVATE.search(sent(intake).content.decode())[1]
    assert Client().get(private)["X-Frame-Options"] == "DENY"


def test_an_administrator_keeps_forms(company: Company, intake: IntakeForm) -> None:
    client, url = browser(company, "admin"), f"/admin/tickets/intakeform/{intake.pk}/change/"
    data = {"title": "报修", "is_active": "on", "version": intake.version,
            "origins": "https://www.example.com"}  # fmt: skip
    assert client.post(url, data).status_code == 302
    intake.refresh_from_db()
    assert (intake.title, intake.origins) == ("报修", ["https://www.example.com"])
    assert "&lt;iframe" in client.get(url).content.decode()
    delete_form(intake, actor=company.admin)
    codes = Event.objects.filter(code__startswith="tickets.form.").order_by("pk")
    assert [each.code.rpartition(".")[2] for each in codes] == ["created", "updated", "deleted"]


# --- articles first ------------------------------------------------------------------------------
@pytest.fixture
def article(company: Company) -> Any:
    category = public_category(company)
    tree.nodes()
    return make_released(
        company, company["agent1"], title="无法登录怎么办", category=category, audience="public"
    )


def test_articles_are_offered_before_and_counted(
    company: Company, intake: IntakeForm, article: Any
) -> None:
    client, url = Client(), intake.get_public_url()
    secret = make_released(company, company["agent1"], title="无法登录的内部办法")
    first = client.post(url, typed(proof=proof_of(client, intake)))
    page = first.content.decode()
    assert article.title in page
    assert secret.title not in page
    assert not Ticket.objects.exists()
    proof = PROOF.search(page)[1]
    opened = client.post(f"{url}open/", {"proof": proof, "article": article.pk})
    assert opened.status_code == 302
    assert opened["Location"].startswith("/help/centre/a/")
    assert client.get(opened["Location"]).status_code == 200
    assert offering.figures_of_form(intake) == {"offered": 1, "opened": 1, "spared": 1}
    assert client.post(url, typed(proof=proof, shown="1")).status_code == 200
    assert Ticket.objects.count() == 1
    assert offering.figures_of_form(intake) == {"offered": 1, "opened": 1, "spared": 0}


def test_while_typing_they_are_offered_too(
    company: Company, intake: IntakeForm, article: Any
) -> None:
    client, url = Client(), intake.get_public_url()
    proof = proof_of(client, intake)
    for _ask in range(2):
        part = client.post(f"{url}suggest/", {"proof": proof, "title": "无法登录"})
        assert article.title in part.content.decode()
    assert ArticleOffer.objects.count() == 1
    assert client.post(f"{url}suggest/", {"title": "无法登录"}).status_code == 403
    assert client.post(f"{url}open/", {"proof": proof, "article": "99999"}).status_code == 404
    assert client.get(f"{url}suggest/").status_code == 405
    page = browser(company, "admin").get(f"{article.get_absolute_url()}panels/offers/")
    assert "1" in page.content.decode()


def test_old_offers_go_and_their_numbers_stay(
    company: Company, intake: IntakeForm, article: Any
) -> None:
    client, url = Client(), intake.get_public_url()
    for opened, then_sent in ((True, True), (True, False), (False, False)):
        proof = proof_of(client, intake)
        client.post(f"{url}suggest/", {"proof": proof, "title": "无法登录"})
        if opened:
            client.post(f"{url}open/", {"proof": proof, "article": article.pk})
        if then_sent:
            client.post(url, typed(proof=proof, shown="1"))
    before = offering.figures_of_form(intake), offering.figures_of_article(article)
    assert before[0] == {"offered": 3, "opened": 2, "spared": 1}
    assert offering.fold() == 0
    with time_machine.travel(clock.now() + timedelta(days=91)):
        assert offering.fold() == 3
        assert offering.fold() == 0
        assert not ArticleOffer.objects.exists()
        assert (offering.figures_of_form(intake), offering.figures_of_article(article)) == before
        client.post(f"{url}suggest/", {"proof": proof_of(client, intake), "title": "无法登录"})
        assert offering.figures_of_form(intake) == {"offered": 4, "opened": 2, "spared": 1}
        assert offering.figures_of_article(article)[0]["offered"] == 4
