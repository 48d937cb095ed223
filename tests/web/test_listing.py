"""Lists answered by kept SQL: they show what the reader may see now, not what he once could."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from crm.web import listing, paging
from crm.web.listing import Listing
from customers.lists import CUSTOMERS
from tests.factories.company import Company
from tests.factories.customers import make_customer


def found(company: Company, login: str) -> list[int]:
    return Listing(CUSTOMERS, company[login], QueryDict("scene=all")).page.ids


def test_a_list_ends_with_the_account(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    assert found(company, "sales1") == [customer.pk]
    company["sales1"].is_active = False
    try:
        assert found(company, "sales1") == []
    finally:
        company["sales1"].is_active = True


def test_readers_of_other_rights_share_nothing(company: Company) -> None:
    own, other = (make_customer(company, company[login]) for login in ("sales1", "sales2"))
    assert found(company, "sales1") == [own.pk]
    assert found(company, "sales2") == [other.pk]
    assert set(found(company, "admin")) == {own.pk, other.pk}


def test_a_long_list_is_counted_once_a_minute_with_its_filters(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (listing, paging):
        monkeypatch.setattr(module, "COUNT_CAP", 1)
    counted = []
    count = listing.capped_count
    monkeypatch.setattr(listing, "capped_count", lambda rows: counted.append(1) or count(rows))
    for login in ("sales1", "sales1", "sales2"):
        make_customer(company, company[login])

    def label(login: str, **filters: int) -> str:
        query = "&".join(["scene=all", *(f"{name}={value}" for name, value in filters.items())])
        return Listing(CUSTOMERS, company[login], QueryDict(query)).total_label

    own = {"owner": company["sales1"].pk}
    assert [label("admin", **own), label("admin", **own), len(counted)] == ["1+", "1+", 1]
    assert label("admin", owner=company["sales2"].pk) == "1"  # another filter is another list
    assert label("sales2", **own) == "0"  # and so is another reader's
    assert label("admin", **own, page_size=10) == "1+"
    assert len(counted) == 3


@pytest.mark.parametrize("url", ["customers:customer_list", "customers:contact_list"])
def test_a_key_no_database_can_hold_is_a_choice_nobody_has(
    company: Company, browser_of: Callable[[str], Client], url: str
) -> None:
    page = browser_of("admin").get(reverse(url), {"owner": "9" * 25})
    assert page.status_code == 200
