"""The pipeline board in a browser: drag, keyboard, what a stage asks for, undo."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

SAVE = ".dialog__foot .btn--primary"


def cards(page: Page, column: int) -> Locator:
    """The cards of a column."""
    return page.locator("[data-stage]").nth(column).locator("[data-move]")


def test_cards_move_by_mouse_and_by_key_and_come_back(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.go("/customers/?scene=mine")
    customer = page.locator("tr[data-id]").first.get_attribute("data-id")
    page = visitor.go(f"/opportunities/add/?customer={customer}")
    page.fill('[name="name"]', "看板拖动演示")
    page.fill('[name="amount"]', "120000")
    page.fill('[name="expected_on"]', "2030-01-31")
    page.click(".form-bar .btn--primary")
    expect(page.locator("h1")).to_have_text("看板拖动演示")
    visitor.expected = {422}
    page = visitor.go("/opportunities/board/?q=看板拖动演示")
    visitor.check()
    dialog = page.locator("#dialog-body")

    cards(page, 0).first.drag_to(page.locator('[data-end="won"]'))
    dialog.locator(SAVE).click()
    expect(dialog.locator(".field__error").first).to_be_visible()
    expect(dialog.locator('[name="contract_number"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(cards(page, 0)).to_have_count(1)

    cards(page, 0).first.drag_to(page.locator("[data-stage]").nth(2).locator(".board__head"))
    dialog.locator(SAVE).click()
    expect(dialog.locator(".field__error").first).to_be_visible()
    expect(cards(page, 2)).to_have_count(0)
    dialog.locator('[name="note"]').fill("需求和预算已确认")
    page.evaluate("window.sameBoard = document.querySelectorAll('[data-stage]')[4]")
    dialog.locator(SAVE).click()
    expect(cards(page, 2)).to_have_count(1)
    expect(cards(page, 2).first.locator("a").first).to_be_focused()
    expect(page.locator(".board__count").nth(2)).to_have_text("1")
    page.locator(".toast__undo").click()
    expect(cards(page, 0)).to_have_count(1)
    expect(cards(page, 2)).to_have_count(0)
    expect(cards(page, 0).first.locator("a").first).to_be_focused()
    expect(page.locator(".toast__undo")).to_have_count(0)

    cards(page, 0).first.locator("a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    dialog.locator('[name="note"]').fill("已与采购经理见面")
    dialog.locator(SAVE).click()
    expect(cards(page, 1)).to_have_count(1)
    expect(cards(page, 1).first.locator("a").first).to_be_focused()
    page.keyboard.press("Shift+ArrowRight")
    expect(dialog.locator('[name="note"]')).to_be_visible()
    assert page.evaluate("window.sameBoard.isConnected"), "the whole board was loaded again"
    visitor.check()


def test_heads_and_ends_stay_in_sight_in_long_columns(visit: Callable) -> None:
    page = visit("manager").go("/opportunities/board/?scene=all")
    page.set_viewport_size({"width": 1440, "height": 700})
    tall = (
        "[...document.querySelectorAll('.board__cards')].some(e => e.scrollHeight > e.clientHeight)"
    )
    assert page.evaluate(tall), "the demo has too few opportunities for this test"
    board = page.locator(".board")
    assert board.evaluate("element => element.scrollHeight <= element.clientHeight")
