"""A piece of a number that is too short for the index: the empty page says from where on."""

import pytest
from django.urls import reverse

from crm.search import terms
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import row_ids


@pytest.mark.parametrize("place", ["customers:customer_list", "workbench:search"])
def test_three_digits_are_told_four_find(company: Company, place: str) -> None:
    customer = make_customer(company, company["sales1"], phone="0571-88001234")
    client = browser(company, "sales1")
    page = client.get(reverse(place), {"q": "234", "scene": "all"}).content.decode()
    assert str(terms.TOO_SHORT) in page
    page = client.get(reverse(place), {"q": "1234", "scene": "all"})
    assert str(terms.TOO_SHORT) not in page.content.decode()
    assert customer.name in page.content.decode()
    page = client.get(reverse(place), {"q": "没有这家", "scene": "all"})
    assert str(terms.TOO_SHORT) not in page.content.decode()


def test_whoever_sees_phones_masked_finds_them_in_full_only(company: Company) -> None:
    customer = make_customer(company, company["sales1"], phone="0571-88001234")
    client, url = browser(company, "auditor"), reverse("customers:customer_list")
    found = {q: row_ids(client.get(url, {"q": q, "scene": "all"})) for q in
             ("234", "1234", "001234", "88001234", "057188001234")}  # fmt: skip
    assert found == {
        "234": [], "1234": [], "001234": [], "88001234": [], "057188001234": [customer.pk],
    }  # fmt: skip
