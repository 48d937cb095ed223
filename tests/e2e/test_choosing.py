"""A customer is typed or chosen out of the list (E12 step 6), or made while a form is filled in."""

import re
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


def test_an_unknown_caller_becomes_a_customer_and_the_ticket_stays_open(visit: Callable) -> None:
    visitor = visit("agent1")
    visitor.expected = {422}
    page = visitor.go("/tickets/add/")
    page.fill('[name="title"]', "水泵异响")
    box = page.locator(".field:has([name=customer]) .ts-control")
    box.click()
    page.keyboard.type("丽水莲都来电")
    page.locator(".field:has([name=customer]) .ts-dropdown .create").click()
    made = page.locator("#creator-body")
    expect(made.locator('[name="name"]')).to_have_value("丽水莲都来电")
    visitor.check()
    made.locator(".btn--primary").click()
    expect(made.locator('[aria-invalid="true"]').first).to_be_attached()
    made.locator('[name="nature"]').select_option(index=1, force=True)
    made.locator('[name="contact_name"]').fill("何师傅")
    made.locator('[name="contact_mobile"]').fill("13957598765")
    made.locator(".btn--primary").click()
    expect(made).to_have_count(0)
    chosen = page.locator(".field:has([name=customer]) .ts-control .item")
    expect(chosen).to_have_text("丽水莲都来电")
    expect(page.locator('[name="title"]')).to_have_value("水泵异响")
    box.click()
    page.keyboard.type("另一位来电")
    page.locator(".field:has([name=customer]) .ts-dropdown .create").click()
    expect(made.locator('[name="name"]')).to_be_visible()
    page.keyboard.press("Escape")
    expect(made).to_have_count(0)
    expect(chosen).to_have_text("丽水莲都来电")
    visitor.check()


def test_enter_takes_the_first_match_and_never_the_empty_choice(visit: Callable) -> None:
    visitor = visit("agent1")
    page = visitor.go("/tickets/add/")
    name = page.evaluate(
        "async () => (await (await fetch('/customers/options/?q=')).json()).results[0].label"
    )
    field = page.locator(".field:has([name=customer])")
    field.locator(".ts-control").click()
    page.keyboard.insert_text(name)
    # what exists stands before the offer to make it anew, and "—" is no match of these words
    expect(field.locator(".ts-dropdown [data-selectable]")).to_have_text(
        [re.compile(f"^{name}"), re.compile(f"{name}$")]
    )
    expect(field.locator(".ts-dropdown .option.active")).to_contain_text(name)
    expect(field.locator(".ts-control .item")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(field.locator(".ts-control .item")).to_have_text(name)
    visitor.check()
