"""E1 New-customer development (S11-43 … S11-47, S01-26 …), in the browser: a lead with its first
contact, a positive follow-up, the interested customer, an opportunity at 需求分析 with the budget,
its stages with notes, won with amount and contract number, another one lost with a reason. Time
goes by in between: the first contact turns overdue, and the next one is told of at 09:00.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.kit.live import Live

COMPANY = "温州恒创精密制造有限公司"
BUDGET = "500000"
#: A day and an hour go by: what was due within 24 hours is late.
A_DAY_LATER = f"""
from datetime import timedelta
from django.db.models import F
from leads.models import Lead
day = timedelta(hours=25)
Lead.objects.filter(name="{COMPANY}").update(
    created_at=F("created_at") - day, first_contact_due_at=F("first_contact_due_at") - day
)
"""
#: When the reminder of the next contact is due, by the clock on the wall; then that day has come.
NEXT_MORNING = f"""
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from crm.reminders.models import Reminder
rows = Reminder.objects.filter(label="{COMPANY}", state="pending", due_on__isnull=False)
print(*(f"{{timezone.localtime(row.due_at):%Y-%m-%d %H:%M}}" for row in rows), sep=",")
days = timedelta(days=2)
rows.update(due_at=F("due_at") - days, due_on=rows[0].due_on - days)
"""


def choose(place: Page | Locator, name: str, label: str) -> None:
    """Pick an option of a select, dressed up or not."""
    place.locator(f'select[name="{name}"]').evaluate(
        """(field, label) => {
          const found = [...field.options].find((each) => each.text.trim() === label);
          if (!found) throw new Error(`no option ${label}`);
          if (field.tomselect) field.tomselect.setValue(found.value);
          else {
            field.value = found.value;
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }""",
        label,
    )


def say(page: Page, text: str, *, attitude: str = "", tomorrow: bool = False) -> None:
    """Write a follow-up on the page of a record."""
    composer = page.locator("#composer")
    composer.locator('[name="text"]').fill(text)
    if attitude:
        composer.locator(".composer__more summary").click()
        choose(composer, "attitude", attitude)
    if tomorrow:
        composer.locator('[data-action="pick-date"][data-days="1"]').click()
    composer.locator(".composer__save .btn--primary").click()
    expect(page.locator("#timeline")).to_contain_text(text)


def move(page: Page, stage: str, note: str) -> None:
    """Take an opportunity to a stage; without a note nothing moves."""
    page.locator(".stages__link", has_text=stage).click()
    dialog = page.locator("#dialog-body")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(dialog.locator(".field__error").first).to_be_visible()
    dialog.locator('[name="note"]').fill(note)
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(page.locator(".stages__item--now")).to_have_text(stage)


def new_opportunity(page: Page, name: str) -> None:
    """From the customer's page, at 需求分析 with the budget as amount (S11-46)."""
    page.locator("#panel-opportunities").get_by_text("新建商机").click()
    page.fill('[name="name"]', name)
    page.fill('[name="amount"]', BUDGET)
    day = timezone.localdate(timezone=ZoneInfo("Asia/Shanghai")) + timedelta(days=60)
    page.fill('[name="expected_on"]', f"{day:%Y-%m-%d}")
    choose(page, "stage", "需求分析")
    page.click(".form-bar .btn--primary")
    expect(page.locator("h1")).to_have_text(name)


def end(page: Page, action: str) -> Locator:
    """Open the dialog that ends an opportunity."""
    page.locator(".head__actions details.menu summary").click()
    page.click(f'[data-action-name="{action}"]')
    return page.locator("#dialog-body")


def test_from_lead_to_deal(visit: Callable, product: Live) -> None:
    visitor = visit("sales1")
    page = visitor.go("/leads/add/")
    page.fill('[name="name"]', COMPANY)
    page.fill('[name="contact_name"]', "林工")
    page.fill('[name="mobile"]', "13857712345")
    page.fill('[name="need"]', "统一客户资料，替换表格")
    choose(page, "source", "展会")
    page.click(".form-bar .btn--primary")
    expect(page.locator("h1")).to_have_text(COMPANY)
    expect(page.locator(".head")).to_contain_text("未跟进")
    lead = page.url
    expect(page.locator("main")).to_contain_text("剩余 23 小时")
    product.manage("shell", "-c", A_DAY_LATER)
    product.manage("run_due_now")
    page.goto(lead)
    expect(page.locator("main")).to_contain_text("逾期 1 小时")

    say(page, "客户希望两周内看到演示，预算 50 万。", attitude="积极", tomorrow=True)
    page.goto(f"{page.url.partition('?')[0].rstrip('/')}/convert/")
    page.click("form .btn--primary")
    page.wait_for_url(re.compile(r"/(customers|leads)/\d+/$"))
    visitor.go("/customers/?q=恒创精密")
    page.click(f"tr[data-id] >> text={COMPANY}")
    number = page.locator(".head__number").inner_text().strip()
    assert re.fullmatch(r"[A-Z]+\d{7,}", number)
    expect(page.locator(".head")).to_contain_text("意向客户")
    expect(page.locator("#timeline")).to_contain_text("首次跟进态度积极")
    customer = page.url

    new_opportunity(page, "CRM 系统采购")
    expect(page.locator(".head__number")).to_have_text(f"{number}OP01")
    expect(page.locator(".stages__item--now")).to_have_text("需求分析")
    expect(page.locator(".head")).to_contain_text("500,000")
    opportunity = page.url
    visitor.go("/notifications/")
    reminder = page.locator(".rows__item").filter(has_text=f"联系 {COMPANY}")
    expect(reminder).to_have_count(0)
    tomorrow = timezone.localdate(timezone=ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    planned = product.manage("shell", "-c", NEXT_MORNING).strip().splitlines()[-1]
    assert planned == f"{tomorrow} 09:00"
    product.manage("run_due_now")
    visitor.go("/notifications/")
    expect(reminder).to_have_count(1)
    expect(reminder).to_contain_text("约定时间")
    page.goto(opportunity)
    say(page, "已发送方案并安排下周演示，客户确认了评审人。", tomorrow=True)
    visitor.expected = {422}
    move(page, "方案提交", "方案和演示已提交")
    move(page, "商务谈判", "客户接受方案，开始谈价格")
    visitor.check()

    dialog = end(page, "win")
    dialog.locator('[name="actual_amount"]').fill("")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(dialog.locator(".field__error")).to_have_count(2)
    dialog.locator('[name="actual_amount"]').fill("480000")
    dialog.locator('[name="contract_number"]').fill("HT-2026-018")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(page.locator(".stages__item--won")).to_have_text("成交")
    page.goto(customer)
    expect(page.locator(".head")).to_contain_text("成交客户")
    expect(page.locator("#timeline")).to_contain_text("客户自动转为成交客户")

    new_opportunity(page, "外勤终端采购")
    expect(page.locator(".head__number")).to_have_text(f"{number}OP02")
    dialog = end(page, "lose")
    dialog.locator(".dialog__foot .btn--danger").click()
    expect(dialog.locator(".field__error")).to_have_count(1)
    choose(dialog, "reason", "预算不足")
    dialog.locator(".dialog__foot .btn--danger").click()
    expect(page.locator(".stages__item--lost")).to_have_text("失败")
    visitor.check()
