"""What takes seconds to make and is the same for every process of a run, made once and copied.

An SQLite file and, on the server of TEST_DATABASE_URL, a database with all tables; the data folder
of a product with demo data. Whoever asks first makes it, the others wait, in the folder of the run,
which is one for all passes of `make test`; that makes the two databases beforehand.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.setup import ROOT
from tests.kit.installation import SERVER, System, create_database, drop_database, new_name

FILE = "db.sqlite3"
_NAME = "name"


def sqlite() -> Path:
    """A migrated SQLite database that nobody has open."""
    return _once("migrated", lambda place: _migrate(System(place, "", FILE))) / FILE


def postgres() -> str:
    """Name of a migrated database on the server, for CREATE DATABASE … TEMPLATE."""
    return (_once("template", _make_template) / _NAME).read_text()


def demo(environment: dict[str, str]) -> Path:
    """The data folder behind the first start of a product; `environment` is that of the start."""

    def make(place: Path) -> None:
        shutil.copy(sqlite(), place / FILE)
        own = environment | {
            "CRM_DATA_DIR": str(place),
            "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
        }
        command = [
            sys.executable,
            "-c",
            "from scripts import prepare; raise SystemExit(prepare.main())",
        ]
        subprocess.run(command, cwd=ROOT, env=own, check=True, stdout=subprocess.DEVNULL)

    return _once("demo", make)


def install(system: System) -> None:
    """Tables for an empty installation."""
    if system.url:
        drop_database(system.name)
        create_database(system.name, postgres())
    else:
        shutil.copy(sqlite(), system.data / FILE)


def remove() -> None:
    """Drop the database of the run where its server is known; its files go with its folder."""
    place = _folder() / "template"
    if SERVER and place.exists():
        drop_database((place / _NAME).read_text())
        shutil.rmtree(place)


def _make_template(place: Path) -> None:
    name = new_name()
    _migrate(System(place, create_database(name), name))
    (place / _NAME).write_text(name)


def _migrate(system: System) -> None:
    status, output = system.manage("migrate", "-v", "0")
    assert status == 0, output


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of the run; `make` fills it, in one process only."""
    place, draft = _folder() / name, _folder() / f"{name}.draft"
    with (_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(place)
    return place


def _folder() -> Path:
    return Path(os.environ["CRM_TEST_FOLDER"])
