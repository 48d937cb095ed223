"""E5 Ordinary ticket (S11-31 … S11-42), in the browser: taken in for a customer found by search,
assigned, confirmed, worked, solved, closed, and rated by the customer.
"""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.kit import desk
from tests.kit.browsing import Visitor
from tests.kit.live import Live

TITLE = "报表导出后金额列变成文本"
RESULT = "已更新导出模板，金额列恢复为数字格式，客户重新导出正常。"
COMMENT = "处理很快，讲得也清楚。"
#: The customer that is searched for, with somebody to call back.
CUSTOMER = """
from customers.models import Contact
row = Contact.objects.kept().filter(
    is_primary=True, customer__is_demo=True, customer__deleted_at=None, customer__pool=None
).exclude(mobile="").select_related("customer").order_by("pk").first()
print(row.customer.name, row.name, sep="|")
"""


def take_in(page: Page, customer: str, contact: str) -> None:
    """1. New ticket, customer chosen by search, data filled in, contact chosen."""
    desk.pick(page, "customer", customer[:6], customer)
    card = page.locator("#intake-card")
    expect(card).to_contain_text(customer)
    card.locator('[data-action="fill"]', has_text=contact).first.click()
    expect(page.locator('[name="requester"]')).to_have_value(contact)
    page.fill('[name="email"]', "kehu@example.com")
    # 2. Type "技术支持", priority "中"
    desk.choose(page, "type", "技术支持")
    desk.choose(page, "priority", "中")
    desk.choose(page, "source", "电话")
    page.fill('[name="title"]', TITLE)
    page.fill('[name="description"]', "导出的 Excel 里金额不能求和，月底对账受影响。")
    page.fill('[name="impact"]', "财务部三人")
    page.click(".form-bar .btn--primary")
    expect(page.locator("h1")).to_have_text(TITLE)


def test_from_intake_to_rating(visit: Callable, product: Live) -> None:
    said = product.manage("shell", "-c", CUSTOMER).strip().splitlines()[-1]
    customer, contact = said.split("|")
    agent: Visitor = visit("agent1")
    page = agent.go("/tickets/add/")
    take_in(page, customer, contact)
    number = desk.number_of(page)
    # the data of the customer was filled in
    expect(page.locator("main")).to_contain_text(customer)
    expect(page.locator("main")).to_contain_text(contact)
    # 2. … state "待分配"
    desk.expect_state(page, "待分配")
    desk.expect_state(page, "技术支持")
    ticket = page.url
    agent.check()

    # 3. The supervisor assigns
    lead: Visitor = visit("service_lead")
    lead.page.goto(ticket)
    dialog = desk.act(lead.page, "assign")
    desk.pick(dialog, "owner", "刘洋")
    desk.confirm(dialog)
    lead.check()
    # … the handler presses "确认处理"; state "处理中"
    page.goto(ticket)
    expect(page.locator('[data-action-name="step-open"]').first).to_contain_text("确认处理")
    desk.act(page, "step-open")
    desk.expect_state(page, "处理中")

    # 4. Process and result recorded; "已解决", "已关闭"
    desk.say(page, "您好，已收到，正在检查导出模板。", via="phone")
    desk.say(page, "模板里金额列是文本格式。", kind="internal")
    dialog = desk.act(page, "step-resolved")
    dialog.locator('[name="solution"]').fill(RESULT)
    category = dialog.locator('[name="category"] option').nth(1).inner_text().strip()
    desk.choose(dialog, "category", category)
    desk.confirm(dialog)
    desk.expect_state(page, "已解决")
    expect(page.locator("main")).to_contain_text(RESULT)
    dialog = desk.act(page, "step-closed")
    dialog.locator('[name="response"]').fill("客户确认金额可以求和。")
    desk.confirm(dialog)
    desk.expect_state(page, "已关闭")
    agent.check()

    # 5. Score appears in "工单评价" and in the handler's average
    before = counted(lead)
    desk.rate(visit(""), desk.survey_link(product, number), 5, COMMENT)
    row = lead.go(f"/tickets/ratings/?q={number}").locator("tr[data-id]", has_text=number)
    expect(row).to_contain_text(COMMENT)
    expect(row).to_contain_text("刘洋")
    assert counted(lead) == before + 1
    lead.check()


def counted(lead: Visitor) -> int:
    """The answers behind the average of 刘洋; the average stands beside them."""
    row = lead.go("/tickets/ratings/people/").locator("tr", has_text="刘洋")
    return int(row.locator("td").first.inner_text())
