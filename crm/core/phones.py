"""Phone numbers as Chinese offices write them (market 2.16).

Here: normalising, several numbers in one cell, masking, the search key, the place hint. The rule
of Chinese mobiles is ours; phonenumbers decides only about foreign numbers and places
(contracts 1.4). Not here: e-mails (`crm.core.emails`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from importlib import import_module

import phonenumbers
from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, Note, dropped, repaired, shown, suspect
from crm.core.text import clean_text, is_blank_word, to_text

MAX_CELL = 2_000  # characters looked at in one cell
MAX_NUMBERS = 20  # numbers kept from one cell


class Kind(StrEnum):
    """What sort of number it is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"  # 400, 800, 95588, 10086
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Phone:
    """One number in its canonical spelling.

    Mobile 13800138000, landline 0755-64198427-801, service 400-820-8820 or 95588, foreign E.164.
    """

    number: str
    kind: Kind


_STRONG = re.compile(r"[/,;、|\n\r\t]+|\b(?:or|and)\b|或者?|和|及")
_LABEL = re.compile(
    r"^(?:手机号?码?|移动电话|联系电话|联系方式|办公电话|固定电话|座机|电话号?码?|传真|总机|"
    r"mobile|phone|cell|tel|fax|[mtp])\s*[:.]?\s*(?=[+(\d])",
    re.IGNORECASE,
)
_EXTENSION = re.compile(
    r"(?:转分?机?|分机号?|extension|ext|x|#|-)[\s.:#]*(\d{1,6})$", re.IGNORECASE
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－ー─", "-"))
_BODY = re.compile(r"[+\d][\d\s().+-]*$|\([\d\s()+-]+[\d\s().+-]*$")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE][+]?\d{1,3}$")
_FLOAT = re.compile(r"(\d{5,20})\.0+$")
_MOBILE = re.compile(r"1[3-9]\d{9}$")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})$")
_FREE = re.compile(r"([48]00)(\d{3})(\d{4})$")
_SHORT = re.compile(r"(?:1[012]\d{1,3}|9[56]\d{3,6})$")
_TRAILING_TEXT = re.compile(r"^(\+?[\d\s()-]*\d)\s*(\([^()\d]*\)|[^\d\s()+-][^\d]*)$")
_LEADING_NAME = re.compile(r"^([^\d+(]{1,30})\s*[:\s]?\s*(?=[+(\d])")

NOT_A_NUMBER = _("“%(value)s” is not a phone number.")


def parse_phones(value: object, *, mobile: bool = False) -> Cleaned[tuple[Phone, ...]]:
    """Return every number of a cell in canonical spelling.

    `mobile` is for a column of mobiles: other numbers are kept, with a remark. A number that lost
    digits (1.38E+10, ten digits) is dropped, never guessed (contracts 1.7).
    """
    raw = to_text(value)
    if len(raw) == 11 and raw.isascii() and _MOBILE.match(raw):  # nearly every cell
        return Cleaned((Phone(raw, Kind.MOBILE),))
    if not raw or is_blank_word(raw):
        notes = (repaired("blank_word", _("Means nothing, left empty.")),) if raw else ()
        return Cleaned(None, notes)
    cleaned = clean_text(raw[:MAX_CELL], multiline=True)
    if cleaned.value is None:
        return Cleaned(None, tuple(note for note in cleaned.notes if cleaned.dropped))
    folded = unicodedata.normalize("NFKC", cleaned.value).translate(_DASHES)
    found, notes = _numbers(folded)
    if len(raw) > MAX_CELL or len(found) > MAX_NUMBERS:
        message = _("More than %(limit)s numbers in one cell, the rest is left out.")
        notes.append(dropped("phone_too_many", message, limit=MAX_NUMBERS))
    phones = tuple(dict.fromkeys(found[:MAX_NUMBERS]))
    notes.extend(_remarks(raw, phones, mobile=mobile, lost=bool(notes)))
    return Cleaned(phones or None, tuple(notes))


