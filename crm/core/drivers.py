"""How kept SQL (`crm.core.prepared`) meets the drivers of the two databases.

Cursors that plan a statement once, read instants quickly and take many keys as one array.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX, SQLiteCursorWrapper
from psycopg.types.datetime import TimestamptzLoader

#: Executions on a connection after which PostgreSQL keeps a statement.
PLANNED_AFTER = 3
#: Keys that a query with an array is compiled with.
IN_ARRAY = 2
_PLACE = re.compile(r"(?<!%)%s")


def with_array(
    sql: str, parameters: Sequence[Any], marks: list[int]
) -> tuple[str, tuple[Any, ...]]:
    """The SQL with `= ANY(array)` for each `IN (…)` of these marks: one statement for any number.

    Raises ValueError where a mark stands elsewhere.
    """
    parts, place = _PLACE.split(sql), 0
    if len(parts) != len(parameters) + 1:
        raise ValueError("the places of a prepared query cannot be told")
    while place < len(parameters):
        if list(parameters[place : place + IN_ARRAY]) == marks:
            before, between, behind = parts[place : place + IN_ARRAY + 1]
            if not (before.endswith("IN (") and between == ", " and behind.startswith(")")):
                raise ValueError("keys of a prepared query stand in no list")
            parts[place : place + IN_ARRAY + 1] = [
                f"{before.removesuffix('IN (')}= ANY(",
                f"::bigint[]{behind}",
            ]
            parameters = (*parameters[: place + 1], *parameters[place + IN_ARRAY :])
        place += 1
    return "%s".join(parts), tuple(parameters)


def planned_once(sql: str) -> str:
    """The SQL for SQLite to compile once: the plus, which changes no value, hides it from the plan.

    Where it keeps samples of an index (ANALYZE), SQLite compiles a statement again for each value
    that is compared with the index. That costs several times what reading by key does.
    """
    return _PLACE.sub("+%s", sql)


def is_unchecked(connection: Any) -> bool:
    """Whether this is the first question to a kept connection of PostgreSQL in a request.

    Django asks `SELECT 1` before it, in case the server has ended the connection. A kept query
    only reads: it is its own check, and is asked again on a new connection.
    """
    unchecked = (
        connection.connection is not None
        and connection.health_check_enabled
        and not connection.health_check_done
        and not connection.in_atomic_block
    )
    connection.health_check_done = connection.health_check_done or unchecked
    return unchecked


def is_instant(column: Any) -> bool:
    """Whether a selected column holds instants."""
    field = getattr(column, "output_field", None)
    return field is not None and field.get_internal_type() == "DateTimeField"


def cursor(connection: Any, *, instants: bool) -> Any:
    """A cursor; PostgreSQL plans what a connection asks again and again only a few times.

    Not behind a pooler that gives every transaction another connection (`deploy/`). Instants of
    PostgreSQL are read in C, as the connection's zone is UTC; Django's own way takes five times it.
    """
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with connection.wrap_database_errors:
            return connection._prepare_cursor(connection.connection.cursor(factory=_QuickCursor))
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return connection.cursor()
    raw = connection.connection
    raw.prepare_threshold = PLANNED_AFTER
    made = ServerBindingCursor(raw)
    if instants:
        made.adapters.register_loader("timestamptz", TimestamptzLoader)
    return connection._prepare_cursor(made)


class _QuickCursor(SQLiteCursorWrapper):
    """Writes a statement in SQLite's own way once, not each time it is asked."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The statement with question marks; kept SQL has no named values."""
        return _question_marks(query)


@lru_cache(maxsize=1000)
def _question_marks(query: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
