"""Columns that files of several kinds of records share, and where their words come from."""

from typing import Any

from django.utils.translation import gettext_lazy

from crm.accounts import directory
from crm.accounts.models import User
from crm.core import text
from crm.core.notes import Cleaned
from crm.core.workbook.headings import FieldKind
from crm.dictionaries import lookups
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known, unknown


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


EMAIL = ImportField(
    "email",
    gettext_lazy("E-mail"),
    "邮箱",
    fields.as_email,
    FieldKind.EMAIL,
    ("电子邮箱", "电子邮件", "邮件", "email", "e-mail"),
    example="lina@example.com",
)
WECHAT = ImportField(
    "wechat", gettext_lazy("WeChat"), "微信", fields.as_text(60), FieldKind.TEXT, ("微信号",)
)
PROVINCE = ImportField(
    "province",
    gettext_lazy("Province"),
    "省",
    fields.as_text(40),
    FieldKind.REGION,
    ("省份", "所在省", "省/直辖市"),
    example="上海市",
)
CITY = ImportField(
    "city",
    gettext_lazy("City"),
    "市",
    fields.as_text(40),
    FieldKind.REGION,
    ("城市", "所在市", "地市"),
    example="上海市",
)
DISTRICT = ImportField(
    "district",
    gettext_lazy("District"),
    "区县",
    fields.as_text(40),
    FieldKind.REGION,
    ("区/县", "区", "县", "区域"),
    example="浦东新区",
)
ADDRESS = ImportField(
    "address",
    gettext_lazy("Detailed address"),
    "详细地址",
    fields.as_text(200, multiline=True),
    FieldKind.TEXT,
    ("地址", "公司地址", "街道", "联系地址"),
    example="张江路 88 号",
)
NEXT_CONTACT_AT = ImportField(
    "next_contact_at",
    gettext_lazy("Next contact"),
    "下次联系时间",
    fields.as_datetime,
    FieldKind.DATE,
    ("下次跟进时间", "下次跟进", "下次联系"),
)
REMARKS = ImportField(
    "remarks",
    gettext_lazy("Remarks"),
    "备注",
    fields.as_text(4000, multiline=True),
    FieldKind.TEXT,
    ("说明", "备注说明"),
    several=True,
)
