"""Saving and restoring SQLite through its online backup interface; never by copying files.

Copying the file of a database in use loses commits (`reliability.md` F16). Everything here uses the
library chosen by crm.core.sqlite_guard, because two libraries on one file damage it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from crm.core import clock, sqlite_guard
from crm.workbench.backup.archive import sync_folder
from crm.workbench.backup.dumps import EPHEMERAL_TABLES, HOLD_OUTBOX, OUTBOX, Snapshot
from crm.workbench.backup.errors import BackupError, in_use

_TABLES = """
    SELECT name FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name
"""


class SqliteDump:
    """The database file of the default connection."""

    vendor = "sqlite"
    suffix = "sqlite3"

    def __init__(self) -> None:
        self.path = Path(connections["default"].settings_dict["NAME"])

    def name(self) -> str:
        """The file name."""
        return self.path.name

    def save(self, folder: Path) -> Snapshot:
        """Copy page by page inside one read transaction. Raises BackupError when there is none."""
        if not self.path.exists():
            raise BackupError(_("Backup failed: there is no database yet."))
        _require_space(folder, self.path.stat().st_size)
        copy = folder / "database.sqlite3"
        with _opened(self.path) as source, _opened(copy) as target:
            source.backup(target)
            # the copy is one file wherever it goes, with no log beside it
            target.execute("PRAGMA journal_mode=DELETE")
        os.chmod(copy, 0o600)
        with _opened(copy) as target:
            return Snapshot(
                file=copy,
                counts=_counts(target),
                audit_head=_audit_head(target),
                migrations=_migrations(target),
                server=sqlite_guard.library().sqlite_version,
            )

    def try_out(self, file: Path, folder: Path) -> dict[str, int]:
        """Open the unpacked copy, check its structure and count."""
        with _opened(file) as database:
            _check(database)
            return _counts(database)

    def is_empty(self) -> bool:
        """True without the file, without the table of users or without a user."""
        if not self.path.exists():
            return True
        with _opened(self.path) as database:
            return not _counts(database).get("accounts_user")

    def load(self, file: Path) -> None:
        """Put the checked copy in place; the old file stays beside it under another name."""
        connections["default"].close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stamp = clock.now().strftime("%Y%m%d-%H%M%S")
        _refuse_in_use(self.path)
        ready = self.path.with_name(f".{self.path.name}.restored")
        shutil.move(file, ready)
        os.chmod(ready, 0o600)
        for ending in ("", "-wal", "-shm", "-journal"):
            old = Path(f"{self.path}{ending}")
            if old.exists():
                old.rename(f"{self.path}.replaced-{stamp}{ending}")
        os.replace(ready, self.path)
        sync_folder(self.path.parent)

    def counts(self) -> dict[str, int]:
        """Rows of every table of the file in place."""
        with _opened(self.path) as database:
            return _counts(database)

    def forget(self) -> None:
        """Empty sessions and cache; hold back messages."""
        with _opened(self.path) as database:
            tables = set(_counts(database))
            for table in sorted(tables & set(EPHEMERAL_TABLES)):
                database.execute(f'DELETE FROM "{table}"')  # noqa: S608  (one of two constants)
            if OUTBOX in tables:
                database.execute(HOLD_OUTBOX)
            database.commit()


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A connection of the product's own library, closed at the end."""
    timeout = sqlite_guard.LOCK_TIMEOUT_SECONDS
    with closing(sqlite_guard.library().connect(str(path), timeout=timeout)) as connection:
        yield connection


def _refuse_in_use(path: Path) -> None:
    """Raise BackupError when another process has the file open or holds a lock on it."""
    if not path.exists():
        return
    if any(os.path.realpath(path) == target for target in _open_files_of_others()):
        raise in_use()
    with _opened(path) as database:
        try:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite_guard.library().OperationalError:
            raise in_use() from None
        database.rollback()


def _open_files_of_others() -> Iterator[str]:
    """Paths that other processes have open, as far as this user may see (Linux)."""
    for process in Path("/proc").glob("[0-9]*"):
        if process.name != str(os.getpid()):
            with suppress(OSError):
                for handle in (process / "fd").iterdir():
                    with suppress(OSError):
                        yield os.readlink(handle)


def _check(database: Any) -> None:
    """Raise BackupError unless the structure is sound."""
    answer = database.execute("PRAGMA integrity_check").fetchall()
    if answer != [("ok",)]:
        raise BackupError(
            _("The check failed: the database copy is damaged: %(reason)s.")
            % {"reason": answer[0][0]}
        )


def _counts(database: Any) -> dict[str, int]:
    names = [row[0] for row in database.execute(_TABLES)]
    query = 'SELECT count(*) FROM "{}"'  # names come from the database itself
    return {name: database.execute(query.format(name)).fetchone()[0] for name in names}


def _audit_head(database: Any) -> dict[str, str | int | None]:
    """The newest entry of the operation log: up to where the archive reaches."""
    if "audit_event" not in _counts(database):
        return {"id": None, "at": None}
    row = database.execute("SELECT id, at FROM audit_event ORDER BY id DESC LIMIT 1").fetchone()
    return {"id": row[0], "at": str(row[1])} if row else {"id": None, "at": None}


def _migrations(database: Any) -> dict[str, str]:
    if "django_migrations" not in _counts(database):
        return {}
    query = "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
    return dict(database.execute(query).fetchall())


def _require_space(folder: Path, size: int) -> None:
    """A copy, the archive and the trial need room; better to say so before than half-way."""
    if shutil.disk_usage(folder).free < 3 * size:
        raise BackupError(
            _("Backup failed: the disk needs %(size)d MB of free space.")
            % {"size": 3 * size // 1_000_000 + 1}
        )
