"""Money as people type it, as it is shown, and in capital characters (market 2.17).

Here: Decimal amounts of yuan with two decimals. Not here: currencies, taxes, rounding of
discounts (the entities decide).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, dropped, repaired, shown, suspect
from crm.core.text import is_blank, is_blank_word, to_text

MAX_DIGITS = 16  # digits before the point that a database column holds
CENT = Decimal("0.01")
_UNITS = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "亿": 100_000_000,
    "k": 1_000,
    "w": 10_000,
}
_UNITS |= {"百万": 1_000_000, "千万": 10_000_000, "万亿": 10**12, "m": 1_000_000, "": 1}
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e\+?(?P<power>\d{1,2}))?"
    r"(?P<unit>百万|千万|万亿|[十百千万亿kwm])?$"
)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?(?:万|亿|万元|元)?$")
_FOUR_GROUPED = re.compile(r"[+-]?\d{1,4}(?:,\d{4})+(?:\.\d*)?$")
_CURRENCY = re.compile(r"人民币|RMB|CNY|[¥￥]", re.IGNORECASE)
_TAIL = re.compile(r"(?:元整?|圆整?|块钱?|整)$")
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_HAN_DIGITS |= {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_HAN_DIGITS |= {"〇": 0, "两": 2, "弍": 2, "貳": 2, "陸": 6}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_HAN_AMOUNT = re.compile(
    "(?P<yuan>[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟貳陸弍]{1,40})?(?:[元圆块])?"
    "(?:零?(?P<jiao>[零一二三四五六七八九壹贰叁肆伍陆柒捌玖])角)?"
    "(?:零?(?P<fen>[一二三四五六七八九壹贰叁肆伍陆柒捌玖])分)?整?$"
)


def parse_money(value: object) -> Cleaned[Decimal]:
    """Return an amount with two decimals: "1,234.50", "¥1.2万", "壹万元整", 12, (1,234.50).

    More decimals are rounded with a remark; what is not a number, or has more than
    `MAX_DIGITS` digits, is dropped. Work is bounded whatever is typed ("1e1000000").
    """
    if isinstance(value, bool):
        return _lost(value)
    if is_blank(value):
        return Cleaned(None)
    if is_blank_word(value):
        return Cleaned(None, (repaired("blank_word", _("Means nothing, left empty.")),))
    raw = to_text(value)
    if len(raw) > 200:
        return _lost(value)
    amount = _amount(raw)
    if amount is None:
        return _lost(value)
    if abs(amount) >= 10**MAX_DIGITS:
        message = _("“%(value)s” has more than %(limit)s digits.")
        return Cleaned(
            None, (dropped("money_digits", message, value=shown(raw), limit=MAX_DIGITS),)
        )
    return _rounded(amount, raw)


def _rounded(amount: Decimal, raw: str) -> Cleaned[Decimal]:
    exact = amount.quantize(CENT, ROUND_HALF_UP)
    if exact == 0:
        exact = Decimal("0.00")  # no "-0.00"
    # The dust of a binary number (0.1 + 0.2) is no news; a third decimal is.
    if abs(exact - amount) > Decimal("1e-9"):
        message = _("Rounded to %(amount)s.")
        return Cleaned(exact, (suspect("money_rounded", message, str(exact), amount=exact),))
    if re.fullmatch(r"-?\d+(?:\.\d{1,2})?", raw):
        return Cleaned(exact)
    message = _("Amount written in the usual form.")
    return Cleaned(exact, (repaired("money_form", message, format_money(exact)),))


def _amount(raw: str) -> Decimal | None:
    text = unicodedata.normalize("NFKC", raw).casefold()
    text = _CURRENCY.sub("", re.sub(r"\s", "", text)).replace("'", "")
    negative = text.startswith("(") and text.endswith(")")
    text = _TAIL.sub("", text.strip("()") if negative else text)
    if "," in text:
        if not (_GROUPED.match(text) or _FOUR_GROUPED.match(text)):
            return None
        text = text.replace(",", "")
    amount = _latin_amount(text)
    if amount is None:
        amount = _han_amount(text)
    return -amount if amount is not None and negative else amount


def _latin_amount(text: str) -> Decimal | None:
    hit = _NUMBER.match(text)
    if hit is None or int(hit["power"] or 0) > 30:
        return None
    number = Decimal(hit["digits"]).scaleb(int(hit["power"] or 0)) * _UNITS[hit["unit"] or ""]
    return -number if hit["sign"] == "-" else number


def _han_amount(text: str) -> Decimal | None:
    negative = text.startswith("负")
    hit = _HAN_AMOUNT.match(text.removeprefix("负"))
    if hit is None or not any(hit.groups()):
        return None
    yuan = _han_integer(hit["yuan"] or "零")
    if yuan is None:
        return None
    jiao, fen = (_HAN_DIGITS[hit[name]] if hit[name] else 0 for name in ("jiao", "fen"))
    amount = Decimal(yuan) + Decimal(jiao) / 10 + Decimal(fen) / 100
    return -amount if negative else amount


def _han_integer(text: str) -> int | None:
    """Return the value of 一百二十万零五 or 壹佰贰拾万零伍; None for a senseless order."""
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _HAN_DIGITS:
            if digit:
                return None  # 一二 is a telephone number, not an amount
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        else:
            total = (
                (total + section + digit) * _UNITS[char]
                if char == "亿"
                else (total + (section + digit) * _UNITS[char])
            )
            section = digit = 0
    return total + section + digit


def _lost(value: object) -> Cleaned[Decimal]:
    message = _("“%(value)s” is not an amount.")
    return Cleaned(None, (dropped("money_invalid", message, value=shown(to_text(value))),))


# --- showing -------------------------------------------------------------------------------------


def format_money(amount: Decimal | int | None, *, symbol: str = "", places: int = 2) -> str:
    """Return 1,234.50, with a comma after each three digits; "" for None."""
    if amount is None:
        return ""
    number = Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "-" if number < 0 else ""
    return f"{sign}{symbol}{abs(number):,.{places}f}"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = ("", "拾", "佰", "仟")
_LARGE_UNITS = ("", "万", "亿", "万亿")


def to_chinese_upper(amount: Decimal | int) -> str:
    """Return an amount as cheques write it: 人民币壹仟肆佰零玖元伍角.

    By 正确填写票据和结算凭证的基本规定: 整 after 元 or 角 is only written after 元 here, as in the
    vectors; 零 before 角 when the yuan end in zero is left out, before 分 it is written. Rounded to
    cents; ValueError beyond sixteen digits.
    """
    cents = int((Decimal(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if abs(cents) >= 10 ** (MAX_DIGITS + 2):
        raise ValueError(f"too large to be written: {amount}")
    sign = "负" if cents < 0 else ""
    yuan, rest = divmod(abs(cents), 100)
    jiao, fen = divmod(rest, 10)
    whole = _upper_integer(yuan) + "元" if yuan else ""
    if not rest:
        return f"人民币{sign}{whole or '零元'}整"
    part = f"{_CAPITALS[jiao]}角" if jiao else ("零" if whole else "")
    return f"人民币{sign}{whole}{part}" + (f"{_CAPITALS[fen]}分" if fen else "")


def _upper_integer(number: int) -> str:
    sections = []
    while number:
        number, section = divmod(number, 10_000)
        sections.append(section)
    text, gap = "", False
    for index in range(len(sections) - 1, -1, -1):
        section = sections[index]
        if not section:
            gap = bool(text)
            continue
        if text and (gap or section < 1000):
            text += "零"
        text += _upper_section(section) + _LARGE_UNITS[index]
        gap = False
    return text


def _upper_section(section: int) -> str:
    """Return 1 to 9999 in capitals, one 零 for any run of zeros inside."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = section // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _CAPITALS[digit] + _SMALL_UNITS[power]
        gap = False
    return text
