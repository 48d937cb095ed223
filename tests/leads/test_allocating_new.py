"""Leads and customers that are created without an owner, and allocated by the rules at once."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock, context
from crm.core.errors import InvalidValue
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Item
from crm.notifications.models import Notification
from crm.pool import rules as pool_rules
from crm.pool.models import OwnedCap, OwnershipSpan
from customers.choices import ENTERPRISE, NATURE, SOURCE
from customers.drafts import CustomerDraft
from customers.importing.customers import CUSTOMERS
from customers.models import Customer
from customers.services.creating import create_customers
from customers.services.distributing import allocate_customer
from leads.choices import REASON, LeadState, Way
from leads.drafts import LeadDraft
from leads.importing.leads import LEADS
from leads.models import AllocationCount, AllocationRule, Lead
from leads.services.allocating import allocate_lead
from leads.services.creating import create_leads
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_allocation_rule, make_lead
from tests.kit.importing import importer, undone

HEADINGS = ["公司名称", "联系人", "联系电话", "来源", "负责人"]
MODELS = {"lead": Lead, "customer": Customer}
#: Django cuts this insert into parts of 999 values on SQLite.
CUT = 'INTO "reminders_reminder"'
CREATE = {"lead": create_leads, "customer": create_customers}
IMPORTED = {"lead": importer(LEADS, HEADINGS), "customer": importer(CUSTOMERS, HEADINGS)}


def form_of(subject: str, **more: Any) -> dict[str, Any]:
    source = Item.objects.get(dictionary__code="customer_source", code="website").pk
    form: dict[str, Any] = {
        "name": "宁波新客机械有限公司",
        "source": source,
        "contact_name": "张工",
    }
    if subject == "lead":
        return form | {"mobile": "13800138000"} | more
    nature = lookups.by_code(NATURE, ENTERPRISE).pk
    first = {"contact_mobile": "13800138000", "nature": nature, "life_cycle": "potential"}
    return form | first | more


def url_of(subject: str) -> str:
    return reverse(f"{subject}s:{subject}_add")


def why(subject: str) -> str:
    """The reason that stands with the newest allocation."""
    return Event.objects.filter(code=f"{subject}s.{subject}.assigned").latest("pk").note


@pytest.mark.parametrize("subject", list(MODELS))
def test_a_new_record_is_allocated_by_the_rules(
    subject: str, company: Company, browser_of: Any
) -> None:
    rule = make_allocation_rule(company, [company["sales2"]], subject=subject)
    page = browser_of("admin").get(url_of(subject))
    assert 'name="by_rules"' in page.content.decode()
    form = form_of(subject, by_rules="on", owner=company["sales1"].pk)
    assert browser_of("admin").post(url_of(subject), form).status_code == 302
    assert MODELS[subject].objects.get().owner == company["sales2"]
    assert rule.name in why(subject)


@pytest.mark.parametrize("subject", list(MODELS))
def test_where_no_rule_fits_it_waits_in_the_pool(
    subject: str, company: Company, browser_of: Any
) -> None:
    form = form_of(subject, by_rules="on", owner="")
    assert browser_of("admin").post(url_of(subject), form).status_code == 302
    row = MODELS[subject].objects.get()
    assert (row.owner, row.pool_id is None) == (None, False)


@pytest.mark.parametrize("subject", list(MODELS))
def test_who_may_not_assign_is_not_asked(subject: str, company: Company, browser_of: Any) -> None:
    make_allocation_rule(company, [company["sales2"]], subject=subject)
    page = browser_of("sales1").get(url_of(subject))
    assert 'name="by_rules"' not in page.content.decode()
    browser_of("sales1").post(url_of(subject), form_of(subject, by_rules="on"))
    assert MODELS[subject].objects.get().owner == company["sales1"]


@pytest.mark.parametrize("subject", list(MODELS))
def test_rows_without_an_owner_are_allocated_by_the_rules(
    subject: str, company: Company, tmp_path: Path
) -> None:
    people = [company["sales1"], company["sales2"]]
    rule = make_allocation_rule(company, people, subject=subject, way="load", daily_quota=2)
    rows = [[f"宁波{n}号机械有限公司", "张工", f"1380013800{n}", "官网", ""] for n in range(5)]
    rows.append(["台州有主阀门有限公司", "王工", "13700137000", "官网", company["manager"].name])
    job = IMPORTED[subject](tmp_path, company["admin"], *rows, by_rules=True)
    assert job.counters["created"] == 6
    found = MODELS[subject].objects.order_by("pk").values_list("owner__username", flat=True)
    assert list(found) == ["sales1", "sales2", "sales1", "sales2", None, "manager"]
    assert rule.name in why(subject)
    assert undone(job, company["admin"]).counters == {"reverted": 6}


@pytest.mark.parametrize("way", Way.values)
@pytest.mark.parametrize("subject", list(MODELS))
def test_a_chunk_is_allocated_in_a_fixed_number_of_statements(
    subject: str, way: str, company: Company
) -> None:
    people = [company["sales1"], company["sales2"]]
    weights = {str(people[0].pk): 2}
    rule = make_allocation_rule(company, people, subject=subject, way=way, weights=weights)
    kept = {"kind": subject, "created_at": clock.now(), "updated_at": clock.now()}
    cap = OwnedCap.objects.create(limit=1_000, **kept)
    cap.people.add(people[0])
    stamps.bump(pool_rules.STAMP)
    asked, found = [], []
    with context.working_as("job"):
        for number in (10, 10, 50):  # the first fills caches and counts
            drafts = drafts_of(subject, number)
            with CaptureQueriesContext(connection) as queries:
                rows = CREATE[subject](drafts, actor=company["admin"])
            asked.append(len([each for each in queries if CUT not in str(each["sql"])]))
            found += [row.owner.username for row in rows]
    assert asked[1] == asked[2]
    begun = ["sales1", "sales2", "sales1"] if way == Way.RATIO else ["sales1", "sales2"]
    assert found == (begun * 70)[:70]
    rule.refresh_from_db()
    assert rule.turn == 70
    given = AllocationCount.objects.values_list("user__username", "given")
    assert dict(given) == Counter(found)
    kind = {"lead": Lead, "customer": Customer}[subject]
    rows = kind.objects.order_by("pk")
    assert [row.owner.username for row in rows] == found
    assert not rows.exclude(version=2, pool=None).exists()
    event = f"{subject}s.{subject}.assigned"
    notes = Event.objects.filter(code=event, note__contains=rule.name)
    assert notes.count() == 70
    spans = OwnershipSpan.objects.filter(action="assigned", note__contains=rule.name)
    assert spans.filter(pool__isnull=False).count() == 70
    assert Notification.objects.filter(kind=f"{subject}_assigned").count() == 70
    if subject == "lead":  # the hours of the first contact begin anew
        waits = [row.first_contact_due_at - row.owner_since for row in rows]
        assert all(timedelta(hours=24) <= wait < timedelta(hours=24, minutes=1) for wait in waits)


def drafts_of(subject: str, number: int) -> list[Any]:
    """New records without an owner that leave him to the rules."""
    first = MODELS[subject].objects.count()
    names = [f"宁波{first + n}号机械有限公司" for n in range(number)]
    source = lookups.by_code(SOURCE, "website").pk
    if subject == "customer":
        return [
            CustomerDraft(Customer(name=name, source_id=source), by_rules=True) for name in names
        ]
    values = {"contact_name": "张工", "mobile": "13800138000", "source_id": source}
    return [LeadDraft(Lead(name=name, **values), by_rules=True) for name in names]


def test_a_full_quota_and_a_full_cap_end_a_chunk(company: Company) -> None:
    people = [company["sales1"], company["sales2"]]
    rule = make_allocation_rule(company, people, daily_quota=3)
    cap = OwnedCap.objects.create(
        kind="lead", limit=2, created_at=clock.now(), updated_at=clock.now()
    )
    cap.people.add(people[1])
    stamps.bump(pool_rules.STAMP)
    rows = create_leads(drafts_of("lead", 8), actor=company["admin"])
    owners = [row.owner and row.owner.username for row in rows]
    assert owners == ["sales1", "sales2", "sales1", "sales2", "sales1", None, None, None]
    rule.refresh_from_db()
    assert rule.turn == 5  # what nobody could take used no turn


@pytest.mark.parametrize("subject", list(MODELS))
def test_a_manager_leaves_new_records_to_the_rules_within_his_scope(
    subject: str, company: Company, browser_of: Any, tmp_path: Path
) -> None:
    """Whoever is outside is passed over; where nobody is left the creator has it, and says why."""
    manager = company["manager"]
    make_allocation_rule(company, [company["sales1"], company["sales2"]], subject=subject)
    page = browser_of("manager").get(url_of(subject)).content.decode()
    assert 'name="by_rules"' in page and "规则会在您可以分配的人员中选择负责人" in page
    for number in range(2):
        name = f"宁波新客{number}号机械有限公司"
        form = form_of(subject, name=name, by_rules="on", owner="")
        assert browser_of("manager").post(url_of(subject), form).status_code == 302
    row = ["台州来件阀门有限公司", "王工", "13700137000", "官网", ""]
    job = IMPORTED[subject](tmp_path, manager, row, by_rules=True)
    rows = MODELS[subject].objects.order_by("pk")
    assert [row.owner.username for row in rows] == ["sales1"] * 3
    assert undone(job, manager).counters == {"reverted": 1}
    AllocationRule.objects.all().delete()
    make_allocation_rule(company, [company["sales2"]], subject=subject)
    form = form_of(subject, name="宁波无人机械有限公司", by_rules="on", owner="")
    assert browser_of("manager").post(url_of(subject), form).status_code == 302
    kept = MODELS[subject].objects.latest("pk")
    assert (kept.owner, kept.pool) == (manager, None)
    assert why(subject) == "规则没有选出创建人权限范围内的负责人"


def test_a_manager_leaves_no_abandoned_lead_to_nobody(company: Company) -> None:
    """The rules give away only what somebody works on; he may not put the rest into the pool."""
    make_allocation_rule(company, [company["sales1"]])
    first, second = drafts_of("lead", 2)
    first.lead.status = LeadState.ABANDONED
    first.lead.abandon_reason_id = lookups.items(REASON)[0].pk
    first.lead.abandon_note, first.lead.abandoned_at = "已停业", clock.now()
    rows = create_leads([first, second], actor=company["manager"])
    assert [row.owner for row in rows] == [company["manager"], company["sales1"]]


@pytest.mark.parametrize("subject", list(MODELS))
def test_the_rules_give_nothing_beyond_the_scope_of_who_asks(
    subject: str, company: Company
) -> None:
    make_allocation_rule(company, [company["sales2"]], subject=subject)
    make, allocate = {
        "lead": (make_lead, allocate_lead), "customer": (make_customer, allocate_customer)
    }[subject]  # fmt: skip
    row = make(company, company["sales1"])
    with pytest.raises(InvalidValue, match="权限范围"):
        allocate(row, actor=company["manager"])
    row.refresh_from_db()
    assert row.owner == company["sales1"]
    assert not Event.objects.filter(code=f"{subject}s.{subject}.assigned").exists()
    allocate(row, actor=company["admin"])
    assert row.owner == company["sales2"]


@pytest.mark.parametrize("subject", list(MODELS))
def test_an_importer_without_the_right_keeps_his_rows(
    subject: str, company: Company, tmp_path: Path
) -> None:
    make_allocation_rule(company, [company["sales2"]], subject=subject)
    row = ["宁波新客机械有限公司", "张工", "13800138000", "官网", ""]
    IMPORTED[subject](tmp_path, company["sales1"], row, by_rules=True)
    assert MODELS[subject].objects.get().owner == company["sales1"]
