"""A customer is chosen out of the list: page on, double-click; search, OK; clear (E12 step 6)."""

from collections.abc import Callable

from playwright.sync_api import expect


def test_a_customer_is_chosen_out_of_the_list(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/opportunities/add/")
    chosen = page.locator(".field:has([name=customer]) .ts-control .item")
    open_list = page.locator(".field:has([name=customer]) .choose-box button")
    rows = page.locator("#chooser-body tr[data-id]")

    open_list.click()
    expect(rows).to_have_count(10)
    first = rows.first.get_attribute("data-label")
    page.click("#chooser-body .pager [rel=next]")
    expect(page.locator("#chooser-body .pager__page--now")).to_have_text("2")
    name = rows.last.get_attribute("data-label")
    assert name != first
    visitor.check()
    rows.last.locator("td").nth(1).dblclick()
    expect(page.locator("#chooser-body")).to_have_count(0)
    expect(chosen).to_have_text(name)

    open_list.click()
    page.fill("#chooser-body [name=q]", first)
    page.press("#chooser-body [name=q]", "Enter")
    expect(rows).to_have_count(1)
    rows.first.locator("td").nth(1).click()
    page.click('#chooser-body [data-action="choose-ok"]')
    expect(chosen).to_have_text(first)

    open_list.click()
    page.click('#chooser-body [data-action="choose-clear"]')
    expect(chosen).not_to_have_text(first)
    open_list.click()
    expect(rows.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#chooser-body")).to_have_count(0)
    visitor.check()
