"""Databases of the bench: made once per size and schema, copied for every run.

The made ones stay in a folder under the machine's temporary folder, so that repeating is cheap.
PostgreSQL runs as a throw-away cluster of this bench (C.UTF-8, its own port), never somebody's.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.processes import ROOT, free_port, tree

CACHE = Path(tempfile.gettempdir()) / f"crm-bench-{os.getuid()}"
#: Whatever changes the tables that are filled, or what is put into them.
_SCHEMA = (
    "crm/*/migrations/0*.py",
    "customers/migrations/0*.py",
    "customers/demo*.py",
    "opportunities/migrations/0*.py",
    "tests/bench/sales.py",
    "customers/searching.py",
    "crm/search/grams.py",
)
_POSTGRES_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
#: As deploy/SCALE.md recommends.
_SETTINGS = (
    "shared_buffers=1GB",
    "jit=off",
    "listen_addresses=127.0.0.1",
    "max_wal_size=8GB",
    "effective_cache_size=4GB",
    "random_page_cost=1.1",
)


def schema_hash() -> str:
    """Eight hex digits of everything that decides what a made database holds."""
    found = hashlib.sha256()
    for pattern in _SCHEMA:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:8]


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of the product. Raises CalledProcessError."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


class Store:
    """One kind of database. `environment(folder)` is what the product needs to use a copy."""

    name = ""

    def __init__(self, work: Path) -> None:
        self.work = work

    def start(self) -> None:
        """Bring the server up, where there is one."""

    def stop(self) -> None:
        """End the server."""

    def pids(self) -> list[int]:
        """Processes of the database itself."""
        return []

    def copy(self, size: int) -> dict[str, str]:
        """The environment of a fresh copy of the data of this size, made where it is missing."""
        raise NotImplementedError

    def _environment(self, folder: Path, url: str) -> dict[str, str]:
        folder.mkdir(parents=True, exist_ok=True)
        return {
            "CRM_DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "CRM_DEMO_PASSWORD": "bench-only-password",
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "REDIS_URL": "",
        }

    def _current(self, environment: dict[str, str]) -> dict[str, str]:
        """Bring the other tables of a copy up to date, which came after it was made."""
        manage(environment, "migrate", "-v0")
        return environment

    def _fill(self, environment: dict[str, str], size: int) -> None:
        print(f"bench: making {size:,} customers on {self.name}", flush=True)
        manage(environment, "migrate", "-v0")
        manage(environment, "createcachetable", "-v0")
        manage(environment, "make_demo_data", "--customers", str(size))
        subprocess.run(
            [sys.executable, "-m", "tests.bench.inside", "make_sales"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=True,
        )


class SQLite(Store):
    """A file."""

    name = "sqlite"

    def copy(self, size: int) -> dict[str, str]:
        made = CACHE / f"sqlite-{size}-{schema_hash()}.sqlite3"
        if not made.exists():
            self._make(made, size)
        folder = Path(tempfile.mkdtemp(prefix=f"sqlite-{size}-", dir=self.work))
        shutil.copyfile(made, folder / "db.sqlite3")
        return self._current(self._environment(folder, f"sqlite:///{folder / 'db.sqlite3'}"))

    def _make(self, made: Path, size: int) -> None:
        CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as place:
            folder = Path(place)
            self._fill(self._environment(folder, f"sqlite:///{folder / 'db.sqlite3'}"), size)
            os.replace(folder / "db.sqlite3", made)


class PostgreSQL(Store):
    """A cluster of its own; a copy is a database made from a template."""

    name = "postgresql"

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        self.folder = CACHE / "postgresql"
        self.port = free_port()
        self.copies: list[str] = []

    @staticmethod
    def binaries() -> Path | None:
        """Where initdb and pg_ctl are; None on a machine without a server."""
        for folder in reversed(_POSTGRES_BINARIES):
            if (folder / "pg_ctl").exists():
                return folder
        found = shutil.which("initdb")
        return Path(found).resolve().parent if found else None

    def start(self) -> None:
        CACHE.mkdir(exist_ok=True)
        CACHE.chmod(0o755)
        if not (self.folder / "data" / "PG_VERSION").exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
            if os.getuid() == 0:
                shutil.chown(self.folder, "postgres", "postgres")
            self._run(
                "initdb", "-D", "data", "-U", "bench", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync",
            )  # fmt: skip
        options = " ".join(f"-c {each}" for each in (*_SETTINGS, f"port={self.port}"))
        options += f" -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start")
        for name in self._names("run_%"):
            self._sql(f'DROP DATABASE "{name}"')

    def stop(self) -> None:
        for name in self.copies:
            self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._run("pg_ctl", "-D", "data", "-w", "-m", "fast", "stop")

    def pids(self) -> list[int]:
        return tree(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]))

    def copy(self, size: int) -> dict[str, str]:
        made = f"made_{size}_{schema_hash()}"
        if made not in self._names("made_%"):
            self._make(made, size)
        name = f"run_{size}"
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{made}"')
        self.copies.append(name)
        return self._current(self._environment(self.work / f"postgresql-{size}", self._url(name)))

    def _make(self, made: str, size: int) -> None:
        draft = f"run_{made}"
        self._sql(f'CREATE DATABASE "{draft}" TEMPLATE template0')
        self._fill(self._environment(self.work / draft, self._url(draft)), size)
        self._sql("VACUUM", draft)
        self._sql(f'ALTER DATABASE "{draft}" RENAME TO "{made}"')

    def _url(self, name: str) -> str:
        return f"postgresql://bench:none@127.0.0.1:{self.port}/{name}"

    def _names(self, like: str) -> list[str]:
        return self._sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{like}'").split()

    def _sql(self, statement: str, database: str = "postgres") -> str:
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "-qAt"]
        return self._run(*command, "-d", database, "-c", statement)

    def _run(self, program: str, *arguments: str) -> str:
        """Run a program of PostgreSQL, not as root: the server refuses that."""
        binaries = self.binaries()
        command: Sequence[str] = [str(binaries / program), *arguments]
        identity = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        result = subprocess.run(
            command,
            cwd=self.folder,
            user=identity.pw_uid if identity else None,
            group=identity.pw_gid if identity else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,
            text=True,
            check=True,
        )
        return result.stdout or ""
