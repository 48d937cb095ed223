"""The dialog that picks a record: only rows in reach, search, filters, pages (D02-16)."""

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from crm.accounts.models import Grant
from crm.accounts.rights import RIGHTS_STAMP
from crm.dictionaries import lookups, stamps
from crm.web.views.choose import ROWS
from crm.web.views.edit import CREATOR
from customers.choices import ENTERPRISE, NATURE, LifeCycle
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import form_values, row_ids, total

URL = "/customers/choose/"
ADD = "/customers/add/"
MAKING = {"HX-Request": "true", "HX-Target": CREATOR}
HTMX = {"HX-Request": "true", "HX-Target": "chooser-body"}


@pytest.fixture
def client(browser_of: Any) -> Client:
    return browser_of("sales1")


def asked(client: Client, url: str = URL, **query: Any) -> HttpResponse:
    answer = client.get(url, query, headers=HTMX)
    assert answer.status_code == 200
    return answer


def test_rows_in_reach_by_pages(company: Company, client: Client) -> None:
    mine = [make_customer(company, company["sales1"]).pk for _number in range(ROWS + 2)]
    make_customer(company, company.stranger())
    first = asked(client)
    assert total(first) == str(len(mine))
    assert row_ids(first) == mine[::-1][:ROWS]
    following = re.search(r'href="([^"]+)" aria-label="下一页"', first.content.decode())[1]
    assert row_ids(asked(client, following.replace("&amp;", "&"))) == mine[::-1][ROWS:]


def test_search_and_filters_narrow_and_the_name_goes_into_the_field(
    company: Company, client: Client
) -> None:
    make_customer(company, company["sales1"], name="台州海门泵业有限公司")
    closed = make_customer(
        company, company["sales1"], name="台州路桥阀门有限公司", life_cycle=LifeCycle.CLOSED
    )
    found = asked(client, q="台州", life_cycle="closed")
    assert row_ids(found) == [closed.pk]
    page = found.content.decode()
    assert f'data-id="{closed.pk}" data-label="台州路桥阀门有限公司"' in page
    assert closed.number in page
    assert 'id="choose_life_cycle' in page and 'id="id_' not in page
    assert row_ids(asked(client, q="没有这家")) == []


def test_without_the_dialog_it_is_the_list(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer["Location"]) == (302, "/customers/")


@pytest.mark.parametrize("path", ["/opportunities/add/", "/contacts/add/", "/tickets/add/"])
def test_the_field_of_a_customer_leads_to_it(browser_of: Any, path: str) -> None:
    page = browser_of("admin").get(path).content.decode()
    field = re.search(r'<select name="customer"[^>]*>', page)[0]
    assert f'data-choose="{URL}"' in field
    assert 'data-choose-label="从列表中选择"' in field


def test_a_record_that_is_missing_is_made_for_the_field(company: Company, browser_of: Any) -> None:
    client = browser_of("agent1")
    assert f'data-add="{ADD}"' in client.get("/tickets/add/").content.decode()
    opened = client.get(ADD, {"name": "台州新来泵业"}, headers=MAKING)
    form = opened.content.decode()
    assert re.search(r'name="name"[^>]*value="台州新来泵业"', form)
    assert 'id="new_name"' in form and 'id="id_' not in form and "_save_new" not in form
    values = form_values(opened, "contact_name") | {
        "nature": lookups.by_code(NATURE, ENTERPRISE).pk,
        "contact_name": "李静", "contact_mobile": "13912345678",
    }  # fmt: skip
    assert client.post(ADD, values | {"name": ""}, headers=MAKING).status_code == 422
    answer = client.post(ADD, values, headers=MAKING)
    made = Customer.objects.get()
    choice = {"value": str(made.pk), "label": "台州新来泵业"}
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"]) == {"record:created": choice}


def test_who_may_not_make_it_only_chooses(company: Company, browser_of: Any) -> None:
    Grant.objects.filter(model="customers.customer", verb="add").delete()
    stamps.bump(RIGHTS_STAMP)
    field = browser_of("agent1").get("/tickets/add/").content.decode()
    assert 'name="customer"' in field
    assert "data-add=" not in field
