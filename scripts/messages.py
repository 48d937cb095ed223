"""Keeps the translation catalogues: `extract`, `check`, `compile`, `fill`.

Message ids are English. `locale/zh_Hans` holds the Chinese, `locale/en` repeats the ids, because
Django would otherwise fall back to the default language, Chinese. Catalogues are sorted by id and
carry no line numbers, so that branches merge. Finding the texts is in scripts/extraction.py.
Compiled files are never committed.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from scripts.extraction import ExtractionError, Text, extract
from scripts.setup import ROOT

LOCALES = ROOT / "locale"
PLURALS = {
    "zh_Hans": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
}
_PLACEHOLDER = re.compile(r"%\([^)]+\)[sdif]|%[sd]|\{\w*\}")


def main() -> int:
    """Run one command; returns the exit code (1: the catalogues need work)."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="bring the catalogues to the state of the sources")
    commands.add_parser("check", help="complete, without fuzzy or stale entries")
    commands.add_parser("compile", help="make .mo files where the .po is newer")
    fill_parser = commands.add_parser("fill", help="enter Chinese texts from English<TAB>Chinese")
    fill_parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    try:
        if options.command == "extract":
            report(update_all())  # what waits for a translation is judged by `check`
            return 0
        if options.command == "check":
            return report(problems())
        if options.command == "fill":
            return report(fill(options.files))
        return compile_all()
    except ExtractionError as error:
        return report([str(error)])


def report(lines: list[str]) -> int:
    """Print what is wrong; the exit code is 1 if anything is."""
    for line in lines:
        print(f"messages: {line}", file=sys.stderr)
    return 1 if lines else 0


def sources() -> Iterator[Path]:
    """Python files and templates whose texts users see."""
    for folder in sorted(ROOT.iterdir()):
        is_package = (folder / "__init__.py").exists() and folder.name not in {"tests", "scripts"}
        if is_package:
            yield from sorted(folder.rglob("*.py"))
        if is_package or folder.name == "templates":
            yield from sorted(file for file in folder.rglob("*.html"))
            yield from sorted(file for file in folder.rglob("*.txt"))


def wanted_texts() -> dict[tuple[str, str], Text]:
    """One text a key. Raises ExtractionError when two places disagree about the plural."""
    wanted: dict[tuple[str, str], Text] = {}
    for text in extract(sources(), ROOT):
        known = wanted.get(text.key)
        if known and known.plural and text.plural and known.plural != text.plural:
            raise ExtractionError(f"{text.file}: other plural than in {known.file}: {text.message}")
        if not known or text.plural:
            wanted[text.key] = text
    return wanted


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> polib.POFile:
    """The catalogue, or an empty one."""
    file = catalogue_path(language)
    if file.exists():
        return polib.pofile(str(file), wrapwidth=99)
    catalogue = polib.POFile(wrapwidth=99)
    catalogue.metadata = {
        "Project-Id-Version": "heke-crm",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue


def save(catalogue: polib.POFile, language: str) -> None:
    """Write it sorted by id and context."""
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    file = catalogue_path(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(file))


def update_all() -> list[str]:
    """Add new texts and drop those no source has; returns the ids without Chinese."""
    wanted = wanted_texts()
    for language in PLURALS:
        catalogue = load(language)
        kept = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
        catalogue.clear()
        for key, text in wanted.items():
            entry = kept.get(key)
            if entry is None or entry.msgid_plural != text.plural:
                entry = new_entry(text, entry)
            if language == "en":
                repeat_id(entry)
            entry.occurrences = [(text.file, "")]
            catalogue.append(entry)
        save(catalogue, language)
    return [f"not translated: {entry.msgid}" for entry in load("zh_Hans").untranslated_entries()]


def key_of(entry: polib.POEntry) -> tuple[str, str]:
    """Context and id, as in Text.key."""
    return entry.msgctxt or "", entry.msgid


def new_entry(text: Text, old: polib.POEntry | None) -> polib.POEntry:
    """An entry without translation, or with that of an entry whose plural changed."""
    entry = polib.POEntry(msgid=text.message, msgctxt=text.context or None)
    translated = (old.msgstr or old.msgstr_plural.get(0, "")) if old else ""
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: translated}
    else:
        entry.msgstr = translated
    if "%" in text.message + text.plural:
        entry.flags.append("python-format")
    return entry


def repeat_id(entry: polib.POEntry) -> None:
    """English is its own translation."""
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def fill(files: list[Path]) -> list[str]:
    """Enter Chinese texts where there is none yet; returns lines that cannot be used."""
    catalogue, unusable = load("zh_Hans"), []
    translations: dict[str, str] = {}
    for file in files:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            english, tab, chinese = line.partition("\t")
            if tab and chinese.strip():
                translations.setdefault(english.replace("\\n", "\n"), chinese.strip())
            elif line.strip():
                unusable.append(f"{file.name}:{number}: expected English<TAB>Chinese")
    for entry in catalogue.untranslated_entries():
        chinese = translations.get(entry.msgid) or translations.get(entry.msgid_plural)
        if chinese and entry.msgid_plural:
            entry.msgstr_plural = {0: chinese}
        elif chinese:
            entry.msgstr = chinese
    save(catalogue, "zh_Hans")
    return unusable


def problems() -> list[str]:
    """Everything that keeps the catalogues from being complete."""
    wanted, found = wanted_texts(), []
    for language in PLURALS:
        catalogue = load(language)
        present = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
        found += [
            f"{language}: missing: {wanted[key].message!r}" for key in wanted.keys() - present
        ]
        found += [f"{language}: no source has: {key[1]!r}" for key in present.keys() - wanted]
        found += [
            f"{language}: obsolete: {entry.msgid!r}" for entry in catalogue.obsolete_entries()
        ]
        for entry in present.values():
            found += [f"{language}: {reason}: {entry.msgid!r}" for reason in faults(entry)]
    return sorted(found)


def faults(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one entry."""
    if entry.fuzzy:
        yield "fuzzy"
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not texts or not all(texts):
        yield "not translated"
        return
    allowed = [placeholders(entry.msgid)]
    if entry.msgid_plural:
        allowed.append(placeholders(entry.msgid_plural))
    if any(placeholders(text) not in allowed for text in texts):
        yield "other placeholders than the id"


def placeholders(text: str) -> list[str]:
    """The placeholders of a text in a fixed order; doubled percent signs are none."""
    return sorted(set(_PLACEHOLDER.findall(text.replace("%%", ""))))


def compile_all() -> int:
    """Make every .mo that is older than its .po."""
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            print(f"messages: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
