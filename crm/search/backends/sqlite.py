"""The index on SQLite: a contentless FTS5 table of tokens beside the document table.

FTS5 reads its lists of keys step by step, so a capped count of any word ends early. The table
keeps no positions (`detail=none`), no sizes and no text; to delete an entry its tokens are made
again from the document table. The tokenizer `ascii` takes every character beyond ASCII as a
letter; tokens are folded by us.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from crm.search.backends.base import MOST_OWNED, Backend, Sql
from crm.search.documents import COLUMNS, Entry
from crm.search.grams import owner_token, token_text
from crm.search.query import Query

_BULK_MEMORY = 16 * 1024 * 1024  # bytes FTS5 collects before it writes a segment, while filling
_USUAL_MEMORY = 1024 * 1024  # its default
#: Up to so many owners are looked up as tokens: the list of each is merged into the answer. More
#: are looked up by key of the candidates …
_FEW_OWNERS = 16
#: … unless there are more candidates than this.
_FEW_CANDIDATES = 30_000
#: Keys asked for before anything is counted.
_FIRST_LOOK = 500


class SQLiteBackend(Backend):
    """FTS5; works from SQLite 3.40 on."""

    def create_statements(self, table: str) -> list[str]:
        return [
            f"CREATE TABLE {table} (object_id integer NOT NULL PRIMARY KEY, owner_id integer, "
            "words text NOT NULL, initials text NOT NULL, pinyin text NOT NULL, "
            "numbers text NOT NULL, phones text NOT NULL, emails text NOT NULL)",
            f"CREATE INDEX {table}_owner ON {table} (object_id, owner_id)",
            f"CREATE VIRTUAL TABLE {table}_fts USING fts5("
            "grams, content='', detail='none', columnsize=0, tokenize='ascii')",
        ]

    def drop_statements(self, table: str) -> list[str]:
        return [f"DROP TABLE {table}_fts", f"DROP TABLE {table}"]

    def clear(self, table: str) -> None:
        self._run(f"DELETE FROM {table}")
        self._run(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('delete-all')")

    # --- writing ---------------------------------------------------------------------------------
    def write(self, table: str, entries: Sequence[Entry]) -> None:
        with transaction.atomic(self.connection.alias, savepoint=False):
            changed, old = self.changed(table, entries)
            self._forget(table, old)
            self._insert(table, changed)

    def add(self, table: str, entries: Iterable[Entry]) -> None:
        self._insert(table, list(entries), "INSERT")

    def lock(self, table: str, ids: Sequence[int]) -> None:
        """Nothing: transactions begin IMMEDIATE, so there is one writer at a time."""

    def remove(self, table: str, ids: Sequence[int]) -> None:
        with transaction.atomic(self.connection.alias, savepoint=False):
            self._forget(table, self.read(table, ids))
            condition, params = self.among("object_id", ids)
            self._run(f"DELETE FROM {table} WHERE {condition}", params)

    def fill(self, table: str, batches: Iterable[Sequence[Entry]]) -> None:
        self._configure(table, "hashsize", _BULK_MEMORY)
        for entries in batches:
            with transaction.atomic(self.connection.alias, savepoint=False):
                self._insert(table, sorted(entries))
        self._configure(table, "hashsize", _USUAL_MEMORY)
        self._run(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")
        self._run(f"ANALYZE {table}")

    def _forget(self, table: str, entries: Sequence[Entry]) -> None:
        sql = f"INSERT INTO {table}_fts ({table}_fts, rowid, grams) VALUES ('delete', %s, %s)"
        self._many(sql, [(entry.object_id, token_text(entry)) for entry in entries])

    def _insert(
        self, table: str, entries: Sequence[Entry], verb: str = "INSERT OR REPLACE"
    ) -> None:
        marks = ", ".join(["%s"] * len(COLUMNS))
        self._many(f"{verb} INTO {table} ({', '.join(COLUMNS)}) VALUES ({marks})", entries)
        sql = f"INSERT INTO {table}_fts (rowid, grams) VALUES (%s, %s)"
        self._many(sql, [(entry.object_id, token_text(entry)) for entry in entries])

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(sql, rows)

    def _configure(self, table: str, name: str, value: int) -> None:
        self._run(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES (%s, %s)", [name, value])

    # --- reading ---------------------------------------------------------------------------------
    def find(self, query: Query, limit: int) -> list[int]:
        return [row[0] for row in self._rows(*self.first(query, limit))]

    def first(self, query: Query, limit: int) -> Sql:
        sql, params = self._candidates(query)
        return f"{sql} LIMIT %s", [*params, limit]

    def probe(self, query: Query, few: int, limit: int) -> tuple[int, list[int]]:
        candidates = self._candidates(query)
        if not query.exact or len(query.owners or ()) > _FEW_OWNERS:
            # Rows are read or many lists merged: once, and the keys come with it.
            ids = self._first(candidates, limit)
            return len(ids), ids if len(ids) <= few else []
        # Counting is cheaper than carrying keys, but for most words one look answers both.
        look = min(few, _FIRST_LOOK)
        ids = self._first(candidates, look + 1)
        if len(ids) <= look:
            return len(ids), ids
        number = self._capped(*candidates, limit)
        return number, self._first(candidates, number) if number <= few else []

    def _first(self, candidates: Sql, limit: int) -> list[int]:
        sql, params = candidates
        return [row[0] for row in self._rows(f"{sql} LIMIT %s", [*params, limit])]

    def _capped(self, sql: str, params: Sequence[Any], limit: int) -> int:
        return self._rows(f"SELECT count(*) FROM ({sql} LIMIT %s)", [*params, limit])[0][0]

    def surely_more_than(self, query: Query, limit: int) -> bool:
        return False

    def rows(self, table: str, owner: int | None = None) -> int:
        if owner is None:
            return self._rows(f"SELECT max(object_id) FROM {table}", [])[0][0] or 0
        match = f'"{owner_token(owner)}"'
        return self._capped(
            f"SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH %s", [match], MOST_OWNED
        )

    def among(self, column: str, ids: Sequence[int]) -> Sql:
        return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]

    def _candidates(self, query: Query) -> Sql:
        """SELECT of the keys: by tokens, by owner, confirmed by the text where it must be."""
        table, match = query.table, _match(query)
        conditions, params = [], []
        if query.owners and self._merges_owners(query, match):
            match += _any_of(query.owners)
        elif query.owners is not None:
            owned, owners = self.among("+owner_id", query.owners)
            conditions.append(owned)
            params += owners
        if not query.exact:
            confirmed, needles = self.confirms(query)
            conditions.append(confirmed)
            params += needles
        sql = f"SELECT {table}_fts.rowid FROM {table}_fts"
        if conditions:
            # CROSS JOIN keeps SQLite from starting with the documents. Where only owners are asked
            # for, a small index saves reading them.
            by_owner = f"INDEXED BY {table}_owner" if query.exact else ""
            sql += f" CROSS JOIN {table} {by_owner} ON object_id = {table}_fts.rowid"
        where = " AND ".join([f"{table}_fts MATCH %s", *conditions])
        return f"{sql} WHERE {where}", [match, *params]

    def _merges_owners(self, query: Query, match: str) -> bool:
        if len(query.owners or ()) <= _FEW_OWNERS:
            return True
        sql = f"SELECT 1 FROM {query.table}_fts WHERE {query.table}_fts MATCH %s"
        return self._capped(sql, [match], _FEW_CANDIDATES + 1) > _FEW_CANDIDATES


def _match(query: Query) -> str:
    return " AND ".join(
        "(" + " OR ".join(map(_all_of, clause.alternatives)) + ")" for clause in query.clauses
    )


def _all_of(wanted: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{token}"' for token in wanted) + ")"


def _any_of(owners: Sequence[int]) -> str:
    return " AND (" + " OR ".join(f'"{owner_token(owner)}"' for owner in owners) + ")"
