"""`manage.py` with one of the bugs that G25 must see: `harmed_manage BUG ARGUMENTS…`."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.management import execute_from_command_line

django.setup()

from crm.workbench.backup import making  # noqa: E402 - need Django
from crm.workbench.backup.archive import Archive  # noqa: E402
from crm.workbench.backup.sqlite import SqliteDump  # noqa: E402


def copied(patch: pytest.MonkeyPatch) -> None:
    """The database is copied as a file."""
    save = SqliteDump.save

    def save_copy(self: SqliteDump, folder: Path) -> Any:
        shutil.copyfile(self.path, folder / "plain.sqlite3")
        self.path = folder / "plain.sqlite3"
        return save(self, folder)

    patch.setattr(SqliteDump, "save", save_copy)


def put(target: Any, name: str, value: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """Replace an attribute."""
    return lambda patch: patch.setattr(target, name, value)


BUGS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the database is copied as a file": copied,
    "files are left out": put(making, "stored_files", lambda: iter(())),
    "the seal is not compared": put(Archive, "_check_seal", lambda self, end: None),
    "sessions and waiting mails are restored": put(SqliteDump, "forget", lambda self: None),
}

if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        BUGS[sys.argv[1]](patch)
        execute_from_command_line(["manage.py", *sys.argv[2:]])
