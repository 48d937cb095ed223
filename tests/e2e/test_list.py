"""What a list does: scenes, filters, sorting, columns, page size, recently viewed, search."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from crm.core import pinyin

ROWS = "#results tr[data-id]"


def total(page: Page) -> int:
    """The number on the result line."""
    return int(page.locator("[data-total]").first.get_attribute("data-total"))


def first_names(page: Page, number: int = 5) -> list[str]:
    """Titles of the first rows."""
    return page.locator(f"{ROWS} td.key").all_inner_texts()[:number]


def test_scenes_narrow_the_list(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/customers/")
    tabs = page.locator("nav.tabs a")
    assert tabs.all_inner_texts() == ["我的", "下属", "我参与的", "全部"]
    page.click("nav.tabs a:has-text('全部')")
    whole = total(page)
    page.click("nav.tabs a:has-text('我的')")
    expect(page.locator("nav.tabs a[aria-current]")).to_have_text("我的")
    mine = total(page)
    page.click("nav.tabs a:has-text('下属')")
    assert 0 < mine < whole
    assert 0 < total(page) < whole
    visitor.check()


def test_filter_shows_a_chip_that_takes_it_away(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/customers/?scene=all")
    whole = total(page)
    with page.expect_response(re.compile("life_cycle=")):
        page.click("#filter .choices summary:has-text('生命周期')")
        page.check('#filter input[name="life_cycle"][value="potential"]')
    chip = page.locator(".chip")
    expect(chip).to_have_count(1)
    expect(chip).to_contain_text("潜在客户")
    assert 0 < total(page) < whole
    assert "life_cycle=potential" in page.url
    visitor.check()
    chip.locator("a").click()
    expect(chip).to_have_count(0)
    expect(page.locator("[data-total]").first).to_have_attribute("data-total", str(whole))


def test_more_filters_come_when_they_are_asked_for(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/customers/?scene=all")
    expect(page.locator("#filter-sheet select[name=locked]")).to_have_count(0)
    page.click("a:has-text('高级筛选')")
    expect(page.locator("#filter-sheet select[name=locked]")).to_have_count(1)
    assert "filters" not in page.url
    visitor.check()
    page.click("#filter-sheet .choices summary:has-text('客户性质')")
    page.check('#filter-sheet input[name="nature"] >> nth=0')
    with page.expect_response(re.compile("nature=")):
        page.click("#filter-sheet .filter__foot .btn--primary")
    expect(page.locator(".chip")).to_have_count(1)


def test_sort_by_a_heading_and_back(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/customers/?scene=all")
    page.click("th[data-name=number] a")
    expect(page.locator("th[data-name=number]")).to_have_attribute("aria-sort", "ascending")
    numbers = page.locator(f"{ROWS} td:nth-child(3)").all_inner_texts()
    assert numbers == sorted(numbers)
    page.click("th[data-name=number] a")
    expect(page.locator("th[data-name=number]")).to_have_attribute("aria-sort", "descending")


def test_recently_viewed_comes_first(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/customers/?scene=all&sort=viewed")
    row = page.locator(ROWS).last  # a second look within minutes would not count
    name = row.locator("td.key").inner_text()
    row.locator("td.key a").click()
    expect(page.locator("main")).to_have_attribute("data-page", "customers:customer_detail")
    visitor.go("/customers/?scene=all")
    page.click(".result__tools details:has(.menu__item) summary")
    page.click(".result__tools .menu__item:has-text('最近查看')")
    expect(page.locator(f"{ROWS} td.key").first).to_have_text(name)


def test_columns_are_chosen_and_remembered(visit: Callable) -> None:
    visitor = visit("sales2")
    page = visitor.go("/customers/")
    expect(page.locator("th[data-name=wechat]")).to_have_count(0)
    page.click('a[aria-label="列设置"]')
    page.check('input[name="columns"][value="wechat"]')
    page.uncheck('input[name="columns"][value="source"]')
    page.click(".dialog__foot .btn--primary")
    expect(page.locator("th[data-name=wechat]")).to_have_count(1)
    expect(page.locator("th[data-name=source]")).to_have_count(0)
    visitor.go("/customers/")
    expect(page.locator("th[data-name=wechat]")).to_have_count(1)
    page.click('a[aria-label="列设置"]')
    page.click('.dialog__foot button[name="reset"]')
    expect(page.locator("th[data-name=wechat]")).to_have_count(0)


def test_what_does_not_fit_in_the_bar_of_actions_goes_into_its_menu(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/customers/?scene=all")
    page.locator('input[name="ids"]').first.check()
    bar, protect = page.locator(".bulk"), page.locator('.bulk [data-name="protect"]')
    whole = bar.locator("[data-name]").count()
    page.set_viewport_size({"width": 820, "height": 900})
    expect(bar.locator(".menu__list [data-name]")).not_to_have_count(0)
    assert bar.locator("[data-name]").count() == whole
    box = bar.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 820
    expect(protect).to_be_hidden()
    page.click(".bulk summary")
    protect.click()
    expect(page.locator("#dialog-body input[name=days]")).to_be_visible()
    expect(protect).to_be_hidden()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1800, "height": 900})
    expect(bar.locator(".menu__list [data-name]")).to_have_count(0)
    expect(protect).to_be_visible()
    visitor.check()


def test_page_size_holds_for_all_lists_and_the_pager_walks(visit: Callable) -> None:
    visitor = visit("sales2")
    page = visitor.go("/customers/?scene=all")
    page.click(".pager__sizes summary")
    page.click('.pager__sizes button[value="10"]')
    expect(page.locator(ROWS)).to_have_count(10)
    visitor.go("/contacts/?scene=all")
    expect(page.locator(ROWS)).to_have_count(10)
    before = first_names(page)
    page.click(".pager [rel=next]")
    expect(page.locator(".pager__page--now")).to_have_text("2")
    assert first_names(page) != before
    page.fill("#jump", "1")
    page.press("#jump", "Enter")
    expect(page.locator(".pager__page--now")).to_have_text("1")
    assert first_names(page) == before
    visitor.check()


def test_search_by_characters_initials_and_phone_tail(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/customers/?scene=mine")
    row = page.locator(ROWS).first
    name, key = row.locator("td.key").inner_text(), row.get_attribute("data-id")
    phone = row.locator('a[href^="tel:"]').first.get_attribute("href").removeprefix("tel:")
    for text in (name[2:4], initials(name[:4]), phone[-4:]):
        with page.expect_response(re.compile(r"[?&]q=")):
            page.fill('#filter input[name="q"]', text)
            page.press('#filter input[name="q"]', "Enter")
        expect(page.locator(f'#results [data-id="{key}"]')).to_have_count(1)
        assert total(page) >= 1


def test_slash_goes_to_the_search_of_everything(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.name") == "q"
    page.keyboard.type("有限")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("data-page", "workbench:search")
    expect(page.locator("main")).to_contain_text("有限")
    visitor.check()


def initials(name: str) -> str:
    """First letters of the readings, by the product's own reading of names."""
    return pinyin.company(name).initials.lower()
