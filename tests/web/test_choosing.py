"""The dialog that picks a record: only rows in reach, search, filters, pages (D02-16)."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from crm.web.views.choose import ROWS
from customers.choices import LifeCycle
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import row_ids, total

URL = "/customers/choose/"
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
