"""Allocation: the first rule that fits, turns, loads, quotas, and what the preview promises."""

from typing import Any

import pytest
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Item, Region
from crm.pool import rules as pool_rules
from crm.pool.choices import Kind
from crm.pool.models import OwnedCap
from customers.models import Customer
from customers.services.distributing import allocate_customer
from leads.choices import LeadState, Way
from leads.models import AllocationRule
from leads.services.allocating import allocate_lead, preview
from leads.services.keeping import update_allocation_rule
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_allocation_rule, make_lead, make_lead_in


def source(code: str) -> Item:
    return Item.objects.get(dictionary__code="customer_source", code=code)


def owner_of(company: Company, **values) -> str:
    """Who gets a new lead that nobody owns."""
    lead = make_lead(company, None, **values)
    allocate_lead(lead, actor=company.admin)
    return lead.owner.username


def test_the_first_rule_that_fits_decides(company: Company) -> None:
    Region.objects.create(code="310000", name="上海市", level=1)
    stamps.bump(lookups.REGIONS_STAMP)
    make_allocation_rule(company, [company["sales2"]], order=5, sources=(source("website"),))
    make_allocation_rule(company, [company["manager"]], order=6, regions="上海")
    make_allocation_rule(company, [company["sales1"]], order=7)
    assert owner_of(company, source_id=source("website").pk) == "sales2"
    assert owner_of(company, source_id=source("website").pk, region_id="310000") == "sales2"
    assert owner_of(company, region_id="310000") == "manager"
    assert owner_of(company) == "sales1"
    event = Event.objects.filter(code="leads.lead.assigned").latest("pk")
    assert AllocationRule.objects.get(order=7).name in event.note


@pytest.mark.parametrize("way", Way.values)
def test_the_preview_keeps_its_word(company: Company, way: str) -> None:
    people = [company["sales1"], company["sales2"], company["manager"]]
    for _n in range(2):
        make_lead_in(company, company["sales1"], LeadState.FOLLOWING)
    rule = make_allocation_rule(company, people, way=way, daily_quota=2)
    promised = [user.username if user else None for user in preview(rule)]
    assert promised.count(None) == 4
    found = []
    for _n in range(10):
        try:
            found.append(owner_of(company))
        except InvalidValue:
            found.append(None)
    assert found == promised


@pytest.mark.parametrize("way", Way.values)
def test_the_preview_knows_who_may_own_no_more(company: Company, way: str) -> None:
    now = clock.now()
    cap = OwnedCap.objects.create(kind=Kind.LEAD, limit=2, created_at=now, updated_at=now)
    cap.people.add(company["sales1"])
    stamps.bump(pool_rules.STAMP)
    rule = make_allocation_rule(company, [company["sales1"], company["sales2"]], way=way)
    promised = [user.username if user else None for user in preview(rule)]
    assert promised.count("sales1") == 2
    assert [owner_of(company) for _n in range(10)] == promised


def test_a_disabled_colleague_gets_nothing(company: Company) -> None:
    make_allocation_rule(company, [company["disabled"], company["sales1"]])
    assert {owner_of(company) for _n in range(3)} == {"sales1"}


def test_without_a_rule_the_lead_stays(company: Company) -> None:
    lead = make_lead(company, None)
    with pytest.raises(InvalidValue):
        allocate_lead(lead, actor=company.admin)
    lead.refresh_from_db()
    assert lead.owner is None


def test_by_ratio_two_to_one(company: Company) -> None:
    people = [company["sales1"], company["sales2"]]
    weights = {str(people[0].pk): 2}
    rule = make_allocation_rule(company, people, way=Way.RATIO, weights=weights)
    assert [owner_of(company) for _n in range(6)] == ["sales1", "sales2", "sales1"] * 2
    owner_of(company)
    data = {"changes": {"weights": {}}, "sources": [], "people": people}
    rule.refresh_from_db()
    update_allocation_rule(rule, **data, actor=company.admin)
    assert AllocationRule.objects.get().turn == 0  # a new run
    assert [owner_of(company) for _n in range(4)] == ["sales1", "sales2"] * 2


def test_shares_are_typed_by_name(company: Company, browser_of: Any) -> None:
    first, second = company["sales1"], company["sales2"]
    client, url = browser_of("admin"), reverse("admin:leads_allocationrule_add")
    data = {"name": "按比例", "order": "5", "subject": "lead", "way": "ratio", "is_active": "on"}
    data |= {"people": [first.pk, second.pk], "weights": f"{first.display_name} 2，王五 1"}
    answer = client.post(url, data)
    assert answer.status_code == 200 and "王五 1" in answer.content.decode()
    assert not AllocationRule.objects.exists()
    data["weights"] = f"{first.display_name}：2、{second.username} 1"
    assert client.post(url, data).status_code == 302
    rule = AllocationRule.objects.get()
    assert rule.weights == {str(first.pk): 2, str(second.pk): 1}
    page = client.get(reverse("admin:leads_allocationrule_change", args=[rule.pk]))
    assert f"{first.display_name} 2" in page.content.decode()


# --- customers (D03-15) -------------------------------------------------------------------------
def test_customers_have_rules_of_their_own(company: Company) -> None:
    make_allocation_rule(company, [company["manager"]], order=1)  # of leads
    first = make_allocation_rule(
        company, [company["sales2"]], order=2, subject="customer", sources=(source("website"),)
    )
    make_allocation_rule(company, [company["sales1"]], order=3, subject="customer", daily_quota=1)
    rows = [make_customer(company, None, source_id=source("website").pk)]
    rows += [make_customer(company, None) for _place in range(2)]
    allocate_customer(rows[0], actor=company.admin)
    allocate_customer(rows[1], actor=company.admin)
    with pytest.raises(InvalidValue, match="分配失败"):
        allocate_customer(rows[2], actor=company.admin)
    owners = [Customer.objects.get(pk=row.pk).owner for row in rows]
    assert owners == [company["sales2"], company["sales1"], None]
    event = Event.objects.filter(code="customers.customer.assigned", subject_id=rows[0].pk)
    assert first.name in event.latest("pk").note
    assert owner_of(company) == "manager"  # the quota of customers is not that of leads


def test_customers_by_rules_from_the_lists(company: Company, browser_of: Any) -> None:
    make_allocation_rule(company, [company["sales2"]], subject="customer")
    owned, pooled = make_customer(company, company["sales1"]), make_customer(company, None)
    for page, row in (("customer_bulk", owned), ("customer_pool_bulk", pooled)):
        url = reverse(f"customers:{page}", args=["allocate"])
        answer = browser_of("admin").post(url, {"ids": [row.pk], "step": "run"})
        assert answer.status_code in (200, 302)
        assert Customer.objects.get(pk=row.pk).owner == company["sales2"]
    with pytest.raises(NotAllowed):
        allocate_customer(Customer.objects.get(pk=owned.pk), actor=company["sales1"])
