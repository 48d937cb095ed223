"""Upkeep of the database itself: indexes that a killed load left missing, and the statistics by
which the planner chooses among indexes.

Runs after every `migrate`, at every start of `make run`, and from the scheduler
(crm.workbench.tasks). What expires in our own tables is not here.
"""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, router
from django.db.migrations.executor import MigrationExecutor

from crm.core import sqlite_guard

#: From here on `PRAGMA optimize` looks at tables that the connection has not read.
_OPTIMIZES_ALL_FROM = (3, 46, 0)
#: `PRAGMA optimize`: look at all tables, not only at those this connection has read, and say what
#: is to be done instead of doing it.
_ALL_TABLES, _ONLY_SAY = 0x10002, 0x1
_INDEX_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = ANY(current_schemas(false))",
}


def is_migrated(alias: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether every migration is applied: only then the models say what the database must have."""
    executor = MigrationExecutor(connections[alias])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def missing_indexes(alias: str = DEFAULT_DB_ALIAS) -> list[tuple[type[models.Model], models.Index]]:
    """The indexes of the models' Meta that the database lacks; one query. Needs `is_migrated()`."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(_INDEX_NAMES[connection.vendor])
        present = {name for (name,) in cursor.fetchall()}
    return [
        (model, index)
        for model in apps.get_models()
        if model._meta.managed and router.allow_migrate_model(alias, model)
        for index in model._meta.indexes
        if index.name not in present
    ]


def rebuild_missing_indexes(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Build what a load killed in the middle has left missing; returns the names."""
    missing = missing_indexes(alias)
    for model, index in missing:
        build_index(connections[alias], model, index)
    for model in {model for model, _index in missing}:
        analyze(connections[alias], model)
    return [index.name for _model, index in missing]


def build_index(connection: Any, model: type[models.Model], index: models.Index) -> None:
    """Create an index unless another process has just done so."""
    sql = str(index.create_sql(model, connection.schema_editor(atomic=False)))
    sql = sql.replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1)
    with connection.cursor() as cursor:
        cursor.execute(sql)


def analyze(connection: Any, model: type[models.Model]) -> None:
    """Count a table anew for the planner."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def refresh_statistics(alias: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Let SQLite count what has grown tenfold or has a new index; returns what was run.

    PostgreSQL does this by itself. SQLite says what its `PRAGMA optimize` would do, and we do it
    without that pragma's limit of rows read: limited, every index whose values are few looks
    alike, and a filter by nature (one value) as good as one by owner. A million customers take
    two seconds, less than a writer waits.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        if sqlite_guard.library().sqlite_version_info >= _OPTIMIZES_ALL_FROM:
            cursor.execute(f"PRAGMA optimize({_ALL_TABLES | _ONLY_SAY})")
            due = [statement for (statement,) in cursor.fetchall()]
        else:
            due = _due_on_old_library(cursor)
        cursor.execute("PRAGMA analysis_limit = 0")
        for statement in due:
            cursor.execute(statement)
    return due


def _due_on_old_library(cursor: Any) -> list[str]:
    """The same rules by hand: an index without statistics, or a table ten times as large.

    An index without rows has no statistics, however often it is counted.
    """
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
    if not cursor.fetchone()[0]:
        return ["ANALYZE"]
    cursor.execute(
        "SELECT i.tbl_name, i.sql, CAST(s.stat AS INTEGER)"
        " FROM sqlite_master i JOIN sqlite_master t ON t.type = 'table' AND t.name = i.tbl_name"
        " LEFT JOIN sqlite_stat1 s ON s.idx = i.name"
        " WHERE i.type = 'index' AND t.sql NOT LIKE '%WITHOUT ROWID%'"
    )
    indexes = cursor.fetchall()
    counted: dict[str, int] = {}
    for table, _sql, rows in indexes:
        counted[table] = max(counted.get(table, 0), rows or 0)
    due = [table for table, rows in counted.items() if _has_grown(cursor, table, rows)]
    due += [
        table
        for table, sql, rows in indexes
        if rows is None and table not in due and _has_rows(cursor, table, sql or "")
    ]
    return [f'ANALYZE "{table}"' for table in dict.fromkeys(due)]


def _has_grown(cursor: Any, table: str, counted: int) -> bool:
    cursor.execute(f'SELECT max(rowid) FROM "{table}"')  # noqa: S608 - names of our own tables
    return (cursor.fetchone()[0] or 0) >= 10 * max(counted, 1)


def _has_rows(cursor: Any, table: str, sql: str) -> bool:
    """Whether an index holds anything; `sql` is what made it."""
    condition = sql.partition(" WHERE ")[2] or "TRUE"
    cursor.execute(f'SELECT EXISTS(SELECT 1 FROM "{table}" WHERE {condition})')  # noqa: S608
    return bool(cursor.fetchone()[0])
