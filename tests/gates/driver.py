"""Calls the kill driver in a process of its own and reads its findings."""

import atexit
import functools
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.kit import migrated
from tests.kit.forks import python
from tests.kit.gates import FULL

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = os.environ.get("TEST_DATABASE_URL", "")
#: The databases this run has: SQLite always, PostgreSQL where a server is given.
SERVERS = ["", SERVER] if SERVER else [""]
NAMES = ["sqlite", "postgresql"][: len(SERVERS)]
#: Server and name of the databases to try. Small: that of this pass; full: all there are.
DATABASES = list(zip(SERVERS, NAMES, strict=True))[0 if FULL else -1 :]
#: Their names.
TRIED = [name for _server, name in DATABASES]
#: Name of the SQLite file in the folder of a run.
DATABASE = "kill.sqlite3"


@functools.cache
def prepared() -> Path:
    """An SQLite database with tables and user, made once a process."""
    folder = Path(tempfile.mkdtemp(prefix="crm-kill-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(migrated.sqlite(), folder / DATABASE)
    _call("prepare", "--folder", str(folder), timeout=600)
    return folder / DATABASE


def drive(mode: str, server: str = "", *, timeout: int = 600, **options: Any) -> dict[str, Any]:
    """Run one mode; options become `--name value`. Raises AssertionError with its last words."""
    with tempfile.TemporaryDirectory(prefix="crm-kill-") as folder:
        words = [mode, "--folder", folder]
        if server:
            words += ["--server", server]
        elif mode != "database":
            shutil.copy(prepared(), folder)
        for name, value in options.items():
            words += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        return _call(*words, timeout=timeout)


def _call(*words: str, timeout: int) -> dict[str, Any]:
    words = ("-m", "tests.gates.kill_driver", *words)
    done = python(*words, environment=dict(os.environ), seconds=timeout)
    assert done.code == 0, done.errors[-3000:]
    return json.loads(done.output.splitlines()[-1])
