"""Queries that pages ask over and over, translated to SQL once a process.

Building a queryset and compiling it costs five to ten times what the database needs to answer a
page's query (`performance.md` 4). Here the SQL is kept by its shape, and only keys are put in. The
queryset stays the one place that says what is asked.

    prepared.rows(("stamps",), lambda: Stamp.objects.values_list("name", "version"))
    prepared.rows(("names", model), lambda ids: model.objects.filter(pk__in=ids)
                  .values_list("name"), ids)

Several questions of one page go to the database as one statement: `together()`.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.models import QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

from crm.core import drivers

#: Keys, instants and days that a query is compiled with; real ones are not like these.
_FIRST = 7_777_000_000_000_001
_EARLIEST = datetime(1777, 7, 7, tzinfo=UTC)
_LARGEST = 2**63 - 1  # of the databases; an address may name a larger key
_MOST = 1000  # statements; the oldest go first
_KEYS = 250  # a page has 200 at most; chunks of an export would each leave a long statement behind

Build = Callable[..., QuerySet]
Single = int | str | datetime | date
Value = Single | Sequence[int]
_statements: dict[Hashable, "_Statement"] = {}
_joined: dict[Hashable, "_Joined"] = {}
_MOST_PARAMETERS = 65_535  # of one statement on PostgreSQL; SQLite takes more
ROWS, COUNT, OBJECTS = "rows", "count", "objects"


def rows(shape: Hashable, build: Build, *values: Value, by_key: bool = False) -> list[tuple]:
    """The rows of the `values_list()` queryset that `build(*values)` makes.

    A value is a key, a sequence of keys, a text, an instant or a day, used in conditions as it is;
    an empty sequence gives no rows. `shape` names everything else the SQL depends on, with what
    the reader may see (`policies.shape`): the same shape with as many keys always means the same
    SQL. `by_key` is for rows of one record, which are found the same way whatever its key is: see
    `drivers.planned_once()`.
    """
    return _run("rows", shape, build, values, by_key=by_key)


def rows_once(build: Build, *values: Value) -> list[tuple]:
    """The same, with SQL that is not kept: for a chunk of an export and rights that may change."""
    sizes, flat = _measured(values)
    if _is_impossible(sizes, flat):
        return []
    return _Statement(build, sizes, counts=False).run(flat)


def count(shape: Hashable, build: Build, *values: Value) -> int:
    """The number of rows of the queryset, up to its slice."""
    found = _run("count", shape, build, values)
    return found[0][0] if found else 0


def objects(shape: Hashable, build: Build, *values: Value) -> list[Any]:
    """The same for models found by key, with `select_related()` and `annotate()`."""
    statement, keys = _statement("objects", shape, build, values, by_key=True)
    return statement.objects(keys) if statement else []


@dataclass(frozen=True)
class Ask:
    """One of several questions: `kind` is ROWS, COUNT or OBJECTS, the rest as for that function.

    Where `shape` is None the SQL is not kept.
    """

    kind: str
    shape: Hashable
    build: Build
    values: tuple[Value, ...] = ()


def together(*asks: Ask) -> list[Any]:
    """The answers of several questions, in their order: one statement, whatever their tables.

    Only for a reader with thousands of people, whose keys are too many for one, each is its own.
    The parts stand below each other, each in columns of its own. Their rows keep their order.
    """
    answers: list[Any] = [0 if ask.kind == COUNT else [] for ask in asks]
    parts: list[tuple[int, _Statement, list[Single]]] = []
    keys: list[Hashable] = []
    for place, ask in enumerate(asks):
        sizes, flat = _measured(ask.values)
        if _is_impossible(sizes, flat):
            continue
        statement = _part(ask, sizes)
        if statement.sql:
            parts.append((place, statement, flat))
            keys.append(None if ask.shape is None else (ask.kind, ask.shape, sizes))
    if not parts:
        return answers
    statements = [statement for _place, statement, _flat in parts]
    if sum(len(statement.parameters) for statement in statements) <= _MOST_PARAMETERS:
        found = _join(keys, statements).run([flat for _place, _statement, flat in parts])
    else:
        found = [statement.run(flat) for _place, statement, flat in parts]
    for (place, statement, _flat), rows_of in zip(parts, found, strict=True):
        kind = asks[place].kind
        if kind == OBJECTS:
            answers[place] = statement.made(rows_of)
        else:
            answers[place] = rows_of[0][0] if kind == COUNT else rows_of
    return answers


def _part(ask: Ask, sizes: tuple[type | int, ...]) -> "_Statement":
    """The statement of one of several questions; its columns have names to be taken out by."""
    key = "part", ask.kind, ask.shape, sizes
    statement = _statements.get(key) if ask.shape is not None else None
    if statement is None:
        statement = _Statement(ask.build, sizes, counts=ask.kind == COUNT, is_part=True)
        if ask.shape is not None:
            _keep(key, statement)
    return statement


def _join(keys: list[Hashable], statements: list["_Statement"]) -> "_Joined":
    if None in keys:
        return _Joined(statements)
    joined = _joined.get(tuple(keys))
    if joined is None or joined.parts != statements:  # some were dropped and made again
        while len(_joined) >= _MOST:
            _joined.pop(next(iter(_joined)), None)
        joined = _joined[tuple(keys)] = _Joined(statements)
    return joined


def forget_all() -> None:
    """Drop the SQL of this process: where content types get other keys than those in it (tests)."""
    _statements.clear()
    _joined.clear()


def _run(
    kind: str, shape: Hashable, build: Build, values: tuple[Value, ...], *, by_key: bool = False
) -> list[tuple]:
    statement, keys = _statement(kind, shape, build, values, by_key=by_key)
    return statement.run(keys) if statement else []


def _statement(
    kind: str, shape: Hashable, build: Build, values: tuple[Value, ...], *, by_key: bool
) -> tuple["_Statement | None", list[Single]]:
    """The statement of a shape, compiled where it is new, and the keys in one list."""
    sizes, flat = _measured(values)
    if _is_impossible(sizes, flat):
        return None, []
    key = (kind, shape, sizes)
    statement = _statements.get(key)
    if statement is None:
        statement = _Statement(build, sizes, counts=kind == "count", by_key=by_key)
        if len(flat) <= _KEYS:
            _keep(key, statement)
    return statement, flat


def _measured(values: tuple[Value, ...]) -> tuple[tuple[type | int, ...], list[Single]]:
    """The kind or number of each value, and the keys in one list; arrays on PostgreSQL."""
    arrays = connections[DEFAULT_DB_ALIAS].vendor == "postgresql"
    sizes: list[type | int] = []
    flat: list[Single] = []
    for value in values:
        if isinstance(value, Single):
            sizes.append(type(value))
            flat.append(value)
        elif arrays and value and max(value) <= _LARGEST:
            sizes.append(list)
            flat.append("{" + ",".join(map(str, value)) + "}")
        else:
            sizes.append(len(value))
            flat.extend(value)
    return tuple(sizes), flat


def _is_impossible(sizes: tuple[type | int, ...], flat: list[Single]) -> bool:
    """Whether no row can have these keys."""
    return 0 in sizes or any(isinstance(key, int) and key > _LARGEST for key in flat)


def _keep(key: Hashable, statement: "_Statement") -> None:
    while len(_statements) >= _MOST:
        _statements.pop(next(iter(_statements)), None)
    _statements[key] = statement


class _Statement:
    """SQL with the places of the keys among its parameters."""

    def __init__(
        self,
        build: Build,
        sizes: tuple[type | int, ...],
        *,
        counts: bool,
        by_key: bool = False,
        is_part: bool = False,
    ) -> None:
        marks = list(_marks(sizes))
        queryset = build(*marks)
        self.using = queryset.db
        compiler: SQLCompiler = queryset.query.get_compiler(self.using)
        try:
            self.sql, parameters = compiler.as_sql(with_col_aliases=is_part)
        except EmptyResultSet:  # a condition that no row can meet
            self.sql = ""
            return
        for mark, size in zip(marks, sizes, strict=True):
            if size is list:
                self.sql, parameters = drivers.with_array(self.sql, parameters, mark)
        self.parameters = list(parameters)
        flat = list(_places_of(marks, sizes))
        known = {_adapted(mark, connections[self.using]): at for at, mark in enumerate(flat)}
        self.places = [
            (place, known[value])
            for place, value in enumerate(self.parameters)
            if isinstance(value, Single) and value in known
        ]
        if {number for _place, number in self.places} != set(known.values()):
            raise ValueError("a key of a prepared query does not reach its SQL as it is")
        selected = compiler.select[: compiler.col_count]
        columns = [column for column, _sql, _alias in selected]
        self.width = len(columns)
        if is_part:
            self.names = ["n"] if counts else [alias for _column, _sql, alias in selected]
            self.types = ["bigint"] if counts else [_type_of(column) for column in columns]
        self.instants, self.converters = self._converters(compiler, columns)
        self.compiler = compiler
        if counts:
            self.sql = f"SELECT COUNT(*) AS n FROM ({self.sql}) x"  # noqa: S608 - of Django
            self.instants, self.converters, self.width = [], [], 1
        if by_key and connections[self.using].vendor == "sqlite":
            self.sql = drivers.planned_once(self.sql)

    def _converters(
        self, compiler: SQLCompiler, columns: list[Any]
    ) -> tuple[list[int], list[tuple[int, Any, Any]]]:
        """Places of instants in UTC, which have a quicker way, and how to convert the others."""
        connection = connections[self.using]
        given = compiler.get_converters(columns)
        instants = []
        if connection.timezone is UTC:
            ops = connection.ops
            usual = [ops.convert_datetimefield_value] if connection.vendor == "sqlite" else None
            for place, column in enumerate(columns):
                converters = given.get(place, (None,))[0]
                if drivers.is_instant(column) and converters == usual:
                    instants.append(place)
                    given.pop(place, None)
        rest = [
            (place, convert, expression)
            for place, (converters, expression) in given.items()
            for convert in converters
        ]
        return instants, rest

    def run(self, keys: list[Single]) -> list[tuple]:
        """Execute with these keys."""
        if not self.sql:
            return []
        connection = connections[self.using]
        found = _fetched(self.sql, self.filled(keys, connection), connection, bool(self.instants))
        return self.read(found, connection)

    def filled(self, keys: list[Single], connection: Any) -> list[Any]:
        """The parameters with these keys."""
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _adapted(keys[number], connection)
        return parameters

    def read(self, found: list[tuple], connection: Any) -> list[tuple]:
        """The rows of the driver as Django gives them."""
        parses = self.instants and connection.vendor == "sqlite"
        if parses or self.converters:
            places = self.instants if parses else []
            return [self._converted(row, places, connection) for row in found]
        if found and len(found[0]) > self.width:  # columns that are only there to sort by
            return [tuple(row[: self.width]) for row in found]
        return found

    def objects(self, keys: list[Single]) -> list[Any]:
        """The rows as models."""
        return self.made(self.run(keys))

    def made(self, rows: list[tuple]) -> list[Any]:
        """Models of rows, put together as Django's own iteration does it."""
        if not rows:
            return []
        made, model = [], self.compiler.klass_info["model"]
        first, behind, names, related = self.parts
        for row in rows:
            obj = model.from_db(self.using, names, row[first:behind])
            for name, place in self.compiler.annotation_col_map.items():
                setattr(obj, name, row[place])
            for populator in related:
                populator.populate(row, obj)
            made.append(obj)
        return made

    @cached_property
    def parts(self) -> tuple[int, int, list[str], list[Any]]:
        """Where the columns of the model stand, their names, and what makes its relations."""
        compiler = self.compiler
        first, behind = _span(compiler.klass_info)
        names = [column.target.attname for column, _sql, _alias in compiler.select[first:behind]]
        related = get_related_populators(compiler.klass_info, compiler.select, self.using)
        return first, behind, names, related

    def _converted(self, row: Sequence[Any], instants: list[int], connection: Any) -> tuple:
        cells = list(row[: self.width])
        for place in instants:
            value = cells[place]
            if value is not None:  # a text where the value is no column as it stands
                moment = datetime.fromisoformat(value) if isinstance(value, str) else value
                cells[place] = moment.replace(tzinfo=UTC)
        for place, convert, expression in self.converters:
            cells[place] = convert(cells[place], expression, connection)
        return tuple(cells)


