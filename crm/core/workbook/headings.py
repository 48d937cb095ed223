"""Finding the heading row, guessing which column is which field, and what is no data.

Here: rules that work for every entity. Not here: the fields themselves (each entity declares its
own `FieldSpec`s), the cleaning of values, the memory of a user's last mapping.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from crm.core import dates, emails, phones, text, uscc
from crm.core.workbook import limits
from crm.core.workbook.reader import Cell, Row, refused

LOOK_AHEAD = 40  # rows in which the heading row is searched
SAMPLES = 60  # values of a column that are looked at
SKIPPED_KEPT = 500  # skipped rows kept one by one, the rest is only counted


class FieldKind(StrEnum):
    """What a field holds, for recognising a column by its values."""

    TEXT = "text"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    DATE = "date"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    PERSON = "person"
    REGION = "region"
    TAGS = "tags"
    USCC = "uscc"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field that a column can be mapped to.

    `labels` are its names in every language of the product, `synonyms` what other systems call
    it; `choices` are the words a CHOICE or REGION column may hold.
    """

    name: str
    labels: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    kind: FieldKind = FieldKind.TEXT
    choices: frozenset[str] = frozenset()
    required: bool = False
    several: bool = False  # more than one column may feed it


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row: its number as in Excel, and a name for every column."""

    row_no: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column probably is. `field` is None when nothing fits: not imported.

    `confidence` 0.0 to 1.0; `reason` is heading, synonym, similar, values or "".
    """

    index: int
    heading: str
    field: str | None
    confidence: float
    reason: str
    samples: tuple[str, ...] = ()


_REMARKS = re.compile(r"[(\[【〔<].*?[)\]】〕>]|[*:]|必填|选填")
_SERIAL_NUMBER = frozenset(
    ["序号", "编号", "行号", "no", "num", "序", "#", "id", "项次", "serialno"]
)


def heading_key(name: object) -> str:
    """Return a heading for comparing: without *, brackets, blanks, case (“*客户名称(必填)”)."""
    return _heading_key(text.to_text(name)[:200])


@lru_cache(maxsize=4096)  # asked of the first cells of every row
def _heading_key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return text.name_key(_REMARKS.sub("", folded)) or text.name_key(folded)


# --- the heading row -----------------------------------------------------------------------------


def find_heading(rows: Sequence[Row], fields: Sequence[FieldSpec]) -> Heading:
    """Return the heading row among the first rows: titles and notes above it are passed over.

    Known names count most, then short distinct texts with data below. Without any such row
    raises FileRefused("no_heading").
    """
    known = _known_names(fields)
    best: tuple[float, Row] | None = None
    for position, row in enumerate(rows[:LOOK_AHEAD]):
        score = _heading_score(row[1], known, rows[position + 1 : position + 6])
        if score > 0 and (best is None or score > best[0]):
            best = (score, row)
    if best is None:
        raise refused("no_heading")
    return make_heading(best[1], rows)


def make_heading(row: Row, rows: Sequence[Row] = ()) -> Heading:
    """Return the given row as heading; columns that only data fills get an empty name."""
    width = max([len(row[1]), *(len(cells) for number, cells in rows if number > row[0])])
    names = [text.clean_text(cell).value or "" for cell in row[1]]
    return Heading(row[0], tuple(names + [""] * (width - len(names))))


def _known_names(fields: Sequence[FieldSpec]) -> dict[str, str]:
    names: dict[str, str] = {}
    for spec in fields:
        for name in (*spec.labels, *spec.synonyms):
            names.setdefault(heading_key(name), spec.name)
    names.pop("", None)
    return names


def _heading_score(cells: Sequence[Cell], known: dict[str, str], below: Sequence[Row]) -> float:
    filled = [cell for cell in cells if not text.is_blank(cell)]
    names = [cell for cell in filled if isinstance(cell, str) and len(cell) <= 40]
    if not names or len(names) * 2 < len(filled):
        return 0.0
    keys = [heading_key(name) for name in names]
    hits = len({known[key] for key in keys if key in known})
    widest = max((sum(cell is not None for cell in row[1]) for row in below), default=0)
    shape = len(set(keys)) / max(len(filled), widest, 1)
    values = sum(1 for name in names if _is_value(name))
    if hits >= 2 or (hits and (len(filled) == 1 or shape >= 0.5)):
        return 10.0 * hits + shape - 3.0 * values
    if len(names) >= 2 and len(filled) == len(set(keys)) and not values and shape >= 0.6:
        return shape
    return 0.0


