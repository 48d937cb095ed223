"""Conditions of Django querysets that narrow rows to what a search found."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, F, Func
from django.db.models.expressions import Combinable

from crm.search.backends import backend_on
from crm.search.query import Query


class KeyAmong(Func):
    """The key is one of up to a few thousand: one parameter, unlike Django's `__in`."""

    output_field = BooleanField()

    def __init__(self, key: str | Combinable, ids: Sequence[int]) -> None:
        super().__init__(F(key) if isinstance(key, str) else key)
        self.ids = tuple(ids)

    @property
    def identity(self) -> tuple[Any, ...]:
        """Makes two conditions with different keys different."""
        return (*super().identity, self.ids)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        """The condition in the words of the database."""
        key, params = compiler.compile(self.get_source_expressions()[0])
        condition, values = backend_on(connection).among(key, self.ids)
        return condition, [*params, *values]


class EntryMatches(Func):
    """The document of the row matches: one look at the document table per row.

    A scalar subquery on purpose. The planner of PostgreSQL would turn EXISTS into a join and read
    the whole document table, where walking a sort index finds a page after a few hundred rows.
    """

    output_field = BooleanField()

    def __init__(self, key: str | Combinable, query: Query) -> None:
        super().__init__(F(key) if isinstance(key, str) else key)
        self.query = query

    @property
    def identity(self) -> tuple[Any, ...]:
        """Makes two conditions with different queries different."""
        return (*super().identity, self.query)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        """The condition in the words of the database."""
        key, params = compiler.compile(self.get_source_expressions()[0])
        matches, needles = backend_on(connection).confirms(self.query)
        table = self.query.table
        sql = f"(SELECT {matches} FROM {table} WHERE {table}.object_id = {key})"
        return sql, [*needles, *params]


class AmongFirst(Func):
    """The key is one of so many that the index finds first: enough to count many rows by."""

    output_field = BooleanField()

    def __init__(self, key: str | Combinable, query: Query, limit: int) -> None:
        super().__init__(F(key) if isinstance(key, str) else key)
        self.query, self.limit = query, limit

    @property
    def identity(self) -> tuple[Any, ...]:
        """Makes two conditions with different queries different."""
        return (*super().identity, self.query, self.limit)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        """The condition in the words of the database."""
        key, params = compiler.compile(self.get_source_expressions()[0])
        found, values = backend_on(connection).first(self.query, self.limit)
        return f"{key} IN ({found})", [*params, *values]
