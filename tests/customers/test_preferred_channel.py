"""How somebody likes to be reached (D09-5): form, filter, import, page, default of follow-ups."""

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from crm.activities.choices import METHOD
from crm.activities.composer import add_url
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from customers import lists
from customers.importing.contacts import CONTACTS
from customers.models import Contact, Customer
from customers.services.changing import update_customer
from customers.services.contacts import update_contact
from tests.customers.imports import imported, workbook
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import row_ids
from tests.kit.importing import importer, undone

CHOSEN = r'aria-checked="true" data-action="method" data-value="(\d+)"'


def method(code: str) -> int:
    return lookups.by_code(METHOD, code).pk


@pytest.fixture
def customer(company: Company) -> Customer:
    return make_customer(company, company["sales1"])


def chosen_by(page: str) -> list[int]:
    """The keys of the methods that a composer has chosen already."""
    return [int(key) for key in re.findall(CHOSEN, page)]


def test_a_follow_up_begins_with_it(company: Company, customer: Customer, browser_of: Any) -> None:
    client, actor = browser_of("sales1"), company["sales1"]
    contact = customer.contacts.get()
    pages = [row.get_absolute_url() for row in (customer, contact)]
    first = lookups.items(METHOD)[0].pk
    assert [chosen_by(client.get(url).content.decode()) for url in pages] == [[first], [first]]
    wechat, visit = method("wechat"), method("visit")
    update_customer(customer, changes={"preferred_method": wechat}, actor=actor)
    assert [chosen_by(client.get(url).content.decode()) for url in pages] == [[wechat], [wechat]]
    liked = Item.objects.get(pk=visit)
    update_contact(contact, changes={"preferred_method": liked}, actor=actor)
    assert [chosen_by(client.get(url).content.decode()) for url in pages] == [[wechat], [visit]]
    form = client.get(add_url(contact)).context["form"]
    assert form["method"].value() == visit
    dialled = client.get(add_url(contact), {"method": "phone", "address": "0571-1"})
    assert dialled.context["form"]["method"].value() == method("phone")


def test_the_forms_the_pages_and_the_filters(
    company: Company, customer: Customer, browser_of: Any
) -> None:
    client, wechat = browser_of("sales1"), method("wechat")
    make_customer(company, company["sales1"])
    for row, name in ((customer, "customer"), (customer.contacts.get(), "contact")):
        url = reverse(f"customers:{name}_edit", args=[row.pk])
        form = client.get(url).context["form"]
        values = {field.html_name: field.value() for field in form if field.value()}
        answer = client.post(url, {**values, "preferred_method": wechat})
        assert answer.status_code == 302, answer.context["form"].errors
        assert type(row).objects.get(pk=row.pk).preferred_method_id == wechat
        page = client.get(row.get_absolute_url()).content.decode()
        assert "首选联系方式" in page and "微信" in page
        found = client.get(reverse(f"customers:{name}_list"), {"preferred_method": wechat})
        assert row_ids(found) == [row.pk]


def test_it_comes_with_an_import(company: Company, tmp_path: Any) -> None:
    headings, row = ("客户名称", "首选联系方式"), ("杭州首选机械有限公司", "微信")
    imported(workbook(tmp_path, row, headings=headings), company["sales1"])
    assert Customer.objects.get().preferred_method_id == method("wechat")
    assert not Contact.objects.exists()


import_contacts = importer(CONTACTS, ["客户名称", "姓名", "手机", "首选联系方式"])


def test_it_comes_with_an_import_of_contacts(
    company: Company, customer: Customer, tmp_path: Any
) -> None:
    actor, known = company["sales1"], customer.contacts.get()
    job = import_contacts(
        tmp_path, actor,
        [customer.name, known.name, "", "微信"],
        [customer.name, "李静", "13912345678", "拜访"],
        [customer.name, "王强", "13912345679", "飞鸽"],
        duplicates="update",
    )  # fmt: skip
    assert (job.counters["created"], job.counters["updated"]) == (2, 1)
    liked = dict(customer.contacts.values_list("name", "preferred_method"))
    assert liked == {known.name: method("wechat"), "李静": method("visit"), "王强": None}
    assert undone(job, actor).counters == {"reverted": 3}
    assert list(customer.contacts.values_list("preferred_method", flat=True)) == [None]


def test_it_stands_in_the_template_and_the_export(company: Company, browser_of: Any) -> None:
    client = browser_of("sales1")
    template = client.get(reverse("customers:contact_import_template"))
    book = openpyxl.load_workbook(BytesIO(b"".join(template.streaming_content)))
    assert "首选联系方式" in {cell for row in book.worksheets[0].values for cell in row}
    assert "preferred_method" in [column.name for column in lists.CONTACTS.table.columns]
