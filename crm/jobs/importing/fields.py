"""Fields of an import and their converters: one cell in, a value of JSON types and remarks out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_noop

from crm.core import dates, emails, money, phones, text, uscc
from crm.core.notes import Cleaned, Note, Severity, dropped, shown
from crm.core.workbook.headings import FieldKind, FieldSpec
from crm.dictionaries import lookups

Converter = Callable[[Any, "Known"], Cleaned[Any]]
UNKNOWN = "?"


@dataclass(frozen=True)
class ImportField:
    """One field a column can be mapped to.

    `label` and `label_zh` head the template and are found in files; `choices()` fills the
    drop-downs; values of a field with `open_list` that nobody knows are decided by the user.
    """

    name: str
    label: Any
    label_zh: str
    convert: Converter
    kind: FieldKind = FieldKind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    several: bool = False
    open_list: bool = False
    choices: Callable[[], Sequence[str]] | None = None
    #: Every spelling that is understood, for recognising a column by its values.
    spellings: Callable[[], Iterable[str]] | None = None
    help: Any = ""
    example: str = ""

    def spec(self) -> FieldSpec:
        """What the guessing of headings needs to know."""
        source = self.spellings or self.choices
        words = frozenset(source()) if source else frozenset()
        labels = (self.label_zh, str(self.label))
        return FieldSpec(
            self.name, labels, self.synonyms, self.kind, words, self.required, self.several
        )


@dataclass
class Known:
    """Values that a file may name, read once: dictionary words, owners, regions."""

    words: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def dictionary(self, code: str) -> dict[str, int]:
        """Every spelling of every active value of a dictionary, folded."""
        if code not in self.words:
            self.words[code] = {
                fold(word): value.pk
                for value in lookups.items(code)
                for word in (value.name, value.name_en, *value.synonyms)
                if word
            }
        return self.words[code]


@lru_cache(maxsize=4096)  # a column says the same few words in every row
def fold(word: str) -> str:
    """A word as it is compared: width, case and blanks do not count."""
    return text.name_key(word)


def unknown(word: str) -> dict[str, str]:
    """A value that the user must decide about."""
    return {UNKNOWN: word}


def is_unknown(value: Any) -> bool:
    """Whether a converted value waits for a decision."""
    return isinstance(value, dict) and UNKNOWN in value


def as_text(limit: int, *, multiline: bool = False) -> Converter:
    """Text of at most `limit` characters."""

    def convert(cell: Any, known: Known) -> Cleaned[str]:
        return text.clean_optional(cell, max_length=limit, multiline=multiline)

    return convert


def as_item(dictionary: str) -> Converter:
    """A dictionary value by any of its spellings; others wait for a decision."""

    def convert(cell: Any, known: Known) -> Cleaned[Any]:
        cleaned = text.clean_optional(cell, max_length=60)
        if cleaned.value is None:
            return cleaned
        found = known.dictionary(dictionary).get(fold(cleaned.value))
        return Cleaned(unknown(cleaned.value) if found is None else found, cleaned.notes)

    return convert


def as_choice(words: dict[str, str]) -> Converter:
    """A value of a closed list; `words` maps folded spellings to it."""
    folded = {fold(word): value for word, value in words.items()}

    def convert(cell: Any, known: Known) -> Cleaned[Any]:
        cleaned = text.clean_optional(cell, max_length=60)
        if cleaned.value is None:
            return cleaned
        found = folded.get(fold(cleaned.value))
        if found is None:
            message = gettext_noop("“%(value)s” is not one of the allowed values.")
            return Cleaned(None, (dropped("choice", message, value=shown(cleaned.value)),))
        return Cleaned(found, cleaned.notes)

    return convert


def as_phones(cell: Any, known: Known) -> Cleaned[list[str]]:
    """Every number of the cell in its usual spelling."""
    cleaned = phones.parse_phones(cell)
    return Cleaned(
        [item.number for item in cleaned.value] if cleaned.value else None, cleaned.notes
    )


def as_email(cell: Any, known: Known) -> Cleaned[str]:
    """One address."""
    return emails.clean_email(cell)


def as_date(cell: Any, known: Known) -> Cleaned[str]:
    """A date as ISO text."""
    cleaned = dates.parse_date(cell)
    return Cleaned(cleaned.value.isoformat() if cleaned.value else None, cleaned.notes)


def as_datetime(cell: Any, known: Known) -> Cleaned[str]:
    """An instant of the company's clock as ISO text."""
    cleaned = dates.parse_datetime(cell)
    return Cleaned(cleaned.value.isoformat() if cleaned.value else None, cleaned.notes)


def as_money(cell: Any, known: Known) -> Cleaned[str]:
    """An amount as plain decimal text."""
    cleaned = money.parse_money(cell)
    return Cleaned(None if cleaned.value is None else str(cleaned.value), cleaned.notes)


def as_credit_code(cell: Any, known: Known) -> Cleaned[str]:
    """统一社会信用代码; a wrong check digit is a remark."""
    return uscc.clean_uscc(cell)


def as_words(cell: Any, known: Known) -> Cleaned[list[str]]:
    """A list of names, separated by any of the usual separators."""
    words = [word[:30] for word in text.split_multi(cell)]
    return Cleaned(list(dict.fromkeys(words)) or None)


def worst_level(notes: Sequence[Note]) -> str:
    """`incomplete` where a value was dropped, `repaired` where one was normalised, else ""."""
    if not notes:
        return ""
    severities = {note.severity for note in notes}
    if Severity.DROPPED in severities:
        return "incomplete"
    return "repaired" if Severity.REPAIRED in severities else ""


def left_empty(code: str, message: str, **params: Any) -> Note:
    """A remark on a value that was not kept."""
    return dropped(code, message, **params)


MISSING = "missing"


def missing(message: str, **params: Any) -> Note:
    """A remark on something the form asks for and the row does not have."""
    return dropped(MISSING, message, **params)
