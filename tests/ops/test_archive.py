"""The archive format: any change of any byte is found, and no name leads outside."""

import io
import random
import tarfile

import pytest

from crm.workbench.backup.archive import FORMAT, Archive, ArchiveWriter
from crm.workbench.backup.errors import BackupError


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "a.tar"
    with ArchiveWriter(path) as writer:
        writer.add("database.sqlite3", io.BytesIO(b"d" * 3000), 3000)
        writer.add("files/合同/说明.txt", io.BytesIO("内容".encode()), 6)
        writer.finish({"counts": {"a": 1}})
    return path


def test_sound_archive_passes(archive):
    manifest = Archive(archive).check()
    assert manifest["format"] == FORMAT
    assert manifest["counts"] == {"a": 1}
    assert sorted(manifest["members"]) == ["database.sqlite3", "files/合同/说明.txt"]


def test_every_changed_byte_is_found(archive):
    content = bytearray(archive.read_bytes())
    chosen = random.Random(7).sample(range(len(content)), 400)
    for position in chosen:
        harmed = bytearray(content)
        harmed[position] ^= 1 << (position % 8)
        archive.write_bytes(harmed)
        with pytest.raises(BackupError):
            Archive(archive).check()


def test_every_cut_is_found(archive):
    content = archive.read_bytes()
    for length in range(0, len(content), 331):
        archive.write_bytes(content[:length])
        with pytest.raises(BackupError):
            Archive(archive).check()


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "files/../../x", "other.txt", "files/..\\x", "database/../x"]
)
def test_foreign_names_are_refused(tmp_path, name):
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BackupError):
        Archive(path).check()


def test_links_are_refused(tmp_path):
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("files/link")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupError):
        Archive(path).check()


def test_nothing_is_left_after_an_error(tmp_path):
    path = tmp_path / "a.tar"
    with pytest.raises(OSError, match="unexpected end of data"), ArchiveWriter(path) as writer:
        writer.add("settings.json", io.BytesIO(b"{}"), 3)  # shorter than it was said to be
    assert list(tmp_path.iterdir()) == []
