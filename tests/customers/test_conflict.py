"""Two people edit a customer or contact: merged, or asked with base, theirs and yours (G19)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from crm.audit.models import Event
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from customers.choices import INDUSTRY, NATURE, PERSON
from customers.models import Category, Contact, ContactGroup, Customer
from customers.services.classes import create_category
from customers.services.transferring import transfer_customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer
from tests.kit.html import form_values

BASE, THEIRS, YOURS = "原来的备注", "李娜写的备注", "我写的备注"
WHEN = datetime(2031, 3, 4, 1, 30, tzinfo=UTC)


@pytest.fixture
def customer(company: Company) -> Customer:
    return make_customer(company, company["sales1"], remarks=BASE, next_contact_at=WHEN)


@pytest.fixture
def url(customer: Customer) -> str:
    return reverse("customers:customer_edit", args=[customer.pk])


@pytest.fixture
def two(company: Company) -> tuple[Client, Client]:
    """The manager and the owner."""
    return browser(company, "manager"), browser(company, "sales1")


def opened(client: Client, url: str) -> dict[str, list[str]]:
    return form_values(client.get(url), "version")


def rows_of(page: Any) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in page.context["fields"]}


def test_line_breaks_of_a_browser_change_nothing(company: Company) -> None:
    customer = make_customer(company, company["sales1"], remarks="第一行\n第二行")
    url, client = reverse("customers:customer_edit", args=[customer.pk]), browser(company, "sales1")
    before = Event.objects.count()
    sent = opened(client, url) | {"remarks": ["第一行\r\n第二行"]}
    assert client.post(url, sent).status_code == 302
    assert Event.objects.count() == before


def test_only_what_differs_is_asked(
    two: tuple[Client, Client], url: str, customer: Customer
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"remarks": [THEIRS]}).status_code == 302
    before = Event.objects.count()
    page = second.post(url, forms[1] | {"remarks": [YOURS]})
    assert page.status_code == 409
    row = rows_of(page)["remarks"]
    assert set(rows_of(page)) == {"remarks"}
    assert (row["base"], row["theirs"], row["yours"]) == (BASE, THEIRS, YOURS)
    assert row["state"] == "both"
    assert YOURS in page.content.decode()
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.remarks, stored.version, Event.objects.count()) == (THEIRS, 2, before)


@pytest.mark.parametrize(("pick", "kept"), [("theirs", THEIRS), ("yours", YOURS)])
def test_the_choice_is_stored(
    two: tuple[Client, Client], url: str, customer: Customer, pick: str, kept: str
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    first.post(url, forms[0] | {"remarks": [THEIRS], "address": ["中山路 1 号"]})
    page = second.post(url, forms[1] | {"remarks": [YOURS], "need": ["三台设备"]})
    asked = rows_of(page)
    assert {name: row["state"] for name, row in asked.items()} == {
        "remarks": "both",
        "address": "theirs",
        "need": "yours",
    }
    choice = {"pick-remarks": [pick], "pick-address": ["theirs"], "pick-need": ["yours"]}
    assert second.post(url, form_values(page, "version") | choice).status_code == 302
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.remarks, stored.address, stored.need) == (kept, "中山路 1 号", "三台设备")
    assert stored.next_contact_at == WHEN


def test_without_scripts_the_page_keeps_theirs_where_both_changed(
    two: tuple[Client, Client], url: str, customer: Customer
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    first.post(url, forms[0] | {"remarks": [THEIRS]})
    page = second.post(url, forms[1] | {"remarks": [YOURS]})
    assert second.post(url, form_values(page, "version")).status_code == 302
    assert Customer.objects.get(pk=customer.pk).remarks == THEIRS


def test_a_third_save_meanwhile_is_asked_again(
    two: tuple[Client, Client], url: str, customer: Customer
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    first.post(url, forms[0] | {"remarks": [THEIRS]})
    page = second.post(url, forms[1] | {"remarks": [YOURS]})
    first.post(url, opened(first, url) | {"remarks": ["又改了"]})
    again = second.post(url, form_values(page, "version") | {"pick-remarks": ["yours"]})
    assert again.status_code == 409
    assert rows_of(again)["remarks"]["yours"] == YOURS
    assert Customer.objects.get(pk=customer.pk).remarks == "又改了"


def test_lists_conflict_too(two: tuple[Client, Client], url: str, company: Company) -> None:
    """Tags and classes stand in tables of their own, and still nobody overwrites another's."""
    ensure_tags(["重点", "展会"], actor=company.admin)
    first, second = two
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"tags": ["重点"]}).status_code == 302
    page = second.post(url, forms[1] | {"tags": ["展会"]})
    assert page.status_code == 409
    assert rows_of(page)["tags"]["theirs"] == "重点"
    choice = form_values(page, "version") | {"pick-tags": ["yours"]}
    assert second.post(url, choice).status_code == 302
    assert opened(second, url)["tags"] == ["展会"]