class _Joined:
    """Several statements as one: a number says which of them a row answers."""

    def __init__(self, parts: list[_Statement]) -> None:
        self.parts = parts
        self.using = parts[0].using
        connection = connections[self.using]
        typed, quoted = connection.vendor == "postgresql", connection.ops.quote_name
        nothing = [[f"NULL::{kind}" if typed else "NULL" for kind in part.types] for part in parts]
        lines = []
        for place, part in enumerate(parts):
            columns = [*nothing[:place], [f"x.{quoted(n)}" for n in part.names]]
            flat = [column for each in (*columns, *nothing[place + 1 :]) for column in each]
            lines.append(f"SELECT {place}, {', '.join(flat)} FROM ({part.sql}) x")  # noqa: S608
        self.sql = " UNION ALL ".join(lines)
        self.instants = any(part.instants for part in parts)

    def run(self, keys: list[list[Single]]) -> list[list[tuple]]:
        """Execute with these keys; the rows of each part."""
        connection = connections[self.using]
        both = zip(self.parts, keys, strict=True)
        filled = [value for part, own in both for value in part.filled(own, connection)]
        rows_of: list[list[tuple]] = [[] for _part in self.parts]
        for row in _fetched(self.sql, filled, connection, self.instants):
            rows_of[row[0]].append(row)
        answers, first = [], 1
        for part, found in zip(self.parts, rows_of, strict=True):
            behind = first + part.width
            answers.append(part.read([row[first:behind] for row in found], connection))
            first = behind
        return answers


