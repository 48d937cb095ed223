"""E3 Complaint (S11-52 … S11-57), in the browser: taken in by the service, assigned by the
supervisor in time (another one is left and marked late), answered, solved with colleagues,
confirmed by the customer, rated once, and worked off in the weekly review.
"""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.kit import desk
from tests.kit.browsing import Visitor
from tests.kit.live import Live

TITLE, LEFT = "设备到货两周仍未调试", "安装师傅两次未按约到场"
CAUSE = "调试排期没有人确认"
SOLUTION = "今天下午已完成调试，赠送一次上门保养。"
WORDS = "客户表示满意，同意关闭。"
COMMENT = "处理及时，希望以后先打电话。"
MEASURE = "调试排期由客服次日回访确认"
#: A customer with somebody to call back.
CUSTOMER = """
from customers.models import Contact
row = Contact.objects.kept().filter(
    is_primary=True, customer__is_demo=True, customer__deleted_at=None, customer__pool=None
).exclude(mobile="").select_related("customer").order_by("-pk").first()
print(row.customer.name, row.name, sep="|")
"""
#: Two weeks go by in which nobody assigns it; then the worker looks at the clocks.
TWO_WEEKS_LATER = """
from datetime import timedelta
from django.db.models import F
from tickets.models import Ticket, TicketEvent
from tickets.sla.services import refresh
weeks = timedelta(days=14)
ticket = Ticket.objects.get(pk={pk})
TicketEvent.objects.filter(ticket=ticket).update(at=F("at") - weeks)
refresh(ticket)
"""


def take_in(agent: Visitor, title: str, customer: str, contact: str) -> str:
    """Take a complaint in by phone; the path of the ticket."""
    page = agent.go("/tickets/add/")
    desk.pick(page, "customer", customer[:6], customer)
    page.locator('#intake-card [data-action="fill"]', has_text=contact).first.click()
    expect(page.locator('[name="requester"]')).to_have_value(contact)
    page.fill('[name="email"]', "tousu@example.com")
    desk.choose(page, "mood", "激动")
    desk.choose(page, "type", "投诉")
    desk.choose(page, "priority", "高")
    page.fill('[name="title"]', title)
    page.fill('[name="description"]', f"紧急：{title}，客户要求今天给答复。")
    page.fill('[name="impact"]', "一条生产线停工")
    page.click(".form-bar .btn--primary")
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def clock(page: Page, label: str) -> str:
    """What the panel of the clocks says of one of them."""
    return page.locator("#panel-clocks .clock", has_text=label).first.inner_text()


