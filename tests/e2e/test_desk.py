"""The ticket desk in the browser: the keyboard's way, two people at once, the question, a phone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.kit.live import Live

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def open_ticket(page: Page) -> str:
    """The key of the ticket in the pane."""
    expect(page.locator("#desk-ticket-title")).to_be_visible()
    return page.locator("#desk-ticket").get_attribute("data-ticket")


def press(page: Page, *keys: str) -> None:
    """Keys for the page itself."""
    for key in keys:
        page.keyboard.press(key)


def test_the_keyboard_goes_from_the_queue_to_the_reply_and_on(visit: Callable) -> None:
    visitor = visit("agent1")
    page = visitor.go("/tickets/desk/?queue=mine")
    visitor.check()
    rows = page.locator(".trow")
    number = rows.count()
    assert page.locator('[data-queue="mine"] .queues__count').inner_text() == str(number)
    first, second = (rows.nth(place).get_attribute("data-id") for place in (0, 1))
    press(page, "j", "Enter")
    assert open_ticket(page) == first
    page.wait_for_url(re.compile(rf"queue=mine&ticket={first}$"))
    expect(page.locator(f'.trow[data-id="{first}"] a')).to_have_attribute("aria-current", "true")
    visitor.check()
    press(page, "?")
    expect(page.locator("#dialog")).to_contain_text("撰写回复")
    press(page, "Escape", "n")
    expect(page.locator("#write-text")).to_be_focused()
    expect(page.locator('#write [value="internal"]')).to_be_checked()
    press(page, "Escape", "r")
    expect(page.locator('#write [value="public"]')).to_be_checked()
    page.keyboard.type("/")
    expect(page.locator(".suggest__item").first).to_be_visible()
    press(page, "Enter")
    expect(page.locator("#write-text")).not_to_have_value("/")
    page.locator("#write-text").fill("您好，已经为您处理。")
    press(page, "Control+Shift+Enter")
    page.wait_for_url(re.compile(rf"ticket={second}$"))
    expect(page.locator("#toasts")).to_contain_text("已回复客户")
    page.goto(f"{visitor.base}/tickets/desk/?queue=mine&ticket={first}")
    expect(page.locator("#conversation")).to_contain_text("您好，已经为您处理。")
    visitor.check()


def test_two_people_see_each_other_and_one_of_them_gets_the_ticket(visit: Callable) -> None:
    one, other = visit("agent1"), visit("service_lead")
    page = one.go("/tickets/desk/?queue=unassigned")
    page.locator(".trow__link").first.click()
    key = open_ticket(page)
    place = f"/tickets/desk/?queue=unassigned&ticket={key}"
    theirs = other.go(place)
    expect(theirs.locator("#ticket-presence")).to_contain_text("刘洋正在查看")
    theirs.locator("#write-text").press_sequentially("正在核实")
    theirs.wait_for_timeout(300)
    page = one.go(place)
    expect(page.locator("#ticket-presence")).to_contain_text("正在回复")
    one.check()
    page.click('.dhead [data-action-name="claim"]')
    expect(page.locator(".dhead__meta")).to_contain_text("刘洋")
    theirs.click('.dhead [data-action-name="claim"]')
    expect(theirs.locator("[role=status], .toasts")).to_contain_text(["刘洋"])
    expect(theirs.locator(".dhead__meta")).to_contain_text("刘洋")
    theirs.goto("about:blank")
    page = one.go(place)
    expect(page.locator("#ticket-presence")).to_be_empty()


def test_a_reply_past_a_newer_message_is_asked_about(visit: Callable, product: Live) -> None:
    visitor, lead = visit("agent1"), visit("service_lead")
    visitor.expected = {422}
    page = visitor.go("/tickets/desk/?queue=mine")
    page.locator(".trow__link").last.click()
    key = open_ticket(page)
    page.locator("#write-text").fill("我们明天上门")
    theirs = lead.go(f"/tickets/desk/?queue=all&ticket={key}")
    theirs.locator("#write-text").fill("工程师已经出发")
    theirs.click(".write__send .btn--primary")
    expect(theirs.locator("#conversation")).to_contain_text("工程师已经出发")
    page.click(".write__send .btn--primary")
    expect(page.locator(".unread")).to_contain_text("工程师已经出发")
    expect(page.locator("#write-text")).to_have_value("我们明天上门")
    visitor.check()
    page.click("button:has-text('仍然发送')")
    expect(page.locator("#conversation")).to_contain_text("我们明天上门")
    expect(page.locator("#write-text")).to_have_value("")


def test_an_article_goes_into_the_message(visit: Callable) -> None:
    """Into an internal note, where those for colleagues may stand, too."""
    visitor = visit("agent1")
    page = visitor.go("/tickets/desk/?queue=mine")
    page.locator(".trow__link").first.click()
    page.locator(".write__kind--internal").click()
    page.locator("#ticket-knowledge button").first.click()
    expect(page.locator("#write-text")).not_to_have_value("")
    page.locator(".promise").first.focus()
    expect(page.locator(".promise__why").first).to_be_visible()
    page.locator("#write-text").fill("")
    visitor.check()


def test_one_pane_at_a_time_on_a_phone_and_pages_without_scripts(visit: Callable) -> None:
    visitor = visit("agent1", **PHONE)
    page = visitor.go("/tickets/desk/")
    visitor.check()
    expect(page.locator("#desk-ticket")).to_be_hidden()
    page.locator(".trow__link").first.click()
    open_ticket(page)
    expect(page.locator(".desk__list")).to_be_hidden()
    visitor.check()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.click(".desk__back")
    expect(page.locator(".desk__list")).to_be_visible()
    plain = visit("agent1", java_script_enabled=False)
    page = plain.go("/tickets/desk/")
    page.locator(".queues__link").last.click()
    page.locator(".trow__link").first.click()
    expect(page.locator("#desk-ticket-title")).to_be_visible()
    expect(page.locator("#conversation")).to_be_visible()
