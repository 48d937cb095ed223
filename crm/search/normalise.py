"""The one form of text in which the search index stores and compares.

Here: folding of text and splitting of what was typed into terms. Not here: pinyin (the caller
brings it, see `crm.core.pinyin`) and grams (`crm.search.grams`).
"""

import re
import unicodedata

MAX_QUERY = 200  # characters of a query that are read
_PHONE_LIKE = re.compile(r"[\d\s()+\-.]+")
_PHONE_DIGITS = 7  # fewer digits are a piece, not a whole number typed with blanks
_COUNTRY_CODE = re.compile(r"(?:00)?86(?=1[3-9]\d{9}$)")


def fold(text: str) -> str:
    """Text as the index knows it: NFKC, casefolded, letters and digits only.

    Brackets, blanks and punctuation go, so that 重庆（粉末）有限公司 holds 庆粉. The second NFKC
    is needed because casefolding may leave text decomposed.
    """
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def fold_ascii(text: str) -> str:
    """Pinyin and initials in index form: `fold` without what is not ASCII."""
    text = fold(text)
    return text if text.isascii() else "".join(filter(str.isascii, text))


def split_terms(query: str) -> tuple[str, ...]:
    """The terms of a query in index form; all of them must match (D03-7).

    Blanks separate terms, except in a phone number typed in groups (138 0013 8000, +86-…), whose
    country code is dropped as well. Repetitions are dropped. An empty tuple means that nothing
    searchable was typed.
    """
    text = unicodedata.normalize("NFKC", query[:MAX_QUERY])
    digits = fold(text)
    if len(digits) >= _PHONE_DIGITS and _PHONE_LIKE.fullmatch(text):
        return (_COUNTRY_CODE.sub("", digits, count=1),)
    return tuple(dict.fromkeys(filter(None, map(fold, text.split()))))
