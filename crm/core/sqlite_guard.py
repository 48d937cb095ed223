"""How SQLite is opened, by the version of its library (`reliability.md` 0.3, 4.3).

SQLite 3.7.0 to 3.51.2 can lose data in WAL mode (the WAL-reset race); fixed in 3.51.3 and carried
back to 3.50.7 and 3.44.6. The package `crm` swaps in `pysqlite3`, whose library is fixed, where
that wheel exists; an affected library runs with a rollback journal. Checking what an operator did
to the files is in crm.core.selfcheck.
"""

import importlib
from types import ModuleType
from typing import Any

#: Compiled statements that a connection keeps.
STATEMENTS = 500
#: Page cache of a connection in KiB.
CACHE = 65_536
#: Pages in the write-ahead log at which they move to the file: 16 MB. A job writes 2 MB a step;
#: moved at the usual 4 MB, the same pages are written and waited for at every other step.
CHECKPOINT = 4_000
LOCK_TIMEOUT_SECONDS = 5
_FIXED_FROM = (3, 51, 3)
_FIXED_LINES = {(3, 50): 7, (3, 44): 6}
_AFFECTED_FROM = (3, 7, 0)
#: From here on JSON functions may stand in checks of a schema that is not trusted.
_JSON_IS_INNOCUOUS = (3, 44, 0)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """True when a library of this version has no WAL-reset race."""
    major, minor, patch = (*version, 0, 0, 0)[:3]
    if (major, minor, patch) >= _FIXED_FROM or (major, minor, patch) < _AFFECTED_FROM:
        return True
    fixed_patch = _FIXED_LINES.get((major, minor))
    return fixed_patch is not None and patch >= fixed_patch


def library() -> ModuleType:
    """The `sqlite3` module every part of this process uses."""
    return importlib.import_module("sqlite3")


def journal_mode() -> str:
    """`WAL` on a safe library, else `DELETE` (slower, never damaged)."""
    return "WAL" if wal_is_safe(library().sqlite_version_info) else "DELETE"


def trusted_schema() -> str:
    """`OFF`, but `ON` on libraries that then refuse the JSON_VALID() of Django's own checks."""
    return "OFF" if library().sqlite_version_info >= _JSON_IS_INNOCUOUS else "ON"


def options() -> dict[str, Any]:
    """The OPTIONS of a SQLite entry in DATABASES as `reliability.md` 4.3 gives them.

    The page cache of 64 MB is ours: walks over a million rows read far more than the usual 2 MB.
    So are the statements that stay compiled: the pages people go between have more than the 128 of
    the driver, and compiling is a twentieth of the work of a page.
    """
    return {
        "cached_statements": STATEMENTS,
        "transaction_mode": "IMMEDIATE",
        "timeout": LOCK_TIMEOUT_SECONDS,
        "init_command": (
            f"PRAGMA journal_mode={journal_mode()}; PRAGMA synchronous=FULL; "
            f"PRAGMA foreign_keys=ON; PRAGMA trusted_schema={trusted_schema()}; "
            "PRAGMA secure_delete=ON; PRAGMA mmap_size=0; PRAGMA journal_size_limit=67108864; "
            f"PRAGMA cache_size=-{CACHE}; PRAGMA wal_autocheckpoint={CHECKPOINT};"
        ),
    }


# The driver looks for a way to store at three places for each value that is no number or text, and
# finds none for these: a twelfth of the work of writing rows with fifty columns.
library().register_adapter(type(None), {}.get)  # None for None, said in C
library().register_adapter(bool, int)
