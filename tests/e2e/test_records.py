"""Work on records: create, edit, conflict, follow-up, bulk actions, deletion and return."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.kit.browsing import Visitor

ROWS = "#results tr[data-id]"


def open_first(visitor: Visitor, path: str = "/customers/?scene=mine") -> str:
    """Open the first record of a list; returns its address."""
    page = visitor.go(path)
    href = page.locator(f"{ROWS} td.key a").first.get_attribute("href")
    visitor.go(href)
    return re.match(r"/customers/\d+/", href).group(0)


def create(visitor: Visitor, name: str, mobile: str) -> str:
    """A customer through the form; returns its address."""
    page = visitor.go("/customers/add/")
    fill_new(page, name, mobile)
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    return re.search(r"/customers/\d+/", page.url).group(0)


def fill_new(page: Page, name: str, mobile: str) -> None:
    """What a new customer needs."""
    page.fill('[name="name"]', name)
    page.select_option('[name="nature"]', index=1, force=True)
    page.fill('[name="contact_name"]', "单晓雨")
    page.fill('[name="contact_mobile"]', mobile)


def test_quick_create_stores_a_customer_with_its_contact(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/")
    page.click("#quick summary")
    page.click("#quick .menu__item:has-text('新建客户')")
    page.wait_for_selector('[name="contact_name"]')
    visitor.check()
    fill_new(page, "成都青羊测试科技有限公司", "13912345601")
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    expect(page.locator("h1")).to_contain_text("成都青羊测试科技有限公司")
    expect(page.locator("main")).to_contain_text("单晓雨")
    assert re.search(r"HK20\d\d\d{3,}", page.locator("main").inner_text())
    visitor.check()


def test_missing_values_are_named_and_nothing_typed_is_lost(visit: Callable) -> None:
    visitor = visit("sales1")
    visitor.expected = {422}
    page = visitor.go("/customers/add/")
    page.fill('[name="name"]', "留住输入有限公司")
    page.click(".form-bar .btn--primary")
    expect(page.locator('[name="contact_name"][aria-invalid="true"]')).to_have_count(1)
    expect(page.locator('[name="name"]')).to_have_value("留住输入有限公司")
    visitor.check()


def test_duplicate_is_shown_while_typing(visit: Callable) -> None:
    visitor = visit("sales1")
    create(visitor, "杭州重名演示有限公司", "13912345602")
    page = visitor.go("/customers/add/")
    page.fill('[name="name"]', "杭州重名演示有限公司")
    page.press('[name="name"]', "Tab")
    expect(page.locator("#duplicates")).to_contain_text("杭州重名演示有限公司")
    visitor.check()


def test_two_people_edit_and_nothing_typed_is_lost(visit: Callable) -> None:
    one, other = visit("sales1"), visit("manager")
    one.expected = {409}
    address = create(one, "武汉同时修改有限公司", "13912345603")
    mine, theirs = one.go(f"{address}edit/"), other.go(f"{address}edit/")
    theirs.fill('[name="address"]', "解放大道 100 号")
    theirs.fill('[name="website"]', "https://theirs.example")
    theirs.click(".form-bar .btn--primary")
    theirs.wait_for_url(re.compile(r"/customers/\d+/$"))
    mine.fill('[name="address"]', "中山路 200 号")
    mine.fill('[name="remarks"]', "客户要求周五前报价")
    mine.click(".form-bar .btn--primary")
    expect(mine.locator("table.conflict")).to_be_visible()
    for text in ("解放大道 100 号", "中山路 200 号", "客户要求周五前报价", "周海涛"):
        expect(mine.locator("main")).to_contain_text(text)
    one.check()
    mine.check('input[name="pick-address"][value="yours"]')
    mine.click(".form-bar .btn--primary")
    mine.wait_for_url(re.compile(r"/customers/\d+/$"))
    one.go(f"{address}edit/")
    expect(mine.locator('[name="address"]')).to_have_value("中山路 200 号")
    expect(mine.locator('[name="remarks"]')).to_have_value("客户要求周五前报价")
    expect(mine.locator('[name="website"]')).to_have_value(re.compile("theirs.example"))
    mine.fill('[name="remarks"]', "客户周四就要报价")
    theirs.goto(mine.url)
    theirs.fill('[name="need"]', "二十台水泵")
    theirs.click(".form-bar .btn--primary")
    theirs.wait_for_url(re.compile(r"/customers/\d+/$"))
    mine.click(".form-bar .btn--primary")
    mine.wait_for_url(re.compile(r"/customers/\d+/$"))
    expect(mine.locator("main")).to_contain_text("二十台水泵")
    expect(mine.locator("main")).to_contain_text("客户周四就要报价")
    expect(mine.locator("body")).to_contain_text(re.compile("周海涛.*修改了.*双方的修改都已保留"))


def test_follow_up_in_three_clicks(visit: Callable) -> None:
    visitor = visit("sales1")
    create(visitor, "西安三次点击有限公司", "13912345604")
    page = visitor.page
    page.fill("#composer textarea", "已确认预算，明天上午再打电话")
    page.click('#composer [data-action="method"]:has-text("电话")')
    page.click('#composer [data-days="1"]')
    page.click("#composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text("已确认预算，明天上午再打电话")
    expect(page.locator("#composer textarea")).to_have_value("")
    expect(page.locator("#record-head")).to_contain_text("明天")
    visitor.check()
    visitor.go("/customers/?scene=mine&next_contact=week&q=三次点击")
    expect(page.locator(ROWS)).to_have_count(1)


def test_next_contact_today_stands_on_the_start_page(visit: Callable) -> None:
    visitor = visit("sales2")
    create(visitor, "青岛今日联系有限公司", "13912345605")
    page = visitor.page
    page.fill("#composer textarea", "晚些时候回电")
    today = page.evaluate(
        "() => new Intl.DateTimeFormat('sv', {timeZone: 'Asia/Shanghai'}).format(new Date())"
    )
    page.fill('#composer [name="next_contact_at"]', f"{today} 23:58")
    page.click("#composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text("晚些时候回电")
    visitor.go("/")
    visitor.settle()
    page.locator("#panel-todo a", has_text=re.compile(r"^\s*今日待联系\s*\d+\s*$")).click()
    expect(page.locator(ROWS, has_text="青岛今日联系有限公司")).to_be_visible()
    visitor.check()


def mark(page: Page, names: list[str]) -> None:
    """Tick the rows with these names."""
    for name in names:
        page.locator(ROWS, has_text=name).locator('input[name="ids"]').check()
    expect(page.locator(".bulk [data-count]")).to_have_text(str(len(names)))


def run_bulk(page: Page, name: str) -> None:
    """Press an action of the bulk bar and wait for its dialog."""
    page.click(f'[data-action="bulk-run"][data-name="{name}"]')
    expect(page.locator("#dialog .dialog__foot [name=execute]")).to_be_visible()


def confirm(visitor: Visitor, done: int) -> None:
    """Run the action of the dialog, read its report, go back to the list."""
    page = visitor.page
    page.click("#dialog [name=execute]")
    expect(page.locator("#dialog .stat__value").first).to_have_text(str(done))
    expect(page.locator("#dialog tbody tr")).to_have_count(done)
    visitor.check()
    page.click("#dialog .dialog__foot .btn--primary")
    expect(page.locator("#dialog")).not_to_be_visible()


def test_bulk_tag_assign_delete_and_back_from_the_bin(visit: Callable) -> None:
    visitor = visit("manager")
    names = ["宁波批量甲有限公司", "宁波批量乙有限公司"]
    for place, name in enumerate(names):
        create(visitor, name, f"1391234561{place}")
    page = visitor.go("/customers/?scene=all&q=宁波批量")
    mark(page, names)
    run_bulk(page, "tag")
    visitor.check()
    type_into(page, "add", "年度重点")
    confirm(visitor, 2)
    expect(page.locator(ROWS, has_text="年度重点")).to_have_count(2)

    mark(page, names)
    run_bulk(page, "assign")
    type_into(page, "owner", "李晓明")
    confirm(visitor, 2)
    visitor.go("/customers/?scene=reports&q=宁波批量")
    expect(page.locator(ROWS, has_text="李晓明")).to_have_count(2)

    mark(page, names)
    run_bulk(page, "delete")
    page.check('#dialog [name="confirmed"]')
    confirm(visitor, 2)
    expect(page.locator("[data-total]").first).to_have_attribute("data-total", "0")
    restore(visitor, names[0])
    visitor.go("/customers/?scene=all&q=宁波批量")
    expect(page.locator(ROWS)).to_have_count(1)


def type_into(page: Page, name: str, text: str) -> None:
    """Choose in a searchable select: type, wait for the offer, take it."""
    box = page.locator(f'#dialog [name="{name}"]')
    control = box.locator("xpath=following-sibling::*[contains(@class, 'ts-wrapper')]").first
    control.click()
    page.keyboard.type(text, delay=20)
    page.locator(".ts-dropdown [data-selectable]", has_text=text).first.click()
    page.keyboard.press("Tab")


def restore(visitor: Visitor, name: str) -> None:
    """Bring a customer back from the bin."""
    page = visitor.go("/customers/bin/")
    visitor.check()
    page.locator("tr[data-id]", has_text=name).locator("form .btn").first.click()
    expect(page.locator("main")).to_have_attribute("data-page", "customers:customer_detail")
    expect(page.locator("h1")).to_contain_text(name)
    page.wait_for_load_state("load")


def test_palette_finds_pages_and_records(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette[open] [role=option]").first).to_be_visible()
    visitor.check()
    page.keyboard.type("联系人")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("联系人")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-page", "customers:contact_list")
    page.keyboard.press("Control+k")
    page.keyboard.type("科技")
    found = page.locator('#palette-list a[href^="/customers/"]', has_text="科技").first
    found.click()
    expect(page.locator("main")).to_have_attribute("data-page", "customers:customer_detail")
