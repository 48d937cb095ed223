"""E14 Documents (S10-35 … S10-39), in the browser: create a folder, upload `a.doc` into it (its
name is the document's), `a.exe` is refused with the hint to compress, delete with confirmation.
"""

from collections.abc import Callable

from playwright.sync_api import FilePayload, expect


def file(name: str) -> FilePayload:
    """A small file of this name."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": b"price list"}


def test_documents_in_folders(visit: Callable) -> None:
    visitor = visit("manager")
    page = visitor.go("/")
    page.click(".nav a:has-text('文档')")
    page.click("main a:has-text('新建文件夹')")
    dialog = page.locator("#dialog-body")
    dialog.locator('[name="name"]').fill("招投标资料")
    dialog.locator(".dialog__foot .btn--primary").click()
    expect(page.locator("h1")).to_have_text("招投标资料")
    expect(page.locator(".folders__open")).to_contain_text("招投标资料")
    visitor.check()

    page.click("main a:has-text('上传')")
    page.set_input_files('[name="files"]', [file("a.doc")])
    page.click(".form-bar .btn--primary")
    row = page.locator(".folders__files li")
    expect(row.locator(".rows__title")).to_have_text("a.doc")

    visitor.expected = {422}
    page.click("main a:has-text('上传')")
    page.set_input_files('[name="files"]', [file("a.exe")])
    page.click(".form-bar .btn--primary")
    expect(page.locator("main")).to_contain_text("压缩")
    page.click("a:has-text('取消')")
    expect(row).to_have_count(1)

    row.locator('a[title="删除"]').click()
    dialog.locator("button:has-text('确认删除')").click()
    expect(row).to_have_count(0)
    visitor.check()
