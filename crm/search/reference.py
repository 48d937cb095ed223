"""The meaning of a search in plain Python, written apart from the index on purpose.

Tests and `check_search` compare the index with it (target 22 of `performance.md` 6). The product
itself never searches with it.
"""

from collections.abc import Sequence

from crm.search.documents import Document
from crm.search.normalise import fold


def matches(document: Document, terms: Sequence[str], *, partial_phones: bool = True) -> bool:
    """Whether every term (as `split_terms` gives them) matches the document."""
    return all(_matches_term(document, term, partial_phones) for term in terms)


def _matches_term(document: Document, term: str, partial_phones: bool) -> bool:
    names = [fold(word) for word in document.words]
    initials = [fold(short) for _full, short in document.pinyin]
    pinyin = [fold(full) for full, _short in document.pinyin]
    if any(term in text for text in names + initials):
        return True
    if len(term) == 2 and any(text.startswith(term) for text in pinyin):
        return True
    if len(term) >= 3 and any(term in text for text in pinyin):
        return True
    return len(term) >= 4 and _matches_digits(document, term, partial_phones)


def _matches_digits(document: Document, term: str, partial_phones: bool) -> bool:
    if any(term in fold(number) for number in document.numbers):
        return True
    protected = [fold(value) for value in (*document.phones, *document.emails)]
    if partial_phones:
        return any(term in value for value in protected)
    return term in protected