def _is_value(name: str) -> bool:
    """Return True for a cell that is data rather than a name: a number, a date, an address."""
    return any(map(str.isdigit, name)) and bool(
        re.search(r"\d{5,}", name) or dates.parse_date(name).value or "@" in name
    )


# --- the columns ---------------------------------------------------------------------------------


def guess_mapping(
    heading: Heading, rows: Iterable[Row], fields: Sequence[FieldSpec]
) -> tuple[ColumnGuess, ...]:
    """Return a guess per column: by name, by synonym, by likeness, by what the values look like.

    Each field is given once, to the best column, unless it takes several.
    """
    samples = _samples(heading, rows)
    offers = []
    for index, name in enumerate(heading.names):
        for position, spec in enumerate(fields):
            score, reason = _score(name, samples[index], spec)
            if score > 0:
                offers.append((-score, index, position, reason))
    chosen: dict[int, tuple[str, float, str]] = {}
    taken: set[str] = set()
    for negative, index, position, reason in sorted(offers):
        spec = fields[position]
        if index in chosen or (spec.name in taken and not spec.several):
            continue
        chosen[index] = (spec.name, round(-negative, 2), reason)
        taken.add(spec.name)
    return tuple(
        ColumnGuess(
            index,
            name,
            *chosen.get(index, (None, 0.0, "")),
            samples=tuple(dict.fromkeys(text.to_text(value) for value in samples[index]))[:5],
        )
        for index, name in enumerate(heading.names)
    )


def _samples(heading: Heading, rows: Iterable[Row]) -> list[list[Cell]]:
    columns: list[list[Cell]] = [[] for _name in heading.names]
    for number, cells in rows:
        if number <= heading.row_no:
            continue
        for index, cell in enumerate(cells[: len(columns)]):
            if len(columns[index]) < SAMPLES and not text.is_blank(cell):
                columns[index].append(cell)
    return columns


def _score(name: str, values: Sequence[Cell], spec: FieldSpec) -> tuple[float, str]:
    by_name, reason = _name_score(heading_key(name), spec)
    fits = _fit(values, spec)
    if by_name >= 0.9:
        # The name decides; values that contradict it only make the guess less sure.
        return by_name - (0.3 if fits is not None and fits < 0.2 else 0.0), reason
    if by_name:
        return max(by_name - (0.3 if fits is not None and fits < 0.3 else 0.0), 0.0), reason
    if fits is None or heading_key(name) in _SERIAL_NUMBER:
        return 0.0, ""
    weight = 0.6 if not name else 0.45
    return (fits * weight, "values") if fits >= 0.6 else (0.0, "")


def _name_score(key: str, spec: FieldSpec) -> tuple[float, str]:
    if not key:
        return 0.0, ""
    if key in {heading_key(label) for label in spec.labels}:
        return 1.0, "heading"
    names = [heading_key(name) for name in (*spec.labels, *spec.synonyms)]
    if key in names:
        return 0.95, "synonym"
    best = 0.0
    for name in names:
        if len(name) >= 2 and (name in key or (len(key) >= 2 and key in name)):
            best = max(best, 0.5 + 0.35 * min(len(name), len(key)) / max(len(name), len(key)))
        else:
            likeness = text.similarity(key, name)
            if likeness >= 0.6:
                best = max(best, 0.85 * likeness)
    return best, "similar" if best else ""


_CHECKS: dict[FieldKind, Callable[[Cell], bool]] = {
    FieldKind.MOBILE: lambda value: _is_phone(value, mobile=True),
    FieldKind.PHONE: lambda value: _is_phone(value, mobile=False),
    FieldKind.EMAIL: lambda value: (
        "@" in text.to_text(value) and bool(emails.parse_emails(value).value)
    ),
    FieldKind.DATE: lambda value: (
        not isinstance(value, int | float) and dates.parse_date(value).value is not None
    ),
    FieldKind.USCC: lambda value: uscc.is_valid(text.to_text(value).strip().upper()),
    FieldKind.COMPANY: lambda value: bool(
        re.search(
            "公司|集团|工作室|商行|经营部|合作社|事务所|工厂|医院|学校|酒店", text.to_text(value)
        )
    ),
}


