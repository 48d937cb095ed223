"""E19 Visits, calls, mail (S09-06 to S09-08), in the browser: schedule a visit; dial and record the
call; write a mail and keep the record of it; all of them appear on the customer's time line.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.kit.browsing import Visitor

NUMBER, ADDRESS = "13912345619", "lina@example.com"
CALL = "客户确认预算 50 万，要求周五前报价。"
MAIL = "已发送正式报价单，含三年维保。"
TOPIC, VISIT = "报价单第三版", "拜访客户：演示方案"


def new_customer(visitor: Visitor) -> None:
    """A customer with a number to dial and an address to write to; its page is open."""
    page = visitor.go("/customers/add/")
    page.fill('[name="name"]', "无锡太湖仪表有限公司")
    page.select_option('[name="nature"]', index=1, force=True)
    page.fill('[name="phone"]', NUMBER)
    page.fill('[name="email"]', ADDRESS)
    page.fill('[name="contact_name"]', "李娜")
    page.fill('[name="contact_mobile"]', "13912345620")
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))


def reach(page: Page, name: str) -> None:
    """Press 拨打 or 写邮件; the machine of the test has no program for either."""
    page.evaluate("addEventListener('click', (event) => event.preventDefault(), {once: true})")
    page.click(f'[data-action-name="{name}"]')


def save(page: Page, text: str) -> None:
    """Save the follow-up that stands in the composer."""
    page.fill("#composer textarea", text)
    page.click("#composer .btn--primary")
    expect(page.locator("#timeline")).to_contain_text(text)
    expect(page.locator("#composer textarea")).to_have_value("")


def test_visit_call_and_mail_stand_on_the_time_line(visit: Callable) -> None:
    visitor = visit("sales1")
    page = visitor.page
    new_customer(visitor)
    composer = page.locator("#composer")

    reach(page, "dial")
    expect(composer.locator('[data-action="method"][aria-checked="true"]')).to_have_text("电话")
    expect(composer.locator('[name="address"]')).to_have_value(NUMBER)
    composer.locator('[name="minutes"]').fill("8")
    save(page, CALL)
    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text(f"{NUMBER} · 8 分钟")

    reach(page, "mail")
    expect(composer.locator('[data-action="method"][aria-checked="true"]')).to_have_text("邮件")
    expect(composer.locator('[name="address"]')).to_have_value(ADDRESS)
    expect(composer.locator('[name="minutes"]')).to_be_hidden()
    composer.locator('[name="topic"]').fill(TOPIC)
    save(page, MAIL)
    expect(timeline).to_contain_text(f"{ADDRESS} · 主题：{TOPIC}")
    visitor.check()

    page.click('#panel-appointments .panel__actions a:has-text("新建日程")')
    dialog = page.locator("#dialog-body")
    dialog.locator('[name="title"]').fill(VISIT)
    dialog.locator('[name="starts_at"]').fill("明天")
    dialog.locator('[name="place"]').fill("无锡市滨湖区")
    dialog.locator('[name="purpose"]').fill("演示方案，确认评审流程")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(page.locator("#dialog")).to_be_hidden()
    page.reload()
    expect(page.locator("#timeline")).to_contain_text(VISIT)
    for text in (CALL, MAIL):
        expect(page.locator("#timeline")).to_contain_text(text)
    visitor.check()