def test_classes_conflict_too(two: tuple[Client, Client], url: str, company: Company) -> None:
    kinds = [create_category(Category(name=name), actor=company.admin) for name in ("甲", "乙")]
    first, second = two
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"categories": [str(kinds[0].pk)]}).status_code == 302
    page = second.post(url, forms[1] | {"categories": [str(kinds[1].pk)]})
    assert page.status_code == 409
    choice = form_values(page, "version") | {"pick-categories": ["theirs"]}
    assert second.post(url, choice).status_code == 302
    assert opened(second, url)["categories"] == [str(kinds[0].pk)]


def test_groups_of_a_contact_conflict_too(two: tuple[Client, Client], customer: Customer) -> None:
    groups = [ContactGroup.objects.create(name=name) for name in ("通讯", "贺卡")]
    contact = Contact.objects.get(customer=customer)
    url = reverse("customers:contact_edit", args=[contact.pk])
    first, second = two
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"groups": [str(groups[0].pk)]}).status_code == 302
    page = second.post(url, forms[1] | {"groups": [str(groups[1].pk)]})
    assert page.status_code == 409
    assert rows_of(page)["groups"]["theirs"] == "通讯"
    assert rows_of(page)["groups"]["yours"] == "贺卡"


def test_a_form_without_version_is_refused(
    two: tuple[Client, Client], url: str, customer: Customer
) -> None:
    values = opened(two[0], url) | {"remarks": ["无版本"]}
    del values["version"]
    assert two[0].post(url, values).status_code == 422
    assert Customer.objects.get(pk=customer.pk).remarks == BASE


@pytest.mark.parametrize("base", ["", "nonsense", "[]", '"text"', "1", '{"remarks": {"a": 1}}'])
def test_a_forged_base_is_no_error(
    two: tuple[Client, Client], url: str, customer: Customer, base: str
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    first.post(url, forms[0] | {"remarks": [THEIRS]})
    forged = {"base": [base], "pick-remarks": ["theirs"], "pick-nothing": ["theirs"]}
    assert second.post(url, forms[1] | forged).status_code in (409, 422)


def test_a_bulk_change_meets_an_open_form(
    two: tuple[Client, Client], url: str, customer: Customer, company: Company
) -> None:
    ensure_tags(["重点"], actor=company.admin)
    form = opened(two[1], url)
    bulk = reverse("customers:customer_bulk", args=["tag"])
    two[0].post(bulk, {"ids": [customer.pk], "step": "run", "add": ["重点"]})
    assert two[1].post(url, form | {"remarks": [YOURS]}).status_code == 302
    now = opened(two[1], url)
    assert (now["tags"], now["remarks"]) == (["重点"], [YOURS])


def said(client: Client, url: str) -> str:
    """The page a browser is sent to, with its message."""
    return client.get(url.removesuffix("edit/")).content.decode()


def test_other_fields_are_merged_and_it_is_said(
    two: tuple[Client, Client], url: str, customer: Customer
) -> None:
    first, second = two
    forms = opened(first, url), opened(second, url)
    changes = {"address": ["中山路 1 号"], "need": ["三台"]}
    assert first.post(url, forms[0] | changes).status_code == 302
    assert second.post(url, forms[1] | {"remarks": [YOURS], "need": ["三台"]}).status_code == 302
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.remarks, stored.address, stored.need) == (YOURS, "中山路 1 号", "三台")
    assert stored.version == 3
    last = Event.objects.filter(code="customers.customer.updated").latest("id")
    assert last.changes == {"remarks": [BASE, YOURS]}
    page = said(second, url)
    when = date_format(localtime(stored.updated_at), "Y-m-d")
    for text in ("周海涛", "采购需求" if "采购需求" in page else "需求", "详细地址", when):
        assert text in page


