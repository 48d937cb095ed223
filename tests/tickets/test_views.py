"""Standard tests of the pages of tickets, and the few that are theirs alone."""

from itertools import count

import pytest
from django.http import HttpResponse
from django.urls import reverse

from crm.dictionaries.models import Item
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, spelled
from tests.factories.tickets import make_group, make_node, make_ticket, make_ticket_in, type_of
from tests.kit.html import row_ids
from tests.kit.views import StandardViewTests
from tickets.choices import SOURCE, MessageKind, Phase
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("tickets.views")
_numbers = count(1)


class TestTicketPages(StandardViewTests):
    """Tickets."""

    model = Ticket
    prefix = "tickets:ticket"
    event = "tickets.ticket"
    form_field = "title"
    text_field = "description"
    bulk = ("priority", {"priority": "low"}, "tickets.ticket.updated")
    budgets = {"list": 16, "search": 16, "detail": 30, "create": 24}

    def make(self, company: Company, owner):
        return make_ticket(company, owner)

    def new_values(self, company: Company):
        return {
            "title": f"{spelled(next(_numbers))}号机械报错",
            "description": "开机后报错 E21，产线停机。",
            "type": type_of("enquiry").pk,
            "priority": "medium",
        }

    def changed_values(self):
        return {"impact": "二号产线", "description": "开机后报错 E22。"}


def test_the_intake_fills_in_what_is_known_of_the_contact(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    contact = customer.contacts.get()
    client = browser(company, "agent1")
    card = client.get(reverse("tickets:intake_card"), {"customer": customer.pk}).content.decode()
    assert customer.name in card
    assert contact.name in card
    page = client.get(reverse("tickets:ticket_add"), {"contact": contact.pk}).content.decode()
    assert f'value="{customer.pk}" selected' in page
    values = {
        "customer": customer.pk, "contact": contact.pk, "type": type_of("enquiry").pk,
        "title": "咨询报价", "description": "要一份报价", "priority": "medium",
    }  # fmt: skip
    assert client.post(reverse("tickets:ticket_add"), values).status_code == 302
    ticket = Ticket.objects.get(title="咨询报价")
    assert (ticket.requester, ticket.phone) == (contact.name, contact.mobile)
    assert ticket.number.startswith("FW20")
    panel = reverse("customers:customer_panel", args=[customer.pk, "tickets"])
    assert ticket.number in client.get(panel).content.decode()
    found = client.get(reverse("tickets:ticket_list"), {"scene": "all", "q": customer.name[:6]})
    assert row_ids(found) == [ticket.pk]


def test_a_category_asks_its_questions(company: Company) -> None:
    node = make_node(company, "水泵", questions="型号*\n电压: 220V / 380V")
    client = browser(company, "agent1")
    part = client.get(reverse("tickets:questions"), {"category": node.pk}).content.decode()
    assert "型号" in part
    values = {
        "title": "漏水", "description": "漏水", "priority": "medium", "category": node.pk,
        "type": type_of("enquiry").pk,
    }  # fmt: skip
    page = client.post(reverse("tickets:ticket_add"), values)
    assert page.status_code == 422
    values |= {"answer-型号": "HK-7", "answer-电压": "380V"}
    assert client.post(reverse("tickets:ticket_add"), values).status_code == 302
    assert Ticket.objects.get(title="漏水").answers == {"型号": "HK-7", "电压": "380V"}


def test_a_problem_needs_its_time_and_effect(company: Company) -> None:
    values = {
        "title": "停机", "description": "停机", "priority": "high", "type": type_of("repair").pk,
    }  # fmt: skip
    page = browser(company, "agent1").post(reverse("tickets:ticket_add"), values)
    assert set(page.context["form"].errors) == {"occurred_at", "impact"}


def test_steps_in_the_browser(company: Company) -> None:
    """Every target by its page: what the table allows moves, anything else is refused."""
    client = browser(company, "service_lead")
    ticket = make_ticket(company, company["agent1"])

    def step(to: str, **data: object) -> HttpResponse:
        return client.post(reverse("tickets:ticket_step", args=[ticket.pk, to]), data)

    assert step("closed").status_code == 422
    assert step("merged").status_code == 404
    assert step("open").status_code == 302
    assert step("waiting_third").status_code == 422
    assert step("waiting_third", reason="等备件").status_code == 302
    category = make_node(company)
    solved = step("resolved", solution="换了密封件", category=category.pk)
    assert solved.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.solution) == (Phase.RESOLVED, "换了密封件")


