"""E6 Lead conversion (S01-28, S10-29 … S10-32), in the browser: owner and customer name are
read-only, an opportunity only with "yes", and the lead is gone but for the report.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.kit.browsing import Visitor

NEED, SAID = "想替换现有的客户台账", "约定下周三上门演示"


def new_lead(visitor: Visitor, name: str, mobile: str) -> str:
    """A lead by quick create, followed up once; returns its address."""
    page = visitor.go("/leads/add/")
    page.fill('[name="name"]', name)
    page.select_option('[name="source"]', label="展会", force=True)
    page.fill('[name="contact_name"]', "钱海燕")
    page.fill('[name="mobile"]', mobile)
    page.fill('[name="need"]', NEED)
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/leads/\d+/$"))
    page.fill(".composer [name=text]", SAID)
    page.click(".composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text(SAID)
    return re.search(r"/leads/\d+/", page.url).group(0)


def open_dialog(page: Page) -> None:
    """Press 转为客户."""
    page.click("text=转为客户")
    dialog = page.locator("#dialog-body")
    expect(dialog.locator('[name="name"]')).to_be_disabled()
    expect(dialog.locator('[name="owner"]')).to_be_disabled()


def test_a_lead_becomes_customer_contact_and_opportunity(visit: Callable) -> None:
    visitor = visit("sales1")
    name = "盐城滨海线缆有限公司"
    address = new_lead(visitor, name, "13912346601")
    page = visitor.go(address)
    open_dialog(page)
    dialog = page.locator("#dialog-body")
    expect(dialog.locator('[name="name"]')).to_have_value(name)
    expect(dialog.locator('[name="owner"]')).to_have_value("李晓明")
    wanted, title = dialog.locator('[name="with_opportunity"]'), '[name="opportunity_name"]'
    expect(wanted).to_have_value("no")
    expect(dialog.locator(title)).to_be_disabled()
    wanted.select_option("yes", force=True)
    dialog.locator(title).fill("先写一个名字")
    wanted.select_option("no", force=True)
    expect(dialog.locator(title)).to_be_disabled()
    expect(dialog.locator(title)).to_have_value("")
    wanted.select_option("yes", force=True)
    dialog.locator(title).fill("线缆台账一期")
    visitor.check()
    dialog.locator(".dialog__foot .btn--primary").click()

    page.wait_for_url(re.compile(r"/customers/\d+/"))
    customer = re.search(r"/customers/\d+/", page.url).group(0)
    expect(page.locator("h1")).to_contain_text(name)
    main = page.locator("main")
    for text in ("钱海燕", NEED, "李晓明"):
        expect(main).to_contain_text(text)
    expect(page.locator("#timeline")).to_contain_text(SAID)
    visitor.go("/opportunities/?q=线缆台账一期")
    expect(page.locator("#results")).to_contain_text("线缆台账一期")
    visitor.go(f"/contacts/?q={name}")
    expect(page.locator("#results")).to_contain_text("钱海燕")

    visitor.go(f"/leads/?q={name}")
    expect(page.locator("#results tr[data-id]")).to_have_count(0)
    visitor.expected = {404}
    for path in ("", "edit/"):
        visitor.go(address + path)
        expect(page.locator("main")).not_to_contain_text(name)
    visitor.go(f"/leads/report/rows/?q={name}")
    page.click(f"#results tr[data-id] a:has-text('{name}')")
    expect(page.locator("main")).to_contain_text("已转化")
    expect(page.locator(f'main a[href="{customer}"]').first).to_be_visible()
    expect(page.locator(".composer")).to_have_count(0)
    visitor.check()


def test_without_an_opportunity_none_is_made_and_a_second_browser_comes_too_late(
    visit: Callable,
) -> None:
    one, other = visit("sales1"), visit("manager")
    name = "连云港海螺建材有限公司"
    address = new_lead(one, name, "13912346602")
    first, second = one.go(address), other.go(address)
    open_dialog(first)
    open_dialog(second)
    for page in (first, second):
        page.locator("#dialog-body .dialog__foot .btn--primary").click()
        page.wait_for_url(re.compile(r"/(customers|leads/report)/\d+/"))
    assert "/customers/" in first.url
    assert "/leads/report/" in second.url
    other.go(f"/customers/?q={name}")
    expect(other.page.locator("#results tr[data-id]")).to_have_count(1)
    one.go(f"/opportunities/?q={name}")
    expect(first.locator("#results tr[data-id]")).to_have_count(0)
    other.check()
