"""A phone: cards, navigation from the side, bar at the bottom, nothing wider than the screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PATHS = ("/", "/customers/", "/customers/add/", "/contacts/", "/follow-ups/", "/me/")


@pytest.mark.parametrize("path", PATHS)
def test_page_fits_a_phone(visit: Callable, path: str) -> None:
    visitor = visit("sales1", **PHONE)
    page = visitor.go(path)
    visitor.check()
    widest = page.evaluate("() => document.documentElement.scrollWidth")
    assert widest <= 390, f"{path} is {widest} pixels wide"
    expect(page.locator(".tabbar")).to_be_visible()
    expect(page.locator("#nav")).not_to_be_in_viewport()


def test_a_name_without_blanks_fits_the_start_page(visit: Callable) -> None:
    page = visit("sales1", **PHONE).go("/")
    page.locator(".due__name").first.evaluate("(link) => { link.textContent = 'A'.repeat(180) }")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_rows_are_cards_and_the_navigation_comes_from_the_side(visit: Callable) -> None:
    visitor = visit("sales1", **PHONE)
    page = visitor.go("/customers/?scene=all")
    card = page.locator("#results tr[data-id]").first
    box = card.bounding_box()
    assert box["width"] > 300 and box["height"] > 60
    expect(page.locator("#results thead th[data-name=number]")).not_to_be_in_viewport()
    page.click(".topbar__burger")
    expect(page.locator("#nav")).to_be_in_viewport()
    page.locator("#nav a", has_text="联系人").click()
    expect(page.locator("main")).to_have_attribute("data-page", "customers:contact_list")


def test_customer_can_be_read_and_followed_up_on_a_phone(visit: Callable) -> None:
    visitor = visit("sales1", **PHONE)
    page = visitor.go("/customers/?scene=mine")
    page.locator("#results tr[data-id] td.key a").first.click()
    expect(page.locator("main")).to_have_attribute("data-page", "customers:customer_detail")
    visitor.check()
    page.locator(".head__actions summary").click()
    menu = page.locator(".head__actions .menu__list").bounding_box()
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= 390
    page.keyboard.press("Escape")
    page.fill("#composer textarea", "路上打了电话，下周拜访")
    page.click("#composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text("路上打了电话，下周拜访")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
