"""Leads in the pool: in by hand or without an owner, out by claim, assignment and rules."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from crm.core import clock
from crm.dictionaries import stamps
from crm.pool import rules as pool_rules
from crm.pool.choices import Kind
from crm.pool.seeds import default_pool
from crm.pool.services.claiming import claim, release
from leads.choices import LeadState
from leads.models import Lead
from leads.services.allocating import allocate_lead
from leads.services.changing import abandon_lead, assign_lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_allocation_rule, make_lead, make_lead_in, reason
from tests.kit.html import row_ids


def test_without_an_owner_a_lead_stands_in_the_pool_until_claimed(company: Company) -> None:
    lead = make_lead(company, None, mobile="13812345678")
    assert lead.pool is not None
    client = browser(company, "sales1")
    assert client.get(lead.get_absolute_url()).status_code == 404
    page = client.get(reverse("leads:lead_pool_list"))
    assert row_ids(page) == [lead.pk]
    assert "13812345678" not in page.content.decode()
    Lead.objects.filter(pk=lead.pk).update(first_contact_due_at=clock.now() - timedelta(hours=9))
    assert client.post(reverse("leads:lead_pool_claim", args=[lead.pk])).status_code == 302
    lead.refresh_from_db()
    assert (lead.owner, lead.pool) == (company["sales1"], None)
    assert lead.first_contact_due_at > clock.now() + timedelta(hours=23)
    assert client.get(lead.get_absolute_url()).status_code == 200


def test_a_lead_goes_into_the_pool_and_back_by_assignment_and_rules(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead_in(company, sales, LeadState.FOLLOWING)
    release(lead, note="不在负责范围", actor=sales)
    lead.refresh_from_db()
    assert (lead.owner, lead.previous_owner) == (None, sales)
    assign_lead(lead, company["sales2"], actor=company.admin)
    assert lead.pool is None
    assign_lead(lead, None, actor=company.admin, note="没有预算")
    assert lead.pool is not None
    make_allocation_rule(company, [company["manager"]])
    allocate_lead(lead, actor=company.admin)
    assert (lead.owner, lead.pool) == (company["manager"], None)


def test_an_abandoned_lead_never_falls(company: Company) -> None:
    lead = make_lead(company, None)
    claim(lead, actor=company["sales1"])
    lead.refresh_from_db()
    abandon_lead(lead, reason(), "没有预算", actor=company["sales1"])
    lead.refresh_from_db()
    assert lead.pool_due_at is None


def words_of(page: Any) -> str:
    """What stands on a page beside the navigation, which names both pools."""
    text = page.content.decode()
    return text[text.index("<main") : text.index("</main>")] if "<main" in text else text


def test_leads_stand_in_a_pool_of_their_own_name(company: Company) -> None:
    pool = default_pool(Kind.LEAD)
    rules_in_force = pool.rule_versions.all()
    rules_in_force.update(
        recycles=True, follow_up_days=2, grace_days=0, valid_from=date(2020, 1, 1)
    )
    stamps.bump(pool_rules.STAMP)
    sales = company["sales1"]
    given, kept, waiting = (make_lead(company, owner) for owner in (sales, sales, None))
    release(given, note="不在负责范围", actor=sales)
    claim(given, actor=company.admin)
    pages = [
        reverse("leads:lead_pool_list"),
        f"{reverse('leads:lead_pool_list')}?scene=claimed",
        f"{reverse('leads:lead_pool_list')}?scene=falling",
        reverse("leads:lead_pool_detail", args=[waiting.pk]),
        reverse("leads:lead_release", args=[kept.pk]),
        reverse("leads:lead_list"),
        kept.get_absolute_url(),
        given.get_absolute_url(),
    ]
    client = browser(company, "admin")
    for url in pages:
        said = words_of(client.get(url))
        assert "公海" not in said, url
        assert "线索池" in said, url
    customer = reverse("customers:customer_pool_list")
    assert "线索池" not in words_of(client.get(customer))


def test_the_operation_log_names_the_pool_of_each_kind(company: Company) -> None:
    owner = company["sales1"]
    for row in (make_customer(company, owner), make_lead(company, owner)):
        release(row, note="不在负责范围", actor=owner)
    log = browser(company, "auditor").get(reverse("workbench:log"), {"area": "pool.entry"})
    page = log.content.decode()
    assert page.count(f"{owner.name}放入公海") == page.count(f"{owner.name}放入线索池") == 1
