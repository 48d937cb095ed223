"""The file format: a tar whose last members are the manifest and the manifest's own checksum.

Because they come last, an archive that was cut off has none; because every member, the padding and
the manifest are checked, one flipped bit anywhere is found. Names are checked before anything is
unpacked. What goes into an archive is decided in making.py.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext as _

from crm.core import clock
from crm.workbench.backup.errors import BackupError

FORMAT = 1
MANIFEST, SEAL = "manifest.json", "manifest.json.sha256"
DATABASE, SETTINGS, FILES = "database", "settings.json", "files/"
_CHUNK = 1 << 20


class ArchiveWriter:
    """Writes beside the target and moves into place when finished; leaves nothing on an error."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        self.members: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        self.target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self.draft.unlink(missing_ok=True)

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Add one member of exactly `size` bytes and note its checksum."""
        hashing = _HashingReader(source)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(clock.now().timestamp())
        self._tar.addfile(info, hashing)
        self.members[name] = {"size": size, "sha256": hashing.digest.hexdigest()}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of this machine."""
        with path.open("rb") as source:
            self.add(name, source, path.stat().st_size)

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add manifest and seal, write everything to disk, move into place."""
        content = json.dumps(
            manifest | {"format": FORMAT, "members": self.members},
            ensure_ascii=False,
            indent=1,
        ).encode()
        for name, body in ((MANIFEST, content), (SEAL, _sha256(content).encode())):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(body), 0o600
            self._tar.addfile(info, io.BytesIO(body))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        os.replace(self.draft, self.target)
        sync_folder(self.target.parent)


class Archive:
    """An archive opened for reading. `check` must come before anything is unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest: dict[str, Any] = {}

    def check(self) -> dict[str, Any]:
        """Read every byte once and compare; returns the manifest. Raises BackupError."""
        try:
            found, manifest, seal = self._read_all()
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise self._damaged(str(error)) from error
        if not manifest or not seal:
            raise self._damaged(_("its end is missing"))
        if _sha256(manifest) != seal.decode("ascii", "replace"):
            raise self._damaged(_("the list of contents was changed"))
        self.manifest = json.loads(manifest)
        if self.manifest.get("format") != FORMAT:
            raise BackupError(
                _("Restoring failed: this archive was made by another version of the program.")
            )
        for name in sorted(self.manifest["members"].keys() | found.keys()):
            if self.manifest["members"].get(name) != found.get(name):
                raise self._damaged(_("%(name)s is missing or changed") % {"name": name})
        return self.manifest

    def extract(self, name: str, target: Path) -> None:
        """Write one member to a new file that only its owner can read."""
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out, tarfile.open(self.path, "r:") as tar:
            source = tar.extractfile(name)
            assert source is not None  # check() let only plain files pass
            for chunk in _chunks(source.read):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())

    def files(self) -> Iterator[tuple[str, BinaryIO]]:
        """Each stored file with its name below the file folder."""
        with tarfile.open(self.path, "r:") as tar:
            for member in tar:
                source = tar.extractfile(member)
                if member.name.startswith(FILES) and source is not None:
                    yield member.name.removeprefix(FILES), source

    def file_names(self) -> set[str]:
        """The names of the stored files."""
        names = self.manifest["members"]
        return {name.removeprefix(FILES) for name in names if name.startswith(FILES)}

    def _read_all(self) -> tuple[dict[str, dict[str, Any]], bytes, bytes]:
        """Checksums of all members, the manifest and its seal."""
        found: dict[str, dict[str, Any]] = {}
        special = {MANIFEST: b"", SEAL: b""}
        end = 0
        with self.path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:") as tar:
            for member in tar:
                self._check_name(member)
                source = tar.extractfile(member)
                assert source is not None
                if member.name in special:
                    special[member.name] = source.read()
                else:
                    digest = hashlib.sha256()
                    for chunk in _chunks(source.read):
                        digest.update(chunk)
                    found[member.name] = {"size": member.size, "sha256": digest.hexdigest()}
                end = member.offset_data + member.size
                raw.seek(end)
                if raw.read(-end % tarfile.BLOCKSIZE).strip(b"\0"):
                    raise self._damaged(_("there are foreign bytes in it"))
            raw.seek(end)
            self._check_tail(raw)
        return found, special[MANIFEST], special[SEAL]

    def _check_tail(self, raw: BinaryIO) -> None:
        """Behind the last member come zeros up to a full record."""
        if any(chunk.strip(b"\0") for chunk in _chunks(raw.read)):
            raise self._damaged(_("there are foreign bytes in it"))
        if raw.tell() % tarfile.RECORDSIZE:
            raise self._damaged(_("its end is missing"))

    def _check_name(self, member: tarfile.TarInfo) -> None:
        """Only plain files with the names we write; nothing can point outside the target."""
        name = member.name
        known = name in {MANIFEST, SEAL, SETTINGS} or name.startswith((FILES, f"{DATABASE}."))
        if not member.isreg() or not known or ".." in name.split("/") or "\\" in name:
            raise self._damaged(_("%(name)s does not belong in it") % {"name": name})

    def _damaged(self, reason: str) -> BackupError:
        return BackupError(
            _("Restoring failed: the archive %(file)s is damaged: %(reason)s.")
            % {"file": self.path.name, "reason": reason}
        )


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while chunk := read(_CHUNK):
        yield chunk


class _HashingReader:
    """Passes on what is read and sums it up."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data
