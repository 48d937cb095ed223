"""Leads and customers that are created without an owner, and allocated by the rules at once."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from crm.audit.models import Event
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from customers.choices import ENTERPRISE, NATURE
from customers.importing.customers import CUSTOMERS
from customers.models import Customer
from leads.importing.leads import LEADS
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.leads import make_allocation_rule
from tests.kit.importing import importer, undone

HEADINGS = ["公司名称", "联系人", "联系电话", "来源", "负责人"]
MODELS = {"lead": Lead, "customer": Customer}
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


@pytest.mark.parametrize("subject", list(MODELS))
def test_an_importer_without_the_right_keeps_his_rows(
    subject: str, company: Company, tmp_path: Path
) -> None:
    make_allocation_rule(company, [company["sales2"]], subject=subject)
    row = ["宁波新客机械有限公司", "张工", "13800138000", "官网", ""]
    IMPORTED[subject](tmp_path, company["sales1"], row, by_rules=True)
    assert MODELS[subject].objects.get().owner == company["sales1"]
