"""Killing processes at chosen moments: forks of one prepared process on a fresh database.

Used by the gates G13 and G15 in a process of their own (`python -m tests.gates.kill_driver`),
never inside pytest: a fork of pytest would share its connections.
"""

import os
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection, connections


def fresh_postgres(server: str) -> tuple[str, Callable[[], None]]:
    """Make an empty database on the server of a URL; returns its URL and how to drop it again."""
    name = f"kill_{os.getpid()}_{int(time.time())}"
    parts = urlsplit(server)
    admin = urlunsplit(parts._replace(scheme="postgresql"))
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f'CREATE DATABASE "{name}"')

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
