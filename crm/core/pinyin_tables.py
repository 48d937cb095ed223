"""The tables behind `crm.core.pinyin`: one reading for each character, and phrases that differ.

Made from pypinyin's tables, which take a process a third of a second and half a million lists to
import, so set-up keeps the result in a file (`scripts/assets.py`). Where the file is missing or
made of other words, the tables are made in memory.
"""

import hashlib
import importlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from crm.core import readings
from crm.core.readings import FIRM_CHARACTERS, FIRM_WORDS

FILE = Path(__file__).resolve().parents[2] / "static_built" / "readings.json"
_TONES = str.maketrans(
    "āáǎàēéěèḗếềêīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ",
    "aaaaeeeeeeeeiiiioooouuuuvvvvvnnnm",
    "\u0300\u0301\u0304\u030c",
)


@dataclass(frozen=True, slots=True)
class Tables:
    """Readings without tones.

    characters: character → syllable. phrases: phrase → syllables with blanks between them, only
    those that read otherwise than their characters alone. heads: first two characters of phrases
    → length of the longest. made_of: what the file was made from.
    """

    characters: dict[str, str]
    phrases: dict[str, str]
    heads: dict[str, int]
    made_of: str


@cache
def tables() -> Tables:
    """The tables of this process, from the file where it is right."""
    try:
        found = Tables(**json.loads(FILE.read_bytes()))
    except (OSError, ValueError, TypeError):
        return build()
    return found if found.made_of == _made_of() else build()


def write(target: Path) -> None:
    """Store the tables for `tables()`."""
    text = json.dumps(asdict(build()), ensure_ascii=False, separators=(",", ":"))
    target.write_text(text, "utf-8")


def build() -> Tables:
    """Make the tables from pypinyin's."""
    # Not at the top: every process imports this module, hardly any comes here.
    source = importlib.import_module("pypinyin.constants")
    characters = {
        chr(code): _toneless(options.split(",")[0]) for code, options in source.PINYIN_DICT.items()
    }
    characters |= FIRM_CHARACTERS
    spelled = {
        phrase: [_toneless(options[0]) for options in syllables]
        for phrase, syllables in source.PHRASES_DICT.items()
        if len(phrase) == len(syllables)
    }
    spelled |= {word: text.split() for word, text in FIRM_WORDS.items()}
    # Only phrases with a character that is sometimes read otherwise can change a result.
    changing = {
        char
        for phrase, syllables in spelled.items()
        for char, syllable in zip(phrase, syllables, strict=True)
        if characters.get(char, "") != syllable
    }
    phrases = {
        phrase: " ".join(syllables)
        for phrase, syllables in spelled.items()
        if len(phrase) > 1 and not changing.isdisjoint(phrase)
    }
    heads: dict[str, int] = {}
    for phrase in phrases:
        heads[phrase[:2]] = max(heads.get(phrase[:2], 0), len(phrase))
    return Tables(characters, phrases, heads, _made_of())


def _made_of() -> str:
    """Changes with our own words; the locked version of pypinyin changes with set-up."""
    return hashlib.sha256(Path(readings.__file__).read_bytes()).hexdigest()


def _toneless(reading: str) -> str:
    return reading.translate(_TONES)
