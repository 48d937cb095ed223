"""Who sees phones and e-mails in clear, on pages and in what the log keeps."""

import pytest
from django.urls import reverse

from crm.access.masking import Masking
from customers.models import Contact, Customer
from customers.services.contacts import update_contact
from tests.conftest import browser
from tests.factories.company import LOGINS, Company
from tests.factories.customers import make_customer, share, unsaved_contact

MOBILE, MASKED = "13912345678", "139****5678"
EMAIL, MASKED_EMAIL = "wang.fang@example.com", "w****@example.com"
WECHAT = "wxfang88"
#: Who sees the numbers of a salesperson's customer.
CLEAR = {"admin", "manager", "sales1", "service_lead"}


@pytest.fixture
def customer(company: Company) -> Customer:
    people = [unsaved_contact(mobile=MOBILE, email=EMAIL, wechat=WECHAT)]
    return make_customer(company, company["sales1"], contacts=people)


def body(company: Company, login: str, url: str) -> str:
    return browser(company, login).get(url).content.decode()


@pytest.mark.parametrize("login", [name for name in LOGINS if name != "sales2"])
def test_pages_by_role(company: Company, customer: Customer, login: str) -> None:
    contact = customer.contacts.get()
    for url in (
        reverse("customers:contact_list"),
        reverse("customers:contact_detail", args=[contact.pk]),
        reverse("customers:customer_list"),
        reverse("customers:customer_detail", args=[customer.pk]),
    ):
        page = body(company, login, url)
        assert (MOBILE in page) is (login in CLEAR), url
        assert (MASKED in page) is (login not in CLEAR), url
    page = body(company, login, reverse("customers:contact_detail", args=[contact.pk]))
    assert (EMAIL in page, WECHAT in page) == ((login in CLEAR),) * 2
    assert (MASKED_EMAIL in page) is (login not in CLEAR)


def test_a_masked_number_cannot_be_dialled_or_copied(company: Company, customer: Customer) -> None:
    page = body(company, "agent1", reverse("customers:customer_detail", args=[customer.pk]))
    assert "tel:" not in page
    assert "mailto:" not in page


def test_the_log_keeps_the_change_and_masks_it(company: Company, customer: Customer) -> None:
    contact = customer.contacts.get()
    update_contact(contact, changes={"mobile": "13900001111"}, actor=company["sales1"])
    url = reverse("customers:customer_detail", args=[customer.pk])
    assert MOBILE in body(company, "manager", url)
    for login in ("agent1", "auditor"):
        page = body(company, login, url)
        assert (MOBILE in page, "13900001111" in page) == (False, False)
        assert "139****1111" in page
    log = body(company, "auditor", reverse("workbench:log"))
    assert (MOBILE in log, "13900001111" in log) == (False, False)


def test_the_hidden_base_of_a_form_holds_nothing_masked(
    company: Company, customer: Customer
) -> None:
    """It once held every value of the record, also those left out of the form."""
    contact = customer.contacts.get()
    page = body(company, "agent1", reverse("customers:contact_edit", args=[contact.pk]))
    assert [text for text in (MOBILE, EMAIL, WECHAT) if text in page] == []
    assert 'name="mobile"' not in page


def test_a_member_of_the_team_sees_masks(company: Company, customer: Customer) -> None:
    share(company, customer, company["sales2"])
    page = body(company, "sales2", reverse("customers:customer_detail", args=[customer.pk]))
    assert (MOBILE in page, MASKED in page) == (False, True)


def test_parts_of_own_numbers_are_found_although_something_is_shared(
    company: Company, customer: Customer
) -> None:
    own = make_customer(
        company, company["sales2"], contacts=[unsaved_contact(mobile="13812345600")]
    )
    share(company, customer, company["sales2"])
    client, url = browser(company, "sales2"), reverse("customers:customer_list")
    page = client.get(url, {"q": "123456"}).content.decode()
    assert f'data-id="{own.pk}"' in page
    assert f'data-id="{customer.pk}"' not in page
    assert 'data-total="1"' in page
    page = client.get(url, {"q": MOBILE}).content.decode()
    assert f'data-id="{customer.pk}"' in page


def test_masks_of_a_whole_page_at_once(company: Company, customer: Customer) -> None:
    masking = Masking(company["manager"], Contact)
    assert not masking.hides(company["sales1"].pk)
    assert masking.hides(company["sales2"].pk)
    assert masking.hides(None)