def clean_phone(value: object, *, mobile: bool = False) -> Cleaned[str]:
    """Return the one number of a form field; a second number is a reason to drop all."""
    cleaned = parse_phones(value, mobile=mobile)
    if cleaned.value is None:
        return Cleaned(None, cleaned.notes)
    if len(cleaned.value) > 1:
        note = dropped("phone_several", _("Several numbers: enter one."))
        return Cleaned(None, (*cleaned.notes, note))
    return Cleaned(cleaned.value[0].number, cleaned.notes)


def _numbers(text: str) -> tuple[list[Phone], list[Note]]:
    found: list[Phone] = []
    notes: list[Note] = []
    for piece in _STRONG.split(text):
        piece = piece.strip(" .:")
        if not piece:
            continue
        for part in _by_blanks(piece):
            phone, note = _one(part)
            if phone is not None:
                found.append(phone)
            if note is not None:
                notes.append(note)
    return found, notes


def _by_blanks(piece: str) -> list[str]:
    """Split "13800138000 13900139000"; keep "138 0013 8000" and "(021)6888 1234" whole."""
    parts = piece.split()
    if len(parts) > 1 and all(_canonical(part) for part in parts):
        return parts
    return [piece]


def _one(piece: str) -> tuple[Phone | None, Note | None]:
    bare = _LABEL.sub("", piece)
    phone = _canonical(bare)
    if phone is not None:
        return phone, None
    if hit := _TRAILING_TEXT.match(bare):
        return _with_text(piece, hit[1], hit[2])
    if hit := _LEADING_NAME.match(bare):
        return _with_text(piece, bare[hit.end() :], hit[1])
    return None, _why_not(bare)


def _with_text(piece: str, number: str, extra: str) -> tuple[Phone | None, Note | None]:
    phone = _canonical(number)
    if phone is None:
        return None, _why_not(number if any(map(str.isdigit, number)) else piece)
    message = _("“%(text)s” beside the number is left out.")
    return phone, suspect("phone_text", message, text=shown(extra.strip("() ")))


def _canonical(piece: str) -> Phone | None:
    if hit := _FLOAT.match(piece):
        piece = hit[1]
    elif _SCIENTIFIC.match(piece):
        piece = _exact_digits(piece)
    extension = ""
    body = piece
    if not (phone := _without_extension(body)) and (hit := _EXTENSION.search(piece)):
        body, extension = piece[: hit.start()].rstrip(" ,-("), hit[1]
        phone = _without_extension(body)
        if phone is not None and phone.kind is not Kind.LANDLINE and phone.number[:3] != "400":
            return None
    if phone is None or not extension:
        return phone
    return Phone(f"{phone.number}-{extension}", phone.kind)


def _exact_digits(piece: str) -> str:
    """Return the digits of a number in scientific notation, "" when some are lost."""
    mantissa, exponent = re.split("[eE]", piece)
    decimals = len(mantissa.partition(".")[2])
    if int(exponent) > 15 or decimals < int(exponent):
        return ""
    try:
        number = Decimal(piece)
    except InvalidOperation:  # pragma: no cover - the pattern allows numbers only
        return ""
    return str(int(number)) if number == int(number) else ""


def _without_extension(body: str) -> Phone | None:
    if not _BODY.match(body) or body.count("+") > 1:
        return None
    digits = re.sub(r"\D", "", body)
    plus = body.lstrip("( ").startswith("+")
    if plus or digits.startswith("00"):
        code = digits if plus else digits[2:]
        return _chinese(code[2:], abroad=True) if code.startswith("86") else _foreign(code)
    if digits.startswith("86") and len(digits) >= 12:
        return _chinese(digits[2:], abroad=True) or _chinese(digits)
    return _chinese(digits)


