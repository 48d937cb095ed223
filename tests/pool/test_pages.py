"""The pool's pages: what members see, claim, give up, and what a pool hides."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from crm.audit.models import Event
from crm.core.clock import COMPANY_ZONE
from crm.dictionaries import lookups
from crm.pool import clock
from crm.pool.choices import Kind
from crm.pool.seeds import default_pool
from crm.pool.services import keeping, pools
from crm.pool.services.claiming import claim, set_locked
from crm.pool.texts import badges_of
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.queries import count_queries
from tests.pool.test_clock import recycle_with

Browsers = Callable[[str], Client]
LIST = "customers:customer_pool_list"


@pytest.fixture
def entry(company: Company) -> Customer:
    """A customer in the pool."""
    return make_customer(company, None, name="温州远航阀门有限公司")


def test_members_see_masked_rows_and_no_detail_page(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    browser = browser_of("sales1")
    page = browser.get(reverse(LIST)).content.decode()
    mobile = entry.contacts.get().mobile
    assert "温州远航阀门有限公司" in page and mobile not in page
    assert browser.get(entry.get_absolute_url()).status_code == 404
    detail = browser.get(reverse("customers:customer_pool_detail", args=[entry.pk]))
    assert mobile not in detail.content.decode()


def test_hidden_columns(company: Company, browser_of: Browsers, entry: Customer) -> None:
    pools.update_pool(
        default_pool(Kind.CUSTOMER), changes={"hidden_columns": ["contact"]}, actor=company.admin
    )
    person = entry.contacts.get().name
    for url in (reverse(LIST), reverse("customers:customer_pool_detail", args=[entry.pk])):
        assert person not in browser_of("sales1").get(url).content.decode()


def test_claim_and_refusal(company: Company, browser_of: Browsers, entry: Customer) -> None:
    recycle_with(recycles=False, claim_limit=1)
    other = make_customer(company, None)
    browser = browser_of("sales1")
    assert "今日还可领取 1 个" in browser.get(reverse(LIST)).content.decode()
    answer = browser.post(
        reverse("customers:customer_pool_claim", args=[entry.pk]), follow=True
    ).content.decode()
    assert "现在由您负责" in answer
    url = reverse("customers:customer_pool_detail", args=[other.pk])
    refused = browser.get(url).content.decode()
    assert "现在不能领取：今日 1 个领取名额已用完，今日还可领取 0 个。" in refused
    assert "领取失败" not in refused  # nobody has tried it
    claimed = browser.get(reverse(LIST), {"scene": "claimed"}).content.decode()
    assert "温州远航阀门有限公司" in claimed


def test_bulk_claim_reports_each_row(company: Company, browser_of: Browsers) -> None:
    recycle_with(recycles=False, claim_limit=2)
    rows = [make_customer(company, None) for _place in range(3)]
    url = reverse("customers:customer_pool_bulk", args=["claim"])
    data = {"ids": [row.pk for row in rows], "step": "run", "query": "scene=pool"}
    page = browser_of("sales1").post(url, data).content.decode()
    assert Customer.objects.filter(owner=company["sales1"], claimed_at__isnull=False).count() == 2
    assert "今日 2 个领取名额已用完" in page


def test_countdown_on_list_and_page(company: Company, browser_of: Browsers) -> None:
    recycle_with(follow_up_days=2)
    customer = make_customer(company, company["sales1"])
    browser = browser_of("sales1")
    text = "还有 3 天进入公海（超过 2 天未跟进）"
    for url in (
        reverse("customers:customer_list"),
        customer.get_absolute_url(),
        f"{reverse(LIST)}?scene=falling",
        f"{reverse('customers:customer_list')}?pool_due=soon&sort=pool_due_at",
    ):
        assert text in browser.get(url).content.decode(), url


@pytest.mark.parametrize(("days", "is_red"), [(2, True), (3, False)])
def test_a_countdown_is_red_from_three_days_on(
    company: Company, browser_of: Browsers, days: int, is_red: bool
) -> None:
    recycle_with(follow_up_days=days)
    customer = make_customer(company, company["sales1"])
    text = f"还有 {days + 1} 天进入公海（超过 {days} 天未跟进）"
    rows = browser_of("sales1").get(reverse("customers:customer_list")).content.decode()
    assert text in rows
    assert bool(re.search(f'<b class="late"[^>]*>{text}</b>', rows)) == is_red
    customer = Customer.objects.get(pk=customer.pk)
    assert [badge["color"] for badge in badges_of(customer)] == ["red" if is_red else "gray"]


def test_release_through_the_dialog(company: Company, browser_of: Browsers) -> None:
    customer = make_customer(company, company["sales1"])
    url = reverse("customers:customer_release", args=[customer.pk])
    browser, reason = browser_of("sales1"), lookups.by_code("pool_reason", "no_budget")
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"reason": reason.pk, "note": "明年再说"}).status_code == 302
    assert Customer.objects.get(pk=customer.pk).owner is None
    detail = reverse("customers:customer_pool_detail", args=[customer.pk])
    page = browser_of("sales2").get(detail).content.decode()
    assert "预算不足" in page and "明年再说" in page


def test_queries_do_not_grow_with_rows(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    browser = browser_of("sales1")
    browser.get(reverse(LIST))
    few = count_queries(lambda: browser.get(reverse(LIST)))
    for _place in range(6):
        make_customer(company, None)
    many = count_queries(lambda: browser.get(reverse(LIST)))
    assert few == many <= 12


def test_pool_administrators_assign_without_a_role_right(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    pools.update_pool(
        default_pool(Kind.CUSTOMER),
        changes={},
        lists={"administrators": [company["sales1"]]},
        actor=company.admin,
    )
    url = reverse("customers:customer_pool_bulk", args=["assign"])
    data: dict[str, Any] = {"ids": [entry.pk], "step": "run", "owner": company["sales2"].pk}
    browser_of("sales1").post(url, data)
    assert Customer.objects.get(pk=entry.pk).owner == company["sales2"]


def test_hand_over_of_a_leaver(company: Company, browser_of: Browsers) -> None:
    rows = [make_customer(company, company["sales1"]) for _place in range(3)]
    url = reverse("customers:customer_handover")
    browser = browser_of("manager")
    page = browser.get(url, {"person": company["sales1"].pk}).content.decode()
    assert "名下有 3 个客户" in page
    data = {"person": company["sales1"].pk, "owner": company["manager"].pk, "note": "离职"}
    asked = browser.post(url, data).content.decode()
    assert (
        "名下有 3 个客户" in asked and Customer.objects.filter(owner=company["sales1"]).count() == 3
    )
    data["counted"] = company["sales1"].pk
    assert browser.post(url, data).status_code == 200
    owners = Customer.objects.filter(pk__in=[row.pk for row in rows]).values_list("owner__username")
    assert {name for (name,) in owners} == {"manager"}
    stranger = {"person": company.stranger().pk, "owner": company["manager"].pk}
    assert browser.post(url, stranger).status_code == 422


def test_the_auditor_looks_and_touches_nothing(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    browser = browser_of("auditor")
    page = browser.get(reverse(LIST)).content.decode()
    assert entry.name in page
    assert entry.contacts.get().mobile not in page
    assert "/pool/customers/bulk/" not in page
    detail = browser.get(reverse("customers:customer_pool_detail", args=[entry.pk]))
    assert (detail.status_code, "hand-grab" in detail.content.decode()) == (200, False)
    claim = reverse("customers:customer_pool_claim", args=[entry.pk])
    assert browser.post(claim).status_code == 403
    entry.refresh_from_db()
    assert entry.owner is None
    assert browser.get(reverse("leads:lead_pool_list")).status_code == 200
    assert browser_of("finance").get(reverse(LIST)).status_code == 403


def test_administrators_export_what_their_pool_shows(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    url, wish = reverse("customers:customer_pool_export"), {
        "step": "run", "fmt": "csv", "columns": "all", "all": "1",
    }  # fmt: skip
    own = make_customer(company, company["sales2"])
    browser = browser_of("sales1")
    assert browser.post(url, wish).status_code == 403
    assert url not in browser.get(reverse(LIST)).content.decode()
    # a manager exports his people's customers, but what is in a pool is nobody's
    assert browser_of("manager").get(url).status_code == 403
    pool = default_pool(Kind.CUSTOMER)
    people = {"administrators": [company["sales1"]]}
    pools.update_pool(pool, changes={}, lists=people, actor=company.admin)
    assert url in browser.get(reverse(LIST)).content.decode()
    person = entry.contacts.get()
    text = b"".join(browser.post(url, wish).streaming_content).decode()
    assert (entry.name in text, own.name in text, person.mobile in text) == (True, False, False)
    assert person.name in text
    event = Event.objects.get(code="pool.entry.exported")
    assert event.actor == company["sales1"]
    pools.update_pool(pool, changes={"hidden_columns": ["contact"]}, actor=company.admin)
    text = b"".join(browser.post(url, wish).streaming_content).decode()
    assert (entry.name in text, person.name in text) == (True, False)


def test_the_page_says_without_pointing_what_starts_the_count_anew(
    company: Company, browser_of: Browsers
) -> None:
    browser, sales = browser_of("sales1"), company["sales1"]
    customer = make_customer(company, sales)
    url = customer.get_absolute_url()
    assert "距离进入公海" not in browser.get(url).content.decode()
    recycle_with(deal_days=None)
    clock.refresh([customer])
    day = localtime(customer.pool_due_at, COMPANY_ZONE).date()
    text = re.sub(r"<[^>]*>", "", browser.get(url).content.decode())
    assert f"{day} · 写跟进后重新计算。" in text
    set_locked(customer, locked=True, actor=sales)
    text = re.sub(r"<[^>]*>", "", browser.get(url).content.decode())
    assert "锁定后将不会进入公海。" in text


def test_the_timeline_names_the_rule_by_which_a_record_fell(
    company: Company, browser_of: Any
) -> None:
    recycle_with(deal_days=None)
    with time_machine.travel(datetime(2026, 11, 1, 4, tzinfo=UTC), tick=False) as traveller:
        customer = make_customer(company, company["sales1"])
        traveller.shift(timedelta(days=40))
        keeping.keep_all()
        claim(Customer.objects.get(pk=customer.pk), actor=company["sales1"])
        page = browser_of("sales1").get(customer.get_absolute_url()).content.decode()
    assert "根据规则自动进入公海" in page
    assert "进入公海的规则" in page and "规则天数" in page
    assert "pool due" not in page


def test_a_second_tab_leads_to_what_is_ones_own(
    company: Company, browser_of: Browsers, entry: Customer
) -> None:
    url = reverse("customers:customer_pool_claim", args=[entry.pk])
    browser = browser_of("sales1")
    assert browser.post(url).url == entry.get_absolute_url()
    again = browser.post(url, follow=True)
    assert again.redirect_chain[0][0] == entry.get_absolute_url()
    assert "已由您负责" in again.content.decode()
    late = browser_of("sales2").post(url, follow=True)
    assert late.redirect_chain[0][0] == reverse(LIST)
    assert "领取失败" in late.content.decode()
