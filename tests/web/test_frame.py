"""What stands around every page (D02): foot line, navigation, quick create, sort, print."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from crm.core import clock
from crm.web.views.list import ListView
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import row_ids
from tests.kit.matrix import addresses


def page_of(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_foot_says_when_who_and_where(company: Company, browser_of: Any) -> None:
    user = company["sales1"]
    foot = re.search(r'<footer class="foot">(.*?)</footer>', page_of(browser_of("sales1")), re.S)[1]
    assert f"{clock.company_today():%Y-%m-%d} " in foot
    assert f"{user.name} · {user.username}" in foot
    assert f"· {user.main_department.name}" in foot


def test_a_folded_navigation_stays_folded(browser_of: Any) -> None:
    client = browser_of("sales1")
    for collapsed, body in (("1", "app app--small"), ("0", "app"), ("1", "app app--small")):
        assert client.post("/me/nav/", {"collapsed": collapsed}).status_code == 204
        assert f'<body class="{body}"' in page_of(client, "/customers/")


@pytest.mark.parametrize("login", ["sales1", "agent1", "finance", "auditor"])
def test_quick_create_offers_what_the_role_may_create(browser_of: Any, login: str) -> None:
    client = browser_of(login)
    menu = re.search(r'<details class="menu" id="quick".*?</details>', page_of(client), re.S)
    offered = set(re.findall(r'<a class="menu__item" href="([^"]+)"', menu[0])) if menu else set()
    names = ("customers:customer", "customers:contact", "leads:lead", "tickets:ticket",
             "opportunities:opportunity", "planning:task", "planning:appointment",
             "knowledge:article")  # fmt: skip
    paths = {reverse(f"{name}_add") for name in names}
    assert offered == {path for path in paths if client.get(path).status_code == 200}


def test_show_latest_asks_for_the_start_page_again(browser_of: Any) -> None:
    assert re.search(r'<a class="btn[^"]*" href="/">.*?查看最新</a>', page_of(browser_of("sales1")))


def test_lists_begin_with_what_was_changed_or_created_last(
    company: Company, browser_of: Any
) -> None:
    rows = [make_customer(company, company["sales1"]) for _number in range(3)]
    for row, changed in zip(rows, (2, 3, 1), strict=True):
        moment = clock.now() + timedelta(minutes=changed)
        Customer.objects.filter(pk=row.pk).update(updated_at=moment)
    client, keys = browser_of("sales1"), [row.pk for row in rows]
    page = client.get("/customers/", {"sort": "-updated_at"})
    assert row_ids(page) == [keys[1], keys[0], keys[2]]
    assert row_ids(client.get("/customers/", {"sort": "-created_at"})) == keys[::-1]
    menu = page.content.decode()
    for label in ("最近查看", "最近修改", "最近创建"):
        assert label in menu


def test_every_list_can_be_printed_without_the_frame(company: Company, browser_of: Any) -> None:
    make_customer(company, company.admin)
    client, printed = browser_of("admin"), []
    for address in addresses():
        if "<" in address.pattern or address.name.startswith(("admin:", "?")):
            continue
        view = getattr(resolve(address.path({})).func, "view_class", type)
        if not issubclass(view, ListView) or not view.printable:
            continue
        if view.template != ListView.template:  # the board
            continue
        path = address.path({})
        assert "print=1" in page_of(client, path), address.name
        sheet = page_of(client, f"{path}?print=1")
        assert "sheet-page" in sheet and 'id="nav"' not in sheet, address.name
        printed.append(address.name)
    assert {"customers:customer_list", "leads:lead_list", "planning:task_list"} <= set(printed)
    assert len(printed) > 15
