"""Allocation: the first rule that fits, turns, loads, quotas, and what the preview promises."""

import pytest

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidValue
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Item, Region
from crm.pool import rules as pool_rules
from crm.pool.choices import Kind
from crm.pool.models import OwnedCap
from leads.choices import LeadState, Way
from leads.models import AllocationRule
from leads.services.allocating import allocate_lead, preview
from tests.factories.company import Company
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