def test_a_refused_message_keeps_what_was_typed(company: Company) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    url = reverse("tickets:ticket_message", args=[ticket.pk])
    client = browser(company, "agent1")
    page = client.post(url, {"kind": "public", "text": "还有一件事"})
    assert page.status_code == 422
    assert "还有一件事" in page.content.decode()
    assert ticket.messages.filter(kind=MessageKind.PUBLIC).count() == 0


def test_queues_hold_what_they_say(company: Company) -> None:
    agent = company["agent1"]
    group = make_group(company, [agent])
    free = make_ticket(company, group=group)
    mine = make_ticket_in(company, agent, Phase.OPEN)
    waits = make_ticket_in(company, agent, Phase.WAITING_CUSTOMER)
    make_ticket_in(company, agent, Phase.CLOSED)
    client, url = browser(company, "agent1"), reverse("tickets:ticket_list")
    for scene, wanted in (
        ("unassigned", {free.pk}),
        ("mine", {mine.pk, waits.pk}),
        ("group", {free.pk}),
        ("waiting", {waits.pk}),
        ("unanswered", {free.pk, mine.pk}),
    ):
        page = client.get(url, {"scene": scene})
        assert set(row_ids(page)) == wanted, scene
        active = next(item for item in page.context["scenes"] if item["active"])
        assert active["count"] == len(wanted), scene


def test_a_complaint_from_12315_says_so(company: Company) -> None:
    """The channel of a complaint (`service.md` 8.1): chosen at intake, found in the list."""
    source = Item.objects.get(dictionary__code=SOURCE, code="authority")
    assert source.name == "12315"
    client = browser(company, "agent1")
    assert "12315" in client.get(reverse("tickets:ticket_add")).content.decode()
    values = {
        "type": type_of("complaint").pk, "source": source.pk, "priority": "high",
        "title": "消协转来投诉", "description": "逾期未退款。", "occurred_at": "2026-03-04 10:00",
        "impact": "一名消费者",
    }  # fmt: skip
    assert client.post(reverse("tickets:ticket_add"), values).status_code == 302
    ticket = Ticket.objects.get(title="消协转来投诉")
    assert (ticket.source, ticket.type.code) == (source, "complaint")
    other = make_ticket(company, company["agent1"])
    found = client.get(reverse("tickets:ticket_list"), {"scene": "all", "source": source.pk})
    assert ticket.pk in row_ids(found) and other.pk not in row_ids(found)


def test_the_number_of_a_caller_names_who_it_is(company: Company) -> None:
    client, url = browser(company, "agent1"), reverse("tickets:intake_card")
    customer = make_customer(company, company["sales1"])
    contact = customer.contacts.first()
    contact.mobile = "13957598765"
    contact.save(update_fields=["mobile"])
    found = client.get(url, {"phone": "139 5759 8765", "customer": ""}).context["callers"]
    assert [(person, person.customer) for person in found] == [(contact, customer)]
    page = client.get(url, {"phone": "13957598765"}).content.decode()
    assert f'data-customer="{customer.pk}"' in page and "13957598765" not in page
    for other in ("1395759876", "1395759876五", "", "x" * 500):
        assert client.get(url, {"phone": other}).context["callers"] == []
    assert browser(company, "sales2").get(url, {"phone": contact.mobile}).context["callers"] == []