def test_from_complaint_to_measure(visit: Callable, product: Live) -> None:
    customer, contact = product.manage("shell", "-c", CUSTOMER).strip().splitlines()[-1].split("|")
    # 1. Service takes the complaint; mood "激动".
    agent: Visitor = visit("agent1")
    page = agent.page
    left = take_in(agent, LEFT, customer, contact)
    ticket = take_in(agent, TITLE, customer, contact)
    desk.expect_state(page, "激动")
    # 2. Ticket of type "投诉", priority "高", "紧急" in the description; number FW + year + serial;
    desk.expect_state(page, "投诉")
    desk.expect_state(page, "高")
    expect(page.locator("#conversation")).to_contain_text("紧急")
    number = desk.number_of(page)
    # … it lands with the service supervisor.
    fact = page.locator("dt", has_text="客服主管").locator("xpath=following-sibling::dd[1]")
    expect(fact).to_have_text("赵敏")
    agent.check()
    lead: Visitor = visit("service_lead")
    rows = lead.go("/tickets/?scene=to_assign").locator("tr[data-id]")
    expect(rows.filter(has_text=number)).to_be_visible()

    # 3. The supervisor assigns it within 10 minutes (otherwise marked late);
    lead.page.goto(ticket)
    dialog = desk.act(lead.page, "assign")
    desk.pick(dialog, "owner", "刘洋")
    desk.confirm(dialog)
    lead.settle()
    assert "已达标" in clock(lead.page, "分派")
    pk = left.rstrip("/").rpartition("/")[2]
    product.manage("shell", "-c", TWO_WEEKS_LATER.format(pk=pk))
    late = lead.go("/tickets/?scene=overdue").locator(f'tr[data-id="{pk}"]')
    expect(late.locator(".bg--red", has_text="超时")).to_be_visible()
    lead.page.goto(left)
    lead.settle()
    assert "已超时" in clock(lead.page, "分派")
    lead.check()

    # 4. The handler confirms and contacts the customer within 30 minutes; notes recorded.
    page.goto(ticket)
    desk.act(page, "step-open")
    desk.expect_state(page, "处理中")
    desk.say(page, "您好，非常抱歉，我正在安排调试师傅，一小时内回复您。", via="phone")
    desk.say(page, "客户两次联系排期都没有人接，需要技术支持组一起处理。", kind="internal")
    agent.settle()
    assert "已达标" in clock(page, "首次响应")
    assert "已达标" in clock(page, "确认处理")
    # 5. Colleagues are involved; solution within 24 hours; state "已解决".
    page.locator("#panel-watchers .panel__actions a", has_text="添加").click()
    dialog = page.locator("#dialog-body")
    desk.pick(dialog, "user", "赵敏")
    desk.confirm(dialog)
    expect(page.locator("#panel-watchers")).to_contain_text("赵敏")
    dialog = desk.act(page, "complaint")
    desk.choose(dialog, "liability", "我方责任")
    dialog.locator('[name="root_cause"]').fill(CAUSE)
    desk.confirm(dialog)
    dialog = desk.act(page, "step-resolved")
    dialog.locator('[name="solution"]').fill(SOLUTION)
    category = dialog.locator('[name="category"] option').nth(1).inner_text().strip()
    desk.choose(dialog, "category", category)
    desk.confirm(dialog)
    desk.expect_state(page, "已解决")
    agent.settle()
    assert "已达标" in clock(page, "解决")
    agent.check()

    # 6. The customer confirms; state "已关闭"; the customer's follow-ups show "投诉已解决".
    lead.page.goto(ticket)
    dialog = desk.act(lead.page, "call_back")
    desk.choose(dialog, "result", "满意")
    dialog.locator('[name="words"]').fill(WORDS)
    desk.confirm(dialog)
    desk.expect_state(lead.page, "已关闭")
    lead.page.locator("main a", has_text=customer).first.click()
    expect(lead.page.locator("h1")).to_have_text(customer)
    expect(lead.page.locator("#timeline")).to_contain_text("投诉已解决")
    expect(lead.page.locator("#timeline")).to_contain_text(number)
    lead.check()

    # 7. The satisfaction request goes out; the customer scores 1-5 with a comment through the
    # link, once.
    link = desk.survey_link(product, number)
    guest: Visitor = visit("")
    desk.rate(guest, link, 4, COMMENT)
    guest.check()
    again = guest.go(link)
    expect(again.locator("#score-4")).to_be_checked()  # the same answer, not a second one
    again.click(".public__send")
    assert desk.answers(product, number) == 1
    row = lead.go(f"/tickets/ratings/?q={number}").locator("tr[data-id]", has_text=number)
    expect(row).to_contain_text(COMMENT)

    # 8. The weekly complaint report shows it with cause;
    page = lead.go("/tickets/complaints/")
    row = page.locator("tr", has_text=number).first
    expect(row).to_contain_text(CAUSE)
    expect(row).to_contain_text("我方责任")
    # … an improvement measure with owner and date is added and tracked.
    page.locator(".page__actions .btn--primary").click()
    dialog = page.locator("#dialog-body")
    dialog.locator('[name="title"]').fill(MEASURE)
    desk.pick(dialog, "owner", "刘洋")
    day = timezone.localdate(timezone=ZoneInfo("Asia/Shanghai")) + timedelta(days=7)
    dialog.locator('[name="due_at"]').fill(f"{day:%Y-%m-%d} 18:00")
    desk.confirm(dialog)
    measure = page.locator("tr", has_text=MEASURE)
    expect(measure).to_contain_text("刘洋")
    expect(measure).to_contain_text(f"{day:%m-%d}")
    lead.check()
    done(agent, MEASURE)
    page.reload()
    expect(page.locator("tr", has_text=MEASURE).locator(".bg--green")).to_have_text("已完成")
    lead.check()


def done(agent: Visitor, title: str) -> None:
    """The owner finds the measure among his tasks and ticks it off."""
    page = agent.go("/tasks/")
    page.locator("tr[data-id], li[data-id]", has_text=title).first.locator("a").first.click()
    page.locator('[data-action-name="done"], [data-action-name="complete"]').first.click()
    agent.settle()
    agent.check()
