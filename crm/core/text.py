"""Cleaning and comparing of typed text: names, remarks, tags, cells of a workbook.

Here: invisible characters, blanks, keys that decide whether two names are the same, similarity,
formula-looking text. Not here: phones, e-mails, dates, money (one module each) and pinyin.
All functions are pure, never raise on user input and work in linear time.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, Note, dropped, repaired
from crm.core.places import PLACE_PREFIX, PLACE_WORDS

MAX_TEXT = 200_000  # characters; longer input is refused before any other work
UNSOLVED_FORMULA = "#FORMULA!"  # what the parser puts for a formula without a stored result
MAX_ITEMS = 50  # tags in one cell

BLANK_WORDS = frozenset(
    [
        "无",
        "没有",
        "暂无",
        "暂缺",
        "空",
        "空白",
        "未知",
        "未填",
        "未填写",
        "不详",
        "不明",
        "待定",
        "待补充",
        "待完善",
        "略",
        "同上",
        "n/a",
        "na",
        "nan",
        "null",
        "nil",
        "none",
        "#n/a",
        "#null!",
        "#ref!",
        "#value!",
        "#div/0!",
        "#name?",
        "#num!",
        "undefined",
        "unknown",
        "tbd",
    ]
)
# Characters that carry no text: zero width, soft hyphen, direction marks, noncharacters, tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef\U000e0000-\U000e007f"
)
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_BLANKS = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u3164\uffa0"
_DROP = re.compile(f"[{_INVISIBLE}{_CONTROL}]")
_RUN_OF_BLANKS = re.compile(f"[{_BLANKS}]+")
_LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# A joiner means something only after an emoji (family, flags) or in scripts we leave alone.
_LONE_JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?=$|\\s)")
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_WIDE_MAP = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE_MAP.update({code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)})
_RADICAL = re.compile("[\u2f00-\u2fd5]")
_RADICAL_MAP = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_COMPAT = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_LEAD = "=+-@%|"
# Short cuts for nearly every cell; what does not match takes the long way to the same answer.
#: One line of ASCII, common ideographs and their punctuation, with single blanks between words.
_CLEAN = re.compile(r"[!-~\u3400-\u9fff，。、（）：；]+(?: [!-~\u3400-\u9fff，。、（）：；]+)*")
_BEGINS_VISIBLY = re.compile("[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]")
_BLANK_WORD_BEGINS = frozenset(word[0] for word in BLANK_WORDS) | frozenset(
    word[0].upper() for word in BLANK_WORDS
)


def to_text(value: object) -> str:
    """Return a cell as text: whole floats without ".0", dates as ISO, None as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    return str(value)


def is_blank(value: object) -> bool:
    """Return True for None, empty text and text made only of blanks and invisible characters."""
    if value is None:
        return True
    if not isinstance(value, str) or _BEGINS_VISIBLY.match(value):
        return False
    return not _DROP.sub("", value[:MAX_TEXT]).strip(" \t\r\n\u00a0\u3000\u200d\ufe0f")


def is_blank_word(value: object) -> bool:
    """Return True for text people type instead of leaving a cell empty: 无, -, /, N/A, 暂无 …"""
    if not isinstance(value, str) or len(value) > 40:
        return False
    if _BEGINS_VISIBLY.match(value) and value[0] not in _BLANK_WORD_BEGINS:
        return False
    text = unicodedata.normalize("NFKC", _DROP.sub("", value)).strip().casefold()
    if text.strip("()[]{}【】「」") in BLANK_WORDS:
        return True
    return bool(text) and not any(char.isalnum() or ord(char) > 0x2190 for char in text)


def clean_text(
    value: object, *, max_length: int | None = None, multiline: bool = False
) -> Cleaned[str]:
    """Return text fit to be stored and shown (F38).

    Invisible and control characters go, blanks collapse, full-width letters and digits become
    ASCII; rare ideographs, emoji and Chinese punctuation stay as typed. NUL and lone surrogates
    are refused, as is text longer than `max_length` (the suggestion holds the shortened text).
    """
    raw = to_text(value)
    if not raw:
        return Cleaned(None)
    if value is raw and _is_clean(raw, max_length or MAX_TEXT):
        return Cleaned(raw)
    if isinstance(value, float) and abs(value) >= 1e15:
        message = _("“%(value)s” has lost digits: type the number as text.")
        return Cleaned(None, (dropped("precision", message, value=raw),))
    if problem := _unstorable(raw):
        return Cleaned(None, (problem,))
    text = _tidy(raw, multiline=multiline)
    if not text:
        return Cleaned(None)
    if max_length is not None and len(text) > max_length:
        message = _("Longer than %(limit)s characters: %(length)s.")
        short = text[:max_length].rstrip()
        return Cleaned(
            None, (dropped("too_long", message, short, limit=max_length, length=len(text)),)
        )
    if text == raw:
        return Cleaned(text)
    return Cleaned(text, (_tidied(raw, text),))


def _is_clean(raw: str, limit: int) -> bool:
    return len(raw) <= limit and _CLEAN.fullmatch(raw) is not None and raw != UNSOLVED_FORMULA


