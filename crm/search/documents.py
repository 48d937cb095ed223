"""What the index knows of one record: the document of the caller and its stored form.

Here: `Document` (as an entity builds it) and `Entry` (one row of the document table). Not here:
the tokens made of an entry (`crm.search.grams`) and where both are stored (`backends`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crm.search.normalise import fold, fold_ascii


@dataclass(frozen=True, slots=True)
class Document:
    """The searchable text of one record, as typed; the index folds it.

    `words` are names: company, short name, contacts. `pinyin` are pairs of full pinyin and
    initials, legal form (有限公司) already left out. `numbers` are record numbers, which everybody
    may search by pieces; `phones` and `emails` are what masking protects.
    """

    object_id: int
    owner_id: int | None = None
    words: Sequence[str] = ()
    pinyin: Sequence[tuple[str, str]] = ()
    numbers: Sequence[str] = ()
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()


class Entry(NamedTuple):
    """A row of the document table. Each text is lines, every line between two line breaks."""

    object_id: int
    owner_id: int | None
    words: str
    initials: str
    pinyin: str
    numbers: str
    phones: str
    emails: str


COLUMNS = Entry._fields
TEXT_COLUMNS = COLUMNS[2:]


def entry_of(document: Document) -> Entry:
    """The document in stored form; lines that fold to nothing and repeated lines are dropped."""
    return Entry(
        document.object_id,
        document.owner_id,
        _lines(document.words, fold),
        _lines([initials for _full, initials in document.pinyin], fold_ascii),
        _lines([full for full, _initials in document.pinyin], fold_ascii),
        _lines(document.numbers, fold),
        _lines(document.phones, fold),
        _lines(document.emails, fold),
    )


def _lines(values: Sequence[str], folded: Callable[[str], str]) -> str:
    if not values:
        return ""
    lines = dict.fromkeys(filter(None, map(folded, values)))
    return "\n" + "\n".join(lines) + "\n" if lines else ""
