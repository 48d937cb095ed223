"""What an index must do, and the SQL that is the same on both databases.

Each searchable entity has a document table with one row (`Entry`) per record; the inverted index
stands beside it. Not here: what is searched (`crm.search.query`) and how the answer is used
(`crm.search.plan`).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from crm.search.documents import COLUMNS, Entry
from crm.search.query import Query

Sql = tuple[str, list[Any]]

#: Rows of an owner are counted up to here.
MOST_OWNED = 50_000


class Backend(ABC):
    """The index of all entities on one connection."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    # --- tables ----------------------------------------------------------------------------------
    @abstractmethod
    def create_statements(self, table: str) -> list[str]:
        """The SQL that makes the tables of an entity."""

    @abstractmethod
    def drop_statements(self, table: str) -> list[str]:
        """The SQL that removes them."""

    @abstractmethod
    def clear(self, table: str) -> None:
        """Forget every document."""

    # --- writing (in the caller's transaction) ---------------------------------------------------
    @abstractmethod
    def write(self, table: str, entries: Sequence[Entry]) -> None:
        """Insert or replace entries, each key at most once; unchanged ones cost a comparison."""

    @abstractmethod
    def add(self, table: str, entries: Iterable[Entry]) -> None:
        """Insert entries with keys that are not in the index; raises IntegrityError otherwise."""

    @abstractmethod
    def lock(self, table: str, ids: Sequence[int]) -> None:
        """Make others wait who write the same entries, until the caller's transaction ends."""

    @abstractmethod
    def remove(self, table: str, ids: Sequence[int]) -> None:
        """Delete the entries of these keys, where there are any."""

    @abstractmethod
    def fill(self, table: str, batches: Iterable[Sequence[Entry]]) -> None:
        """Load entries into an empty index in the fastest way; commits as it goes."""

    # --- reading ---------------------------------------------------------------------------------
    @abstractmethod
    def find(self, query: Query, limit: int) -> list[int]:
        """Keys of up to `limit` matching records, in no promised order."""

    @abstractmethod
    def first(self, query: Query, limit: int) -> Sql:
        """The SELECT of `find`, to stand in a condition."""

    @abstractmethod
    def probe(self, query: Query, few: int, limit: int) -> tuple[int, list[int]]:
        """The number of matches, at most `limit`, and their keys when they are not over `few`.

        `shared` is left out.
        """

    @abstractmethod
    def surely_more_than(self, query: Query, limit: int) -> bool:
        """Whether statistics already prove more than `limit` matches; False if they do not."""

    @abstractmethod
    def rows(self, table: str, owner: int | None = None) -> int:
        """About how many documents there are; of one owner at most `MOST_OWNED`."""

    @abstractmethod
    def among(self, column: str, ids: Sequence[int]) -> Sql:
        """A condition: the column is one of many keys."""

    def read(self, table: str, ids: Sequence[int]) -> list[Entry]:
        """The stored entries of these keys, in ascending order."""
        condition, params = self.among("object_id", ids)
        sql = f"SELECT {', '.join(COLUMNS)} FROM {table} WHERE {condition} ORDER BY object_id"
        return [Entry(*row) for row in self._rows(sql, params)]

    def changed(self, table: str, entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
        """Those entries that differ from what is stored, ascending, and what they replace."""
        stored = {
            entry.object_id: entry
            for entry in self.read(table, [entry.object_id for entry in entries])
        }
        changed = sorted(entry for entry in entries if stored.get(entry.object_id) != entry)
        return changed, [stored[entry.object_id] for entry in changed if entry.object_id in stored]

    def keys(self, table: str, after: int, limit: int) -> list[int]:
        """The next keys in the index behind `after`, ascending."""
        sql = f"SELECT object_id FROM {table} WHERE object_id > %s ORDER BY object_id LIMIT %s"
        return [row[0] for row in self._rows(sql, [after, limit])]

    def size(self, table: str) -> int:
        """The exact number of documents; reads the whole table."""
        return self._rows(f"SELECT count(*) FROM {table}", [])[0][0]

    def scan(self, query: Query, limit: int) -> int:
        """The number `probe` must answer, found by reading the document table; slow."""
        matches, params = self.confirms(query)
        sql = (
            f"SELECT count(*) FROM (SELECT 1 FROM {query.table} WHERE {matches} LIMIT %s) AS found"
        )
        return self._rows(sql, [*params, limit])[0][0]

    def find_shared(self, query: Query) -> list[int]:
        """Those of `query.shared` that match and are not of `query.owners`."""
        if not query.shared or query.owners is None:
            return []
        among, keys = self.among("object_id", query.shared)
        owned, owners = self.among("owner_id", query.owners)
        matches, needles = self.confirms(query)
        sql = (
            f"SELECT object_id FROM {query.table} "
            f"WHERE {among} AND (owner_id IS NULL OR NOT {owned}) AND {matches}"
        )
        return [row[0] for row in self._rows(sql, [*keys, *owners, *needles])]

    def confirms(self, query: Query) -> Sql:
        """A condition on a row of the document table: every clause finds one of its needles.

        Needles hold letters, digits and line breaks only, so LIKE needs no escape.
        """
        parts: list[str] = []
        params: list[Any] = []
        for clause in query.clauses:
            tests = [f"{needle.column} LIKE %s" for needle in clause.needles]
            parts.append("(" + " OR ".join(tests) + ")")
            params += [f"%{needle.text}%" for needle in clause.needles]
        return " AND ".join(parts), params

    def _run(self, sql: str, params: Sequence[Any] | None = None) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)

    def _rows(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()
