"""Saving and restoring PostgreSQL with pg_dump, pg_restore and psql of the server's packages.

The rows are counted in the very snapshot that is dumped. Loading is one transaction: either the
whole copy is in place or nothing has changed.
"""

import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.utils.translation import gettext as _
from psycopg import sql

from crm.workbench.backup.dumps import EPHEMERAL_TABLES, HOLD_OUTBOX, OUTBOX, Snapshot
from crm.workbench.backup.errors import BackupError, in_use

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"

_OTHER_SESSIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""

#: Seconds in which sessions this command has closed itself are gone from the server's list.
_FAREWELL = 5.0
#: The account may not create databases, or this is a replica.
_NO_SCRATCH = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)


class PostgresDump:
    """The database of the default connection."""

    vendor = "postgresql"
    suffix = "pgdump"

    def __init__(self) -> None:
        self.settings = connections["default"].settings_dict

    def name(self) -> str:
        """The name of the database."""
        return str(self.settings["NAME"])

    def save(self, folder: Path) -> Snapshot:
        """Dump one snapshot in pg_dump's own compressed format."""
        file = folder / "database.pgdump"
        connection = connections["default"]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for limit in ("idle_in_transaction_session_timeout", "statement_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            result = Snapshot(
                file=file,
                counts=_counts(cursor),
                audit_head=_audit_head(cursor),
                migrations=_migrations(cursor),
                server=str(connection.pg_version),
            )
            self._run("pg_dump", "-Fc", "--no-owner", f"--snapshot={snapshot}", f"--file={file}")
        os.chmod(file, 0o600)
        return result

    def try_out(self, file: Path, folder: Path) -> dict[str, int] | None:
        """Restore into a database of its own and count; None without the right to make one."""
        scratch = f"crm_check_{secrets.token_hex(6)}"
        with self._session(self.name()) as cursor:
            try:
                _execute(cursor, "CREATE DATABASE {} TEMPLATE template0", scratch)
            except _NO_SCRATCH:
                return None
        try:
            self._load_into(scratch, file)
            with self._session(scratch) as cursor:
                return _counts(cursor)
        finally:
            with self._session(self.name()) as cursor:
                _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", scratch)

    def is_empty(self) -> bool:
        """True without the table of users or without a user."""
        with self._session(self.name()) as cursor:
            return not _counts(cursor).get("accounts_user")

    def load(self, file: Path) -> None:
        """Replace the content of the database in one transaction. Raises BackupError in use."""
        connections["default"].close()
        if self._is_in_use():
            raise in_use()
        self._load_into(self.name(), file)

    def _is_in_use(self) -> bool:
        """Whether others are connected and stay so: a server forgets closed sessions late."""
        end = time.monotonic() + _FAREWELL
        with self._session(self.name()) as cursor:
            while cursor.execute(_OTHER_SESSIONS).fetchone()[0]:
                if time.monotonic() > end:
                    return True
                time.sleep(0.1)
        return False

    def counts(self) -> dict[str, int]:
        """Rows of every table now."""
        with self._session(self.name()) as cursor:
            return _counts(cursor)

    def forget(self) -> None:
        """Empty sessions and cache; hold back messages."""
        with self._session(self.name()) as cursor:
            tables = set(_counts(cursor))
            for table in sorted(tables & set(EPHEMERAL_TABLES)):
                _execute(cursor, "DELETE FROM {}", table)
            if OUTBOX in tables:
                cursor.execute(HOLD_OUTBOX)

    def _load_into(self, database: str, file: Path) -> None:
        """Feed the dump as SQL to psql, behind statements that clear the schema."""
        contents = self._run("pg_restore", "--list", str(file), database=database)
        clear = "DROP SCHEMA IF EXISTS public CASCADE;\n"
        if " SCHEMA - public " not in contents:
            clear += "CREATE SCHEMA public;\n"
        restore = subprocess.Popen(  # noqa: S603  (no shell; the path is ours)
            [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)],
            stdout=subprocess.PIPE,
        )
        psql = subprocess.Popen(  # noqa: S603  (no shell; the path is ours)
            [_tool("psql"), "--quiet", "--no-psqlrc", "--single-transaction"]
            + ["--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"],
            env=self._environment(database),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert psql.stdin is not None
        assert restore.stdout is not None
        try:
            psql.stdin.write(clear.encode())
            shutil.copyfileobj(restore.stdout, psql.stdin)
        except BrokenPipeError:
            restore.kill()  # psql has stopped; its own words are below
        if restore.wait():
            psql.kill()  # at the end of its input it would commit half a dump
        errors = psql.communicate()[1]
        if restore.returncode or psql.returncode:
            reason = errors.decode("utf-8", "replace").strip()
            raise BackupError(
                _("Restoring failed: PostgreSQL says: %(reason)s") % {"reason": reason[-500:]}
            )

    def _run(self, tool: str, *arguments: str, database: str = "") -> str:
        """Run one of the tools; returns its output. Raises BackupError with its words."""
        answer = subprocess.run(  # noqa: S603  (no shell; the path is ours)
            [_tool(tool), *arguments],
            env=self._environment(database or self.name()),
            capture_output=True,
            text=True,
        )
        if answer.returncode:
            raise BackupError(
                _("%(tool)s failed: %(reason)s")
                % {"tool": tool, "reason": answer.stderr.strip()[-500:]}
            )
        return answer.stdout

    def _environment(self, database: str) -> dict[str, str]:
        """How the tools reach the server; a password never stands in a command line."""
        given = DatabaseClient.settings_to_cmd_args_env(self.settings, [])[1]
        place = {
            "PGHOST": self.settings["HOST"],
            "PGPORT": self.settings["PORT"],
            "PGUSER": self.settings["USER"],
            "PGDATABASE": database,
        }
        return (
            os.environ | (given or {}) | {key: str(value) for key, value in place.items() if value}
        )

    @contextmanager
    def _session(self, database: str) -> Iterator[Any]:
        """A cursor of its own with autocommit, as CREATE DATABASE wants it."""
        parameters = connections["default"].get_connection_params()
        for key in ("cursor_factory", "context", "prepare_threshold"):
            parameters.pop(key, None)
        parameters["dbname"] = database
        with psycopg.connect(**parameters, autocommit=True) as session, session.cursor() as cursor:
            yield cursor


def _tool(name: str) -> str:
    """The path of a PostgreSQL tool; Debian keeps some outside PATH. Raises BackupError."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else "")
    if not found:
        raise BackupError(
            _("%(tool)s is missing. Install the PostgreSQL client package.") % {"tool": name}
        )
    return found


def _execute(cursor: Any, statement: str, name: str) -> None:
    cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _counts(cursor: Any) -> dict[str, int]:
    cursor.execute(_TABLES)
    names = [row[0] for row in cursor.fetchall()]
    counts = {}
    for name in names:
        _execute(cursor, "SELECT count(*) FROM public.{}", name)
        counts[name] = cursor.fetchone()[0]
    return counts


def _audit_head(cursor: Any) -> dict[str, str | int | None]:
    """The newest entry of the operation log: up to where the archive reaches."""
    cursor.execute("SELECT id, at FROM audit_event ORDER BY id DESC LIMIT 1")
    row = cursor.fetchone()
    return {"id": row[0], "at": row[1].isoformat()} if row else {"id": None, "at": None}


def _migrations(cursor: Any) -> dict[str, str]:
    cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
    return dict(cursor.fetchall())
