"""The file format: a tar whose last members are the manifest and a seal.

The seal is the checksum of every byte before it, so an archive that was cut off or changed by one
bit is found. Names are checked before anything is unpacked. What goes into an archive is decided in
making.py.
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
MANIFEST, SEAL = "manifest.json", "archive.sha256"
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
        handle = os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._out = _HashingWriter(self._file)
        self._tar = tarfile.open(fileobj=self._out, mode="w", format=tarfile.PAX_FORMAT)
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
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))
        self._file.write(_seal(self._out.digest.hexdigest(), self._out.tell()))
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
            content, end = self._read_index()
            self._check_seal(end)
            self.manifest = json.loads(content)
        except (tarfile.TarError, EOFError, OSError, ValueError) as error:
            raise self._damaged(str(error)) from error
        if self.manifest.get("format") != FORMAT:
            raise BackupError(
                _("Restoring failed: this archive was made by another version of the program.")
            )
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

    def _read_index(self) -> tuple[bytes, int]:
        """The manifest, and where the seal begins."""
        content = b""
        with tarfile.open(self.path, "r:") as tar:
            for member in tar:
                self._check_name(member)
                if member.name == SEAL:
                    return content, member.offset
                if member.name == MANIFEST:
                    source = tar.extractfile(member)
                    content = source.read() if source else b""
        raise self._damaged(_("its end is missing"))

    def _check_seal(self, end: int) -> None:
        """The bytes before the seal sum up to it, and nothing stands behind it."""
        digest = hashlib.sha256()
        with self.path.open("rb") as raw:
            left = end
            while chunk := raw.read(min(_CHUNK, left)):
                digest.update(chunk)
                left -= len(chunk)
            if raw.read(_CHUNK) != _seal(digest.hexdigest(), end):
                raise self._damaged(_("its contents were changed"))

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


def _seal(digest: str, offset: int) -> bytes:
    """The last bytes of an archive whose other `offset` bytes have this checksum."""
    info = tarfile.TarInfo(SEAL)
    info.size, info.mode = len(digest), 0o600
    tail = info.tobuf(tarfile.PAX_FORMAT) + digest.encode().ljust(tarfile.BLOCKSIZE, b"\0")
    tail += b"\0" * (2 * tarfile.BLOCKSIZE)
    return tail + b"\0" * (-(offset + len(tail)) % tarfile.RECORDSIZE)


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


class _HashingWriter:
    """Passes on what is written and sums it up."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.target.write(data)

    def tell(self) -> int:
        return self.target.tell()
