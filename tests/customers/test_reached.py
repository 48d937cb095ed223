"""Who has a number, an e-mail or a credit code is read from an index, however many there are."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from crm.pool import rules
from customers import duplicates, follow_ups, protection
from customers.duplicates import Typed
from customers.models import Contact, Customer
from leads import duplicates as lead_duplicates
from leads import follow_ups as lead_follow_ups
from leads.models import Lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, unsaved_contact
from tests.factories.leads import make_lead
from tests.kit.plans import make_crowd, plans_of, prefer_indexes
from tickets.portal import matching

NAME, CODE = "杭州西湖精密机械有限公司", "91330100MA27XXXX12"
MOBILE, PHONE, EMAIL = "13912340000", "0571-88880000", "li@example.com"
TYPED = Typed(name=NAME, phones=(MOBILE,), emails=(EMAIL,), credit_code=CODE)
TABLES = "|".join(model._meta.db_table for model in (Customer, Contact, Lead))
#: SQLite names a table by its alias; what its full text index reads is called a scan as well.
WHOLE = re.compile(rf"\bSCAN (?!search_)|Seq Scan on ({TABLES})\b")

READS: dict[str, Callable[[Company], Any]] = {
    "duplicate check": lambda company: duplicates.answer(TYPED, company["sales2"]),
    "contact data": lambda company: duplicates.by_contact_data(TYPED),
    "same name or code": lambda company: duplicates.exact(TYPED),
    "taken": lambda company: duplicates.is_taken(TYPED),
    "protected": lambda company: protection.protected_twin(NAME, CODE),
    "duplicate leads": lambda company: lead_duplicates.same_leads(TYPED),
    "rows of an import": lambda company: follow_ups.find_customers(
        [MOBILE, PHONE], company["sales1"]
    ),
    "contacts of an import": lambda company: follow_ups.find_contacts(
        [f"李雷 · {NAME}"], company["sales1"]
    ),
    "leads of an import": lambda company: lead_follow_ups.find_leads([MOBILE], company["sales1"]),
    "request of a visitor": lambda company: matching.find([MOBILE], [EMAIL]),
    "caller": lambda company: browser(company, "admin").get(
        reverse("tickets:intake_card"), {"phone": MOBILE, "customer": ""}
    ),
}


@pytest.fixture
def crowd(company: Company) -> Customer:
    """A customer with a contact, and so many others that no database reads them all by choice."""
    people = [unsaved_contact(name="李雷", mobile=MOBILE, email=EMAIL)]
    customer = make_customer(
        company, company["sales1"], name=NAME, credit_code=CODE, phone=PHONE, contacts=people
    )
    make_crowd(customer, **dict.fromkeys(("name_key", "number", "credit_code", "phone"), str))
    person = {"is_primary": False} | dict.fromkeys(("mobile", "phone", "email"), str)
    make_crowd(customer.contacts.get(), **person)
    lead = make_lead(company, company["sales1"])
    make_crowd(lead, **dict.fromkeys(("name_key", "number", "mobile", "phone", "email"), str))
    return customer


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_nobody_is_looked_for_in_all_rows(
    company: Company, crowd: Customer, monkeypatch: pytest.MonkeyPatch, read: Callable
) -> None:
    monkeypatch.setattr(rules, "protects", lambda kind: True)
    prefer_indexes()
    plans = [plan for plan in plans_of(lambda: read(company)) if re.search(TABLES, plan)]
    assert plans
    assert [plan for plan in plans if WHOLE.search(plan)] == []


def test_an_empty_value_is_nobodys(company: Company, crowd: Customer) -> None:
    make_customer(company, company["sales1"], contacts=[unsaved_contact(mobile="", email="")])
    assert not Contact.objects.reached_under([""], [""]).exists()
    assert not duplicates.by_contact_data(Typed(phones=("",), emails=("",)))
