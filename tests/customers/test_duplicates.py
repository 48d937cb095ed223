"""The live duplicate check and asking the owner of a hidden customer."""

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from crm.notifications.models import Notification
from customers import duplicates
from customers.duplicates import Typed
from customers.models import Customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, unsaved_contact
from tests.kit.html import form_values

NAME = "杭州西湖精密机械有限公司"


@pytest.fixture
def known(company: Company) -> Customer:
    people = [unsaved_contact(mobile="13912340000", email="li@example.com")]
    return make_customer(
        company, company["sales1"], name=NAME, credit_code="91330100MA27XXXX12", contacts=people
    )


def levels(typed: Typed, user) -> list[tuple[str, str]]:
    return [(card["level"], card["title"]) for card in duplicates.answer(typed, user)]


@pytest.mark.parametrize(
    "typed",
    [
        Typed(name=NAME),
        Typed(name=" 杭州西湖精密机械 有限公司 "),
        Typed(name="杭州西湖精密机械有限公司。"),
        Typed(credit_code="91330100MA27XXXX12"),
    ],
)
def test_the_same(known: Customer, company: Company, typed: Typed) -> None:
    assert levels(typed, company["sales1"]) == [("same", NAME)]


@pytest.mark.parametrize(
    "typed", [Typed(phones=("13912340000",)), Typed(emails=("li@example.com",))]
)
def test_contact_data_alone_is_a_warning(known: Customer, company: Company, typed: Typed) -> None:
    assert levels(typed, company["sales1"]) == [("warning", NAME)]


def test_alike_is_never_the_same(known: Customer, company: Company) -> None:
    found = levels(Typed(name="西湖精密机械集团"), company["sales1"])
    assert found == [("similar", NAME)]


def test_nothing_alike(known: Customer, company: Company) -> None:
    assert levels(Typed(name="广州珠江食品有限公司"), company["sales1"]) == []
    assert levels(Typed(), company["sales1"]) == []


def test_the_record_itself_is_no_duplicate(known: Customer, company: Company) -> None:
    assert levels(Typed(name=NAME, exclude=known.pk), company["sales1"]) == []


def test_deleted_customers_do_not_count(known: Customer, company: Company) -> None:
    Customer.objects.filter(pk=known.pk).update(deleted_at=clock.now())
    assert levels(Typed(name=NAME), company["sales1"]) == []


@pytest.mark.parametrize(
    ("name", "masked"),
    [(NAME, "杭州***"), ("张伟", "张***"), ("欧阳娜", "欧***"), ("李", "李***")],
)
def test_masked_names(name: str, masked: str) -> None:
    assert duplicates.masked_name(name) == masked


def test_a_hidden_customer_tells_only_its_owner(known: Customer, company: Company) -> None:
    card = duplicates.answer(Typed(name=NAME), company["sales2"])[0]
    assert (card["title"], card["meta"], card["url"]) == ("杭州***", "", "")
    assert card["owner"] == company["sales1"].name


def request_url(company: Company, login: str, known: Customer) -> str:
    """The address on the card that a hidden customer gets."""
    card = duplicates.answer(Typed(name=known.name), company[login])[0]
    return reverse("customers:customer_request", args=[card["request_token"]])


def test_asking_the_owner(known: Customer, company: Company) -> None:
    client, url = browser(company, "sales2"), request_url(company, "sales2", known)
    page = client.get(url)
    assert page.status_code == 200
    assert NAME not in page.content.decode()
    before = Event.objects.count()
    for _click in range(2):
        assert client.post(url, {"reason": "老客户来电"}).status_code == 302
    assert Event.objects.count() == before + 2
    notice = Notification.objects.get(user=company["sales1"], kind="customer_requested")
    assert (notice.text, notice.url) == ("老客户来电", known.get_absolute_url())
    assert mail.outbox == []


def test_forged_and_old_addresses_lead_nowhere(known: Customer, company: Company) -> None:
    client, url = browser(company, "sales2"), request_url(company, "sales2", known)
    assert client.get(url.replace(":", "x", 1)).status_code == 404
    assert client.get(url[:-3] + "aa/").status_code == 404
    with time_machine.travel(clock.now().timestamp() + 3700):
        assert browser(company, "sales2").get(url).status_code == 404


def test_the_form_asks_before_it_makes_a_second_one(known: Customer, company: Company) -> None:
    client, url = browser(company, "sales1"), reverse("customers:customer_add")
    values = form_values(client.get(url), "contact_name") | {
        "name": NAME, "nature": str(known.nature_id), "contact_name": "王芳",
        "contact_mobile": "13700001111",
    }  # fmt: skip
    values.pop("confirm_duplicate", None)
    answer = client.post(url, values)
    assert answer.status_code == 422
    assert Customer.objects.filter(name=NAME).count() == 1
    assert client.post(url, values | {"confirm_duplicate": "on"}).status_code == 302
    assert Customer.objects.filter(name=NAME).count() == 2
