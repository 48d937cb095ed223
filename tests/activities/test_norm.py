"""Texts that say nothing are refused, everything else passes (S11-19)."""

import pytest

from crm.activities.norm import checked_text, says_nothing
from crm.core.errors import InvalidValue


@pytest.mark.parametrize(
    "text",
    [
        "已联系", "联系了", "已联系客户", "今天联系了客户", "跟进了", "已跟进。", "ok", "OK！",
        "好的", "……", "111", "aaaa", "已电话沟通", "打了电话", "联系过了", "已经和客户沟通过了",
        "　", "Done.", "contacted", "Called the customer.", "12345",
    ],
)  # fmt: skip
def test_empty_texts(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "电话无人接听", "客户无意向", "预算 50 万以内，一周内要方案", "沟通了付款方式",
        "已联系王总，他要求周五前报价", "需求：3 台", "报价已发", "拜访，客户对交期不满",
        "Wants a quote by Friday", "客户已签合同", "下周三见面", "已联系，无人接听",
    ],
)  # fmt: skip
def test_texts_that_say_something(text: str) -> None:
    assert not says_nothing(text)


def test_the_stored_text_is_clean() -> None:
    assert checked_text("  预算\u200b 50 万\r\n要方案 ", limit=100) == "预算 50 万\n要方案"


@pytest.mark.parametrize("text", ["", " \u200b ", "已联系", "报价" * 60, "a\x00报价单已发"])
def test_refused_with_a_reason_at_the_field(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        checked_text(text, limit=100)
    assert caught.value.field == "text"