def _chinese(digits: str, *, abroad: bool = False) -> Phone | None:
    if (
        abroad
        and not digits.startswith(("0", "1", "4", "8"))
        or abroad
        and _LANDLINE.match("0" + digits)
        and not _MOBILE.match(digits)
    ):
        digits = "0" + digits
    if _MOBILE.match(digits):
        return Phone(digits, Kind.MOBILE)
    if hit := _FREE.match(digits):
        return Phone("-".join(hit.groups()), Kind.SERVICE)
    if hit := _LANDLINE.match(digits):
        return Phone(f"{hit[1]}-{hit[2]}", Kind.LANDLINE)
    if _SHORT.match(digits):
        return Phone(digits, Kind.SERVICE)
    if re.match(r"[2-8]\d{6,7}$", digits) and not abroad:
        return Phone(digits, Kind.LANDLINE)  # without area code
    return None


def _foreign(code: str) -> Phone | None:
    if not 7 <= len(code) <= 15:
        return None
    try:
        number = phonenumbers.parse("+" + code)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Phone(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), Kind.FOREIGN
    )


def _why_not(piece: str) -> Note:
    digits = re.sub(r"\D", "", piece)
    if _SCIENTIFIC.match(piece):
        message = _("“%(value)s” has lost digits: type the number as text.")
        return dropped("phone_precision", message, value=shown(piece))
    if re.match(r"1[3-9]", digits) and len(digits) in (9, 10, 12, 13):
        message = _("“%(value)s” has %(count)s digits, a mobile number has 11.")
        return dropped("phone_digits", message, value=shown(piece), count=len(digits))
    padded = _LANDLINE.match("0" + digits)
    hint = f"{padded[1]}-{padded[2]}" if padded else ""
    return dropped("phone_invalid", NOT_A_NUMBER, hint, value=shown(piece))


def _remarks(raw: str, phones: tuple[Phone, ...], *, mobile: bool, lost: bool) -> list[Note]:
    notes = []
    if len(phones) > 1:
        message = _("%(count)s numbers in one cell, kept one by one.")
        notes.append(repaired("phone_split", message, count=len(phones)))
    elif phones and not lost and raw != phones[0].number:
        message = _("Number written in the usual form.")
        notes.append(repaired("phone_form", message, phones[0].number))
    if mobile and any(phone.kind is not Kind.MOBILE for phone in phones):
        notes.append(suspect("not_a_mobile", _("Not a mobile number, kept as a telephone.")))
    if any(phone.kind is Kind.LANDLINE and phone.number.isdigit() for phone in phones):
        notes.append(suspect("no_area_code", _("The area code is missing.")))
    return notes


# --- search, masking, place ----------------------------------------------------------------------


def phone_digits(value: str) -> str:
    """Return the digits to index and to search by: no separators, no +86 before a mobile."""
    digits = value[:MAX_CELL]
    if not (digits.isascii() and digits.isdecimal()):
        folded = unicodedata.normalize("NFKC", digits)
        digits = "".join([char for char in folded if char in "0123456789"])
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and _MOBILE.match(digits[len(prefix) :]):
            return digits[len(prefix) :]
    return digits


def mask_phone(value: str) -> str:
    """Return a number with its middle hidden: 138****8000, 0755****27 (market 2.19)."""
    if _MOBILE.match(value):
        return f"{value[:3]}****{value[-4:]}"
    digits = "".join(char for char in value if char in "0123456789+")
    if len(digits) <= 6:
        return digits[:2] + "****" if digits else ""
    return f"{digits[:4]}****{digits[-2:]}"


@lru_cache(maxsize=4096)
def phone_place(number: str) -> str:
    """Return where a canonical number was issued (归属地), in Chinese, "" when unknown.

    Only a hint: numbers move between operators and cities. The tables cost 100 MB, so they are
    loaded by the first process that asks.
    """
    geocoder = import_module("phonenumbers.geocoder")
    text = number if number.startswith("+") else "+86" + number.lstrip("0").replace("-", "")
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return ""
    place = geocoder.description_for_number(parsed, "zh")
    return "" if place == "中国" else place
