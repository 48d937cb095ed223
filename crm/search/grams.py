"""Tokens: what the inverted index holds of an entry, and which of them a term must have.

The first letter of a token is its class:

    s  one character of a name or of initials
    b  two neighbouring characters of a name or of initials; the first two of a line of pinyin
    p  three neighbouring letters of pinyin
    d  four neighbouring characters of a number, a phone or an e-mail address
    o  the owner

A change of these rules needs a rebuild of every index (`rebuild_search`), because SQLite finds
the tokens to delete by making them again from the stored entry. Not here: which text a term is
compared with in the end (`crm.search.terms`).
"""

from crm.search.documents import Entry
from crm.search.terms import DIGITS_FROM, PINYIN_FROM

#: Pairs in nearly every company name: they cost much and tell nothing beside other pairs.
STOP_PAIRS = frozenset("有限 限公 公司 限责 责任 任公 股份 份有".split())

#: Tokens that must all be present.
AllOf = tuple[str, ...]


def tokens(entry: Entry) -> set[str]:
    """All tokens of an entry, in no order."""
    found: set[str] = set()
    for line in (entry.words + entry.initials).split():
        found.update(["s" + char for char in line])
        found.update(["b" + line[at : at + 2] for at in range(len(line) - 1)])
    for line in entry.pinyin.split():
        found.add("b" + line[:2])
        found.update(["p" + line[at : at + 3] for at in range(len(line) - 2)])
    for line in (entry.numbers + entry.phones + entry.emails).split():
        found.update(["d" + line[at : at + 4] for at in range(len(line) - 3)])
    found.discard("b")
    if entry.owner_id is not None:
        found.add(owner_token(entry.owner_id))
    return found


def owner_token(owner_id: int) -> str:
    """The token that every record of an owner has."""
    return f"o{owner_id}"


def alternatives(term: str) -> list[AllOf]:
    """Sets of tokens, one of which every match of the term has in full.

    For one and two characters the tokens decide alone (`is_exact`); longer terms find candidates
    that the text must confirm.
    """
    if len(term) == 1:
        return [("s" + term,)]
    found = [_name_tokens(term)]
    if len(term) >= PINYIN_FROM and term.isascii():
        found.append(_cover("p", term, 3))
    if len(term) >= DIGITS_FROM:
        found.append(_cover("d", term, 4))
    return found


def is_exact(term: str) -> bool:
    """Whether having the tokens is the same as matching."""
    return len(term) <= 2


def _name_tokens(term: str) -> AllOf:
    pairs = list(dict.fromkeys(term[at : at + 2] for at in range(len(term) - 1)))
    telling = [pair for pair in pairs if pair not in STOP_PAIRS]
    return tuple("b" + pair for pair in telling or pairs)


def _cover(kind: str, term: str, width: int) -> AllOf:
    """Windows that together cover the term: fewer lists to read than with every window."""
    last = len(term) - width
    starts = [*range(0, last, width), last]
    return tuple(dict.fromkeys(kind + term[at : at + width] for at in starts))
