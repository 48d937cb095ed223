"""Writing many rows of one model at the speed of the database instead of the ORM's.

`bulk_create()` compiles SQL and asks every field of every object again; here the columns are
prepared once, keys are taken in advance, and the rows go in by `executemany` (SQLite) or `COPY`
(PostgreSQL). Only for complete, new objects of services: no signals, no auto fields, no conflicts.
`Maker` makes such objects at a tenth of the cost of `Model()`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.db.models import Func
from django.db.models.base import ModelState

from crm.core import sqlite_guard, upkeep

Row = TypeVar("Row", bound=models.Model)
#: Page caches of SQLite in KiB: while indexes are built, and while rows are read once.
LARGE_CACHE, SMALL_CACHE = 131_072, 256
#: So few rows are one statement that brings their keys along.
FEW = 5


class Among(Func):
    """A condition: a text column is one of many values.

    One parameter where Django's `__in` prepares hundreds, one by one.
    """

    output_field = models.BooleanField()

    def __init__(self, column: str, values: Iterable[str]) -> None:
        super().__init__(models.F(column))
        self.values = tuple(values)

    @property
    def identity(self) -> tuple[Any, ...]:
        """Makes two conditions with different values different."""
        return (*super().identity, self.values)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        """The condition in the words of the database."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::text[])", [*params, list(self.values)]
        values = json.dumps(self.values, ensure_ascii=False)
        among = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - a column of ours
        return among, [*params, values]


class Maker(Generic[Row]):
    """Makes new objects of one model by copying a prepared one.

    `Model()` looks at every field and relation and costs more than the rest of a row. Values are
    given by column (`owner_id`); the others have the defaults of the model, so a value that can
    be changed in place (a JSON column) must be given.
    """

    def __init__(self, model: type[Row]) -> None:
        self.model = model

    def __call__(self, **values: Any) -> Row:
        made = self.model.__new__(self.model)
        made.__dict__ = {**self._defaults, **values, "_state": ModelState()}
        return made

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return vars(self.model())


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
    without_key = [row for row in rows if row.pk is None]
    if len(without_key) == len(rows) <= FEW:
        _insert_few(connection, model, rows)
    else:
        _take_keys(connection, model, without_key)
        _WRITERS[connection.vendor](connection, model, rows)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias
    return rows


def update_many(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of stored objects of one model, found by key: one statement, many rows.

    `bulk_update()` builds a condition for each row and field, and its SQL anew each time.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [model._meta.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    sql = f'UPDATE "{table}" SET {columns} WHERE "{key}" = %s'  # noqa: S608 - own names
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
         row.pk]
        for row in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)


def commit_without_waiting() -> None:
    """Let the commit of this transaction return before PostgreSQL has it on the disk.

    For steps of a job only: a crash of the server may lose the last ones, as a whole and with
    their ledger rows, so the job does them again. The commit that ends the job waits for all.
    SQLite gains nothing from it.
    """
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")


@contextmanager
def without_indexes(*tables: type[models.Model]) -> Iterator[None]:
    """Drop the indexes of these models' Meta while many rows go in, and build them again after.

    Sorting a million keys once is several times faster than placing each, and on SQLite spares
    writing most pages of the table once per batch. Constraints stay. For loads by an operator:
    lists are slow meanwhile. What a killed load leaves missing, the next start builds
    (crm.core.upkeep).
    """
    connection = connections[router.db_for_write(tables[0])]
    indexes = [(model, index) for model in tables for index in model._meta.indexes]
    with connection.cursor() as cursor:
        for _model, index in indexes:
            cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(index.name)}")
        try:
            with _room(connection, cursor):
                yield
        finally:
            for model, index in indexes:
                upkeep.build_index(connection, model, index)
            for model in tables:
                upkeep.analyze(connection, model)


@contextmanager
def _room(connection: Any, cursor: Any) -> Iterator[None]:
    """More memory for the pages SQLite holds; PostgreSQL has its own."""
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA cache_size = -{LARGE_CACHE}")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA cache_size = -{sqlite_guard.CACHE}")


@contextmanager
def reading_once(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Read many rows without keeping their pages: an export needs none of them again (SQLite)."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{SMALL_CACHE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = -{sqlite_guard.CACHE}")


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


@dataclass(frozen=True)
class _Shape:
    """How rows of a model are written: quoted names, and which values need another form."""

    table: str
    columns: str
    marks: str
    values: Callable[[dict[str, Any]], tuple]
    #: Places of JSON, and of dates, times and decimals.
    documents: tuple[int, ...]
    typed: tuple[int, ...]


_TYPED = (models.DateField, models.DecimalField)  # a DateTimeField is a DateField


@cache
def _shape(model: type[models.Model], *, keyed: bool) -> _Shape:
    fields = [each for each in model._meta.concrete_fields if keyed or not each.primary_key]
    places = {
        kind: tuple(place for place, field in enumerate(fields) if isinstance(field, kind))
        for kind in (models.JSONField, _TYPED)
    }
    return _Shape(
        f'"{model._meta.db_table}"',
        ", ".join(f'"{field.column}"' for field in fields),
        "(" + ", ".join(["%s"] * len(fields)) + ")",
        # From the dict of an object: the descriptors of relations would be asked otherwise.
        itemgetter(*(field.attname for field in fields)),
        places[models.JSONField],
        places[_TYPED],
    )


def _insert_few(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    shape, text_of = _shape(model, keyed=False), _TEXTS[connection.vendor]
    marks = ", ".join([shape.marks] * len(rows))
    sql = (
        f"INSERT INTO {shape.table} ({shape.columns}) VALUES {marks} "  # noqa: S608 - own names
        f'RETURNING "{model._meta.pk.column}"'
    )
    values = [value for row in rows for value in _plain(shape, vars(row), text_of)]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key


def _execute_many(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    shape = _shape(model, keyed=True)
    sql = f"INSERT INTO {shape.table} ({shape.columns}) VALUES {shape.marks}"  # noqa: S608 - own names
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_plain(shape, vars(row), _utc_text_of) for row in rows])


def _copy(connection: Any, model: type[models.Model], rows: list[Any]) -> None:
    shape = _shape(model, keyed=True)
    statement = f"COPY {shape.table} ({shape.columns}) FROM STDIN"
    # COPY goes past Django's cursor, which makes Django's errors of the driver's.
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.cursor.copy(statement) as copy,
    ):
        for row in rows:
            copy.write_row(_plain(shape, vars(row), _text_of))


def _plain(shape: _Shape, row: dict[str, Any], text_of: Callable[[Any], str]) -> list[Any]:
    """Values as numbers, text and None, which need no adapter per value."""
    found = list(shape.values(row))
    for place in shape.typed:
        value = found[place]
        if value is not None:
            found[place] = text_of(value)
    for place in shape.documents:
        found[place] = json.dumps(found[place])
    return found


# The rows of a batch share their instants and most days.
_text_of = lru_cache(maxsize=256)(str)


@lru_cache(maxsize=256)
def _utc_text_of(value: date | datetime | Decimal) -> str:
    """As `_text_of`, but an instant the way Django stores it in SQLite: naive, in UTC."""
    if not isinstance(value, datetime):
        return str(value)
    return str(value.astimezone(UTC).replace(tzinfo=None))


_TEXTS: dict[str, Callable[[Any], str]] = {"postgresql": _text_of, "sqlite": _utc_text_of}
_WRITERS = {"postgresql": _copy, "sqlite": _execute_many}
