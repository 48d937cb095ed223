"""Which SQLite versions may use the write-ahead log, and how a database is opened."""

import os
import subprocess
import sys

import pytest

from crm.core import sqlite_guard
from scripts.setup import ROOT


@pytest.mark.parametrize(
    ("version", "is_safe"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0), True),
    ],
)
def test_tells_safe_versions(version, is_safe):
    assert sqlite_guard.wal_is_safe(version) is is_safe


def test_opens_as_the_reliability_page_says():
    options = sqlite_guard.options()
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 5
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "mmap_size=0"):
        assert f"PRAGMA {pragma};" in options["init_command"]


def test_stores_nothing_and_truth_as_sqlite_does():
    database = sqlite_guard.library().connect(":memory:")
    row = database.execute("SELECT ?, ?, ?, typeof(?)", (None, True, False, True)).fetchone()
    assert row == (None, 1, 0, "integer")


@pytest.mark.parametrize("choice", ["system", ""])
def test_both_libraries_get_the_mode_their_version_allows(choice):
    code = (
        "from crm.core import sqlite_guard as guard;"
        "safe = guard.wal_is_safe(guard.library().sqlite_version_info);"
        "assert guard.journal_mode() == ('WAL' if safe else 'DELETE');"
        "import sqlite3; print(sqlite3.__name__)"
    )
    environment = os.environ | {"CRM_SQLITE": choice}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    if choice == "system":
        assert answer.stdout.strip() == "sqlite3"
