"""Pinyin of company and personal names: stored for search and sorting (market 2.17).

Here: full pinyin, initials and sort keys, with our own readings for surnames and for words of
firm names. The readings come from pypinyin's tables; its segmenter is not used because it reads
11,000 names a second and a first import of a million companies must not wait for it.
Not here: the tables (`crm.core.pinyin_tables`), the search index (`crm.search`), name keys
(`crm.core.text`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crm.core.pinyin_tables import tables
from crm.core.readings import COMPOUND_SURNAMES, SURNAMES

MAX_NAME = 200  # characters read
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_NOT_HAN = re.compile(f"[^{_HAN}]")
#: ASCII, common ideographs, and signs that are left out folded or not.
_PLAIN = re.compile("[\x00-\x7f\u3400-\u9fff（），。、：；]*")


@dataclass(frozen=True, slots=True)
class PinyinName:
    """A name in pinyin: zhong qing chang an, "zhongqingchangan", "zqca".

    `alternates` holds (full, initials) of a second common reading of a surname.
    """

    syllables: tuple[str, ...]
    initials: str
    alternates: tuple[tuple[str, str], ...] = ()

    @property
    def full(self) -> str:
        """Return the syllables written together, as people type them."""
        return "".join(self.syllables)


def _han_syllables(text: str) -> list[str]:
    """Return one reading per character, longest known phrase first."""
    known = tables()
    reading, heads, phrases = known.characters.get, known.heads, known.phrases
    syllables = [reading(char, "") for char in text]
    done = 0
    # Few places begin a phrase: finding them all first is twice as fast as stepping along.
    for index in [at for at in range(len(text) - 1) if text[at : at + 2] in heads]:
        if index < done:
            continue
        longest = heads[text[index : index + 2]]
        for length in range(min(longest, len(text) - index), 1, -1):
            found = phrases.get(text[index : index + length])
            if found is not None:
                syllables[index : index + length] = found.split()
                done = index + length
                break
    return syllables


def _read(text: str) -> tuple[tuple[str, ...], str]:
    """Return syllables and initials of folded text; words of Latin letters stay whole."""
    if not _NOT_HAN.search(text):
        syllables = [syllable for syllable in _han_syllables(text) if syllable]
        return tuple(syllables), "".join([syllable[0] for syllable in syllables])
    # The readings of all characters at once: a phrase may go on behind a Latin word.
    readings = _han_syllables(_NOT_HAN.sub("", text))
    syllables: list[str] = []
    initials: list[str] = []
    done = 0
    for run in _RUN.findall(text):
        if _NOT_HAN.match(run):
            syllables.append(run)
            initials.append(run[0] if len(run) > 4 and run.isalpha() else run)
            continue
        spelled = list(filter(None, readings[done : done + len(run)]))
        done += len(run)
        syllables += spelled
        initials += [reading[0] for reading in spelled]
    return tuple(syllables), "".join(initials)


def _fold(name: str) -> str:
    text = name[:MAX_NAME]
    if not _NOT_HAN.search(text):
        return text
    if _PLAIN.fullmatch(text):
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))[:MAX_NAME]


def company(name: str) -> PinyinName:
    """Return the pinyin of a company, product or place: 重庆长安 → chongqingchangan, cqca."""
    return PinyinName(*_read(_fold(name)))


@lru_cache(maxsize=4096)  # a name is spelled for its row and again for the search index
def person(name: str) -> PinyinName:
    """Return the pinyin of a person, surnames read as surnames: 曾国藩 → zengguofan, zgf."""
    text = _fold(name).strip()
    surname = _surname(text)
    if not surname:
        return PinyinName(*_read(text))
    special = tuple((COMPOUND_SURNAMES.get(surname) or SURNAMES[surname]).split())
    given, initials = _read(text[len(surname) :])
    first = "".join(syllable[0] for syllable in special)
    usual = tuple(tables().characters.get(char, "") for char in surname)
    alternates = ()
    if usual != special:
        rest = "".join(given)
        letters = "".join(syllable[:1] for syllable in usual)
        alternates = (("".join(usual) + rest, letters + initials),)
    return PinyinName(special + given, first + initials, alternates)


def _surname(text: str) -> str:
    if text[:2] in COMPOUND_SURNAMES and len(text) > 2:
        return text[:2]
    return text[:1] if text[:1] in SURNAMES else ""


def sort_key(name: str, *, is_person: bool = False) -> str:
    """Return a key that sorts names by pinyin, syllable by syllable, case and tone left out."""
    found = person(name) if is_person else company(name)
    return " ".join(found.syllables)
