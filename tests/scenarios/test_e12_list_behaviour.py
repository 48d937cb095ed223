"""E12 List behaviour: one page size, recently viewed, two-step deletion, filters, quick search.

The condition builder with "or" (step 4) comes with saved views and is not part of this release;
its "and" is tested here.
"""

from typing import Any

import pytest
from django.test import Client

from customers.choices import LifeCycle
from customers.models import Customer
from tests.factories.customers import make_customer, unsaved_contact
from tests.kit.html import row_ids, total

LISTS = ("/customers/?scene=all", "/contacts/?scene=all")


@pytest.fixture
def customers(company: Any) -> list[Customer]:
    """Eight customers of sales1, every second one interested."""
    made = []
    for place in range(8):
        life = LifeCycle.INTERESTED if place % 2 else LifeCycle.POTENTIAL
        person = unsaved_contact(mobile=f"1377000{place:04d}")
        made.append(make_customer(company, company["sales1"], life_cycle=life, contacts=[person]))
    return made


@pytest.fixture
def client(browser_of: Any) -> Client:
    return browser_of("sales1")


def test_page_size_of_one_list_holds_for_every_list(
    client: Client, customers: list[Customer]
) -> None:
    answer = client.post("/me/page-size/", {"page_size": "5", "next": "/customers/?scene=all"})
    assert (answer.status_code, answer["Location"]) == (302, "/customers/?scene=all")
    for path in LISTS:
        assert len(row_ids(client.get(path))) == 5


@pytest.mark.parametrize("value", ["", "0", "201", "-5", "ten", "5 OR 1=1"])
def test_page_size_out_of_range_is_refused(client: Client, value: str) -> None:
    before = client.get("/").wsgi_request.user.page_size
    assert client.post("/me/page-size/", {"page_size": value}).status_code == 400
    assert client.get("/").wsgi_request.user.page_size == before


def test_page_size_does_not_lead_to_another_site(client: Client) -> None:
    answer = client.post("/me/page-size/", {"page_size": "10", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_opened_record_is_first_when_sorted_by_recently_viewed(
    client: Client, customers: list[Customer]
) -> None:
    opened = customers[3]
    assert client.get(f"/customers/{opened.pk}/").status_code == 200
    assert row_ids(client.get("/customers/?scene=all&sort=viewed"))[0] == opened.pk


@pytest.mark.parametrize("sort", ["viewed", "-viewed"])
def test_of_several_opened_records_the_last_one_is_first(
    client: Client, customers: list[Customer], sort: str
) -> None:
    opened = [customers[place].pk for place in (5, 1, 3)]
    for key in opened:
        assert client.get(f"/customers/{key}/").status_code == 200
    path = f"/customers/?scene=all&sort={sort}"
    shown = row_ids(client.get(path))
    others = [each.pk for each in customers[::-1] if each.pk not in opened]
    assert shown == [*opened[::-1], *others]
    assert row_ids(client.get(f"{path}&page_size=2&page=2")) == shown[2:4]


def test_marked_rows_are_deleted_only_after_the_confirmation(
    client: Client, customers: list[Customer], company: Any, browser_of: Any
) -> None:
    manager = browser_of("manager")
    marked = [customers[0].pk, customers[1].pk]
    first = manager.post("/customers/bulk/delete/", {"ids": marked})
    assert first.status_code == 200
    assert set(marked) <= set(row_ids(manager.get("/customers/?scene=all")))

    second = manager.post(
        "/customers/bulk/delete/", {"ids": marked, "step": "run", "confirmed": "1"}
    )
    assert second.status_code == 200
    assert not set(marked) & set(row_ids(manager.get("/customers/?scene=all")))
    assert set(marked) <= set(row_ids(manager.get("/customers/bin/")))


def test_two_conditions_narrow_together_and_reset_shows_all(
    client: Client, customers: list[Customer]
) -> None:
    wanted = customers[1]
    query = f"/customers/?scene=all&life_cycle=interested&q={wanted.name}"
    assert row_ids(client.get(query)) == [wanted.pk]
    other = f"/customers/?scene=all&life_cycle=potential&q={wanted.name}"
    assert row_ids(client.get(other)) == []
    assert total(client.get("/customers/?scene=all")) == "8"


def test_quick_search_finds_a_phone_number_and_prints(
    client: Client, customers: list[Customer]
) -> None:
    assert row_ids(client.get("/customers/?scene=all&q=13770000006")) == [customers[6].pk]
    page = client.get("/customers/?scene=all&q=13770000006&print=1").content.decode()
    assert customers[6].name in page
    assert 'id="nav"' not in page


def test_choice_of_a_customer_narrows_while_typing(
    client: Client, customers: list[Customer]
) -> None:
    wanted = customers[5]
    found = client.get("/customers/options/", {"q": wanted.name}).json()["results"]
    assert [int(item["value"]) for item in found] == [wanted.pk]
