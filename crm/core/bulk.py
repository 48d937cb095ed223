"""Inserting many rows of one model at the speed of the database instead of the ORM's.

`bulk_create()` compiles SQL and asks every field of every object again; here the columns are
prepared once, keys are taken in advance, and the rows go in by `executemany` (SQLite) or `COPY`
(PostgreSQL). Only for complete, new objects of services: no signals, no auto fields, no conflicts.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from psycopg.types.json import Jsonb

Row = TypeVar("Row", bound=models.Model)
#: So few rows are one statement of the ORM, which brings their keys along.
FEW = 5


def insert_many(rows: Sequence[Row]) -> list[Row]:
    """Insert new objects of one model and set their keys. Must run inside a transaction.

    Raises IntegrityError like any insert; relations must have keys already.
    """
    rows = list(rows)
    if not rows:
        return rows
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("insert_many() needs a transaction")
    if len(rows) <= FEW:
        return model._base_manager.bulk_create(rows)
    _take_keys(connection, model, [row for row in rows if row.pk is None])
    writers = {"postgresql": _copy}
    writers.get(connection.vendor, _execute_many)(connection, model, rows)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias
    return rows


@contextmanager
def without_indexes(*tables: type[models.Model]) -> Iterator[None]:
    """Drop the indexes of these models' Meta while many rows go in, and build them again after.

    Sorting a million keys once is several times faster than placing each, and on SQLite spares
    writing most pages of the table once per batch. Constraints stay. For loads by an operator:
    lists are slow meanwhile. A killed load leaves them missing; the next one builds them.
    """
    connection = connections[router.db_for_write(tables[0])]
    editor = connection.schema_editor(atomic=False)
    indexes = [(model, index) for model in tables for index in model._meta.indexes]
    with connection.cursor() as cursor:
        for _model, index in indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(index.name)}")
        try:
            with _room(connection, cursor):
                yield
        finally:
            for model, index in indexes:
                cursor.execute(str(index.create_sql(model, editor)))
            for model in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


@contextmanager
def _room(connection: Any, cursor: Any) -> Iterator[None]:
    """More memory for the pages SQLite holds; PostgreSQL has its own."""
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA cache_size = -131072")  # 128 MB
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size = -2000")  # the default


def _take_keys(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    """Give out keys: from the sequence, or behind the last one under SQLite's write lock."""
    if not rows:
        return
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [f'"{table}"', column, len(rows)],
            )
            keys = [key for (key,) in cursor.fetchall()]
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found = cursor.fetchone()
            first = (found[0] if found else 0) + 1
            keys = list(range(first, first + len(rows)))
    for row, key in zip(rows, keys, strict=True):
        row.pk = key


def _shape(model: type[models.Model]) -> tuple[list[str], Callable[[Any], tuple]]:
    """Column names and the getter of their values."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    getter = attrgetter(*names)
    return [field.column for field in fields], getter


def _execute_many(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    columns, getter = _shape(model)
    quote = connection.ops.quote_name
    places = ", ".join(["%s"] * len(columns))
    names = ", ".join(map(quote, columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - names of our own tables
    json_places = _json_places(model)
    values = [_plain(getter(row), json_places) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def _plain(values: tuple, json_places: list[int]) -> list[Any]:
    """Values as SQLite stores them."""
    found = [_PLAIN[type(value)](value) if type(value) in _PLAIN else value for value in values]
    for place in json_places:
        found[place] = json.dumps(values[place])
    return found


def _copy(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    columns, getter = _shape(model)
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    json_places = _json_places(model)
    with connection.cursor() as cursor:
        statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
        with cursor.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(_native(getter(row), json_places))


def _native(values: tuple, json_places: list[int]) -> tuple | list[Any]:
    """Values as psycopg takes them."""
    if not json_places:
        return values
    found = list(values)
    for place in json_places:
        found[place] = Jsonb(found[place])
    return found


def _json_places(model: type[models.Model]) -> list[int]:
    return [
        place
        for place, field in enumerate(model._meta.concrete_fields)
        if isinstance(field, models.JSONField)
    ]


def _utc_text(value: datetime) -> str:
    """An instant the way Django stores it in SQLite: naive, in UTC."""
    if value.tzinfo is UTC:
        return value.isoformat(" ")[:-6]  # without +00:00
    return str(value.astimezone(UTC).replace(tzinfo=None))


_PLAIN: dict[type, Callable[[Any], Any]] = {datetime: _utc_text, Decimal: str}
