"""Log-in in all its ways, the forced change of an initial password, language and theme."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.kit import browsing
from tests.kit.live import Live

NEWCOMER = """
from crm.accounts.models import Department, Role, User
from crm.accounts.services import create_user
user = User(username="newcomer", name="钱新", main_department=Department.objects.first(),
            must_change_password=True)
create_user(user, actor=None, password="first-Login-2026", check_password=False,
            roles=Role.objects.filter(code="sales"))
"""


@pytest.mark.parametrize("login", ["sales1", "sales1@heke.example", "13800000003"])
def test_number_mail_and_mobile_log_in(visit: Callable, login: str) -> None:
    visitor = visit("")
    browsing.log_in(visitor, login)
    expect(visitor.page.locator("main")).to_have_attribute("data-page", "workbench:home")
    expect(visitor.page.locator("h1")).to_contain_text("李晓明")


def test_wrong_password_is_refused_and_keeps_the_login(visit: Callable) -> None:
    visitor = visit("")
    visitor.expected = {422}
    browsing.log_in(visitor, "finance", "not-this-one")
    expect(visitor.page.locator("main")).to_have_attribute("data-page", "account_login")
    expect(visitor.page.locator('[role="alert"]').first).to_contain_text("登录失败")
    expect(visitor.page.locator('input[name="login"]')).to_have_value("finance")
    expect(visitor.page.locator('input[name="password"]')).to_have_value("")
    visitor.check()


def test_address_asked_for_is_opened_after_the_login(visit: Callable) -> None:
    visitor = visit("")
    page = visitor.go("/contacts/?q=王")
    expect(page.locator("main")).to_have_attribute("data-page", "account_login")
    page.fill('input[name="login"]', "sales1")
    page.fill('input[name="password"]', live_password())
    page.click("form button.btn--primary")
    expect(page.locator("main")).to_have_attribute("data-page", "customers:contact_list")
    expect(page.locator('#filter input[name="q"]')).to_have_value("王")


def test_initial_password_must_be_changed(visit: Callable, product: Live) -> None:
    product.manage("shell", "-v0", "-c", NEWCOMER)
    visitor = visit("")
    visitor.expected = {422}
    browsing.log_in(visitor, "newcomer", "first-Login-2026")
    page = visitor.page
    expect(page.locator("main")).to_have_attribute("data-page", "accounts:password_first")
    visitor.go("/customers/")
    expect(page.locator("main")).to_have_attribute("data-page", "accounts:password_first")
    visitor.check()
    choose(page, "short")
    expect(page.locator(".field__error, [role=alert]").first).to_be_visible()
    choose(page, "korb-Wiese-71-lampe")
    expect(page.locator("main")).to_have_attribute("data-page", "workbench:home")
    again = visit("")
    browsing.log_in(again, "newcomer", "korb-Wiese-71-lampe")
    expect(again.page.locator("main")).to_have_attribute("data-page", "workbench:home")


def test_log_out_ends_the_session(visit: Callable) -> None:
    visitor = visit("")
    browsing.log_in(visitor, "auditor")
    page = visitor.page
    page.click(".topbar__user")
    page.click('[data-action="logout"]')
    expect(page.locator("main")).to_have_attribute("data-page", "account_login")
    visitor.go("/customers/")
    expect(page.locator("main")).to_have_attribute("data-page", "account_login")


def test_language_and_theme_are_chosen_and_stay(visit: Callable) -> None:
    visitor = visit("")
    page = visitor.go("/login/")
    page.click('button[value="en"]')
    expect(page.locator("h1")).to_have_text("Log in")
    browsing.log_in(visitor, "service_lead")
    page.click(".topbar__user")
    page.click('.topbar button[name="language"][value="en"]')
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#nav")).to_contain_text("Customers")
    page.click(".topbar__user")
    page.click('.topbar button[name="theme"][value="dark"]')
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    visitor.go("/customers/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in colour.strip("rgba()").split(",")[:3]) < 150
    visitor.check()
    page.click(".topbar__user")
    page.click('.topbar button[name="language"][value="zh-hans"]')
    expect(page.locator("h1")).to_have_text("客户")


def choose(page: object, password: str) -> None:
    """Type a new password twice and save it."""
    fields = page.locator('input[type="password"]')
    fields.nth(0).fill(password)
    fields.nth(1).fill(password)
    page.click("form button.btn--primary")
    page.wait_for_load_state("load")


def live_password() -> str:
    """The password of the demo accounts."""
    return browsing.PASSWORD
