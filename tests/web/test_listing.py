"""Lists answered by kept SQL: they show what the reader may see now, not what he once could."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

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


@pytest.mark.parametrize("url", ["customers:customer_list", "customers:contact_list"])
def test_a_key_no_database_can_hold_is_a_choice_nobody_has(
    company: Company, browser_of: Callable[[str], Client], url: str
) -> None:
    page = browser_of("admin").get(reverse(url), {"owner": "9" * 25})
    assert page.status_code == 200
