"""Backup and restore as an operator runs them, on SQLite and on PostgreSQL."""

import json
import shutil
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm.workbench.backup import BackupError, last_backup, postgres, restore_backup
from tests.kit import migrated
from tests.kit.installation import SERVER, System, create_database, drop_database, new_name


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A migrated installation that the tests copy; on the database this pass is about."""
    data = tmp_path_factory.mktemp("template")
    name, url = "db.sqlite3", ""
    if SERVER:
        name = new_name()
        url = create_database(name)
    system = System(data, url, name)
    migrated.install(system)
    system.add_drill()
    yield system
    if url:
        drop_database(name)


@pytest.fixture(scope="module")
def archive(template, tmp_path_factory):
    """A backup of the template with one file."""
    stored = template.data / "files" / "附件" / "说明.txt"
    stored.parent.mkdir(parents=True)
    stored.write_text("内容")
    status, output = template.manage("backup")
    assert status == 0, output
    noted = json.loads((template.data / "backups" / "last.json").read_text())
    assert noted["verified"] is True
    assert noted["files"] == 1
    assert Path(noted["file"]).stat().st_size == noted["size"]
    assert Path(noted["file"]).stat().st_mode & 0o777 == 0o600
    return Path(noted["file"])


@pytest.fixture
def make_system(template, tmp_path):
    """A function that makes an installation: empty, or a copy of the template."""
    made = []

    def make(folder, *, empty=True):
        data, url, name = tmp_path / folder, "", "db.sqlite3"
        data.mkdir()
        if template.url:
            name = new_name()
            url = create_database(name, "template0" if empty else template.name)
            made.append(name)
        elif not empty:
            shutil.copy(template.data / name, data / name)  # nobody has it open
        return System(data, url, name)

    yield make
    for name in made:
        drop_database(name)


@pytest.fixture
def system(make_system):
    """An installation with rows and a file."""
    system = make_system("source", empty=False)
    stored = system.data / "files" / "附件" / "说明.txt"
    stored.parent.mkdir(parents=True)
    stored.write_text("内容")
    return system


def test_backup_under_writes_restores_exactly(system, make_system, tmp_path):
    archive = tmp_path / "a.tar"
    with system.under_writes():
        status, output = system.manage("backup", archive)
    assert status == 0, output
    assert "Checked: restored into a scratch database, all counts are equal." in output

    target = make_system("target")
    status, output = target.manage("restore", archive)
    assert status == 0, output
    rows = target.count_drill_rows()
    assert rows % 10 == 1
    assert 1 < rows < system.count_drill_rows()
    assert (target.data / "files" / "附件" / "说明.txt").read_text() == "内容"


def test_restore_wants_the_name_of_a_system_with_data(system, archive):
    status, output = system.manage("restore", archive, "--yes-replace", "other")
    assert status == 1
    assert f"add --yes-replace {system.name}" in output
    assert system.count_drill_rows() == 1
    status, output = system.manage("restore", archive, "--yes-replace", system.name)
    assert status == 0, output
    assert len(list(system.data.glob("files.replaced-*"))) == 1


def test_restore_refuses_a_database_in_use(system, archive):
    with system.connection() as other:
        other.execute("SELECT 1")
        status, output = system.manage("restore", archive, "--yes-replace", system.name)
    assert status == 1
    assert "the database is in use" in output
    assert (system.data / "files" / "附件" / "说明.txt").exists()


def test_damaged_archive_is_refused_and_nothing_changes(make_system, archive, tmp_path):
    content = archive.read_bytes()
    damaged = tmp_path / "b.tar"
    damaged.write_bytes(content[:700] + bytes([content[700] ^ 1]) + content[701:])
    target = make_system("target")
    status, output = target.manage("restore", damaged)
    assert status == 1
    assert "is damaged" in output
    assert not (target.data / "files").exists()
    assert not (target.data / "db.sqlite3").exists()


def test_missing_file_is_named(tmp_path):
    with pytest.raises(BackupError, match=r"none\.tar"):
        restore_backup(tmp_path / "none.tar")


def test_last_backup_reads_the_note(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert last_backup() is None
    (tmp_path / "backups").mkdir()
    note = {"file": "/x/a.tar", "made_at": "2026-11-21T20:50:27+00:00", "size": 3, "seconds": 0.5}
    note |= {"rows": 7, "files": 1, "verified": True}
    (tmp_path / "backups" / "last.json").write_text(json.dumps(note))
    assert last_backup().made_at == datetime(2026, 11, 21, 20, 50, 27, tzinfo=UTC)
    assert last_backup().rows == 7


@pytest.mark.parametrize(("others", "is_in_use"), [([1, 1, 0], False), ([1] * 99, True)])
def test_sessions_that_are_just_ending_are_nobody(monkeypatch, others, is_in_use):
    """PostgreSQL lists a closed session for a moment; the command's own looked like somebody's."""

    class Cursor:
        def execute(self, query):
            return self

        def fetchone(self):
            return [others.pop(0)]

    monkeypatch.setattr(postgres.PostgresDump, "name", lambda self: "crm")
    monkeypatch.setattr(postgres.PostgresDump, "_session", lambda self, name: nullcontext(Cursor()))
    monkeypatch.setattr(postgres, "_FAREWELL", 0.3)
    assert postgres.PostgresDump()._is_in_use() is is_in_use
