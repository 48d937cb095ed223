"""The columns an import of opportunities knows, with their spellings and converters."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from crm.core import text
from crm.core.notes import Cleaned, dropped, shown
from crm.core.workbook.headings import FieldKind
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known, fold
from crm.jobs.importing.usual import as_owner, spellings_of, words_of
from customers.choices import SOURCE
from opportunities import pipelines


def stage_words() -> Sequence[str]:
    """The stages a file may name."""
    return [step.name for line in pipelines.lines() if line.is_active for step in line.active_steps]


def stage_spellings() -> Iterable[str]:
    """Both languages, for recognising the column."""
    for line in pipelines.lines():
        for step in line.active_steps:
            yield from filter(None, (step.name, step.name_en))


def as_stage(cell: Any, known: Known) -> Cleaned[int]:
    """The key of a stage by its name in either language; the importer's pipeline counts first."""
    cleaned = text.clean_optional(cell, max_length=60)
    if cleaned.value is None:
        return cleaned
    wanted = fold(cleaned.value)
    for line in known.extra["lines"]:
        for step in line.active_steps if line.is_active else ():
            if wanted in {fold(step.name), fold(step.name_en)}:
                return Cleaned(step.pk, cleaned.notes)
    message = gettext_noop("“%(value)s” is not one of the allowed values.")
    return Cleaned(None, (dropped("choice", message, value=shown(cleaned.value)),))


def as_percent(cell: Any, known: Known) -> Cleaned[int]:
    """A probability between 0 and 100: 70, "70%" or 0.7 of a percent cell."""
    cleaned = text.clean_optional(cell, max_length=20)
    if cleaned.value is None:
        return cleaned
    try:
        number = float(cleaned.value.rstrip("%％ "))
    except ValueError:
        number = -1.0
    if isinstance(cell, float) and 0 < number <= 1:
        number *= 100
    if not 0 <= number <= 100:
        message = gettext_noop("“%(value)s” is not one of the allowed values.")
        return Cleaned(None, (dropped("percent", message, value=shown(cleaned.value)),))
    return Cleaned(round(number), cleaned.notes)


F = ImportField
FIELDS = (
    F(
        "customer",
        gettext_lazy("Customer"),
        "客户名称",
        fields.as_text(120),
        FieldKind.COMPANY,
        ("客户", "公司名称", "客户编号", "所属客户", "企业名称"),
        required=True,
        help=gettext_lazy("Name or number of a customer that exists."),
        example="上海恒信科技有限公司",
    ),
    F(
        "name",
        gettext_lazy("Opportunity name"),
        "商机名称",
        fields.as_text(120),
        FieldKind.TEXT,
        ("销售机会", "机会名称", "项目名称", "商机"),
        required=True,
        example="CRM 系统采购",
    ),
    F(
        "amount",
        gettext_lazy("Expected amount"),
        "商机金额",
        fields.as_money,
        FieldKind.MONEY,
        ("预计金额", "预计成交金额", "金额", "预计收益"),
        example="600000",
    ),
    F(
        "expected_on",
        gettext_lazy("Expected close date"),
        "预计成交日期",
        fields.as_date,
        FieldKind.DATE,
        ("预计成交时间", "预计签约日期", "预计日期"),
        example="2027-03-31",
    ),
    F(
        "stage",
        gettext_lazy("Opportunity stage"),
        "商机阶段",
        as_stage,
        FieldKind.CHOICE,
        ("销售阶段", "阶段"),
        choices=stage_words,
        spellings=stage_spellings,
        example="需求分析",
    ),
    F(
        "note",
        gettext_lazy("Progress note"),
        "进展说明",
        fields.as_text(1000, multiline=True),
        FieldKind.TEXT,
        ("进展", "阶段说明", "最新进展"),
        help=gettext_lazy("Needed where the stage of an existing opportunity changes."),
    ),
    F(
        "probability",
        gettext_lazy("Win probability (%)"),
        "赢单率",
        as_percent,
        FieldKind.TEXT,
        ("赢单概率", "成交概率", "概率"),
    ),
    F(
        "source",
        gettext_lazy("Opportunity source"),
        "商机来源",
        fields.as_item(SOURCE),
        FieldKind.CHOICE,
        ("来源", "渠道"),
        open_list=True,
        choices=words_of(SOURCE),
        spellings=spellings_of(SOURCE),
    ),
    F(
        "owner",
        gettext_lazy("Owner"),
        "负责人",
        as_owner,
        FieldKind.PERSON,
        ("业务员", "销售", "归属人", "跟进人"),
        open_list=True,
        help=gettext_lazy("Employee number, name, mobile or e-mail. Empty: you."),
    ),
    F(
        "next_contact_at",
        gettext_lazy("Next contact"),
        "下次联系时间",
        fields.as_datetime,
        FieldKind.DATE,
        ("下次跟进时间", "下次跟进"),
    ),
    F(
        "need",
        gettext_lazy("Need"),
        "需求描述",
        fields.as_text(2000, multiline=True),
        FieldKind.TEXT,
        ("需求", "客户需求"),
    ),
    F(
        "strengths",
        gettext_lazy("Our strengths"),
        "我方优势",
        fields.as_text(2000, multiline=True),
        FieldKind.TEXT,
        ("优势",),
    ),
    F(
        "weaknesses",
        gettext_lazy("Our weaknesses"),
        "我方劣势",
        fields.as_text(2000, multiline=True),
        FieldKind.TEXT,
        ("劣势",),
    ),
    F(
        "remarks",
        gettext_lazy("Remarks"),
        "备注",
        fields.as_text(4000, multiline=True),
        FieldKind.TEXT,
        ("说明",),
        several=True,
    ),
)
DICTIONARIES = {"source": SOURCE}
