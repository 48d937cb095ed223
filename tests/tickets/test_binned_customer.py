"""A customer goes into the bin: what the dialog counts, and the tickets that stay on the desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.core import clock
from crm.reminders.models import Reminder
from customers import leaving
from customers.models import Customer
from customers.services.changing import update_customer
from customers.services.removing import delete_customer
from opportunities.services.stages import lose
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer
from tests.factories.opportunities import make_opportunity, reason
from tests.factories.tickets import make_ticket_in
from tests.kit.html import form_values
from tests.kit.queries import count_queries
from tickets.choices import Phase
from tickets.models import Ticket


def furnish(company: Company) -> Customer:
    """A customer with one or more of everything that hangs on it."""
    owner, later = company["sales1"], clock.now() + timedelta(days=2)
    customer = make_customer(company, owner, contacts=[])
    people = [make_contact(company, customer) for _place in range(3)]
    for place in range(3):
        row = make_opportunity(company, owner, customer=customer)
        if not place:
            lose(row, reason=reason(), actor=owner)
    for phase in (Phase.OPEN, Phase.WAITING_CUSTOMER, Phase.CLOSED):
        make_ticket_in(company, company["agent1"], phase, customer=customer, contact=people[0])
    update_customer(customer, changes={"next_contact_at": later}, actor=owner)
    create_task(Task(title="寄送样品"), actor=owner, subject=people[1])
    visit = Appointment(title="拜访", starts_at=later, ends_at=later + timedelta(hours=1))
    create_appointment(visit, actor=owner, subject=customer)
    return customer


def told(company: Company, customer: Customer) -> dict[str, str]:
    """What the dialog says."""
    url = reverse("customers:customer_delete", args=[customer.pk])
    rows = browser(company, "sales1").get(url).context["consequences"]
    return {str(row["text"]): row["count"] for row in rows}


def test_the_dialog_counts_what_goes_and_what_stays(company: Company) -> None:
    customer = furnish(company)
    waiting = Reminder.objects.on(Customer, [customer.pk]).open()
    assert waiting.count() == 1
    assert list(told(company, customer).items()) == [
        ("一并放入回收站的联系人", "3"),
        ("一并放入回收站的未结商机", "2"),
        ("一并放入回收站的已结商机", "1"),
        ("将取消的联系提醒", "1"),
        ("保留在服务台的未完成工单", "2"),
        ("保留的未完成任务", "1"),
        ("保留的未开始日程", "1"),
    ]
    client, url = browser(company, "sales1"), reverse("customers:customer_delete", args=[1])
    url = url.replace("/1/", f"/{customer.pk}/")
    before = count_queries(lambda: client.get(url))
    for _place in range(5):
        make_opportunity(company, company["sales1"], customer=customer)
        make_ticket_in(company, company["agent1"], Phase.OPEN, customer=customer)
    assert count_queries(lambda: client.get(url)) == before
    delete_customer(customer, actor=company["sales1"])
    assert not waiting.exists()
    assert Ticket.objects.in_work().filter(customer=customer).count() == 7
    assert told(company, make_customer(company, company["sales1"], contacts=[])) == {}


def links(page: Any, ticket: Ticket) -> list[str]:
    """What of the customer and the contact a page leads to."""
    text = page.content.decode()
    urls = [record.get_absolute_url() for record in (ticket.customer, ticket.contact)]
    return [url for url in urls if f'href="{url}' in text]


def test_the_dialog_of_many_counts_all_of_them(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [furnish(company) for _place in range(2)]
    data = {"ids": [row.pk for row in rows]}
    url = reverse("customers:customer_bulk", args=["delete"])
    page = browser(company, "sales1").post(url, data)
    found = {str(row["text"]): row["count"] for row in page.context["consequences"]}
    assert found["一并放入回收站的联系人"] == "6"
    assert found["保留在服务台的未完成工单"] == "4"
    assert "一并放入回收站的未结商机 <b>4</b>" in page.content.decode()
    monkeypatch.setattr(leaving, "MOST", 1)
    page = browser(company, "sales1").post(url, data)
    (line,) = page.context["consequences"]
    assert (str(line["text"])[:9], line["count"]) == ("联系人和商机将一并", "")


def test_tickets_of_a_customer_in_the_bin_stay_and_say_so(company: Company) -> None:
    customer = furnish(company)
    ticket = Ticket.objects.in_work().filter(customer=customer).first()
    client = browser(company, "agent1")
    page = reverse("tickets:ticket_detail", args=[ticket.pk])
    desk = f"{reverse('tickets:desk')}?ticket={ticket.pk}"
    assert len(links(client.get(page), ticket)) == 2
    delete_customer(customer, actor=company["sales1"])
    for url in (page, desk):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "客户已移入回收站，工单仍保留，直至处理完毕。" in answer.content.decode()
        assert f"{customer.name}（在回收站中）" in answer.content.decode()
        assert links(answer, ticket) == []
    text = browser(company, "admin").get(page).content.decode()
    assert reverse("customers:customer_bin") in text
    edit = reverse("tickets:ticket_edit", args=[ticket.pk])
    data = form_values(client.get(edit), "description") | {"impact": "仅财务部"}
    assert client.post(edit, data)["Location"] == page
    ticket.refresh_from_db()
    assert (ticket.impact, ticket.customer_id) == ("仅财务部", customer.pk)
    assert ticket.contact_id is not None
    for panel in ("earlier", "links", "knowledge"):
        url = reverse("tickets:ticket_panel", args=[ticket.pk, panel])
        assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
