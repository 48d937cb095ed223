"""The operation log and the view history: who reads them, filters, masking."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.audit.services import record, record_view
from crm.core import context
from customers.models import Customer
from customers.services.changing import update_customer
from tests.kit import people

LOG, VIEWS = reverse("workbench:log"), reverse("workbench:view_history")


@pytest.fixture
def auditor(values: None) -> Any:
    """Reads everything, changes nothing; sees English."""
    return people.make_user("au", "auditor", language="en")


def ids(client: Client, url: str = LOG, **query: Any) -> list[int]:
    """Keys of the rows."""
    page = client.get(url, query)
    assert page.status_code == 200
    return [int(part.split('"')[0]) for part in page.content.decode().split('<tr data-id="')[1:]]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("auditor", 200),
        ("system_admin", 200),
        ("sales", 403),
        ("sales_manager", 403),
        ("service", 403),
        ("finance", 403),
        ("", 403),
    ],
)
def test_who_reads(role: str, status: int, client: Client, values: None) -> None:
    client.force_login(people.make_user("u1", role))
    assert client.get(LOG).status_code == status
    assert client.get(VIEWS).status_code == status


def test_filters(client: Client, auditor: Any, sales: Any, customer: Customer) -> None:
    with context.working_as("import", ip="203.0.113.9") as work:
        update_customer(customer, changes={"need": "三台设备"}, actor=sales, note="名单.xlsx")
    client.force_login(auditor)
    update = Event.objects.get(code="customers.customer.updated").pk
    created = Event.objects.get(code="customers.customer.created").pk
    everything = ids(client, page_size=200)
    assert everything == sorted(Event.objects.values_list("pk", flat=True), reverse=True)
    assert ids(client, area="customers.customer") == [update, created]
    assert ids(client, actor=sales.pk) == [update, created]
    assert ids(client, source="import") == [update]
    assert ids(client, ip="203.0.113.9") == [update]
    assert ids(client, request_id=work.request_id) == [update]
    assert ids(client, q="名单") == [update]
    assert ids(client, q="西湖") == [update, created]
    assert ids(client, at_after="2199-01-01") == []
    # what is no address or no area is no filter, and no error
    assert ids(client, ip="x' OR 1=1", page_size=200) == everything
    assert ids(client, area="nothing", page_size=200) == everything


def test_rows_say_what_changed(client: Client, auditor: Any, customer: Customer) -> None:
    update_customer(customer, changes={"need": "三台设备"}, actor=customer.owner)
    client.force_login(auditor)
    page = client.get(LOG, {"area": "customers.customer"}).content.decode()
    assert "张伟 changed the customer" in page
    assert "<div>Need: <del>—</del> → <ins>三台设备</ins></div>" in page
    assert f'<a href="{customer.get_absolute_url()}">{customer.name}</a>' in page


def test_contact_data_is_masked(client: Client, auditor: Any, customer: Customer) -> None:
    update_customer(customer, changes={"phone": "0571-87654321"}, actor=customer.owner)
    client.force_login(auditor)
    page = client.get(LOG, {"area": "customers.customer"}).content.decode()
    assert "87654321" not in page


def test_names_are_escaped(client: Client, auditor: Any, sales: Any) -> None:
    people.make_customer(sales, "<script>alert(1)</script>公司")
    client.force_login(auditor)
    assert "<script>alert" not in client.get(LOG).content.decode()


def test_pages_follow_each_other(client: Client, auditor: Any, sales: Any) -> None:
    for number in range(25):
        record("accounts.user.updated", sales, actor=sales, note=str(number))
    client.force_login(auditor)
    found = []
    for number in (1, 2, 3):
        found += ids(client, page=number, page_size=10, area="accounts.user", note="")
    assert found == sorted(set(found), reverse=True)
    assert len(found) >= 25


def test_a_code_of_an_older_version_is_shown(client: Client, auditor: Any) -> None:
    event = Event(code="old.thing.done", at="2026-01-01T00:00:00Z", source="web", label="旧记录")
    Event.objects.bulk_create([event])
    client.force_login(auditor)
    assert "old.thing.done" in client.get(LOG).content.decode()


def test_view_history(client: Client, auditor: Any, sales: Any, customer: Customer) -> None:
    record_view(sales, customer)
    client.force_login(auditor)
    page = client.get(VIEWS, {"user": sales.pk}).content.decode()
    assert customer.name in page
    assert "张伟" in page
    assert ids(client, VIEWS, user=auditor.pk) == []


def test_nobody_writes_by_these_pages(client: Client, auditor: Any) -> None:
    client.force_login(auditor)
    for url in (LOG, VIEWS):
        assert client.post(url).status_code == 405
