"""The administration of pools: forms, rules with 试算, guard rails."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.core import clock
from crm.pool import rules
from crm.pool.choices import Kind
from crm.pool.models import OwnedCap, Pool, PoolRuleVersion
from crm.pool.seeds import default_pool
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import form_values

Browsers = Callable[[str], Client]
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
RULES = {
    "recycles": "on",
    "follow_up_days": "20",
    "spares_deals": "on",
    "warn_days": "3，7",
    "grace_days": "0",
    "days_a_follow_up": "60",
}


@pytest.fixture
def pool(company: Company) -> Pool:
    return default_pool(Kind.CUSTOMER)


def test_a_pool_with_people_and_hidden_columns(company: Company, browser_of: Browsers) -> None:
    values = {
        "kind": "customer",
        "name": "华东公海",
        "order": "2",
        "is_active": "on",
        "members": [company["sales2"].pk],
        "administrators": [company["manager"].pk],
        "hidden_columns": ["contact", "mobile"],
    }
    answer = browser_of("admin").post(reverse("admin:pool_pool_add"), values)
    assert answer.status_code == 302
    made = Pool.objects.get(name="华东公海")
    assert list(made.members.all()) == [company["sales2"]]
    assert made.hidden_columns == ["contact", "mobile"]
    assert [item.pk for item in rules.open_to("customer", company["sales1"].pk)] != [made.pk]
    page = browser_of("admin").get(reverse("admin:pool_pool_changelist")).content.decode()
    assert "华东公海" in page


def test_try_out_writes_nothing_and_save_begins_tomorrow(
    company: Company, browser_of: Browsers, pool: Pool
) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, company["sales1"], name="台州海天塑料有限公司")
        traveller.shift(timedelta(days=25))
        url = reverse("admin:pool_pool_rules", args=[pool.pk])
        browser = browser_of("admin")
        seen = RULES | {"version": pool.version}
        page = browser.post(url, {**seen, "try": "1"}).content.decode()
        assert customer.name in page and "将有 1 个进入公海" in page
        assert PoolRuleVersion.objects.filter(pool=pool).count() == 1
        assert browser.post(url, seen).status_code == 302
    version = PoolRuleVersion.objects.get(pool=pool, valid_from="2026-11-28")
    assert (version.follow_up_days, version.warn_days) == (20, [7, 3])
    assert version.grade_days == {"a": {"follow_up": 60}}
    assert version.created_by == company["admin"]


@pytest.mark.parametrize(
    "values",
    [{"warn_days": "bald"}, {"follow_up_days": "", "deal_days": ""}, {"grace_days": ""}],
)
def test_rules_that_cannot_work(browser_of: Browsers, pool: Pool, values: dict[str, str]) -> None:
    url = reverse("admin:pool_pool_rules", args=[pool.pk])
    page = browser_of("admin").post(url, {**RULES, **values, "version": pool.version})
    assert page.status_code == 200
    assert PoolRuleVersion.objects.filter(pool=pool).count() == 1


def test_caps(company: Company, browser_of: Browsers) -> None:
    values = {"kind": "customer", "purpose": "owned", "limit": "3", "people": []}
    answer = browser_of("admin").post(reverse("admin:pool_ownedcap_add"), values)
    assert answer.status_code == 302
    cap = OwnedCap.objects.get()
    assert rules.cap("customer", "owned", company["sales1"].pk).limit == 3
    for login in ("admin", "auditor"):
        page = browser_of(login).get(reverse("admin:pool_ownedcap_change", args=[cap.pk]))
        assert page.status_code == 200
    browser_of("admin").post(reverse("admin:pool_ownedcap_delete", args=[cap.pk]), {"post": "yes"})
    assert rules.cap("customer", "owned", company["sales1"].pk) is None


def test_of_two_who_set_rules_the_second_is_refused(browser_of: Browsers, pool: Pool) -> None:
    url = reverse("admin:pool_pool_rules", args=[pool.pk])
    first, second = (form_values(browser_of("admin").get(url), "follow_up_days") for _ in "ab")
    assert browser_of("admin").post(url, first | {"claim_limit": "3"}).status_code == 302
    answer = browser_of("admin").post(url, second | {"claim_limit": "9"})
    assert answer.status_code == 200
    assert form_values(answer, "follow_up_days")["claim_limit"] == ["9"]
    assert "保存失败" in answer.content.decode()
    coming = PoolRuleVersion.objects.filter(pool=pool, valid_from=rules_begin())
    assert coming.get().claim_limit == 3
    again = form_values(answer, "follow_up_days")
    assert browser_of("admin").post(url, again).status_code == 302
    assert coming.get().claim_limit == 9


def rules_begin() -> date:
    """The day from which rules saved now hold."""
    return clock.company_today() + timedelta(days=1)
