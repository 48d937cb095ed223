"""The knowledge base in the browser: write with preview, review by somebody else, read, answer."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

TITLE = "打印机卡纸怎么处理"
BODY = """## 步骤

1. 关机
2. 打开后盖

<img src=x onerror="document.title='harmed'"> [点我](javascript:document.title='harmed')
"""


def test_from_the_draft_to_the_help_centre(visit: Callable) -> None:
    writer = visit("agent1")
    page = writer.go("/knowledge/add/")
    page.fill('[name="title"]', TITLE)
    page.fill('[name="body"]', BODY)
    page.click("button:has-text('预览')")
    preview = page.locator(".markdown-preview")
    expect(preview.locator("h2")).to_have_text("步骤")
    expect(preview.locator("img")).to_have_count(0)
    page.select_option('[name="category"]', label="产品手册", force=True)
    page.select_option('[name="audience"]', "public", force=True)
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/knowledge/\d+/$"))
    address = re.search(r"/knowledge/\d+/", page.url).group(0)
    page.click("main a:has-text('提交审核')")
    page.locator("#dialog-body .dialog__foot .btn--primary").click()
    expect(page.locator("main")).to_contain_text("审核中")
    writer.check()

    lead = visit("service_lead")
    page = lead.go(address)
    page.click("main a:has-text('发布')")
    page.locator("#dialog-body .dialog__foot .btn--primary").click()
    expect(page.locator("main a:has-text('退回')")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("已发布")
    lead.check()

    reader = visit("sales1")
    page = reader.go(address)
    page.locator(".article__body a").click()
    page.click(".helped button[value='yes']")
    expect(page.locator(".helped")).to_contain_text("感谢")
    assert "harmed" not in page.title()
    reader.check()
    page = reader.go("/help/centre/search/?q=dayinji")
    page.click(f"a:has-text('{TITLE}')")
    expect(page.locator("h1")).to_have_text(TITLE)
    assert "harmed" not in page.title()
    reader.check()


def test_marks_are_put_in_with_a_click(visit: Callable) -> None:
    writer = visit("agent1")
    page = writer.go("/knowledge/add/")
    body = page.locator('[name="body"]')
    body.fill("断电\n拆下面板\n")
    body.press("Control+a")
    page.click(".markdown-tools button >> nth=3")  # numbers
    assert body.input_value().startswith("1. 断电\n2. 拆下面板\n")
    body.fill("注意")
    body.press("Control+a")
    page.click(".markdown-tools button >> nth=0")  # bold
    expect(body).to_have_value("**注意**")
    page.keyboard.type("小心")  # what stood between the marks is still selected
    expect(body).to_have_value("**小心**")
    page.click("button:has-text('预览')")
    expect(page.locator(".markdown-tools")).to_be_hidden()
    expect(page.locator(".markdown-preview strong")).to_have_text("小心")
    writer.check()
