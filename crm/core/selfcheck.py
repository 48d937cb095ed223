"""The start-up guard: what an operator may have set up wrongly (`reliability.md` 4.2, 4.3).

Plain functions that return Django check messages; crm.workbench.checks registers them, so that
`check`, `migrate` and `make run` all run them. The rules about one environment variable are in
crm.settings.env; the choice of the SQLite library is in crm.core.sqlite_guard.
"""

import os
import stat
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError, connections

from crm.core import clock, sqlite_guard

LARGEST_CLOCK_SKEW = timedelta(seconds=2)
SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 12
#: SQLite's locks and shared memory do not work on these (https://sqlite.org/howtocorrupt.html).
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "ceph", "lustre", "gfs2"}
    | {"glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs"}
    | {"davfs", "ocfs2"}
)
_WAL_FORMAT = 2  # the write version in byte 18 of a database file


def production_faults(secret: str, hosts: Sequence[str], site_url: str) -> list[str]:
    """Why the production profile must not start with these settings; empty when it may."""
    faults = []
    if not secret:
        faults.append("SECRET_KEY is not set")
    elif is_weak(secret):
        faults.append(
            f"SECRET_KEY is a default or too weak; expected {SHORTEST_SECRET} random characters"
        )
    if not hosts:
        faults.append("ALLOWED_HOSTS is not set; expected the names users type, with commas")
    if any(host.strip() in {"*", "."} for host in hosts):
        faults.append("ALLOWED_HOSTS must not be '*': links in mails could be forged")
    if not site_url:
        faults.append("SITE_URL is not set; expected the https address of the site")
    elif not site_url.startswith("https://"):
        faults.append(f"SITE_URL is {site_url!r}; expected an address that starts with https://")
    return faults


def is_weak(secret: str) -> bool:
    """True for a secret somebody could guess: short, monotonous or a known default."""
    known = ("django-insecure", "change", "secret", "test", "example", "default", "password")
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_CHARACTERS
        or secret.lower().startswith(known)
    )


def check_sqlite_files(databases: Iterable[str] | None) -> list[CheckMessage]:
    """Each SQLite file: its place, its companions and who may read it. No connection is opened."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        file = sqlite_file(alias)
        if file is not None:
            messages += _check_place(file) + _check_companions(file) + _check_modes(file)
    return messages


def check_sqlite_journal(databases: Iterable[str] | None) -> list[CheckMessage]:
    """No write-ahead log on a library with the WAL-reset race."""
    version = sqlite_guard.library().sqlite_version_info
    if sqlite_guard.wal_is_safe(version):
        return []
    return [
        Error(
            f"SQLite {'.'.join(map(str, version))} can lose data in WAL mode, and {alias} uses it.",
            hint="Use a library from 3.51.3 on, or remove journal_mode=WAL from the options.",
            id="crm.E001",
        )
        for alias in databases or ()
        if sqlite_file(alias) is not None and _journal_mode(alias) == "wal"
    ]


def check_clock(databases: Iterable[str] | None) -> list[CheckMessage]:
    """The clocks of this machine and of the database server differ by at most two seconds."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        skew = _ask(alias, "SELECT clock_timestamp()")
        if skew is not None and abs(skew - clock.now()) > LARGEST_CLOCK_SKEW:
            messages.append(
                Warning(
                    f"The clock of the database {alias} is "
                    f"{(skew - clock.now()).total_seconds():+.0f} s off this machine's.",
                    hint="Leases and reminders rely on both; synchronise them (chrony, ntpd).",
                    id="crm.W001",
                )
            )
    return messages


def check_collation(databases: Iterable[str] | None) -> list[CheckMessage]:
    """PostgreSQL with LC_CTYPE C knows upper and lower case for ASCII only."""
    return [
        Warning(
            f"The database {alias} was created with LC_CTYPE C.",
            hint="Create it with C.UTF-8 or zh_CN.UTF-8, else case is ignored only in ASCII.",
            id="crm.W002",
        )
        for alias in databases or ()
        if connections[alias].vendor == "postgresql" and _ctype(alias) in {"C", "POSIX"}
    ]


def check_assets() -> list[CheckMessage]:
    """The built assets are there: without them pages have no looks."""
    folders = [Path(folder) for folder in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT or ".")]
    if any((folder / "app.css").exists() for folder in folders):
        return []
    return [Warning("The assets are not built.", hint="Run `make setup`.", id="crm.W003")]


def sqlite_file(alias: str) -> Path | None:
    """The file of a SQLite database; None for a server and for a database in memory."""
    entry = connections[alias].settings_dict
    name = str(entry["NAME"])
    if not entry["ENGINE"].endswith("sqlite3") or ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name)


def file_system_of(path: Path, mounts: str) -> str:
    """The type of the file system a path is on, from the text of /proc/mounts; '' if unknown."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].encode().decode("unicode_escape")
        inside = point == "/" or path == Path(point) or Path(point) in path.parents
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def _check_place(file: Path) -> list[CheckMessage]:
    """Refuse a network file system."""
    mounts = Path("/proc/mounts")
    kind = file_system_of(file.resolve(), mounts.read_text()) if mounts.exists() else ""
    if kind not in NETWORK_FILE_SYSTEMS:
        return []
    return [
        Error(
            f"{file} is on a network file system ({kind}); SQLite would damage the database.",
            hint="Point CRM_DATA_DIR to a local disk, or use PostgreSQL (DATABASE_URL).",
            id="crm.E002",
        )
    ]


def _check_companions(file: Path) -> list[CheckMessage]:
    """A write-ahead log whose other half was deleted or moved means lost commits."""
    log, index = Path(f"{file}-wal"), Path(f"{file}-shm")
    if file.exists() and _is_wal(file) and _only_index_left(log, index):
        problem = f"{log.name} is missing beside {index.name}: the last commits may be lost."
    elif log.exists() and log.stat().st_size and not file.exists():
        problem = f"{log.name} is there, but {file.name} is missing."
    else:
        return []
    hint = "Put the file back, or restore a backup: manage.py restore FILE."
    return [Error(problem, hint=hint, id="crm.E003")]


def _only_index_left(log: Path, index: Path) -> bool:
    """True when it stays so: another process that is just closing removes the log first."""
    for _ in range(5):
        if log.exists() or not index.exists():
            return False
        time.sleep(0.1)
    return True


def _is_wal(file: Path) -> bool:
    with file.open("rb") as database:
        return database.read(20)[18:19] == bytes([_WAL_FORMAT])


def _check_modes(file: Path) -> list[CheckMessage]:
    """Only the owner reads the database and the secrets beside it."""
    private = [file, file.parent / "secret-key", file.parent / "demo-password"]
    return [
        Warning(
            f"Other users of this machine can read {each}.",
            hint=f"chmod 600 '{each}'",
            id="crm.W004",
        )
        for each in private
        if each.exists()
        and os.name == "posix"
        and each.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]


def _journal_mode(alias: str) -> str:
    return str(_ask(alias, "PRAGMA journal_mode")).lower()


def _ctype(alias: str) -> str:
    answer = _ask(alias, "SELECT datctype FROM pg_database WHERE datname = current_database()")
    return str(answer)


def _ask(alias: str, question: str):
    """One value from the database; None while it cannot be reached (migrate says so itself)."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    except DatabaseError:
        return None
