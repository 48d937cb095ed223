"""Unified social credit code (GB 32100-2015) and the older 15-digit licence number.

Here: spelling and check digits. They warn and never block (market 2.16): old licences, small
traders and firms abroad have other numbers. Not here: asking a registry.
"""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, Note, dropped, repaired, suspect
from crm.core.text import clean_text, is_blank_word, to_text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
MAX_LENGTH = 30
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


def check_character(body: str) -> str:
    """Return the 18th character for the first 17; ValueError for a character not allowed."""
    if len(body) != 17 or any(char not in _VALUE for char in body):
        raise ValueError("a credit code has 17 characters before its check character")
    total = sum(_VALUE[char] * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """Return True for 18 characters of the alphabet with the right check character."""
    return (len(code) == 18 and all(char in _VALUE for char in code)) and check_character(
        code[:17]
    ) == code[17]


def clean_uscc(value: object) -> Cleaned[str]:
    """Return the code in capitals without blanks; whatever is odd about it is only a warning."""
    raw = to_text(value)
    if not raw or is_blank_word(raw):
        notes = (repaired("blank_word", _("Means nothing, left empty.")),) if raw else ()
        return Cleaned(None, notes)
    cleaned = clean_text(value)
    if cleaned.value is None:
        return Cleaned(None, tuple(note for note in cleaned.notes if cleaned.dropped))
    folded = unicodedata.normalize("NFKC", cleaned.value[:1000]).upper()
    code = "".join(char for char in folded if char not in " -_.·'")
    if len(code) > MAX_LENGTH:
        message = _("Longer than %(limit)s characters: %(length)s.")
        return Cleaned(None, (dropped("too_long", message, limit=MAX_LENGTH, length=len(code)),))
    if not code:
        return Cleaned(None)
    return Cleaned(code, tuple(_remarks(raw, code)))


def _remarks(raw: str, code: str) -> list[Note]:
    notes = []
    if raw != code:
        notes.append(repaired("uscc_form", _("Code written in the usual form."), code))
    if is_valid(code):
        return notes
    if len(code) == 15 and code.isdigit():
        notes.append(suspect("uscc_old", _("An old licence number of 15 digits.")))
    elif len(code) != 18:
        message = _("A credit code has 18 characters, this one has %(count)s.")
        notes.append(suspect("uscc_length", message, count=len(code)))
    elif wrong := sorted({char for char in code if char not in _VALUE}):
        message = _("A credit code has no %(characters)s.")
        notes.append(suspect("uscc_characters", message, characters=" ".join(wrong)))
    else:
        message = _("The check character does not fit: a character may be mistyped.")
        notes.append(suspect("uscc_check", message))
    return notes
