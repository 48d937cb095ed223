"""A customer on a phone, without an account: asks, follows, answers, confirms and rates."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.kit import desk
from tests.kit.browsing import Visitor
from tests.kit.live import Live

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: The demo's public form, and a public category that asks questions.
FORM = """
from tickets.models import BusinessNode, IntakeForm
print(IntakeForm.objects.get().get_public_url(), BusinessNode.objects.get(name="控制柜").pk)
"""
CENTRE = "/help/centre/"


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, page.url


def ask(customer: Visitor, path: str, category: str, file: Path) -> str:
    """Fill the form in, look at an article, send it with a file; the private link."""
    page = customer.go(path)
    page.fill('[name="requester"]', "林晓")
    page.fill('[name="phone"]', "138 0013 8001")
    page.fill('[name="email"]', "linxiao@kehu.example.com")
    page.select_option('[name="category"]', category, force=True)
    expect(page.get_by_label("故障代码")).to_be_visible()
    page.fill('[name="title"]', "忘记密码，无法登录")
    page.fill('[name="description"]', "忘记密码了，登录提示密码错误，账号被锁定。")
    page.locator('[name="description"]').blur()
    expect(page.locator(".offers__item").first).to_be_visible()
    fits(page)
    customer.check()
    with page.context.expect_page() as opened:
        page.locator(".offers__item").first.click()
    expect(opened.value.locator("h1")).to_be_visible()
    opened.value.close()
    page.set_input_files('[name="files"]', file)
    customer.expected.add(422)
    page.click(".public__send")
    # a question without its answer is told beside it
    expect(page.get_by_label("故障代码")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("设备型号").fill("HK-206")
    page.get_by_label("故障代码").fill("E21")
    page.set_input_files('[name="files"]', file)
    page.click(".public__send")
    expect(page.locator(".portal__number")).to_be_visible()
    fits(page)
    customer.check()
    return page.locator(".public__done a.btn").get_attribute("href")


def open_ticket(agent: Visitor, number: str) -> Page:
    """The ticket with this number, as the desk sees it."""
    page = agent.go(f"/tickets/?scene=all&q={number}")
    page.locator("#results tr[data-id] td.key a").first.click()
    expect(page.locator(".head__number")).to_have_text(number)
    return page


def take_on(page: Page) -> None:
    """Whether it was assigned by itself depends on the hour: claim what is nobody's, confirm."""
    for name in ("claim", "step-open"):
        if page.locator(f'.head [data-action-name="{name}"]').count():
            desk.act(page, name)
    desk.expect_state(page, "处理中")


def resolve(page: Page) -> None:
    """Say what was done."""
    dialog = desk.act(page, "step-resolved")
    dialog.locator('[name="solution"]').fill("已解锁账号并重置密码。")
    desk.confirm(dialog)
    desk.expect_state(page, "已解决")


def look(visitor: Visitor, paths: tuple[str, ...]) -> None:
    """Both pages in both themes: nothing axe finds, nothing wider than the phone."""
    for theme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=theme)
        for path in paths:
            fits(visitor.go(path))
            visitor.check()


def test_from_the_public_form_to_the_rating(visit: Callable, product: Live, tmp_path: Path) -> None:
    path, category = product.manage("shell", "-c", FORM).split()[-2:]
    file = tmp_path / "截图.txt"
    file.write_text("错误代码 E21", encoding="utf-8")
    customer = visit("", locale="zh-CN", **PHONE)
    private = ask(customer, path, category, file)

    mine = customer.go(private)
    number = mine.locator(".portal__facts .mute").first.inner_text().strip()
    expect(mine.locator(".portal__files")).to_contain_text("截图.txt")
    mine.fill('[name="text"]', "补充：所有同事都无法登录。")
    mine.click(".portal__write .public__send")
    expect(mine.locator(".portal__talk")).to_contain_text("补充：所有同事都无法登录。")

    agent = visit("service_lead")
    page = open_ticket(agent, number)
    expect(page.locator("main")).to_contain_text("HK-206")
    expect(page.locator("#conversation")).to_contain_text("补充：所有同事都无法登录。")
    take_on(page)
    desk.say(page, "您好，账号已解锁，请再试一次。")
    resolve(page)

    customer.go(private)
    expect(mine.locator(".portal__talk")).to_contain_text("您好，账号已解锁，请再试一次。")
    fits(mine)
    customer.check()
    mine.fill('[name="text"]', "还是登录不了。")
    mine.click(".portal__write .public__send")
    expect(mine.locator(".portal__confirm")).to_have_count(0)
    page.reload()
    desk.expect_state(page, "处理中")
    resolve(page)
    agent.check()
    customer.go(private)
    mine.click('.portal__confirm [name="act"]')
    expect(mine.locator(".portal__said")).to_be_visible()

    survey = desk.survey_link(product, number)
    stranger = visit("", locale="en-US", **PHONE)
    look(customer, (survey, CENTRE))
    expect(customer.page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    look(stranger, (survey, CENTRE))
    expect(stranger.page.locator("html")).to_have_attribute("lang", "en")
    desk.rate(customer, survey, 5, "很快就解决了。")
    customer.check()
