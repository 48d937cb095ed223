"""Checks of an index against the truth, for operators and gates (target 22).

Two questions: does the index hold what the records say (a sample of keys, built anew), and does
it find what a plain scan of its own documents finds (random terms cut out of them)?
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from django.db import DEFAULT_DB_ALIAS

from crm.search.backends import backend_for
from crm.search.documents import Entry, entry_of
from crm.search.plan import CAP, search
from crm.search.query import parse, table_of
from crm.search.registry import entity_for

_LONGEST_TERM = 6


@dataclass
class Report:
    """What `check` looked at and where it found differences."""

    records: int = 0
    terms: int = 0
    #: Documents in the index beyond the number of records; below zero: too few.
    surplus: int = 0
    stale: list[int] = field(default_factory=list)
    wrong_terms: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether no difference was found."""
        return not (self.surplus or self.stale or self.wrong_terms)


def check(
    label: str,
    *,
    records: int = 1_000,
    terms: int = 200,
    seed: int = 1,
    using: str = DEFAULT_DB_ALIAS,
) -> Report:
    """Compare the number of documents, a sample of them and some counts; reads whole tables."""
    entity, backend, table = entity_for(label), backend_for(using), table_of(label)
    random = Random(seed)  # noqa: S311 (a repeatable sample, no secret)
    number, keys = _sample(entity.all_ids(), records, random)
    stored = {entry.object_id: entry for entry in backend.read(table, keys)}
    built = {document.object_id: entry_of(document) for document in entity.build(keys)}
    report = Report(records=len(keys), surplus=backend.size(table) - number)
    report.stale = [key for key in keys if built.get(key) != stored.get(key)]
    for term in _terms(list(stored.values()), terms, random):
        report.terms += 1
        scanned = backend.scan(parse(label, term), CAP + 1)
        if search(label, term, using=using).total != scanned:
            report.wrong_terms.append(term)
    return report


def _sample(keys: Iterable[int], size: int, random: Random) -> tuple[int, list[int]]:
    """The number of keys and an even sample of them, taken in one pass."""
    number, chosen = 0, []
    for number, key in enumerate(keys, start=1):
        if len(chosen) < size:
            chosen.append(key)
        elif (place := random.randrange(number)) < size:
            chosen[place] = key
    return number, sorted(chosen)


def _terms(entries: list[Entry], size: int, random: Random) -> Iterator[str]:
    """Pieces of the documents, every fifth with its characters shuffled so that few match."""
    for number in range(size if entries else 0):
        lines = "".join(random.choice(entries)[2:]).split()
        if not lines:
            continue
        line = random.choice(lines)
        start, length = random.randrange(len(line)), random.randint(1, _LONGEST_TERM)
        term = line[start : start + length]
        yield "".join(random.sample(term, len(term))) if number % 5 == 0 else term
