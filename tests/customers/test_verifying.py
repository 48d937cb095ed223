"""Contact data is checked from time to time: who is due, and the note that it was done (T14)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import NotAllowed
from crm.dictionaries.models import Setting
from crm.dictionaries.stamps import bump
from customers import verifying
from customers.models import Contact, Customer
from customers.services.verifying import verify_contact, verify_customer
from tests.customers.imports import imported, workbook
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, share
from tests.kit.html import row_ids
from tests.kit.importing import undone
from tests.kit.plans import make_crowd, prefer_indexes

DAYS = 180


@pytest.fixture
def customer(company: Company) -> Customer:
    return make_customer(company, company["sales1"])


@pytest.fixture
def client(browser_of: Any) -> Client:
    return browser_of("sales1")


def test_the_customer_and_its_contacts_are_verified(company: Company, customer: Customer) -> None:
    make_contact(company, customer)
    actor, today = company["sales1"], clock.company_today()
    verify_customer(customer, actor=actor)
    assert Customer.objects.get().verified_on == today
    assert set(Contact.objects.values_list("verified_on", flat=True)) == {today}
    event = Event.objects.get(code="customers.customer.verified")
    assert event.changes == {"verified_on": [None, str(today)]}
    verify_customer(Customer.objects.get(), actor=actor)
    assert Event.objects.filter(code="customers.customer.verified").count() == 1


def test_a_contact_alone(company: Company, customer: Customer) -> None:
    contact, other = customer.contacts.get(), make_contact(company, customer)
    verify_contact(contact, actor=company["sales1"])
    assert Contact.objects.get(pk=contact.pk).verified_on == clock.company_today()
    assert Contact.objects.get(pk=other.pk).verified_on is None
    assert Customer.objects.get().verified_on is None
    event = Event.objects.get(code="customers.contact.verified")
    assert [link.about_id for link in event.links.all()] == [customer.pk]


def test_who_may_not_change_verifies_nothing(company: Company, customer: Customer) -> None:
    share(company, customer, company["sales2"])
    for actor in ("auditor", "sales2"):
        with pytest.raises(NotAllowed):
            verify_customer(customer, actor=company[actor])
        with pytest.raises(NotAllowed):
            verify_contact(customer.contacts.get(), actor=company[actor])
    assert not Customer.objects.filter(verified_on__isnull=False).exists()
    assert not Contact.objects.filter(verified_on__isnull=False).exists()


def ages(company: Company, days: list[tuple[int | None, int]]) -> list[Customer]:
    """Customers by the days since their last check (None: never) and since their entry."""
    made = [make_customer(company, company["sales1"]) for _pair in days]
    today = clock.company_today()
    for row, (checked, entered) in zip(made, days, strict=True):
        values = {
            "verified_on": checked if checked is None else today - timedelta(days=checked),
            "entered_on": today - timedelta(days=entered),
        }
        Customer.objects.filter(pk=row.pk).update(**values)
    return made


def test_the_list_of_those_that_are_due(company: Company, client: Client) -> None:
    rows = ages(company, [(None, DAYS), (None, DAYS + 1), (DAYS, 900), (DAYS + 1, 900), (0, 900)])
    keys = [row.pk for row in rows]

    def shown(*values: str) -> set[int]:
        return set(row_ids(client.get("/customers/", {"scene": "all", "verified": values})))

    assert shown("due") == {keys[1], keys[3]}
    assert shown("never") == {keys[0], keys[1]}
    assert shown("done") == {keys[2], keys[4]}
    assert shown("due", "done") == set(keys[1:])


def test_the_number_of_days_is_a_setting(company: Company, client: Client) -> None:
    (row,) = ages(company, [(31, 900)])
    assert row_ids(client.get("/customers/?scene=all&verified=due")) == []
    Setting.objects.create(key=verifying.DAYS, value=30)
    bump("settings")
    assert row_ids(client.get("/customers/?scene=all&verified=due")) == [row.pk]


def test_the_day_comes_from_a_file_and_goes_with_the_undo(company: Company, tmp_path: Any) -> None:
    sales = company["sales1"]
    row = make_customer(company, sales, name="上海恒信科技有限公司")
    path = workbook(tmp_path, [row.name, "2026-03-05"], headings=["客户名称", "联系方式核实日期"])
    job = imported(path, sales, duplicates="update")
    assert str(Customer.objects.get().verified_on) == "2026-03-05"
    undone(job, sales)
    assert Customer.objects.get().verified_on is None


def test_contacts_are_due_by_the_day_they_were_made(company: Company, client: Client) -> None:
    customer = make_customer(company, company["sales1"])
    old, new = customer.contacts.get(), make_contact(company, customer)
    Contact.objects.filter(pk=old.pk).update(
        created_at=clock.now() - timedelta(days=DAYS + 2), verified_on=None
    )
    assert row_ids(client.get("/contacts/?scene=all&verified=due")) == [old.pk]
    client.post("/contacts/bulk/verify/", {"ids": [old.pk, new.pk], "step": "run"})
    assert row_ids(client.get("/contacts/?scene=all&verified=due")) == []
    assert set(row_ids(client.get("/contacts/?scene=all&verified=done"))) == {old.pk, new.pk}


def test_one_click_on_the_page_says_it_is_right(company: Company, client: Client) -> None:
    (row,) = ages(company, [(None, DAYS + 1)])
    page = client.get(f"/customers/{row.pk}/").content.decode()
    assert "从未核实 · 需要核实" in page
    answer = client.post(f"/customers/{row.pk}/verify/")
    assert answer["Location"] == f"/customers/{row.pk}/"
    page = client.get(f"/customers/{row.pk}/").content.decode()
    assert "需要核实" not in page
    assert f"{clock.company_today():%Y-%m-%d}" in page
    contact = row.contacts.get()
    assert client.post(f"/contacts/{contact.pk}/verify/").status_code == 302


@pytest.mark.parametrize(
    ("kind", "entered", "index"),
    [(Customer, "entered_on", "cust_verify"), (Contact, "created_at", "contact_verified")],
)
def test_what_is_due_comes_from_an_index(
    company: Company, customer: Customer, kind: Any, entered: str, index: str
) -> None:
    others = {"number": "CROWD-{}".format} if kind is Customer else {"is_primary": False}
    make_crowd(kind.objects.get(), verified_on=clock.company_today(), **others)
    prefer_indexes()
    rows = verifying.VerifiedFilter(entered=entered).filter(kind.objects.kept(), ["due"])
    assert index in rows.order_by().values_list("pk")[:10_001].explain()
