"""Makes one archive while the product is in use, tries it out, and notes when that was.

Order: database snapshot first, then the files, so that every file a row of the snapshot points to
is in the archive. Secrets are left out: an archive alone opens no door.
"""

import json
import platform
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.version import VERSION
from crm.workbench.backup.archive import DATABASE, FILES, SETTINGS, Archive, ArchiveWriter
from crm.workbench.backup.dumps import Dump, Snapshot
from crm.workbench.backup.errors import BackupError
from crm.workbench.backup.postgres import PostgresDump
from crm.workbench.backup.sqlite import SqliteDump

#: Settings worth keeping; the addresses of servers and every secret stay out.
KEPT_SETTINGS = (
    "SITE_NAME",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "SESSION_IDLE_SECONDS",
    "MAIL_CONFIGURED",
    "DEFAULT_FROM_EMAIL",
)
_PATTERN = "heke-*.tar"


@dataclass(frozen=True)
class LastBackup:
    """What the administration shows. `verified`: restored into scratch and counted."""

    file: str
    made_at: datetime
    size: int
    seconds: float
    rows: int
    files: int
    verified: bool


def dump_of_this_database() -> Dump:
    """The way to save the default database."""
    if connections["default"].vendor == "postgresql":
        return PostgresDump()
    return SqliteDump()


def backup_folder() -> Path:
    """Where archives go unless a name is given."""
    return Path(settings.DATA_DIR) / "backups"


def _file_name(made_at: datetime) -> str:
    """Sorts by time; the wall clock of the company."""
    return f"heke-{made_at.astimezone(clock.COMPANY_ZONE):%Y%m%d-%H%M%S}.tar"


def make_backup(target: Path | None = None, *, keep: int = 0) -> LastBackup:
    """Write and try out one archive; `keep` > 0 then removes older ones of the own folder.

    Raises BackupError; nothing is left at the target then.
    """
    began = time.monotonic()
    made_at = clock.now()
    target = target or backup_folder() / _file_name(made_at)
    if target.exists():
        raise BackupError(_("Backup failed: %(file)s exists already.") % {"file": target})
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as place:
        manifest = _write(target, Path(place), made_at)
        try:
            verified = _try_out(target, Path(place))
        except BackupError:
            target.unlink()
            raise
    result = LastBackup(
        file=str(target),
        made_at=made_at,
        size=target.stat().st_size,
        seconds=round(time.monotonic() - began, 1),
        rows=sum(manifest["counts"].values()),
        files=sum(name.startswith(FILES) for name in manifest["members"]),
        verified=verified,
    )
    _note(result)
    if keep:
        _remove_old(keep)
    return result


def last_backup() -> LastBackup | None:
    """The last archive made here; None when there was none."""
    try:
        noted = json.loads((backup_folder() / "last.json").read_text("utf-8"))
        return LastBackup(**noted | {"made_at": datetime.fromisoformat(noted["made_at"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _write(target: Path, place: Path, made_at: datetime) -> dict[str, Any]:
    """Snapshot and files into the archive; returns the manifest."""
    dump = dump_of_this_database()
    snapshot = dump.save(place)
    with ArchiveWriter(target) as archive:
        archive.add_file(f"{DATABASE}.{dump.suffix}", snapshot.file)
        snapshot.file.unlink()
        kept = place / SETTINGS
        kept.write_text(json.dumps(_kept_settings(), ensure_ascii=False, indent=1), "utf-8")
        archive.add_file(SETTINGS, kept)
        vanished = [name for name in stored_files() if not _add(archive, name)]
        manifest = _manifest(dump, snapshot, made_at) | {"vanished": vanished}
        archive.finish(manifest)
        return manifest | {"members": archive.members}


def _manifest(dump: Dump, snapshot: Snapshot, made_at: datetime) -> dict[str, Any]:
    return {
        "product": "heke-crm",
        "version": VERSION,
        "made_at": made_at.isoformat(),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": {"vendor": dump.vendor, "server": snapshot.server, "name": dump.name()},
        "migrations": snapshot.migrations,
        "counts": snapshot.counts,
        "audit_head": snapshot.audit_head,
    }


def _add(archive: ArchiveWriter, name: str) -> bool:
    """Add one stored file; False when it was deleted since it was listed."""
    try:
        with default_storage.open(name) as source:
            archive.add(FILES + name, source, source.size)
    except FileNotFoundError:
        return False
    return True


def stored_files(folder: str = "") -> Iterator[str]:
    """The names of all stored files, wherever the storage keeps them."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in sorted(files))
    for name in sorted(folders):
        yield from stored_files(prefix + name)


def _kept_settings() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in KEPT_SETTINGS if hasattr(settings, name)}


def _try_out(target: Path, place: Path) -> bool:
    """Read the archive as a restore would. False where the server permits no scratch database."""
    archive = Archive(target)
    manifest = archive.check()
    dump = dump_of_this_database()
    copy = place / f"check.{dump.suffix}"
    archive.extract(f"{DATABASE}.{dump.suffix}", copy)
    counts = dump.try_out(copy, place)
    if counts is not None and counts != manifest["counts"]:
        raise BackupError(_("Backup failed: the copy does not hold the same number of rows."))
    return counts is not None


def _note(result: LastBackup) -> None:
    """Keep what the administration shows."""
    folder = backup_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / ".last.json"
    noted = asdict(result) | {"made_at": result.made_at.isoformat()}
    draft.write_text(json.dumps(noted, ensure_ascii=False), "utf-8")
    draft.replace(folder / "last.json")


def _remove_old(keep: int) -> None:
    """Leave the newest `keep` archives with names of our own."""
    for old in sorted(backup_folder().glob(_PATTERN))[:-keep]:
        old.unlink()