def _is_phone(value: Cell, *, mobile: bool) -> bool:
    found = phones.parse_phones(value).value or ()
    kinds = (phones.Kind.MOBILE,) if mobile else (phones.Kind.LANDLINE, phones.Kind.SERVICE)
    return any(phone.kind in kinds and len(phone.number) > 5 for phone in found)


def _fit(values: Sequence[Cell], spec: FieldSpec) -> float | None:
    """Return the share of values that look like the field, None when it has no look."""
    real = [value for value in values if not text.is_blank_word(value)]
    if not real:
        return None
    if spec.choices:
        words = {text.name_key(word) for word in spec.choices}
        return sum(text.name_key(text.to_text(value)) in words for value in real) / len(real)
    check = _CHECKS.get(spec.kind)
    return sum(map(check, real)) / len(real) if check else None


# --- the data ------------------------------------------------------------------------------------


class Skip(StrEnum):
    """Why a row is not data."""

    ABOVE = "above_heading"
    HEADING = "heading"
    REPEATED = "repeated_heading"
    BLANK = "blank"
    TOTAL = "total"


#: What to tell the user about a row passed over; message ids.
SKIP_MESSAGES = {
    Skip.ABOVE: _("Above the heading row"),
    Skip.HEADING: _("Heading row"),
    Skip.REPEATED: _("Heading repeated"),
    Skip.BLANK: _("Blank row"),
    Skip.TOTAL: _("Total or signature"),
}


@dataclass(slots=True)
class DataRows:
    """Iterates over the rows that are records; what it passed over is in `skipped` and `counts`.

    Raises FileRefused("rows") beyond the limit of contracts 1.2.
    """

    rows: Iterable[Row]
    heading: Heading
    skipped: list[tuple[int, Skip]] = field(default_factory=list)
    counts: dict[Skip, int] = field(default_factory=dict)
    count: int = 0

    def __iter__(self) -> Iterator[Row]:
        keys = [heading_key(name) for name in self.heading.names]
        serial = [index for index, key in enumerate(keys) if key in _SERIAL_NUMBER]
        for number, cells in self.rows:
            reason = self._reason(number, cells, keys, serial)
            if reason is not None:
                self._skip(number, reason)
                continue
            self.count += 1
            if self.count > limits.DATA_ROWS:
                raise refused("rows", {"limit": limits.DATA_ROWS})
            yield number, cells

    def _skip(self, number: int, reason: Skip) -> None:
        self.counts[reason] = self.counts.get(reason, 0) + 1
        if len(self.skipped) < SKIPPED_KEPT:
            self.skipped.append((number, reason))

    def _reason(
        self, number: int, cells: Sequence[Cell], keys: Sequence[str], serial: Sequence[int]
    ) -> Skip | None:
        if number == self.heading.row_no:
            return Skip.HEADING
        if number < self.heading.row_no:
            return Skip.ABOVE
        filled = [index for index, cell in enumerate(cells) if not text.is_blank(cell)]
        if not filled or (len(filled) == 1 and filled[0] in serial and len(keys) > 1):
            return self._sparse(cells, filled)
        if _repeats(cells, filled, keys):
            return Skip.REPEATED
        known = [cells[index] for index in filled]
        return Skip.TOTAL if text.is_total_row(cells, known) else None

    @staticmethod
    def _sparse(cells: Sequence[Cell], filled: Sequence[int]) -> Skip:
        """A row with nothing but a number of its own is an empty line prepared for typing."""
        return Skip.TOTAL if filled and text.is_total_row(cells) else Skip.BLANK


def _repeats(cells: Sequence[Cell], filled: Sequence[int], keys: Sequence[str]) -> bool:
    """Return True for a heading printed again: most cells are the name of their own column."""
    if len(filled) < 2:
        return False
    different, most = 0, len(filled) * 2 // 10
    for index in filled:
        if index >= len(keys) or heading_key(cells[index]) != keys[index]:
            different += 1
            if different > most:  # nearly always after the first few cells
                return False
    return True


def data_rows(rows: Iterable[Row], heading: Heading) -> DataRows:
    """Return the records below the heading: no blank, repeated, total or signature rows."""
    return DataRows(rows, heading)
