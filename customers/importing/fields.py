"""The columns an import of customers knows, with their spellings and converters."""

from typing import Any

from django.utils.translation import gettext_lazy

from crm.accounts import directory
from crm.accounts.models import User
from crm.core import text
from crm.core.notes import Cleaned
from crm.core.workbook.headings import FieldKind
from crm.dictionaries import lookups
from crm.jobs.importing import fields
from crm.jobs.importing.fields import (
    ImportField,
    Known,
    unknown,
)
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE, LifeCycle

LIFE_WORDS = {
    "潜在客户": LifeCycle.POTENTIAL, "潜在": LifeCycle.POTENTIAL,
    "意向客户": LifeCycle.INTERESTED, "意向": LifeCycle.INTERESTED,
    "成交客户": LifeCycle.CLOSED, "成交": LifeCycle.CLOSED, "已成交": LifeCycle.CLOSED,
    "流失客户": LifeCycle.LOST, "流失": LifeCycle.LOST, "已流失": LifeCycle.LOST,
    "potential customer": LifeCycle.POTENTIAL, "potential": LifeCycle.POTENTIAL,
    "interested customer": LifeCycle.INTERESTED, "interested": LifeCycle.INTERESTED,
    "closed customer": LifeCycle.CLOSED, "closed": LifeCycle.CLOSED,
    "lost customer": LifeCycle.LOST, "lost": LifeCycle.LOST,
}  # fmt: skip
LIFE_LABELS = ("潜在客户", "意向客户", "成交客户", "流失客户")


def words_of(dictionary: str) -> Any:
    """The names of a dictionary for the template's drop-down."""
    return lambda: [value.name for value in lookups.items(dictionary)]


def spellings_of(dictionary: str) -> Any:
    """Names and synonyms of a dictionary, as files write them."""
    return lambda: [
        word
        for value in lookups.items(dictionary)
        for word in (value.name, value.name_en, *value.synonyms)
        if word
    ]


def as_owner(cell: Any, known: Known) -> Cleaned[Any]:
    """A colleague by employee number, name, mobile or e-mail; others wait for a decision."""
    cleaned = text.clean_optional(cell, max_length=60)
    if cleaned.value is None:
        return cleaned
    found = known.extra["people"].get(fields.fold(cleaned.value))
    return Cleaned(unknown(cleaned.value) if found is None else found, cleaned.notes)


def people() -> dict[str, int]:
    """Every spelling of every active colleague; a name that two people share is nobody's."""
    return directory.by_spelling(User.objects.active(), fields.fold)


