"""Small files of customers for the tests of import and undo."""

from pathlib import Path
from typing import Any

from crm.accounts.models import User
from crm.jobs.models import Job
from customers.importing.customers import CUSTOMERS
from tests.kit import importing

HEADINGS = [
    "客户名称",
    "客户性质",
    "客户类型",
    "联系人",
    "手机",
    "邮箱",
    "所属行业",
    "负责人",
    "标签",
    "备注",
]


def workbook(folder: Path, *rows: list[Any], headings: list[str] = HEADINGS) -> Path:
    """A small file."""
    return importing.workbook(folder, headings, *rows)


def checked(path: Path, actor: User, **options: Any) -> Job:
    """A file after the check."""
    return importing.checked(CUSTOMERS, path, actor, **options)


def imported(path: Path, actor: User, **options: Any) -> Job:
    """A file after the run."""
    return importing.run(checked(path, actor, **options))


GOOD = [
    "上海恒信科技有限公司",
    "企业",
    "潜在客户",
    "张三",
    "138 0013 8000",
    "A@B.com",
    "信息技术",
    "",
    "高预算，竞品客户",
    "",
]
