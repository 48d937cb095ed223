"""Plans of queries are asked where a database has rows to choose among, and statistics of them."""

from collections.abc import Callable
from typing import Any

from django.db import connection, models

CROWD = 400


def make_crowd(first: models.Model, **values: Any) -> None:
    """So many more rows like this one that PostgreSQL does not choose among equal plans.

    A value may be a function of the row's number. On SQLite, which plans by rules, none is made.
    """
    if connection.vendor != "postgresql":
        return
    model = type(first)
    plain = {each.attname: getattr(first, each.attname) for each in model._meta.concrete_fields}
    plain |= values | {model._meta.pk.attname: None}
    model._base_manager.bulk_create(
        model(**{name: value(n) if callable(value) else value for name, value in plain.items()})
        for n in range(CROWD)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")


def prefer_indexes(*, bitmaps: bool = True, sorts: bool = True) -> None:
    """Let PostgreSQL take an index even of a table that is read faster as a whole.

    Without `sorts` it takes one that keeps the order, though so few rows are sorted in no time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            if not bitmaps:
                cursor.execute("SET LOCAL enable_bitmapscan = off")
            if not sorts:
                cursor.execute("SET LOCAL enable_sort = off")


def plans_of(call: Callable[[], Any]) -> list[str]:
    """How the database reads the rows of every SELECT that a call makes, as it runs them."""
    found: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            with connection.cursor() as cursor:
                cursor.execute(f"{word} {sql}", params)
                found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        call()
    return found
