"""The index on PostgreSQL: tokens as an array of hashes in the document table, under a GIN index.

A hash of four bytes halves the table and the time to build the index, compared with the tokens
themselves. Two tokens may share one, so the text always confirms; the row is read for that anyway.

GIN collects all candidates before it gives the first, hence two measures: statistics of the
column tell very common tokens apart (`surely_more_than`), and sequential scans and compilation are
off while the index is asked, because a LIMIT tempts the planner into reading the table.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any
from zlib import crc32

from django.db import transaction

from crm.search.backends.base import MOST_OWNED, Backend, Sql
from crm.search.documents import COLUMNS, Entry
from crm.search.grams import owner_token, tokens
from crm.search.memory import FREQUENT_TOKENS
from crm.search.query import Clause, Query

_COLUMNS = (*COLUMNS, "grams")
_ROWS_PER_STATEMENT = 500
#: From so many new rows on COPY is worth its second round trip.
_FEW = 5
_HASHES_KEPT = 50_000  # 7 MB
_HASH_OFFSET = 1 << 31  # crc32 is unsigned, int4 is signed
#: A token in at least this share of the sampled rows (600 of 30,000) is surely that common …
_FREQUENT_SHARE = 0.02
#: … and with this margin over the limit it is so after some deletions, too.
_MARGIN = 2
#: Reading the table until enough rows match is faster than such a list.
_USELESS_SHARE = 0.5
_GUARD = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "
_RESTORE = "; SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL jit TO DEFAULT"
_GUARD_RESULTS = 2  # results of `_GUARD` before the one that is wanted


class Shares(dict[int, float]):
    """The share of rows that a very common token is in, by its hash."""

    def of(self, token: str) -> float:
        """The share of a token; 0 when it is not very common."""
        return self.get(_hash(token), 0.0)

    def are_useless_for(self, clause: Clause) -> bool:
        """Whether one alternative consists of tokens that most rows have."""
        return any(min(map(self.of, wanted)) >= _USELESS_SHARE for wanted in clause.alternatives)


class PostgreSQLBackend(Backend):
    """GIN over int4[]; needs no extension."""

    def create_statements(self, table: str) -> list[str]:
        text = 'text COLLATE "C" NOT NULL'
        return [
            f"CREATE TABLE {table} (object_id bigint PRIMARY KEY, owner_id bigint, "
            f"words {text}, initials {text}, pinyin {text}, numbers {text}, phones {text}, "
            f"emails {text}, grams int4[] NOT NULL)",
            f"CREATE INDEX {table}_owner ON {table} (owner_id)",
            self._create_index(table),
        ]

    def _create_index(self, table: str) -> str:
        # New rows wait in a list of this size, which every search reads; emptying it takes time.
        return (
            f"CREATE INDEX {table}_grams ON {table} USING gin (grams) "
            "WITH (fastupdate = on, gin_pending_list_limit = 1024)"
        )

    def drop_statements(self, table: str) -> list[str]:
        return [f"DROP TABLE {table}"]

    def clear(self, table: str) -> None:
        self._run(f"TRUNCATE {table}")

    # --- writing ---------------------------------------------------------------------------------
    def write(self, table: str, entries: Sequence[Entry]) -> None:
        changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
        with transaction.atomic(self.connection.alias, savepoint=False):
            changed, _old = self.changed(table, entries)
            for part in _parts(changed):
                self._insert(table, part, f"ON CONFLICT (object_id) DO UPDATE SET {changes}")

    def add(self, table: str, entries: Iterable[Entry]) -> None:
        source = iter(entries)
        first = list(islice(source, _FEW))
        if len(first) < _FEW:
            self._insert(table, first)
            return
        # The server stores rows while the tokens of the next ones are made.
        self._copy(table, chain(first, source))

    def lock(self, table: str, ids: Sequence[int]) -> None:
        condition, params = self.among("object_id", ids)
        sql = f"SELECT 1 FROM {table} WHERE {condition} ORDER BY object_id FOR UPDATE"
        self._rows(sql, params)

    def remove(self, table: str, ids: Sequence[int]) -> None:
        condition, params = self.among("object_id", ids)
        self._run(f"DELETE FROM {table} WHERE {condition}", params)

    def _insert(self, table: str, entries: Sequence[Entry], otherwise: str = "") -> None:
        marks = "(" + ", ".join(["%s"] * len(COLUMNS)) + ", %s::int4[])"
        if entries:
            self._run(
                f"INSERT INTO {table} ({', '.join(_COLUMNS)}) "
                f"VALUES {', '.join([marks] * len(entries))} {otherwise}",
                [value for entry in entries for value in (*entry, _array(tokens(entry)))],
            )

    def _copy(self, table: str, entries: Iterable[Entry]) -> None:
        statement = f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"
        # COPY goes past Django's cursor, which makes Django's errors of the driver's.
        with (
            self.connection.wrap_database_errors,
            self.connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for entry in entries:
                copy.write_row((*entry, _array(tokens(entry))))

    def fill(self, table: str, batches: Iterable[Sequence[Entry]]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {table}_grams")
            for entries in batches:
                self._copy(table, entries)
            cursor.execute("SET maintenance_work_mem = '256MB'")
            cursor.execute(self._create_index(table))
            cursor.execute("RESET maintenance_work_mem")
            cursor.execute(f"ANALYZE {table}")

    # --- reading ---------------------------------------------------------------------------------
    def find(self, query: Query, limit: int) -> list[int]:
        looked_up = self._looked_up(query)
        sql, values = self._select(query, looked_up, limit)
        rows = self._by_index(sql, values) if looked_up[0] else self._rows(sql, values)
        return [row[0] for row in rows]

    def first(self, query: Query, limit: int) -> Sql:
        return self._select(query, self._looked_up(query), limit)

    def _select(self, query: Query, looked_up: tuple[list[str], list[Any]], limit: int) -> Sql:
        parts, tokens_ = looked_up
        conditions, params = self._filters(query)
        where = " AND ".join([*parts, conditions])
        sql = f"SELECT object_id FROM {query.table} WHERE {where} LIMIT %s"
        return sql, [*tokens_, *params, limit]

    def probe(self, query: Query, few: int, limit: int) -> tuple[int, list[int]]:
        # Finding the rows is the cost, carrying their keys is not: one query for both.
        ids = self.find(query, limit)
        return len(ids), ids if len(ids) <= few else []

    def surely_more_than(self, query: Query, limit: int) -> bool:
        if query.owners is not None or len(query.clauses) != 1:
            return False
        rows, shares = self._statistics(query.table)
        best = max((shares.of(token) for token in query.clauses[0].proofs), default=0.0)
        return rows * best > _MARGIN * limit

    def rows(self, table: str, owner: int | None = None) -> int:
        if owner is not None:
            sql = (
                f"SELECT count(*) FROM (SELECT FROM {table} WHERE owner_id = %s LIMIT %s) AS owned"
            )
            return self._rows(sql, [owner, MOST_OWNED])[0][0]
        sql = "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass"
        return max(self._rows(sql, [table])[0][0], 0)

    def among(self, column: str, ids: Sequence[int]) -> Sql:
        return f"{column} = ANY(%s::bigint[])", [list(ids)]

    def _statistics(self, table: str) -> tuple[int, Shares]:
        """Rows of the table, and the share of them that each very common token is in."""
        return FREQUENT_TOKENS.get(
            (self.connection.alias, table), lambda: (self.rows(table), self._shares(table))
        )

    def _shares(self, table: str) -> Shares:
        sql = (
            "SELECT token, share FROM pg_stats, unnest(most_common_elems::text::int4[], "
            "most_common_elem_freqs) AS frequent (token, share) WHERE schemaname = "
            "current_schema() AND tablename = %s AND attname = 'grams' AND share >= %s"
        )
        return Shares(self._rows(sql, [table, _FREQUENT_SHARE]))

    def _looked_up(self, query: Query) -> tuple[list[str], list[Any]]:
        """Conditions for the index, none where it would give most of the table.

        Tokens that every match has go into each alternative, so that none reads a long list.
        """
        _size, shares = self._statistics(query.table)
        kept = [clause for clause in query.clauses if not shares.are_useless_for(clause)]
        choices = [clause.alternatives for clause in kept]
        always = [token for choice in choices if len(choice) == 1 for token in choice[0]]
        if query.owners is not None and len(query.owners) == 1:
            always.append(owner_token(query.owners[0]))
        several = [choice for choice in choices if len(choice) > 1]
        if always and not several:
            several = [((),)]
        parts, params = [], []
        for choice in several:
            parts.append("(" + " OR ".join(["grams @> %s::int4[]"] * len(choice)) + ")")
            params += [_array([*always, *wanted]) for wanted in choice]
        return parts, params

    def _filters(self, query: Query) -> Sql:
        """Conditions on the rows found; they hold the truth, tokens may share a hash."""
        confirmed, params = self.confirms(query)
        if query.owners is None:
            return confirmed, params
        # A sum, so that the planner does not fetch all rows of the owners by their own index.
        owned, owners = self.among("(owner_id + 0)", query.owners)
        return f"{owned} AND {confirmed}", [*owners, *params]

    def _by_index(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a query with the planner held to indexes: one round trip, one transaction."""
        with self.connection.cursor() as cursor:
            cursor.execute(_GUARD + sql + _RESTORE, params)
            for _result in range(_GUARD_RESULTS):
                cursor.nextset()
            return cursor.fetchall()


def _parts(entries: list[Entry]) -> Iterable[list[Entry]]:
    for start in range(0, len(entries), _ROWS_PER_STATEMENT):
        yield entries[start : start + _ROWS_PER_STATEMENT]


def _hash(token: str) -> int:
    return crc32(token.encode()) - _HASH_OFFSET


class _HashTexts(dict[str, str]):
    """The hashes of tokens as PostgreSQL writes them, filled as it is used: most come again."""

    def __missing__(self, token: str) -> str:
        found = str(_hash(token))
        if len(self) < _HASHES_KEPT:
            self[token] = found
        return found


_HASH_TEXTS = _HashTexts()


def _array(wanted: Iterable[str]) -> str:
    return "{" + ",".join(map(_HASH_TEXTS.__getitem__, wanted)) + "}"