def clean_optional(
    value: object, *, max_length: int | None = None, multiline: bool = False
) -> Cleaned[str]:
    """Like `clean_text`, and words that mean "nothing" (无, -, N/A) count as blank."""
    if is_blank_word(value):
        return Cleaned(None, (repaired("blank_word", _("Means nothing, left empty.")),))
    return clean_text(value, max_length=max_length, multiline=multiline)


def storable(raw: str) -> str:
    """Return the text without what no database keeps: NUL and lone surrogates."""
    return raw.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _unstorable(raw: str) -> Note | None:
    if raw == UNSOLVED_FORMULA:
        return dropped("formula", _("The cell is a formula without a stored result."))
    if len(raw) > MAX_TEXT:
        return dropped(
            "too_long",
            _("Longer than %(limit)s characters: %(length)s."),
            limit=MAX_TEXT,
            length=len(raw),
        )
    if _UNSTORABLE.search(raw):
        return dropped("unstorable", _("Contains a character that cannot be stored."))
    return None


def _tidy(raw: str, *, multiline: bool) -> str:
    if raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    text = _LINE_BREAK.sub("\n", raw)
    text = _compose(_LONE_JOINER.sub("", _DROP.sub("", text)))
    text = _WIDE.sub(lambda hit: chr(_WIDE_MAP[ord(hit[0])]), text)
    text = _RADICAL.sub(lambda hit: _RADICAL_MAP[ord(hit[0])], text)
    text = _RUN_OF_BLANKS.sub(" ", text)
    if not multiline:
        return (
            " ".join(text.split("\n")).replace("  ", " ").strip() if "\n" in text else text.strip()
        )
    lines = [line.strip() for line in text.split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def _compose(text: str) -> str:
    """Apply NFC, but keep compatibility ideographs: people write their names with them."""
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = _COMPAT.split(text)
    return "".join(
        part if index % 2 else unicodedata.normalize("NFC", part)
        for index, part in enumerate(parts)
    )


def _tidied(raw: str, text: str) -> Note:
    if _DROP.search(raw):
        return repaired("invisible", _("Invisible characters removed."), text[:200])
    if _WIDE.search(raw):
        return repaired("full_width", _("Full-width characters made normal."), text[:200])
    return repaired("blanks", _("Extra blanks removed."), text[:200])


# --- names ---------------------------------------------------------------------------------------


class _KeyTable(dict[int, int | None]):
    """Translation table that drops blanks, brackets and punctuation, filled as it is used."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code))[0] in "PZC" else code
        if code in (0x200D, 0xFE0E, 0xFE0F):
            kept = None
        if len(self) < 60_000:
            self[code] = kept
        return kept


_KEY_TABLE = _KeyTable()
_LEGAL_FORMS = [
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "集团股份有限公司",
    "控股有限公司",
    "有限合伙企业",
    "普通合伙企业",
    "个人独资企业",
    "特殊普通合伙",
    "有限合伙",
    "普通合伙",
    "有限公司",
    "股份公司",
    "控股集团",
    "总公司",
    "分公司",
    "子公司",
    "集团公司",
    "公司",
    "集团",
    "控股",
    "股份",
    "工作室",
    "经营部",
    "商行",
]
_LEGAL_FORMS.sort(key=len, reverse=True)
_LEGAL_ENDINGS = re.compile("(?:" + "|".join(_LEGAL_FORMS) + ")+$")
_LATIN_ENDINGS = re.compile(
    r"(?:[\s,.]+(?:co\.?,? ?ltd|ltd|inc|corp|llc|limited|gmbh)\.?)+$", re.IGNORECASE
)
_LEGAL_INSIDE = re.compile("集团|股份|控股")
_BRACKETED_PLACE = re.compile(r"[(\[【〔]\s*(?:中国|" + "|".join(PLACE_WORDS) + r")\s*[)\]】〕]")


def name_key(name: str) -> str:
    """Return the key that makes two names the same: 重复 (contracts 1.8).

    NFKC, case, blanks, brackets and punctuation do not count; everything else does. A name made
    only of punctuation keeps itself, so that "???" and "!!!" stay different.
    """
    folded = unicodedata.normalize("NFKC", name[:2000]).casefold()
    return folded.translate(_KEY_TABLE) or folded.strip()


def without_legal_form(name: str) -> str:
    """Return a company name without 有限公司 and its like at the end, brackets kept as typed."""
    text = name[:2000].strip()
    core = _LATIN_ENDINGS.sub("", _LEGAL_ENDINGS.sub("", text)).rstrip(" (（【[")
    return core if len(core) >= 2 else text


def loose_name(name: str) -> str:
    """Return the part of a company name that tells firms apart, for 相似 only (contracts 1.8).

    Legal forms, 集团/股份 and leading or bracketed place words are left out, unless nothing
    would remain.
    """
    folded = _LATIN_ENDINGS.sub("", unicodedata.normalize("NFKC", name[:2000]).casefold())
    key = _BRACKETED_PLACE.sub("", folded).translate(_KEY_TABLE)
    core = _LEGAL_ENDINGS.sub("", key) or key
    core = _LEGAL_INSIDE.sub("", core) or core
    for _step in range(3):  # 四川省成都市高新…
        hit = PLACE_PREFIX.match(core)
        if not hit or len(core) - hit.end() < 2:
            break
        core = core[hit.end() :]
    return core or name_key(name)


def similarity(a: str, b: str) -> float:
    """Return how alike two texts are, 0.0 to 1.0: Dice coefficient of their letter pairs.

    Give it `loose_name` results to compare companies; 0.6 and more is 相似 (contracts 1.8).
    """
    first, second = a[:500].casefold(), b[:500].casefold()
    if first == second:
        return 1.0 if first else 0.0
    if len(first) < 2 or len(second) < 2:
        return 0.0
    left, right = _pairs(first), _pairs(second)
    common = sum((left & right).values())
    return 2 * common / (len(first) + len(second) - 2)


def _pairs(text: str) -> Counter[str]:
    return Counter(map("".join, itertools.pairwise(text)))


# --- lists in one cell ---------------------------------------------------------------------------

_STRONG = re.compile("[,，;；、|｜/／\n\r\t]+")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def split_multi(value: object) -> tuple[str, ...]:
    """Return the items of a cell that holds several (tags), in order, without repetition.

    Separators: comma, semicolon, 、, bar, slash, line break, full or half width; a blank only
    when there is no other separator and the items are Chinese. At most `MAX_ITEMS`.
    """
    text = to_text(value)[:20_000]
    parts = _STRONG.split(text)
    if len(parts) == 1:
        pieces = _RUN_OF_BLANKS.split(text)
        if all(_HAN.search(piece) for piece in pieces if piece):
            parts = pieces
    found: dict[str, str] = {}
    for part in parts:
        item = clean_optional(part).value
        if item:
            found.setdefault(item.casefold(), item)
    return tuple(found.values())[:MAX_ITEMS]


# --- formulas ------------------------------------------------------------------------------------

_HARMLESS = re.compile("[0-9A-Za-z\u4e00-\u9fff]|$")  # the first sign of nearly every cell
_PLAIN_SIGNED = re.compile(r"[+\-]{1,2}[\d\s().,/\-]*%?$")


def _first_visible(text: str) -> str:
    for char in text[:2000]:
        if unicodedata.category(char)[0] in "ZC":
            continue
        return unicodedata.normalize("NFKC", char)[:1]
    return ""


def has_formula_lead(text: str) -> bool:
    """Return True when a spreadsheet might run the text: its first visible sign is = + - @ % |."""
    return _first_visible(text) in tuple(_LEAD)


def looks_like_formula(value: object) -> bool:
    """Return True for text that looks like a formula rather than a signed number or a phone."""
    if not isinstance(value, str) or not has_formula_lead(value):
        return False
    text = unicodedata.normalize("NFKC", value[:2000]).strip()
    return len(text) > 1 and not _PLAIN_SIGNED.match(text)


def csv_safe(value: object) -> str:
    """Return a value as a CSV field that no spreadsheet runs (T22); `strip_guard` undoes it.

    Numbers stay numbers; only text is guarded, with one leading apostrophe.
    """
    if not isinstance(value, str):
        return to_text(value)
    if _HARMLESS.match(value) or not has_formula_lead(value.lstrip("'")):
        return value
    return "'" + value


def strip_guard(text: str) -> str:
    """Return a field without the apostrophe that `csv_safe` put before it."""
    if text.startswith("'") and has_formula_lead(text.lstrip("'")):
        return text[1:]
    return text


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
XLSX_CELL_LIMIT = 32_767


def excel_safe(value: object) -> str:
    """Return text an xlsx cell can hold: no illegal characters, no longer than Excel allows."""
    return _NOT_IN_XML.sub("", to_text(value))[:XLSX_CELL_LIMIT]


# --- rows that are no records --------------------------------------------------------------------

_TOTAL_WORDS = (
    "合计|总计|小计|共计|总和|汇总|累计|本页合计|本页小计|grand ?total|sub-?total|total|sum"
)
_TOTAL = re.compile(rf"(?:{_TOTAL_WORDS})(?:[:：(（]|\d|$)")
_FOOTER = re.compile(
    "(?:制表人?|审核人?|填表人?|打印时间|导出时间|制表日期|复核人?|以下空白)(?:[:：]|$)"
)


def is_total_row(cells: Sequence[object], filled: Sequence[object] | None = None) -> bool:
    """Return True for a row that sums up or signs the table: 合计, 总计, 小计, 制表人：…

    One of the first three filled cells must say so, and the row must be mostly empty or numbers.
    `filled` are the cells that are not blank, where the caller knows them.
    """
    if filled is None:
        filled = [cell for cell in cells if not is_blank(cell)]
    texts = sum(isinstance(cell, str) for cell in filled)
    if not texts or texts > max(4, len(cells) // 2):
        return False
    for cell in filled[:3]:
        if isinstance(cell, str) and len(cell) <= 40:
            word = re.sub(r"\s", "", cell).casefold()
            if _TOTAL.match(word) or (len(filled) <= 4 and _FOOTER.match(word)):
                return True
    return False
