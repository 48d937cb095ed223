"""E7 Lead abandoned (S01-29), in the browser: refused without a reason, stored and counted with."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.scenarios.test_e06_conversion import new_lead

REASON, STORY = "没有预算", "今年预算已冻结，明年三月再谈"


def counted(page: Page) -> int:
    """How many leads the analysis counts for the reason."""
    row = page.locator(f".report__table[data-by='reason'] tr:has-text('{REASON}') td").first
    return int(row.inner_text()) if row.count() else 0


def test_abandoning_needs_a_reason_that_is_counted(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/leads/reasons/")
    before = counted(page)
    address = new_lead(visitor, "宿迁骆马湖旅游有限公司", "13912346603")
    visitor.expected = {422}
    page = visitor.go(address)
    page.click("main .btn:has-text('放弃')")
    dialog = page.locator("#dialog-body")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(dialog.locator('[name="abandon_reason"][aria-invalid="true"]')).to_have_count(1)
    dialog.locator('[name="abandon_reason"]').select_option(label=REASON, force=True)
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(dialog.locator('[name="abandon_note"][aria-invalid="true"]')).to_have_count(1)
    visitor.check()
    dialog.locator('[name="abandon_note"]').fill(STORY)
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(page.locator("main")).to_contain_text(f"已放弃：{REASON}")
    expect(page.locator("main")).to_contain_text(STORY)

    visitor.go("/leads/reasons/")
    assert counted(page) == before + 1
    page.locator(f".report__table[data-by='reason'] tr:has-text('{REASON}') td a").first.click()
    page.wait_for_url(re.compile("/leads/report/rows/"))
    expect(page.locator("#results")).to_contain_text("宿迁骆马湖旅游有限公司")
    assert int(page.locator("[data-total]").first.get_attribute("data-total")) == before + 1
    visitor.check()
