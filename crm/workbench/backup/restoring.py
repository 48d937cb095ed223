"""Puts an archive in the place of the database and the files, checked before and after.

Nothing is touched until the whole archive was read, unpacked into scratch and counted. What was
there before is kept beside it (SQLite file, file folder) and never deleted.
"""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from crm.core import clock
from crm.workbench.backup.archive import DATABASE, FILES, Archive
from crm.workbench.backup.dumps import Dump
from crm.workbench.backup.errors import BackupError
from crm.workbench.backup.making import dump_of_this_database, stored_files


@dataclass(frozen=True)
class Restored:
    """What came back. `needs_migrate`: the archive is older than this program."""

    made_at: str
    rows: int
    files: int
    needs_migrate: bool


def restore_backup(path: Path, *, replace: str = "") -> Restored:
    """Restore an archive; `replace` is the typed name of a database that is not empty.

    Raises BackupError: the archive is damaged or foreign, the target is not empty or is in use.
    """
    if not path.exists():
        raise BackupError(_("Restoring failed: there is no file %(file)s.") % {"file": path})
    archive, dump = Archive(path), dump_of_this_database()
    manifest = archive.check()
    _check_fits(manifest, dump)
    _check_target(dump, replace)
    data = Path(settings.DATA_DIR)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as place:
        copy = Path(place) / f"{DATABASE}.{dump.suffix}"
        archive.extract(copy.name, copy)
        counts = dump.try_out(copy, Path(place))
        if counts is not None and counts != manifest["counts"]:
            raise _differs()
        dump.load(copy)
    _set_files_aside()
    _restore_files(archive)
    _check_restored(archive, dump)
    dump.forget()
    (data / "prepared.json").unlink(missing_ok=True)  # the next start looks at everything again
    return Restored(
        made_at=manifest["made_at"],
        rows=sum(manifest["counts"].values()),
        files=len(archive.file_names()),
        needs_migrate=manifest["migrations"] != _newest_known(),
    )


def _check_fits(manifest: dict[str, Any], dump: Dump) -> None:
    """The archive is of this kind of database and not newer than this program."""
    vendor = manifest["database"]["vendor"]
    if vendor != dump.vendor:
        raise BackupError(
            _("Restoring failed: the archive holds a %(theirs)s database, not %(ours)s.")
            % {"theirs": vendor, "ours": dump.vendor}
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    unknown = [key for key in manifest["migrations"].items() if key not in known]
    if unknown:
        raise BackupError(
            _("Restoring failed: the archive was made by a newer version (%(version)s).")
            % {"version": manifest["version"]}
        )


def _check_target(dump: Dump, replace: str) -> None:
    """Only an empty system, or one whose name was typed, is replaced."""
    is_empty = dump.is_empty() and next(stored_files(), None) is None
    if not is_empty and replace != dump.name():
        raise BackupError(
            _(
                "Restoring failed: this system already holds data. To replace it, "
                "add --yes-replace %(name)s"
            )
            % {"name": dump.name()}
        )


def _set_files_aside() -> None:
    """Files that are there stay on this disk under another name (F35)."""
    root = Path(settings.MEDIA_ROOT)
    is_local = isinstance(storages["default"], FileSystemStorage)
    if is_local and root.exists() and any(root.iterdir()):
        stamp = clock.now().strftime("%Y%m%d-%H%M%S")
        root.rename(root.with_name(f"{root.name}.replaced-{stamp}"))


def _restore_files(archive: Archive) -> None:
    """Write every stored file under its own name."""
    for name, source in archive.files():
        if default_storage.exists(name):
            default_storage.delete(name)
        if default_storage.save(name, File(source, name=name)) != name:
            raise BackupError(
                _("Restoring failed: the file %(name)s cannot be stored.") % {"name": name}
            )


def _check_restored(archive: Archive, dump: Dump) -> None:
    """Count and sum up what is in place now."""
    if dump.counts() != archive.manifest["counts"]:
        raise _differs()
    for name in archive.file_names():
        digest = hashlib.sha256()
        with default_storage.open(name) as stored:
            for chunk in stored.chunks():
                digest.update(chunk)
        if digest.hexdigest() != archive.manifest["members"][FILES + name]["sha256"]:
            raise BackupError(
                _("Restoring failed: the file %(name)s cannot be stored.") % {"name": name}
            )


def _newest_known() -> dict[str, str]:
    """The newest migration of each app in this program."""
    newest: dict[str, str] = {}
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    return newest


def _differs() -> BackupError:
    return BackupError(
        _("Restoring failed: the copy does not hold the number of rows that was saved.")
    )