F = ImportField
FIELDS = (
    F(
        "name",
        gettext_lazy("Customer name"),
        "客户名称",
        fields.as_text(120),
        FieldKind.COMPANY,
        ("公司名称", "企业名称", "单位名称", "客户", "客户全称", "公司"),
        required=True,
        help=gettext_lazy("Full registered name; the only required column."),
        example="上海恒信科技有限公司",
    ),
    F(
        "nature",
        gettext_lazy("Customer nature"),
        "客户性质",
        fields.as_item(NATURE),
        FieldKind.CHOICE,
        ("性质", "企业/个人", "客户属性"),
        open_list=True,
        choices=words_of(NATURE),
        spellings=spellings_of(NATURE),
        example="企业客户",
    ),
    F(
        "life_cycle",
        gettext_lazy("Life cycle"),
        "生命周期",
        fields.as_choice(LIFE_WORDS),
        FieldKind.CHOICE,
        ("客户类型", "客户状态", "状态", "类型", "客户阶段"),
        choices=lambda: LIFE_LABELS,
        spellings=lambda: LIFE_WORDS,
        example="潜在客户",
    ),
    F(
        "grade",
        gettext_lazy("Customer grade"),
        "客户等级",
        fields.as_item(GRADE),
        FieldKind.CHOICE,
        ("客户级别", "级别", "等级"),
        open_list=True,
        choices=words_of(GRADE),
        spellings=spellings_of(GRADE),
        example="A",
    ),
    F(
        "industry",
        gettext_lazy("Industry"),
        "客户行业",
        fields.as_item(INDUSTRY),
        FieldKind.CHOICE,
        ("所属行业", "行业"),
        open_list=True,
        choices=words_of(INDUSTRY),
        spellings=spellings_of(INDUSTRY),
        example="制造业",
    ),
    F(
        "source",
        gettext_lazy("Customer source"),
        "客户来源",
        fields.as_item(SOURCE),
        FieldKind.CHOICE,
        ("来源", "获客渠道", "线索来源"),
        open_list=True,
        choices=words_of(SOURCE),
        spellings=spellings_of(SOURCE),
        example="展会",
    ),
    F(
        "owner",
        gettext_lazy("Owner"),
        "负责人",
        as_owner,
        FieldKind.PERSON,
        ("业务员", "销售", "所有人", "归属人", "跟进人", "销售员", "客户经理"),
        open_list=True,
        help=gettext_lazy("Employee number, name, mobile or e-mail. Empty: you."),
        example="",
    ),
    F(
        "contact_name",
        gettext_lazy("Primary contact"),
        "联系人",
        fields.as_text(60),
        FieldKind.TEXT,
        ("首要联系人", "联系人姓名", "姓名", "主要联系人", "对接人"),
        example="李娜",
    ),
    F(
        "contact_position",
        gettext_lazy("Position"),
        "职务",
        fields.as_text(60),
        FieldKind.TEXT,
        ("职位", "岗位", "头衔"),
        example="采购经理",
    ),
    F(
        "contact_department",
        gettext_lazy("Department of the contact"),
        "联系人部门",
        fields.as_text(60),
        FieldKind.TEXT,
        ("部门",),
    ),
    F(
        "mobile",
        gettext_lazy("Mobile"),
        "手机",
        fields.as_phones,
        FieldKind.MOBILE,
        ("手机号", "手机号码", "移动电话", "联系方式", "联系人手机", "联系电话"),
        several=True,
        help=gettext_lazy("Several numbers in one cell are split."),
        example="13800138000",
    ),
    F(
        "phone",
        gettext_lazy("Phone"),
        "电话",
        fields.as_phones,
        FieldKind.PHONE,
        ("固定电话", "座机", "公司电话", "办公电话", "总机", "固话"),
        several=True,
        example="021-68881234",
    ),
    F(
        "email",
        gettext_lazy("E-mail"),
        "邮箱",
        fields.as_email,
        FieldKind.EMAIL,
        ("电子邮箱", "电子邮件", "邮件", "email", "e-mail"),
        example="lina@example.com",
    ),
    F("wechat", gettext_lazy("WeChat"), "微信", fields.as_text(60), FieldKind.TEXT, ("微信号",)),
    F(
        "province",
        gettext_lazy("Province"),
        "省",
        fields.as_text(40),
        FieldKind.REGION,
        ("省份", "所在省", "省/直辖市"),
        example="上海市",
    ),
    F(
        "city",
        gettext_lazy("City"),
        "市",
        fields.as_text(40),
        FieldKind.REGION,
        ("城市", "所在市", "地市"),
        example="上海市",
    ),
    F(
        "district",
        gettext_lazy("District"),
        "区县",
        fields.as_text(40),
        FieldKind.REGION,
        ("区/县", "区", "县", "区域"),
        example="浦东新区",
    ),
    F(
        "address",
        gettext_lazy("Detailed address"),
        "详细地址",
        fields.as_text(200, multiline=True),
        FieldKind.TEXT,
        ("地址", "公司地址", "街道", "联系地址"),
        example="张江路 88 号",
    ),
    F(
        "credit_code",
        gettext_lazy("Unified social credit code"),
        "统一社会信用代码",
        fields.as_credit_code,
        FieldKind.USCC,
        ("信用代码", "税号", "纳税人识别号", "营业执照号"),
    ),
    F(
        "website",
        gettext_lazy("Website"),
        "网址",
        fields.as_text(200),
        FieldKind.TEXT,
        ("网站", "官网"),
    ),
    F(
        "tags",
        gettext_lazy("Tags"),
        "标签",
        fields.as_words,
        FieldKind.TAGS,
        ("客户标签", "标记"),
        help=gettext_lazy("Separated by commas, semicolons or blanks."),
        example="高预算，决策周期短",
    ),
    F(
        "need",
        gettext_lazy("Need"),
        "需求描述",
        fields.as_text(2000, multiline=True),
        FieldKind.TEXT,
        ("客户需求", "需求"),
    ),
    F(
        "product_preference",
        gettext_lazy("Product preference"),
        "产品偏好",
        fields.as_text(200),
        FieldKind.TEXT,
        ("意向产品",),
    ),
    F(
        "annual_spending",
        gettext_lazy("Annual spending"),
        "年消费金额",
        fields.as_money,
        FieldKind.MONEY,
        ("年采购额", "消费金额"),
    ),
    F(
        "cooperating_since",
        gettext_lazy("Cooperating since"),
        "合作开始日期",
        fields.as_date,
        FieldKind.DATE,
        ("合作时间",),
    ),
    F(
        "entered_on",
        gettext_lazy("Entry date"),
        "录入日期",
        fields.as_date,
        FieldKind.DATE,
        ("创建日期", "登记日期", "建档日期", "录入时间", "创建时间"),
        example="2026-01-15",
    ),
    F(
        "next_contact_at",
        gettext_lazy("Next contact"),
        "下次联系时间",
        fields.as_datetime,
        FieldKind.DATE,
        ("下次跟进时间", "下次跟进", "下次联系"),
    ),
    F(
        "remarks",
        gettext_lazy("Remarks"),
        "备注",
        fields.as_text(4000, multiline=True),
        FieldKind.TEXT,
        ("说明", "备注说明"),
        several=True,
    ),
)
