"""A search made ready for an index: tokens to look up and needles that confirm.

Here: from terms to clauses. Not here: the choice of a plan (`crm.search.plan`) and SQL
(`crm.search.backends`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.search.grams import AllOf, alternatives, is_exact, proofs
from crm.search.normalise import fold, split_terms
from crm.search.terms import DIGITS_FROM, Needle, needles


@dataclass(frozen=True, slots=True)
class Clause:
    """One term. A match has all tokens of one alternative and contains one of the needles."""

    alternatives: tuple[AllOf, ...]
    needles: tuple[Needle, ...]
    #: The tokens decide alone, the needles say the same.
    exact: bool = False
    #: Having one of these tokens is enough to match.
    proofs: AllOf = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in which index.

    All clauses must match. `owners` limits the answer to records of these owners; None stands for
    all records, those without owner included. `shared` are further records the user may see.
    """

    table: str
    clauses: tuple[Clause, ...]
    owners: tuple[int, ...] | None = None
    shared: tuple[int, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the tokens decide alone."""
        return all(clause.exact for clause in self.clauses)


def table_of(label: str) -> str:
    """The document table of a model `app_label.ModelName`."""
    return "search_" + label.lower().replace(".", "_")


def parse(
    label: str,
    text: str,
    *,
    owners: Iterable[int] | None = None,
    shared: Iterable[int] = (),
    partial_phones: bool = True,
) -> Query:
    """The query for what a user typed. No clauses when it holds nothing searchable."""
    return Query(
        table_of(label),
        tuple(_clause(term, partial_phones) for term in split_terms(text)),
        None if owners is None else tuple(sorted(set(owners))),
        () if owners is None else tuple(sorted(set(shared))),
    )


def parse_whole(label: str, text: str, *, owners: Iterable[int] | None = None) -> Query:
    """The query for records with exactly this record number or phone."""
    term = "".join(split_terms(text)) if text else ""
    whole = f"\n{fold(term)}\n"
    found = (Needle("numbers", whole), Needle("phones", whole))
    clause = Clause((alternatives(term)[-1],), found) if len(term) >= DIGITS_FROM else None
    return Query(
        table_of(label),
        (clause,) if clause else (),
        None if owners is None else tuple(sorted(set(owners))),
    )


def _clause(term: str, partial_phones: bool) -> Clause:
    found = needles(term, partial_phones=partial_phones)
    proving = proofs(term, partial_phones=partial_phones)
    return Clause(tuple(alternatives(term)), tuple(found), is_exact(term), proving)
