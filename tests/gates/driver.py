"""Calls the kill driver in a process of its own and reads its findings."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = os.environ.get("TEST_DATABASE_URL", "")
#: The databases this run has: SQLite always, PostgreSQL where a server is given.
SERVERS = ["", SERVER] if SERVER else [""]
NAMES = ["sqlite", "postgresql"][: len(SERVERS)]


def drive(mode: str, server: str = "", *, timeout: int = 600, **options: Any) -> dict[str, Any]:
    """Run one mode; options become `--name value`. Raises AssertionError with its last words."""
    with tempfile.TemporaryDirectory(prefix="crm-kill-") as folder:
        command = [sys.executable, "-m", "tests.gates.kill_driver", mode, "--folder", folder]
        if server:
            command += ["--server", server]
        for name, value in options.items():
            command += [f"--{name}"] if value is True else [f"--{name}", str(value)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
