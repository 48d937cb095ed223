"""E-mail addresses: normalising, several in one cell, masking.

Here: the rule for addresses typed by people or found in a workbook. Not here: sending mail.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, Note, dropped, repaired, shown, suspect
from crm.core.text import clean_text, is_blank_word, to_text

MAX_CELL = 2_000
MAX_LENGTH = 254  # RFC 5321
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-(?=[^.]*[^\W_]))*$")
_SPLIT = re.compile(r"[,;、|\s<>()\[\]]+")
_PREFIX = re.compile(r"^(?:mailto|e-?mail|邮箱|电子邮箱)\s*:\s*", re.IGNORECASE)


def is_email(text: str) -> bool:
    """Return True for an address mail can be sent to: ASCII before the @, a domain with a dot."""
    if len(text) > MAX_LENGTH or text.count("@") != 1:
        return False
    local, domain = text.split("@")
    labels = domain.split(".")
    if len(local) > 64 or not _LOCAL.match(local) or len(labels) < 2 or len(labels[-1]) < 2:
        return False
    return all(len(label) <= 63 and _LABEL.match(label) for label in labels) and not (
        labels[-1].isdigit()
    )


def parse_emails(value: object) -> Cleaned[tuple[str, ...]]:
    """Return every address of a cell, lower case; what is no address is dropped with a reason."""
    raw = to_text(value)
    if raw.isascii() and raw.islower() and is_email(raw):  # nearly every cell
        return Cleaned((raw,))
    if not raw or is_blank_word(raw):
        notes = (repaired("blank_word", _("Means nothing, left empty.")),) if raw else ()
        return Cleaned(None, notes)
    cleaned = clean_text(raw[:MAX_CELL], multiline=True)
    if cleaned.value is None:
        return Cleaned(None, tuple(note for note in cleaned.notes if cleaned.dropped))
    text = unicodedata.normalize("NFKC", cleaned.value).replace("。", ".").strip()
    found, notes = _addresses(_PREFIX.sub("", text))
    if len(found) > 1:
        message = _("%(count)s addresses in one cell, kept one by one.")
        notes.append(repaired("email_split", message, count=len(found)))
    elif found and not notes and raw != found[0]:
        message = _("Address written in the usual form.")
        notes.append(repaired("email_form", message, found[0]))
    return Cleaned(found or None, tuple(notes))


def clean_email(value: object) -> Cleaned[str]:
    """Return the one address of a form field; several are a reason to drop all."""
    cleaned = parse_emails(value)
    if cleaned.value is None:
        return Cleaned(None, cleaned.notes)
    if len(cleaned.value) > 1:
        note = dropped("email_several", _("Several addresses: enter one."))
        return Cleaned(None, (*cleaned.notes, note))
    return Cleaned(cleaned.value[0], cleaned.notes)


def _addresses(text: str) -> tuple[tuple[str, ...], list[Note]]:
    pieces = [piece for piece in _SPLIT.split(text) if piece]
    good = tuple(dict.fromkeys(piece.lower() for piece in pieces if is_email(piece)))[:20]
    bad = [piece for piece in pieces if not is_email(piece)]
    wrong = [piece for piece in bad if "@" in piece] or ([text] if not good else [])
    notes = [
        dropped("email_invalid", _("“%(value)s” is not an e-mail address."), value=shown(piece))
        for piece in wrong[:5]
    ]
    if good and bad and not wrong:
        message = _("“%(text)s” beside the address is left out.")
        notes.append(suspect("email_text", message, text=shown(" ".join(bad))))
    return good, notes


def mask_email(value: str) -> str:
    """Return an address with its name hidden: e****@example.com (market 2.19)."""
    local, at, domain = value.rpartition("@")
    return f"{local[:1]}****@{domain}" if at else value[:1] + "****"
