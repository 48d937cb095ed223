"""How whole sentences follow each other."""

import pytest

from crm.core.messages import reason_of, sentences


@pytest.mark.parametrize(
    ("texts", "joined"),
    [
        (["已保存。", "周海涛修改了地址。"], "已保存。周海涛修改了地址。"),
        (["It was saved.", "Somebody changed the address."], None),
        (["保存失败！", "", None, "请重试。"], "保存失败！请重试。"),
        (["只有一句。"], "只有一句。"),
        ([], ""),
    ],
)
def test_no_blank_follows_a_full_width_mark(texts: list, joined: str | None) -> None:
    assert sentences(texts) == (" ".join(texts) if joined is None else joined)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ("领取失败：还需等待 5 分钟：请稍后再试。", "还需等待 5 分钟：请稍后再试。"),
        ("Claiming failed: you can claim 0 more today.", "you can claim 0 more today."),
        ("没有冒号。", "没有冒号。"),
    ],
)
def test_reason_stands_behind_the_failed_action(refusal: str, reason: str) -> None:
    assert reason_of(refusal) == reason
