"""The team of a customer ends where the pool begins (`market` 2.1, 2.4)."""

from typing import Any

import pytest
from django.urls import reverse

from crm.access import policies, verbs
from crm.audit.models import Event
from crm.core.errors import InvalidValue
from crm.pool.services.claiming import claim, release
from crm.pool.services.recycling import recycle_due
from customers.models import Contact, Customer, CustomerShare
from customers.pooling import CUSTOMERS
from customers.services.team import share_customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, share
from tests.kit.pool import LONG_AGO, set_rules

SHARED = "customers.customer.shared"


@pytest.fixture
def customer(company: Company) -> Customer:
    """One of sales1, with a reader and a writer in its team."""
    found = make_customer(company, company["sales1"])
    share(company, found, company["sales2"])
    share(company, found, company.stranger(), write=True)
    return found


def fallen(customer: Customer) -> list[Event]:
    """What was recorded about the team after it was made."""
    return list(Event.objects.filter(code=SHARED, subject_id=customer.pk).order_by("pk"))[2:]


def assert_closed(customer: Customer, member: Any) -> None:
    for model in (Customer, Contact):
        for verb in (verbs.VIEW, verbs.CHANGE):
            assert not model.objects.visible_to(member, verb).exists()
    assert not policies.can(member, verbs.VIEW, Customer.objects.get(pk=customer.pk))


def test_putting_into_the_pool_ends_the_team(company: Company, customer: Customer) -> None:
    other = make_customer(company, company["sales1"])
    share(company, other, company["manager"])
    release(customer, note="不再需要", actor=company["sales1"])
    assert list(CustomerShare.objects.values_list("content_object", flat=True)) == [other.pk]
    assert_closed(customer, company["sales2"])
    page = browser(company, "sales2").get(reverse("customers:customer_detail", args=[customer.pk]))
    assert page.status_code == 404
    (event,) = fallen(customer)
    assert event.actor == company["sales1"]
    assert event.changes["shares"][1] == ""
    assert company["sales2"].name in event.changes["shares"][0]


def test_falling_by_rule_ends_the_team(company: Company, customer: Customer) -> None:
    set_rules(recycles=True, follow_up_days=30, grace_days=0)
    alone = make_customer(company, company["sales1"])
    Customer.objects.update(owner_since=LONG_AGO, pool_due_at=LONG_AGO)
    assert recycle_due(CUSTOMERS) == 2
    assert not CustomerShare.objects.exists()
    assert_closed(customer, company["sales2"])
    (event,) = fallen(customer)
    assert event.actor is None
    assert not Event.objects.filter(code=SHARED, subject_id=alone.pk).exists()


def test_whoever_claims_begins_without_a_team(company: Company, customer: Customer) -> None:
    release(customer, note="不再需要", actor=company["sales1"])
    claim(Customer.objects.get(pk=customer.pk), actor=company["manager"])
    assert not CustomerShare.objects.exists()
    assert_closed(customer, company["sales2"])
    assert policies.can(company["manager"], verbs.VIEW, Customer.objects.get(pk=customer.pk))


def test_what_is_in_the_pool_gets_no_team(company: Company) -> None:
    pooled = make_customer(company, None)
    before = Event.objects.count()
    with pytest.raises(InvalidValue):
        share_customer(pooled, company["sales2"], write=False, actor=company.admin)
    assert (CustomerShare.objects.count(), Event.objects.count()) == (0, before)
    page = browser(company, "admin").get(reverse("customers:customer_detail", args=[pooled.pk]))
    assert "客户在公海中，目前无人跟进。" in page.content.decode()
    assert reverse("customers:customer_share", args=[pooled.pk]) not in page.content.decode()
