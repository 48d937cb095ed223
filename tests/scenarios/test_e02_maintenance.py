"""E2 Existing-customer maintenance (S11-48 … S11-51), in the browser.

The customer gets its grade, the maintenance plan makes the due actions of the grade, the owner
carries one out and records it, a new need becomes an opportunity, a referral is marked, and the
list of customers below their frequency shows those not contacted in time.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.kit.browsing import Visitor
from tests.kit.live import Live

NAME, REFERRED = "绍兴柯桥维护演示有限公司", "绍兴上虞转介绍演示有限公司"
REWARD = "转介绍人：绍兴柯桥维护演示有限公司王经理；奖励：季度服务费九折"
TALK = "回访产品使用：设备运行稳定；新需求：计划扩建二号车间，需要两台同型号设备；建议加快备件发货"
#: The tag, as the field of names takes it.
TAGGED = """() => {
  const field = document.querySelector('select[name="tags"]');
  field.add(new Option("转介绍客户", "转介绍客户", true, true));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}"""
#: Time goes by: everything due of one customer was due long ago.
LATER = """
from datetime import timedelta
from django.utils import timezone
from customers.models import Customer
from customers.rhythm_models import RhythmDue
due = timezone.now() - timedelta(days=3)
RhythmDue.objects.filter(customer__name="{name}", rule__action="visit").update(due_at=due)
Customer.objects.filter(name="{name}").update(rhythm_due_at=due)
"""


def create(visitor: Visitor, name: str, **selects: str) -> str:
    """A customer through the form; returns its address."""
    page = visitor.go("/customers/add/")
    page.fill('[name="name"]', name)
    page.select_option('[name="nature"]', index=1, force=True)
    for field, label in selects.items():
        page.select_option(f'[name="{field}"]', label=label, force=True)
    page.fill('[name="contact_name"]', "王经理")
    page.fill('[name="contact_mobile"]', "13957512345" if name == NAME else "13957512346")
    return save(page)


def save(page: Page) -> str:
    """Save a form; returns the address of the record."""
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    return re.search(r"/customers/\d+/", page.url).group(0)


def plan_of(page: Page) -> dict[str, str]:
    """The maintenance plan on the customer's page: action and its badge."""
    page.evaluate("document.querySelector('#panel-rhythm').scrollIntoView()")
    panel = page.locator("#panel-rhythm")
    expect(panel.locator(".rows__item").first).to_be_visible()
    rows = panel.locator(".rows__item")
    return {
        rows.nth(place).locator(".rows__title").inner_text(): rows.nth(place).inner_text()
        for place in range(rows.count())
    }


def test_existing_customer_maintenance(visit: Callable, product: Live) -> None:
    visitor = visit("sales1")

    # 1. The customer gets grade A, B or C; 2. the plan generates the due actions of the grade.
    address = create(visitor, NAME, life_cycle="成交客户", grade="A")
    page = visitor.page
    expect(page.locator("#record-head")).to_contain_text("A")
    plan = plan_of(page)
    assert set(plan) == {"电话", "拜访"}
    assert all("每 1 个月" in text for text in plan.values())

    # 3. The owner carries one out by phone and records use, new needs, suggestions.
    page.fill("#composer textarea", TALK)
    page.click('#composer [data-action="method"]:has-text("电话")')
    page.click("#composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text("需要两台同型号设备")
    visitor.go(address)
    plan = plan_of(page)
    assert "从未" not in plan["电话"] and "从未" in plan["拜访"]

    # 4. A new need creates an opportunity from the follow-up, which goes along with it.
    said = page.locator("#timeline .timeline__item").filter(has_text="需要两台同型号设备")
    said.get_by_role("link", name="新建商机").click()
    expect(page.locator('[name="need"]')).to_have_value(TALK)
    page.fill('[name="name"]', "二号车间两台设备")
    page.fill('[name="amount"]', "360000")
    page.fill('[name="expected_on"]', f"{date.today() + timedelta(days=60)}")
    page.keyboard.press("Escape")
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/opportunities/\d+/$"))
    expect(page.locator("h1")).to_contain_text("二号车间两台设备")
    expect(page.locator("#timeline")).to_contain_text("需要两台同型号设备")

    # 5. A referral: the new customer carries the tag, the reward is recorded.
    page = visitor.go("/customers/add/")
    page.fill('[name="remarks"]', REWARD)
    page.fill('[name="name"]', REFERRED)
    page.select_option('[name="nature"]', index=1, force=True)
    page.fill('[name="contact_name"]', "王经理")
    page.fill('[name="contact_mobile"]', "13957512346")
    page.evaluate(TAGGED)
    referred = save(page)
    expect(page.locator("main")).to_contain_text("转介绍客户")
    page = visitor.go(f"{referred}edit/")
    expect(page.locator('[name="remarks"]')).to_have_value(REWARD)

    # 6. The list of customers below their frequency shows those not contacted in time.
    page = visitor.go("/customers/rhythm/?scene=mine&q=柯桥维护演示")
    expect(page.locator("#results")).not_to_contain_text(NAME)
    product.manage("shell", "-c", LATER.format(name=NAME))
    page = visitor.go("/customers/rhythm/?scene=mine&q=柯桥维护演示")
    expect(page.locator("#results")).to_contain_text(NAME)
    expect(page.locator("#results")).to_contain_text("拜访 · 每 1 个月 · 逾期")
    visitor.check()
    page = visitor.go("/customers/rhythm/?scene=mine&action=phone&q=柯桥维护演示")
    expect(page.locator("#results")).not_to_contain_text(NAME)
