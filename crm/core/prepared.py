"""Queries that pages ask over and over, translated to SQL once a process.

Building a queryset and compiling it costs five to ten times what the database needs to answer a
page's query (`performance.md` 4). Here the SQL is kept by its shape, and only keys are put in. The
queryset stays the one place that says what is asked.

    prepared.rows(("stamps",), lambda: Stamp.objects.values_list("name", "version"))
    prepared.rows(("names", model), lambda ids: model.objects.filter(pk__in=ids)
                  .values_list("name"), ids)
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

#: Keys that a query is compiled with; no real one is as large.
_FIRST = 7_777_000_000_000_001
_MOST = 1000  # statements; the oldest go first

Build = Callable[..., QuerySet]
Value = int | Sequence[int]
_statements: dict[Hashable, "_Statement"] = {}


def rows(shape: Hashable, build: Build, *values: Value) -> list[tuple]:
    """The rows of the `values_list()` queryset that `build(*values)` makes.

    A value is a key or a sequence of keys, used in conditions as it is; an empty sequence gives no
    rows. `shape` names everything else the SQL depends on: the same shape with as many keys must
    always mean the same SQL, so nothing in it may come from the clock or from rights.
    """
    return _run("rows", shape, build, values)


def count(shape: Hashable, build: Build, *values: Value) -> int:
    """The number of rows of the queryset, up to its slice."""
    found = _run("count", shape, build, values)
    return found[0][0] if found else 0


def _run(kind: str, shape: Hashable, build: Build, values: tuple[Value, ...]) -> list[tuple]:
    sizes = tuple(None if isinstance(value, int) else len(value) for value in values)
    if 0 in sizes:
        return []
    key = (kind, shape, sizes)
    statement = _statements.get(key)
    if statement is None:
        statement = _Statement(build, sizes, counts=kind == "count")
        while len(_statements) >= _MOST:
            _statements.pop(next(iter(_statements)), None)
        _statements[key] = statement
    flat: list[int] = []
    for value in values:
        if isinstance(value, int):
            flat.append(value)
        else:
            flat.extend(value)
    return statement.run(flat)


class _Statement:
    """SQL with the places of the keys among its parameters."""

    def __init__(self, build: Build, sizes: tuple[int | None, ...], *, counts: bool) -> None:
        marks: list[Value] = []
        behind = _FIRST
        for size in sizes:
            marks.append(behind if size is None else list(range(behind, behind + size)))
            behind += 1 if size is None else size
        queryset = build(*marks)
        self.using = queryset.db
        compiler: SQLCompiler = queryset.query.get_compiler(self.using)
        self.sql, parameters = compiler.as_sql()
        self.parameters = list(parameters)
        known = range(_FIRST, behind)
        self.places = [
            (place, value - _FIRST)
            for place, value in enumerate(self.parameters)
            if isinstance(value, int) and value in known
        ]
        if {number for _place, number in self.places} != set(range(len(known))):
            raise ValueError("a key of a prepared query does not reach its SQL as it is")
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        self.width = len(columns)
        self.converters = list(compiler.get_converters(columns).items())
        if counts:
            self.sql = f"SELECT COUNT(*) FROM ({self.sql}) x"  # noqa: S608 - compiled by Django
            self.converters, self.width = [], 1

    def run(self, keys: list[int]) -> list[tuple]:
        """Execute with these keys."""
        connection = connections[self.using]
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = keys[number]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        if self.converters:
            return [self._converted(row, connection) for row in found]
        if found and len(found[0]) > self.width:  # columns that are only there to sort by
            return [tuple(row[: self.width]) for row in found]
        return found

    def _converted(self, row: Sequence[Any], connection: Any) -> tuple:
        cells = list(row[: self.width])
        for place, (converters, expression) in self.converters:
            for convert in converters:
                cells[place] = convert(cells[place], expression, connection)
        return tuple(cells)
