"""The columns an import of follow-ups knows, with their spellings and converters."""

from datetime import time
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from crm.activities.choices import METHOD, Attitude, Result
from crm.activities.models import ADDRESS_LIMIT, MOST_MINUTES, TEXT_LIMIT
from crm.core import dates, text
from crm.core.notes import Cleaned
from crm.core.workbook.headings import FieldKind
from crm.dictionaries import lookups
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known, left_empty, unknown

#: The hour of a day that is given without one, as in the form.
NOON, MORNING = 12, 9
ATTITUDES = {
    "积极": Attitude.POSITIVE, "有意向": Attitude.POSITIVE, "positive": Attitude.POSITIVE,
    "中性": Attitude.NEUTRAL, "一般": Attitude.NEUTRAL, "neutral": Attitude.NEUTRAL,
    "消极": Attitude.NEGATIVE, "无意向": Attitude.NEGATIVE, "negative": Attitude.NEGATIVE,
}  # fmt: skip
RESULTS = {
    "持续跟进": Result.CONTINUE, "keep following up": Result.CONTINUE,
    "需重点跟进": Result.PRIORITY, "重点跟进": Result.PRIORITY, "needs priority": Result.PRIORITY,
    "暂缓跟进": Result.PAUSE, "暂缓": Result.PAUSE, "pause following up": Result.PAUSE,
    "成交": Result.DEAL, "已成交": Result.DEAL, "deal": Result.DEAL,
    "无效": Result.INVALID, "invalid": Result.INVALID,
}  # fmt: skip


def as_person(cell: Any, known: Known) -> Cleaned[Any]:
    """A colleague of today or of before, by employee number, name, mobile or e-mail."""
    cleaned = text.clean_optional(cell, max_length=60)
    if cleaned.value is None:
        return cleaned
    found = known.extra["people"].get(fields.fold(cleaned.value))
    return Cleaned(unknown(cleaned.value) if found is None else found, cleaned.notes)


def as_moment(hour: int) -> fields.Converter:
    """An instant as ISO text; a day alone means this hour of it."""

    def convert(cell: Any, known: Known) -> Cleaned[str]:
        cleaned = dates.parse_datetime(cell)
        moment = cleaned.value
        if moment is None:
            return Cleaned(None, cleaned.notes)
        if localtime(moment, dates.COMPANY_ZONE).time() == time(0):
            moment = moment.replace(hour=hour)
        return Cleaned(moment.isoformat(), cleaned.notes)

    return convert


def as_minutes(cell: Any, known: Known) -> Cleaned[int]:
    """Whole minutes up to a day."""
    cleaned = text.clean_optional(cell, max_length=20)
    if cleaned.value is None:
        return Cleaned(None, cleaned.notes)
    digits = cleaned.value.removesuffix("分钟").removesuffix("min").strip()
    if digits.isdecimal() and 0 < int(digits) <= MOST_MINUTES:
        return Cleaned(int(digits))
    message = fields.gettext_noop("“%(value)s” is no number of minutes.")
    return Cleaned(None, (left_empty("minutes", message, value=cleaned.value),))


def methods() -> list[str]:
    """The names of the follow-up methods, for the template's drop-down."""
    return [value.name for value in lookups.items(METHOD)]


def spellings() -> list[str]:
    """Names and synonyms of the methods, as files write them."""
    return [
        word
        for value in lookups.items(METHOD)
        for word in (value.name, value.name_en, *value.synonyms)
        if word
    ]


F = ImportField
FIELDS = (
    F(
        "customer",
        gettext_lazy("Customer"),
        "客户",
        fields.as_text(120),
        FieldKind.COMPANY,
        (
            "客户或联系人",
            "客户名称",
            "客户编号",
            "公司名称",
            "客户电话",
            "客户手机",
            "所属客户",
            "线索",
            "线索名称",
            "线索编号",
        ),
        required=True,
        help=gettext_lazy("Name, number or phone of a customer or lead that exists."),
    ),
    F(
        "happened_at",
        gettext_lazy("Follow-up time"),
        "跟进时间",
        as_moment(NOON),
        FieldKind.DATE,
        ("日期", "跟进日期", "联系时间", "沟通时间", "时间"),
        required=True,
    ),
    F(
        "method",
        gettext_lazy("Follow-up method"),
        "跟进方式",
        fields.as_item(METHOD),
        FieldKind.CHOICE,
        ("方式", "沟通方式", "联系方式", "跟进类型"),
        required=True,
        open_list=True,
        choices=methods,
        spellings=spellings,
    ),
    F(
        "text",
        gettext_lazy("Follow-up content"),
        "跟进内容",
        fields.as_text(TEXT_LIMIT, multiline=True),
        FieldKind.TEXT,
        ("内容", "跟进记录", "沟通内容", "内容摘要", "记录"),
        required=True,
    ),
    F(
        "author",
        gettext_lazy("Follow-up person"),
        "跟进人",
        as_person,
        FieldKind.PERSON,
        ("跟进人员", "业务员", "记录人", "创建人", "销售"),
        open_list=True,
        help=gettext_lazy("Empty: you. People who have left are known by their account."),
    ),
    F(
        "contact",
        gettext_lazy("Contact"),
        "联系人",
        fields.as_text(60),
        FieldKind.TEXT,
        ("客户联系人", "联系人姓名"),
    ),
    F(
        "attitude",
        gettext_lazy("Customer attitude"),
        "客户态度",
        fields.as_choice(ATTITUDES),
        FieldKind.CHOICE,
        ("态度",),
        choices=lambda: ("积极", "中性", "消极"),
    ),
    F(
        "result",
        gettext_lazy("Follow-up result"),
        "跟进结果",
        fields.as_choice(RESULTS),
        FieldKind.CHOICE,
        ("结果", "结果状态", "跟进状态"),
        choices=lambda: ("持续跟进", "需重点跟进", "暂缓跟进", "成交", "无效"),
    ),
    F(
        "next_contact_at",
        gettext_lazy("Next contact"),
        "下次联系时间",
        as_moment(MORNING),
        FieldKind.DATE,
        ("下次跟进时间", "下次联系日期", "下次跟进"),
    ),
    F(
        "address",
        gettext_lazy("Number or address"),
        "号码/邮箱",
        fields.as_text(ADDRESS_LIMIT),
        FieldKind.TEXT,
        ("拨打号码", "通话号码", "收件人"),
    ),
    F(
        "minutes",
        gettext_lazy("Duration in minutes"),
        "通话时长（分钟）",
        as_minutes,
        FieldKind.NUMBER,
        ("通话时长", "时长"),
    ),
    F(
        "topic",
        gettext_lazy("Subject of the mail"),
        "邮件主题",
        fields.as_text(200),
        FieldKind.TEXT,
        ("主题",),
    ),
)
