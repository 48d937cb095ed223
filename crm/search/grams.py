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

#: Pairs of legal forms, rare to common: they cost much and tell little beside other pairs.
STOP_PAIRS = "份有 股份 限责 责任 任公 公司 限公 有限".split()
#: Triples in a fifth to a half of all spelled names.
STOP_TRIPLES = frozenset("ang ong ing uan eng ian hen han hua zho che hou gua hon iao".split())
_TELLING_TAIL = 6  # digits at the end of a number or a phone that tell it from the others

#: Tokens that must all be present.
AllOf = tuple[str, ...]


def token_text(entry: Entry) -> str:
    """All tokens of an entry with blanks between them, in no order, some of them twice.

    Joining pieces with the class in the separator is half the work of making each token.
    """
    found: list[str] = []
    for line in (entry.words + entry.initials).split():
        found.append("s" + " s".join(line))
        if len(line) > 1:
            found.append("b" + " b".join([line[at : at + 2] for at in range(len(line) - 1)]))
    for line in entry.pinyin.split():
        found.append("b" + line[:2])
        if len(line) > 2:
            found.append("p" + " p".join([line[at : at + 3] for at in range(len(line) - 2)]))
    for line in (entry.numbers + entry.phones + entry.emails).split():
        if len(line) > 3:
            found.append("d" + " d".join([line[at : at + 4] for at in range(len(line) - 3)]))
    if entry.owner_id is not None:
        found.append(owner_token(entry.owner_id))
    return " ".join(found)


def tokens(entry: Entry) -> set[str]:
    """All tokens of an entry, in no order."""
    return set(token_text(entry).split())


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
        found.append(_pinyin_tokens(term))
    if len(term) >= DIGITS_FROM:
        found.append(_digit_tokens(term))
    return found


def is_exact(term: str) -> bool:
    """Whether having the tokens is the same as matching."""
    return len(term) <= 2


def proofs(term: str, *, partial_phones: bool) -> AllOf:
    """Tokens of which a single one proves a match: those as long as the term."""
    found = ["s" + term] if len(term) == 1 else []
    found += ["b" + term] if len(term) == 2 else []
    found += ["p" + term] if len(term) == 3 and term.isascii() else []
    found += ["d" + term] if len(term) == 4 and partial_phones else []
    return tuple(found)


# Any choice of tokens is right as long as a match must have them; few and rare ones are fast, since
# the index reads the list of each.


def _name_tokens(term: str) -> AllOf:
    pairs = list(dict.fromkeys(term[at : at + 2] for at in range(len(term) - 1)))
    telling = [pair for pair in pairs if pair not in STOP_PAIRS]
    if not telling:
        telling = [min(pairs, key=STOP_PAIRS.index)]
    return tuple("b" + pair for pair in telling)


def _pinyin_tokens(term: str) -> AllOf:
    chosen, at, last = [], 0, len(term) - 3
    while at <= last:
        triple = term[at : at + 3]
        if triple in STOP_TRIPLES:
            at += 1
        else:
            chosen.append(triple)
            at += 3
    if term[-3:] not in STOP_TRIPLES:
        chosen.append(term[-3:])
    return tuple("p" + triple for triple in dict.fromkeys(chosen)) or _cover("p", term, 3)


def _digit_tokens(term: str) -> AllOf:
    tail = term[-_TELLING_TAIL:]
    if len(tail) == _TELLING_TAIL and tail.isdecimal():
        return tuple(dict.fromkeys(("d" + tail[-4:], "d" + tail[:4])))
    return _cover("d", term, 4)


def _cover(kind: str, term: str, width: int) -> AllOf:
    last = len(term) - width
    starts = [*range(0, last, width), last]
    return tuple(dict.fromkeys(kind + term[at : at + width] for at in starts))