def _fetched(sql: str, parameters: list[Any], connection: Any, instants: bool) -> list[tuple]:
    """The rows of the driver."""

    def ask() -> list[tuple]:
        with drivers.cursor(connection, instants=instants) as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    first = drivers.is_unchecked(connection)
    try:
        return ask()
    except OperationalError:
        if not first or connection.connection is None or not connection.connection.closed:
            raise
        connection.close()  # ended by the server since the last request: a new one
        return ask()


def _type_of(column: Any) -> str:
    """The type of a column in the words of the database, without its size."""
    return column.output_field.cast_db_type(connections[DEFAULT_DB_ALIAS]).partition("(")[0]


def _span(info: dict[str, Any]) -> tuple[int, int]:
    """Where the columns of the model itself stand."""
    return info["select_fields"][0], info["select_fields"][-1] + 1


def _marks(sizes: tuple[type | int, ...]) -> Iterator[Any]:
    """A value of its own for each place."""
    number = 0
    for size in sizes:
        if size is datetime:
            yield _EARLIEST + timedelta(seconds=number)
        elif size is date:
            yield _EARLIEST.date() - timedelta(days=number)
        elif size is str:
            yield f"prepared text {number}"
        elif isinstance(size, int) or size is list:
            some = size if isinstance(size, int) else drivers.IN_ARRAY
            yield list(range(_FIRST + number, _FIRST + number + some))
            number += some
            continue
        else:
            yield _FIRST + number
        number += 1


def _places_of(marks: list[Any], sizes: tuple[type | int, ...]) -> Iterator[Single]:
    """The marks that stand in the parameters; an array has one place."""
    for mark, size in zip(marks, sizes, strict=True):
        if size is list:
            yield mark[0]
        elif isinstance(mark, list):
            yield from mark
        else:
            yield mark


def _adapted(value: Single, connection: Any) -> Any:
    """The value as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
