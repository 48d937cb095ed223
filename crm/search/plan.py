"""How a search is answered: by the keys the index found, or by walking the list and looking.

One way does not fit all words. For a rare word the keys are few and the list is narrowed to them;
for 科技 in 15 % of the names, reading the list in its order and skipping what does not match gives
a page after some hundred rows, while sorting 150,000 found rows takes a tenth of a second.
Not here: what matches (`crm.search.terms`), the SQL (`crm.search.backends`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isqrt
from typing import TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from crm.search.backends import backend_for
from crm.search.backends.base import Backend
from crm.search.conditions import AmongFirst, EntryMatches, KeyAmong
from crm.search.memory import COMMON_QUERIES, SIZES
from crm.search.query import Query, parse, parse_whole

Rows = TypeVar("Rows", bound=QuerySet)

#: Counts are exact up to here; `CAP + 1` stands for more (`contracts.md` 1.21).
CAP = 10_000
#: So many times the cap of matches are looked at for enough rows among them.
_LOOK = 2
#: So few keys are always the better way.
FEW = 400
#: Rows of a page over the relative cost of fetching a row by key and looking at one in a walk.
_WALK_FACTOR = 25


@dataclass(frozen=True)
class SearchPlan:
    """The answer of the index to one query.

    `mode` is "ids" (`ids` are all matches) or "walk" (too many to carry; `apply` looks at each
    row). `total` counts the rows of the owners and shared records the search was limited to; it is
    the number of rows of `apply(queryset)` only where the queryset holds exactly these.
    """

    query: Query
    mode: str
    ids: tuple[int, ...]
    #: The number of matches, `CAP + 1` for more.
    total: int

    @property
    def total_label(self) -> str:
        """The number as pages show it: an integer or `10000+`."""
        return f"{CAP}+" if self.total > CAP else str(self.total)

    @property
    def is_empty(self) -> bool:
        """Whether nothing matches."""
        return self.mode == "ids" and not self.ids

    def condition(self, key: str = "pk") -> KeyAmong | EntryMatches:
        """That a row matches. `key` leads to the key of the searched entity."""
        return KeyAmong(key, self.ids) if self.mode == "ids" else EntryMatches(key, self.query)

    def apply(self, rows: Rows, key: str = "pk") -> Rows:
        """The rows of a queryset that match."""
        return rows.none() if self.is_empty else rows.filter(self.condition(key))

    def surely_long(self, rows: QuerySet, key: str = "pk") -> bool:
        """Whether a look at the first matches proves that more than the cap of the rows match.

        Counting on a walk looks at each row for its document; this starts at the documents.
        """
        if self.total <= CAP:
            return False
        some = rows.filter(AmongFirst(key, self.query, _LOOK * CAP)).order_by().values("pk")
        return bool(some[: CAP + 1].count() > CAP)

    def without(self, rows: Rows, key: str = "pk") -> Rows:
        """The other rows, those that the index does not know among them."""
        if self.is_empty:
            return rows
        return rows.exclude(Coalesce(self.condition(key), Value(value=False)))


def search(
    label: str,
    text: str,
    *,
    owner_ids: Iterable[int] | None = None,
    shared_ids: Iterable[int] = (),
    partial_phones: bool = True,
    all_keys: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> SearchPlan:
    """Choose how to answer what a user typed about the entity `label` (`app_label.Model`).

    `owner_ids` are the owners whose records the user may see, None for all records; `shared_ids`
    are keys of single records he may see besides. `partial_phones=False` (the user sees phones and
    e-mail masked) finds those only when typed in full. `all_keys` is for callers whose rows are
    narrowed by more than owners, so that they count them again: keys up to the cap are cheaper for
    that than a walk. Text without letters and digits finds nothing. Costs at most three small
    queries, or four where remembered sizes are too old.
    """
    query = parse(label, text, owners=owner_ids, shared=shared_ids, partial_phones=partial_phones)
    if not query.clauses or (query.owners == () and not query.shared):
        return SearchPlan(query, "ids", (), 0)
    backend = backend_for(using)
    if (using, query) in COMMON_QUERIES or backend.surely_more_than(query, CAP):
        return SearchPlan(query, "walk", (), CAP + 1)
    few = CAP if all_keys else _most_keys(backend, query)
    found, ids = backend.probe(query, few, CAP + 1) if query.owners != () else (0, [])
    if found > CAP:
        COMMON_QUERIES.put((using, query), True)
    shared = backend.find_shared(query)
    total = min(found + len(shared), CAP + 1)
    if total > few:
        return SearchPlan(query, "walk", (), total)
    return SearchPlan(query, "ids", (*ids, *shared), total)


def candidate_ids(
    label: str,
    text: str,
    *,
    limit: int,
    owner_ids: Iterable[int] | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> list[int]:
    """Keys of some records that match, in ascending order: for autocomplete and duplicates."""
    query = parse(label, text, owners=owner_ids)
    if not query.clauses or query.owners == ():
        return []
    return sorted(backend_for(using).find(query, limit))


def find_whole(
    label: str,
    text: str,
    *,
    owner_ids: Iterable[int] | None = None,
    limit: int = 20,
    using: str = DEFAULT_DB_ALIAS,
) -> list[int]:
    """Keys of records whose number or phone is exactly this: the jump from the search box.

    Separators do not count (HK2026-001, 138-0013-8000). Texts below four characters find nothing.
    """
    query = parse_whole(label, text, owners=owner_ids)
    return sorted(backend_for(using).find(query, limit)) if query.clauses else []


def _most_keys(backend: Backend, query: Query) -> int:
    """How many keys are still cheaper than a walk that stops at a full page.

    With n matches among N rows, a walk looks at about 50 N / n of them and the other way fetches
    n: they meet at the root. N is what the walk reads: the rows of a single owner, else all.
    """
    owner = query.owners[0] if query.owners and len(query.owners) == 1 else None
    place = (backend.connection.alias, query.table, owner)
    size = SIZES.get(place, lambda: backend.rows(query.table, owner))
    return min(max(isqrt(_WALK_FACTOR * size), FEW), CAP)