def test_rules_judge_the_merged_record(two: tuple[Client, Client], url: str) -> None:
    """One makes it a person, the other gives it an industry: each is fine, both together not."""
    first, second = two
    nature = str(lookups.by_code(NATURE, PERSON).pk)
    industry = str(lookups.items(INDUSTRY)[0].pk)
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"nature": [nature], "industry": [""]}).status_code == 302
    page = second.post(url, forms[1] | {"industry": [industry]})
    assert page.status_code == 409
    assert page.context["problem"]
    assert page.context["problem"] in page.content.decode()
    assert opened(second, url)["industry"] == [""]
    choice = form_values(page, "version") | {"pick-industry": ["theirs"]}
    assert second.post(url, choice).status_code == 302


def test_a_rule_about_the_newer_record_is_no_reason_to_refuse(
    two: tuple[Client, Client], company: Company, customer: Customer
) -> None:
    """An untouched tick of an old form once read as "take away the primary contact"."""
    contact = make_contact(company, customer)
    url = reverse("customers:contact_edit", args=[contact.pk])
    first, second = two
    forms = opened(first, url), opened(second, url)
    assert first.post(url, forms[0] | {"is_primary": ["on"]}).status_code == 302
    assert second.post(url, forms[1] | {"position": ["厂长"]}).status_code == 302
    contact.refresh_from_db()
    assert (contact.is_primary, contact.position) == (True, "厂长")


def test_fields_that_are_one_matter_are_not_mixed(
    two: tuple[Client, Client], customer: Customer
) -> None:
    url = reverse("customers:contact_edit", args=[customer.contacts.get().pk])
    first, second = two
    forms = opened(first, url), opened(second, url)
    born = {"birth_month": ["2"], "birth_day": ["28"]}
    assert first.post(url, forms[0] | born).status_code == 302
    page = second.post(url, forms[1] | {"birth_month": ["12"], "birth_day": ["31"]})
    assert page.status_code == 409
    page = second.post(url, forms[1] | {"birth_year": ["1990"]})
    assert page.status_code == 409
    assert {row["state"] for row in rows_of(page).values()} == {"both"}


def test_a_base_of_another_version_or_record_merges_nothing(
    two: tuple[Client, Client], url: str, customer: Customer, company: Company
) -> None:
    first, second = two
    other = make_customer(company, company["sales1"])
    foreign = opened(second, reverse("customers:customer_edit", args=[other.pk]))["base"]
    form = opened(second, url)
    first.post(url, opened(first, url) | {"address": ["中山路 1 号"]})
    newer = opened(second, url)["base"]
    first.post(url, opened(first, url) | {"address": ["中山路 2 号"]})
    unsigned = [form["base"][0].rpartition(":")[0]]
    for base in (foreign, newer, unsigned, ["{}"]):
        page = second.post(url, form | {"remarks": [YOURS], "base": base})
        assert page.status_code == 409
    assert Customer.objects.get(pk=customer.pk).remarks == BASE


def test_who_lost_the_record_meanwhile_writes_nothing(
    two: tuple[Client, Client], url: str, customer: Customer, company: Company
) -> None:
    form = opened(two[1], url)
    transfer_customer(customer, company["manager"], actor=company.admin)
    assert two[1].post(url, form | {"remarks": [YOURS]}).status_code == 404
    assert Customer.objects.get(pk=customer.pk).remarks == BASE


def test_what_is_masked_is_merged_without_being_named(
    company: Company, two: tuple[Client, Client], customer: Customer
) -> None:
    """Service staff see no numbers: neither the base nor the message tells them."""
    contact = customer.contacts.get()
    url, agent = reverse("customers:contact_edit", args=[contact.pk]), browser(company, "agent1")
    form = opened(agent, url)
    assert two[1].post(url, opened(two[1], url) | {"mobile": ["13911110000"]}).status_code == 302
    assert agent.post(url, form | {"position": ["厂长"]}).status_code == 302
    contact.refresh_from_db()
    assert (contact.mobile, contact.position) == ("13911110000", "厂长")
    assert "13911110000" not in said(agent, url)
