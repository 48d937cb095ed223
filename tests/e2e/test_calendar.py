"""The hours of the calendar in a browser: keys, mouse, lower edge, the way back; a phone's list."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WEEK = "/calendar/?view=week&layers=appointments"


def day_of(page: Page, entry: str) -> str:
    """The day an entry stands on."""
    found = page.locator(entry).locator("xpath=ancestor::*[@data-day]")
    return found.get_attribute("data-day") or ""


def test_an_appointment_moves_grows_and_comes_back(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go(WEEK)
    visitor.check()
    title = "产品演示会"
    move = page.locator(".slot[data-start]", has_text=title).get_attribute("data-move")
    entry = f'[data-move="{move}"]'
    time = page.locator(f"{entry} time")
    expect(time).to_have_text("14:00–15:00")
    day = day_of(page, entry)

    page.locator(f"{entry} a").focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(time).to_have_text("14:15–15:15")
    expect(page.locator(f"{entry} a")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(time).to_have_text("14:15–15:30")

    days = page.locator("[data-day]")
    other = 1 if days.first.get_attribute("data-day") == day else 0
    target = page.locator("[data-hours]").nth(other)
    page.locator(entry).drag_to(target, target_position={"x": 40, "y": 48 * 11})
    expect(days.nth(other).locator(entry)).to_have_count(1)
    assert day_of(page, entry) != day
    page.locator(".toast__undo").last.click()
    expect(time).to_have_text("14:15–15:30")
    assert day_of(page, entry) == day

    grip = page.locator(f"{entry} [data-length-grip]").bounding_box()
    page.mouse.move(grip["x"] + 20, grip["y"] + 3)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] + 3 + 48, steps=4)
    page.mouse.up()
    expect(time).to_have_text("14:15–16:30")
    visitor.check()


def test_a_phone_shows_the_days_of_a_week_as_a_list(visit: Callable) -> None:
    visitor = visit("manager", **PHONE)
    page = visitor.go("/calendar/?view=week")
    visitor.check()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    expect(page.locator(".hours__scale")).to_be_hidden()
