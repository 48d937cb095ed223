"""The columns an import of articles knows, with their spellings and converters."""

from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from crm.core import text
from crm.core.notes import Cleaned
from crm.core.workbook.headings import FieldKind
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known, left_empty
from knowledge.choices import Audience, Kind
from knowledge.models import BODY_LIMIT, TITLE_LIMIT

KIND_WORDS = {
    "知识文章": Kind.ARTICLE, "文章": Kind.ARTICLE, "知识": Kind.ARTICLE,
    "解决方案": Kind.SOLUTION, "方案": Kind.SOLUTION,
    "knowledge article": Kind.ARTICLE, "article": Kind.ARTICLE, "solution": Kind.SOLUTION,
}  # fmt: skip
KINDS = ("知识文章", "解决方案")
AUDIENCE_WORDS = {
    "所有人": Audience.PUBLIC, "公开": Audience.PUBLIC, "所有人（帮助中心）": Audience.PUBLIC,
    "帮助中心": Audience.PUBLIC, "客户": Audience.CUSTOMERS, "服务客户": Audience.CUSTOMERS,
    "同事": Audience.STAFF, "内部": Audience.STAFF, "员工": Audience.STAFF,
    "everybody": Audience.PUBLIC, "public": Audience.PUBLIC, "customers": Audience.CUSTOMERS,
    "colleagues": Audience.STAFF, "staff": Audience.STAFF,
}  # fmt: skip
AUDIENCES = ("公开", "客户", "内部")


def as_category(cell: Any, known: Known) -> Cleaned[Any]:
    """A category open to the importer, by its name or by the whole path of names."""
    cleaned = text.clean_optional(cell, max_length=300)
    if cleaned.value is None:
        return cleaned
    found = known.extra["categories"].get(fields.fold(cleaned.value), set())
    if len(found) == 1:
        return Cleaned(next(iter(found)), cleaned.notes)
    message = gettext_noop("“%(value)s” names no single category that is open to you.")
    return Cleaned(None, (left_empty("category", message, value=cleaned.value[:60]),))


def as_markdown(cell: Any, known: Known) -> Cleaned[str]:
    """Text whose blanks mean something: checked as all others, but kept as it was written."""
    cleaned = text.clean_optional(cell, max_length=BODY_LIMIT, multiline=True)
    if cleaned.value is None or not isinstance(cell, str):
        return cleaned
    lines = text.storable(cell).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return Cleaned("\n".join(line.rstrip() for line in lines).strip("\n"))


F = ImportField
FIELDS = (
    F(
        "title",
        gettext_lazy("Title"),
        "标题",
        fields.as_text(TITLE_LIMIT),
        FieldKind.TEXT,
        ("文章标题", "知识标题", "主题", "名称"),
        required=True,
        example="如何重置登录密码",
    ),
    F(
        "category",
        gettext_lazy("Category"),
        "分类",
        as_category,
        FieldKind.TEXT,
        ("知识分类", "所属分类", "目录", "栏目"),
        required=True,
        help=gettext_lazy("A name, or the whole path as “Products / Pumps”."),
    ),
    F(
        "kind",
        gettext_lazy("Type"),
        "类型",
        fields.as_choice(KIND_WORDS),
        FieldKind.CHOICE,
        ("文章类型", "知识类型"),
        choices=lambda: KINDS,
        spellings=lambda: KIND_WORDS,
        help=gettext_lazy("Empty: a knowledge article."),
        example="知识文章",
    ),
    F(
        "problem",
        gettext_lazy("Problem"),
        "问题",
        fields.as_text(4000, multiline=True),
        FieldKind.TEXT,
        ("问题描述", "现象", "故障现象"),
        help=gettext_lazy("For solutions: what somebody sees and says"),
    ),
    F(
        "body",
        gettext_lazy("Text"),
        "正文",
        as_markdown,
        FieldKind.TEXT,
        ("内容", "文章内容", "正文内容", "解决办法", "答案"),
        help=gettext_lazy("Markdown: headings, lists, links and emphasis are kept."),
        example="## 操作步骤\n1. 打开登录页\n2. 点击“忘记密码”",
    ),
    F(
        "keywords",
        gettext_lazy("Keywords"),
        "关键词",
        fields.as_text(200),
        FieldKind.TEXT,
        ("标签", "关键字", "搜索词", "tags"),
        example="密码，登录",
    ),
    F(
        "audience",
        gettext_lazy("Readers"),
        "读者范围",
        fields.as_choice(AUDIENCE_WORDS),
        FieldKind.CHOICE,
        ("读者", "可见范围", "受众", "阅读范围", "公开范围"),
        choices=lambda: AUDIENCES,
        spellings=lambda: AUDIENCE_WORDS,
        help=gettext_lazy("Empty: colleagues. A category may narrow it further."),
        example="内部",
    ),
)
