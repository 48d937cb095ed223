"""The workbench in a browser: scope and period, arranging by drag and button, put off, a phone."""

from collections.abc import Callable

from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_manager_looks_arranges_and_goes_back(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/")
    visitor.check()
    expect(page.locator("#choice-scope")).to_have_value("own_and_reports")
    page.select_option("#choice-period", "today")
    page.wait_for_url("**period=today**")
    figure = page.locator("[data-figure=customers]")
    wanted = figure.locator(".stat__value").inner_text().replace(",", "")
    figure.click()
    expect(page.locator("[data-total]").first).to_have_attribute("data-total", wanted)

    page = visitor.go("/home/arrange/")
    visitor.check()
    first = page.locator(".arrange__item").first.get_attribute("id")
    grip = page.locator(".arrange__item").nth(0).locator(".arrange__grip").bounding_box()
    third = page.locator(".arrange__item").nth(2).bounding_box()
    page.mouse.move(grip["x"] + 4, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(third["x"] + 20, third["y"] + 30, steps=6)
    page.mouse.up()
    assert page.locator(".arrange__item").first.get_attribute("id") != first
    page.locator("#place-recent [name=up]").click()
    page.locator("#place-quick [name=shown]").uncheck()
    order = [item.get_attribute("id") for item in page.locator(".arrange__item").all()]
    page.click(".arrange .btn--primary")
    expect(page.locator("main")).to_have_attribute("data-page", "workbench:home")
    expect(page.locator("#panel-quick")).to_have_count(0)
    page = visitor.go("/home/arrange/")
    assert [item.get_attribute("id") for item in page.locator(".arrange__item").all()] == order
    page.click("button[name=reset]")
    expect(page.locator("#panel-quick")).to_have_count(1)


def test_putting_off_takes_a_contact_off_the_list(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/")
    row = page.locator("#panel-todo .due__item").first
    title = row.locator(".due__name").inner_text()
    row.locator(".menu > summary").click()
    row.locator("button[value=monday]").click()
    expect(page.locator("#panel-todo .due__name", has_text=title)).to_have_count(0)
    visitor.check()


def test_figures_stand_two_in_a_row_on_a_phone(visit: Callable) -> None:
    visitor = visit("manager", **PHONE)
    page = visitor.go("/")
    visitor.check()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    boxes = [item.bounding_box() for item in page.locator("#figures .stat").all()]
    assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"]
    expect(page.locator("#panel-team .team tbody tr").first).to_be_visible()
    targets = page.locator("#choice-scope, #panel-todo .due__acts .btn, .team__number a").all()
    small = [each.bounding_box() for each in targets if each.is_visible()]
    assert all(box["height"] >= 43.5 for box in small)
