"""Steps in a customer's life that a rule takes (P2)."""

import pytest

from crm.activities.choices import METHOD
from crm.activities.services import Said, create_follow_up, update_follow_up
from crm.audit.models import Event
from crm.dictionaries.models import Item
from customers.choices import LifeCycle
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer


def said(attitude: str) -> Said:
    """A phone call."""
    method = Item.objects.get(dictionary__code=METHOD, code="phone")
    return Said(text="客户对方案很感兴趣，要求报价。", method=method, attitude=attitude)


@pytest.mark.parametrize(
    ("attitudes", "wanted"),
    [
        (["positive"], LifeCycle.INTERESTED),
        (["neutral", "positive"], LifeCycle.POTENTIAL),
        (["negative"], LifeCycle.POTENTIAL),
        ([""], LifeCycle.POTENTIAL),
    ],
)
def test_a_positive_first_follow_up(
    company: Company, attitudes: list[str], wanted: LifeCycle
) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    for attitude in attitudes:
        create_follow_up(Customer.objects.get(pk=customer.pk), said(attitude), actor=owner)
    assert Customer.objects.get(pk=customer.pk).life_cycle == wanted
    events = Event.objects.filter(code="customers.customer.life_cycle_changed")
    assert events.count() == (wanted == LifeCycle.INTERESTED)
    assert all(event.note and event.actor == owner for event in events)


def test_an_attitude_that_is_added_to_the_first_follow_up_counts(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    first = create_follow_up(customer, said(""), actor=owner)
    update_follow_up(first, changes={"text": "客户要求两周内报价。"}, actor=owner)
    assert Customer.objects.get(pk=customer.pk).life_cycle == LifeCycle.POTENTIAL
    update_follow_up(first, changes={"attitude": "positive"}, actor=owner)
    assert Customer.objects.get(pk=customer.pk).life_cycle == LifeCycle.INTERESTED
    assert Event.objects.get(code="customers.customer.life_cycle_changed").note


def test_an_attitude_that_is_added_later_counts_no_more(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    first = create_follow_up(customer, said(""), actor=owner)
    create_follow_up(Customer.objects.get(pk=customer.pk), said("negative"), actor=owner)
    update_follow_up(first, changes={"attitude": "positive"}, actor=owner)
    assert Customer.objects.get(pk=customer.pk).life_cycle == LifeCycle.POTENTIAL


def test_a_closed_customer_stays_closed(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner, life_cycle=LifeCycle.CLOSED)
    create_follow_up(customer, said("positive"), actor=owner)
    assert Customer.objects.get(pk=customer.pk).life_cycle == LifeCycle.CLOSED
