"""Killing processes at chosen moments: forks of one prepared process on a fresh database.

Used by the gates G13 and G15 in a process of their own (`python -m tests.gates.kill_driver`),
never inside pytest: a fork of pytest would share its connections.
"""

import os
import shutil
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection, connections

from crm.search.memory import forget_all


def fresh_postgres(server: str, template: str) -> tuple[str, Callable[[], None]]:
    """Make a database on the server of a URL; returns its URL and how to drop it again."""
    name = f"kill_{os.getpid()}_{int(time.time())}"
    parts = urlsplit(server)
    admin = urlunsplit(parts._replace(scheme="postgresql"))
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def drop() -> None:
        connections.close_all()
        with psycopg.connect(admin, autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    return urlunsplit(parts._replace(path=f"/{name}")), drop


def fork(work: Callable[[], Any]) -> int:
    """Run `work` in a child with its own connections; returns the child's process id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    code = 0
    try:
        work()
        connections.close_all()
    except BaseException:  # noqa: BLE001 - a child never returns into the parent's code
        traceback.print_exc()
        code = 3
    os._exit(code)


def wait(child: int) -> int:
    """The child's exit code, negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill(child: int) -> None:
    """kill -9, also where the child has ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)


class Executioner:
    """An `execute_wrapper` that counts statements and kills its own process at one of them."""

    def __init__(self, at: int = 0, *, after: bool = False) -> None:
        self.at = at
        self.after = after
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        mine = self.count == self.at
        if mine and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = execute(sql, params, many, context)
        if mine and self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    def watch(self, work: Callable[[], Any]) -> None:
        """Run `work` under this wrapper."""
        with connection.execute_wrapper(self):
            work()


class StateExecutioner(Executioner):
    """Kills right behind one of the moments at which something has become durable.

    These are the commits, and the writes outside of transactions. A killed process can leave no
    other states of the database than those between two of them.
    """

    _WRITES = ("INSERT", "UPDATE", "DELETE")

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not connection.in_atomic_block and sql.lstrip().upper().startswith(self._WRITES):
            self.passed()
        return result

    def passed(self) -> None:
        """One more durable state."""
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, work: Callable[[], Any]) -> None:
        wrapper = connections["default"]
        commit = wrapper._commit

        def committed() -> None:
            commit()
            self.passed()

        wrapper._commit = committed
        super().watch(work)


class Copies:
    """Fresh copies of a prepared database, each in turn the default one, the last one dropped.

    A worker of its own finds the present copy in `TEST_DATABASE_URL`.
    """

    def __init__(self) -> None:
        self.base = str(connection.settings_dict["NAME"])
        self.url = os.environ["TEST_DATABASE_URL"]
        self.number = 0

    @property
    def name(self) -> str:
        """The present copy."""
        return f"{self.base}_{self.number}" if self.number else self.base

    def fresh(self) -> None:
        """Make the next copy and work on it."""
        self.drop()
        self.number += 1
        if connection.vendor == "sqlite":
            shutil.copyfile(self.base, self.name)
        else:
            self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.base}"')
        connection.settings_dict["NAME"] = self.name
        os.environ["TEST_DATABASE_URL"] = self.url.removesuffix(self.base) + self.name
        forget_all()

    def drop(self) -> None:
        """Remove the present copy; the base stays."""
        connections.close_all()
        if not self.number:
            return
        if connection.vendor == "postgresql":
            self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            return
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.name}{ending}").unlink(missing_ok=True)

    def _execute(self, statement: str) -> None:
        server = urlunsplit(urlsplit(self.url)._replace(scheme="postgresql", path="/postgres"))
        with psycopg.connect(server, autocommit=True) as link:
            link.execute(statement)


def settled() -> None:
    """Wait until the server has noticed that its killed clients are gone (PostgreSQL)."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _time in range(500):
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.01)
    raise TimeoutError("somebody still works on the database")
