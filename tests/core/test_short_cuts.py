"""The short ways of `crm.core.text` and `pinyin` answer what the long ways answer."""

import re
from random import Random

import pytest

from crm.core import pinyin, text

SIGNS = (
    "无没有空未知n/aNULLnoneＮ／Ａ-—_ 　\u200b\u00a0\u0301\t\n"
    "重庆长安粉末公司乐行单于A1b2Ｃ３（）()，。、：；·.@+86"
    "\ufeff\ufe0f\u200d😀𠮷\uf900⼀éÅK#!=%\x00\x85\u115f\u3164㐀䷀ß…"
)
NEVER = re.compile(r"(?!)")


def typed(number: int) -> list[str]:
    """Cells: blank words in disguise, plain text, and every sign that gets special treatment."""
    random = Random(5)
    words = sorted(text.BLANK_WORDS)
    cells = [text.UNSOLVED_FORMULA, ""]
    for _cell in range(number):
        word = "".join(random.choice([sign, sign.upper()]) for sign in random.choice(words))
        before, after = random.choice(["", "(", " ", "\u200b"]), random.choice(["", ")", "\u0301"])
        cells.append(before + word + after)
        cells.append("".join(random.choices("重庆长安粉末 ABC12（）", k=random.randint(0, 45))))
        cells.append("".join(random.choices(SIGNS, k=random.randint(0, 30))))
    return cells


def answers(cells: list[str]) -> list[tuple]:
    """What is said about each cell."""
    return [
        (
            cell,
            text.is_blank(cell),
            text.is_blank_word(cell),
            text.clean_text(cell, max_length=12),
            text.clean_optional(cell, multiline=True),
            pinyin.company(cell),
        )
        for cell in cells
    ]


def test_the_short_way_is_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = typed(3_000)
    short = answers(cells)
    for name in ("_CLEAN", "_BEGINS_VISIBLY"):
        monkeypatch.setattr(text, name, NEVER)
    monkeypatch.setattr(pinyin, "_PLAIN", NEVER)
    assert [pair for pair in zip(short, answers(cells), strict=True) if pair[0] != pair[1]] == []
