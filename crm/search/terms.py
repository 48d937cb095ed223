"""What it means that a term matches: pieces of text to look for in the columns of an entry.

Here: the rules by length of the term, and masking of phones and e-mail. Each rule is one needle
in one column; line breaks in a needle tie it to the start of a line or to a whole line. Not here:
the tokens that find candidates (`crm.search.grams`), SQL (`backends`).
"""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from crm.search.normalise import split_terms

PINYIN_FROM = 3  # characters from which a term may stand anywhere in pinyin
DIGITS_FROM = 4  # characters from which a term may stand anywhere in numbers and phones
#: The index knows numbers by pieces of so many characters (`grams`), so it cannot find less.
TOO_SHORT = _(
    "Numbers and phones are found from four digits on. Phones that you see masked are found only"
    " when typed in full."
)


class Needle(NamedTuple):
    """A piece of text that makes an entry match when the column contains it."""

    column: str
    text: str


def needles(term: str, *, partial_phones: bool) -> list[Needle]:
    """The needles of a folded term, any of which is enough.

    One character: in a name or in initials. Two: also at the start of a line of pinyin. Three:
    anywhere in pinyin. Four and more: also in record numbers, phones and e-mail addresses; with
    `partial_phones` false (the user sees them masked) only a phone or an address typed in full.
    """
    found = [Needle("words", term)]
    if term.isascii():
        found.append(Needle("initials", term))
        if len(term) == PINYIN_FROM - 1:
            found.append(Needle("pinyin", "\n" + term))
        if len(term) >= PINYIN_FROM:
            found.append(Needle("pinyin", term))
    if len(term) >= DIGITS_FROM:
        protected = term if partial_phones else f"\n{term}\n"
        found += [
            Needle("numbers", term),
            Needle("phones", protected),
            Needle("emails", protected),
        ]
    return found


def advice(query: str) -> str:
    """Why a piece of a number finds nothing; "" where the query holds none."""
    short = any(term.isdecimal() and len(term) < DIGITS_FROM for term in split_terms(query))
    return str(TOO_SHORT) if short else ""
