"""Reading of text tables: encoding, delimiter, records (F31).

Here: UTF-8 with and without BOM, UTF-16, GB18030 as Excel on a Chinese Windows writes it; comma,
tab, semicolon. Not here: meaning of cells. Runs without Django.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from crm.core.workbook import limits
from crm.core.workbook.refusals import FileRefused

DELIMITERS = ",\t;|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; FileRefused when damaged."""
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused("encoding", {"line": line}) from error
    text = text.rstrip("\x1a\x00") if text.endswith(("\x1a", "\x00")) else text
    _check_text(text)
    return text, encoding


def _encoding(content: bytes) -> str:
    for mark, name in _BOMS:
        if content.startswith(mark):
            if not name:
                raise FileRefused("encoding", {"line": 1})
            return name
    head = content[:2000]
    if head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 3:
        return "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _check_text(text: str) -> None:
    """Refuse what is no text: NUL, or many control characters."""
    if "\x00" in text:
        raise FileRefused("not_text")
    sample = text[:100_000]
    odd = sum(
        1 for char in sample if char < " " and char not in "\t\r\n\x0b\x0c\x1a\x1c\x1d\x1e\x1f"
    )
    odd += sample.count("\ufffd") + sum(1 for char in sample if "\ue000" <= char <= "\uf8ff")
    if odd > max(8, len(sample) // 100):
        raise FileRefused("not_text")


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines most evenly; comma when in doubt."""
    sample = text[:64_000]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        score = (count / len(widths)) * min(width, 50) if width > 1 else 0.0
        score = max(score, 0.9 * min(max(widths), 50) * (count / len(widths)) if width > 1 else 0)
        if score > best_score * 1.05:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if record:
                widths.append(len(record))
            if len(widths) >= 60:
                break
    except csv.Error:
        return widths[:-1]
    return widths


def read_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (record number from 1, fields); an empty line counts, as it does in Excel."""
    csv.field_size_limit(limits.TEXT * 4)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            _check_record(number, record)
            yield number, record
    except csv.Error as error:
        code = "quotes" if "field larger" in str(error) else "damaged"
        raise FileRefused(code, {"row": number}) from error


def _check_record(number: int, record: list[str]) -> None:
    if number > limits.LAST_ROW:
        raise FileRefused("rows", {"limit": limits.DATA_ROWS})
    if len(record) > limits.COLUMNS and any(record[limits.COLUMNS :]):
        raise FileRefused("columns", {"limit": limits.COLUMNS})
    for cell in record:
        if len(cell) > limits.TEXT:
            raise FileRefused("text", {"row": number, "limit": limits.TEXT})


def split_hint(text: str) -> tuple[str, str | None]:
    """Return the text and the delimiter of Excel's own first line "sep=;", if there is one."""
    first, newline, rest = text.partition("\n")
    line = first.strip().strip('"')
    if newline and len(line) == 5 and line.lower().startswith("sep="):
        return rest, line[4]
    return text, None
