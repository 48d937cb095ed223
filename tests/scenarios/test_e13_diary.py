"""E13 Diary (S10-26), in the browser: open the current month, click a day, enter title and content,
save; choose another month and return; edit it. Nobody else reads a word of it.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Page, expect

TITLE, CHANGED = "拜访三家客户", "拜访四家客户"
CONTENT = "上午两家，下午一家。\n晚上整理报价。"


def cell(page: Page, day: date) -> str:
    return f'[data-day="{day:%Y-%m-%d}"]'


def test_diary_on_the_month_calendar(visit: Callable) -> None:
    today = timezone.localdate(timezone=ZoneInfo("Asia/Shanghai"))
    day = today.replace(day=15)
    visitor = visit("finance")
    page = visitor.go("/")
    page.click(".nav a:has-text('日记')")
    expect(page.locator("h1")).to_have_text("日记")
    expect(page.locator(".page__sub")).to_contain_text("只有您自己能看到")
    expect(page.locator(cell(page, today))).to_have_class(re.compile("today"))

    page.click(f"{cell(page, day)} .cal__number")
    dialog = page.locator("#dialog-body")
    expect(dialog.locator("h2")).to_contain_text(f"{day:%Y-%m-%d}")
    dialog.locator('[name="title"]').fill(TITLE)
    dialog.locator('[name="content"]').fill(CONTENT)
    dialog.locator(".dialog__foot .btn--primary").click()
    entry = page.locator(f"{cell(page, day)} .entry__title")
    expect(entry).to_have_text(TITLE)
    visitor.check()

    other = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    page.select_option("#cal-month", str(other.month))
    expect(page.locator(".cal__title")).to_contain_text(f"{other.month}月")
    if other.year != day.year:
        page.select_option("#cal-year", str(other.year))
    expect(page.locator(cell(page, other))).to_be_visible()
    page.select_option("#cal-year", str(day.year))
    page.select_option("#cal-month", str(day.month))
    expect(entry).to_have_text(TITLE)

    entry.click()
    expect(dialog.locator('[name="content"]')).to_have_value(CONTENT)
    dialog.locator('[name="title"]').fill(CHANGED)
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(entry).to_have_text(CHANGED)
    visitor.go("/calendar/")
    expect(page.locator(f"{cell(page, day)} .entry__title", has_text=CHANGED)).to_be_visible()
    visitor.check()

    boss = visit("admin").go("/calendar/?who=all")
    expect(boss.locator(".cal__grid")).to_be_visible()
    expect(boss.locator(".entry__title", has_text=CHANGED)).to_have_count(0)
