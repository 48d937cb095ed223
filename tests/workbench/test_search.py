"""Global search and palette: what is found, rights, numbers typed in full."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.audit.services import record_view
from crm.workbench import palette
from customers.models import Customer
from tests.kit import people

SEARCH, PALETTE = reverse("workbench:search"), reverse("workbench:palette")


def labels(answer: Any, title: str) -> list[str]:
    """Labels of one group of the palette's answer."""
    groups = {group["title"]: group["items"] for group in answer.json()["groups"]}
    return [item["label"] for item in groups.get(title, [])]


@pytest.fixture
def english(sales: Any) -> Any:
    """`sales` reads English, so that names of pages are those of the code."""
    sales.language = "en"
    sales.save(update_fields=["language"])
    return sales


@pytest.mark.parametrize("text", ["西湖", "xihu", "hzxh", "138001", "王芳", "科技 西湖"])
def test_found_by_every_sign(text: str, client: Client, sales: Any, customer: Customer) -> None:
    client.force_login(sales)
    page = client.get(SEARCH, {"q": text}).content.decode()
    assert customer.get_absolute_url() in page
    assert 'data-total="1"' in page


@pytest.mark.parametrize("text", ["西湖", "13800138000", "王芳", "xihu"])
def test_never_what_the_reader_may_not_see(
    text: str, client: Client, other: Any, customer: Customer
) -> None:
    client.force_login(other)
    for url in (SEARCH, PALETTE):
        answer = client.get(url, {"q": text}).content.decode()
        assert customer.name not in answer
        assert customer.number not in answer
        assert customer.get_absolute_url() not in answer


def test_a_number_in_full_opens_the_record(
    client: Client, sales: Any, other: Any, customer: Customer
) -> None:
    client.force_login(sales)
    for text in (customer.number, customer.number.lower()):
        assert client.get(SEARCH, {"q": text})["Location"] == customer.get_absolute_url()
    client.force_login(other)
    assert client.get(SEARCH, {"q": customer.number}).status_code == 200


def test_masked_readers_find_a_phone_only_in_full(client: Client, customer: Customer) -> None:
    client.force_login(people.make_user("a1", "service"))
    assert customer.name not in client.get(SEARCH, {"q": "138001"}).content.decode()
    page = client.get(SEARCH, {"q": "13800138000"}).content.decode()
    assert customer.name in page
    assert "138****8000" in page
    rows = page.split('<li class="rows__item">')[1:]
    assert not any("13800138000" in row.split("</li>")[0] for row in rows)


@pytest.mark.parametrize("text", ["", " ", "有限公司", "%", "_", "'\"<script>", "\x00", "a" * 500])
def test_odd_texts(text: str, client: Client, sales: Any, customer: Customer) -> None:
    client.force_login(sales)
    page = client.get(SEARCH, {"q": text})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode().replace("<script src", "")
    assert client.get(PALETTE, {"q": text}).status_code == 200


def test_palette_offers_pages_actions_and_records(
    client: Client, english: Any, customer: Customer
) -> None:
    client.force_login(english)
    first = client.get(PALETTE)
    assert "Customers" in labels(first, "Pages of the product")
    assert "Operation log" not in labels(first, "Pages of the product")
    assert "New customer" in labels(first, "Actions")
    found = client.get(PALETTE, {"q": "西湖"})
    assert labels(found, "Customers") == [customer.name]
    assert labels(found, "Pages of the product") == []


def test_palette_begins_with_what_was_opened_last(
    client: Client, english: Any, customer: Customer
) -> None:
    record_view(english, customer)
    client.force_login(english)
    assert labels(client.get(PALETTE), "Recently viewed") == [customer.name]


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("客户", "客户", True),
        ("kehu", "客户", True),
        ("kh", "客户", True),
        ("gzt", "工作台", True),
        ("gongzuo", "工作台", True),
        ("ADD", "Address book", True),
        ("lxr", "客户", False),
    ],
)
def test_pages_by_pinyin(text: str, label: str, expected: bool) -> None:
    assert palette.matches(label, text) is expected


def test_search_is_cheap(client: Client, sales: Any, customer: Customer) -> None:
    client.force_login(sales)
    client.get(SEARCH, {"q": "西湖"})
    with CaptureQueriesContext(connection) as seen:
        client.get(SEARCH, {"q": "西湖"})
    assert len(seen) <= 16, [query["sql"][:120] for query in seen.captured_queries]
