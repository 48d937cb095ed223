"""The columns an import of tickets knows, with their spellings and converters."""

from typing import Any

from django.utils.translation import gettext_lazy

from crm.core import text
from crm.core.notes import Cleaned
from crm.core.workbook.headings import FieldKind
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known, left_empty
from crm.jobs.importing.usual import as_owner, spellings_of, words_of
from tickets import catalog
from tickets.choices import MOOD, SOURCE, TYPE, Priority

PRIORITY_WORDS = {
    "低": Priority.LOW, "中": Priority.MEDIUM, "普通": Priority.MEDIUM, "一般": Priority.MEDIUM,
    "高": Priority.HIGH, "紧急": Priority.URGENT, "加急": Priority.URGENT,
    "low": Priority.LOW, "medium": Priority.MEDIUM, "high": Priority.HIGH,
    "urgent": Priority.URGENT,
}  # fmt: skip
PRIORITIES = ("低", "中", "高", "紧急")


def as_category(cell: Any, known: Known) -> Cleaned[Any]:
    """A business category by its name or by the whole path of names."""
    cleaned = text.clean_optional(cell, max_length=200)
    if cleaned.value is None:
        return cleaned
    key = fields.fold(cleaned.value)
    found = [
        node.pk
        for node in catalog.nodes()
        if key in (fields.fold(node.name), fields.fold(node.full_name))
    ]
    if len(found) == 1:
        return Cleaned(found[0], cleaned.notes)
    message = gettext_lazy("“%(value)s” is no business category.")
    return Cleaned(None, (left_empty("category", str(message), value=cleaned.value[:60]),))


def as_group(cell: Any, known: Known) -> Cleaned[Any]:
    """A service group by its name."""
    cleaned = text.clean_optional(cell, max_length=60)
    if cleaned.value is None:
        return cleaned
    key = fields.fold(cleaned.value)
    found = [pk for pk, name in catalog.groups().items() if fields.fold(name) == key]
    if found:
        return Cleaned(found[0], cleaned.notes)
    message = gettext_lazy("“%(value)s” is no service group.")
    return Cleaned(None, (left_empty("group", str(message), value=cleaned.value[:60]),))


F = ImportField
FIELDS = (
    F(
        "title",
        gettext_lazy("Subject"),
        "主题",
        fields.as_text(120),
        FieldKind.TEXT,
        ("标题", "工单标题", "问题标题", "工单主题"),
        required=True,
        example="无法登录系统",
    ),
    F(
        "description",
        gettext_lazy("Problem description"),
        "问题描述",
        fields.as_text(8000, multiline=True),
        FieldKind.TEXT,
        ("描述", "问题", "内容", "工单内容", "详细描述"),
        example="提示密码错误，全部门受影响",
    ),
    F(
        "customer",
        gettext_lazy("Customer"),
        "客户",
        fields.as_text(120),
        FieldKind.COMPANY,
        ("客户名称", "公司名称", "客户编号", "单位"),
        help=gettext_lazy("Name or number of a customer within your reach."),
        example="上海恒信科技有限公司",
    ),
    F(
        "requester",
        gettext_lazy("Caller"),
        "来电人",
        fields.as_text(60),
        FieldKind.TEXT,
        ("联系人", "姓名", "提单人", "反馈人"),
        example="李娜",
    ),
    F(
        "phone",
        gettext_lazy("Call-back number"),
        "联系电话",
        fields.as_phones,
        FieldKind.PHONE,
        ("电话", "手机", "手机号", "来电号码", "回电号码"),
        example="13800138000",
    ),
    F(
        "email",
        gettext_lazy("E-mail"),
        "邮箱",
        fields.as_email,
        FieldKind.EMAIL,
        ("电子邮箱", "邮件", "email", "e-mail"),
    ),
    F(
        "type",
        gettext_lazy("Ticket type"),
        "工单类型",
        fields.as_item(TYPE),
        FieldKind.CHOICE,
        ("类型", "问题类型"),
        open_list=True,
        choices=words_of(TYPE),
        spellings=spellings_of(TYPE),
        example="技术支持",
    ),
    F(
        "category",
        gettext_lazy("Business category"),
        "业务分类",
        as_category,
        FieldKind.TEXT,
        ("分类", "业务类型", "业务树", "业务"),
    ),
    F(
        "priority",
        gettext_lazy("Priority"),
        "优先级",
        fields.as_choice(PRIORITY_WORDS),
        FieldKind.CHOICE,
        ("紧急程度", "级别"),
        choices=lambda: PRIORITIES,
        spellings=lambda: PRIORITY_WORDS,
        example="中",
    ),
    F(
        "source",
        gettext_lazy("Ticket source"),
        "工单来源",
        fields.as_item(SOURCE),
        FieldKind.CHOICE,
        ("来源", "渠道", "信息来源", "受理渠道"),
        open_list=True,
        choices=words_of(SOURCE),
        spellings=spellings_of(SOURCE),
        example="电话",
    ),
    F(
        "mood",
        gettext_lazy("Customer's mood"),
        "客户情绪",
        fields.as_item(MOOD),
        FieldKind.CHOICE,
        ("情绪",),
        open_list=True,
        choices=words_of(MOOD),
        spellings=spellings_of(MOOD),
    ),
    F(
        "occurred_at",
        gettext_lazy("Time of occurrence"),
        "发生时间",
        fields.as_datetime,
        FieldKind.DATE,
        ("故障时间", "问题时间"),
    ),
    F(
        "impact",
        gettext_lazy("Scope of effect"),
        "影响范围",
        fields.as_text(200),
        FieldKind.TEXT,
        ("影响",),
    ),
    F(
        "tags",
        gettext_lazy("Tags"),
        "标签",
        fields.as_words,
        FieldKind.TAGS,
        ("标记", "工单标签"),
        help=gettext_lazy("Separated by commas, semicolons or blanks."),
    ),
    F(
        "group",
        gettext_lazy("Service group"),
        "服务组",
        as_group,
        FieldKind.TEXT,
        ("受理组", "客服组", "受理客服组"),
    ),
    F(
        "owner",
        gettext_lazy("Handler"),
        "处理人",
        as_owner,
        FieldKind.PERSON,
        ("负责人", "受理人", "受理客服", "客服"),
        open_list=True,
        help=gettext_lazy("Employee number, name, mobile or e-mail. Empty: to be assigned."),
    ),
)
DICTIONARIES = {"type": TYPE, "source": SOURCE, "mood": MOOD}
