"""The start-up guard finds what an operator set up wrongly."""

import sqlite3
from pathlib import Path

import pytest

from crm.core import selfcheck

GOOD_SECRET = "k3J9s-0aZq_81LmVxR7tB2nWc5YdEfGhUiPoKjHbGvFcDxSzAqWe"
MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/crm /srv/share nfs4 rw 0 0
/dev/vdb /srv/share/local ext4 rw 0 0
//pc/data /mnt/my\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/db.sqlite3", "ext4"),
        ("/srv/share/crm/db.sqlite3", "nfs4"),
        ("/srv/share/local/db.sqlite3", "ext4"),
        ("/srv/shared/db.sqlite3", "ext4"),
        ("/mnt/my files/db.sqlite3", "cifs"),
    ],
)
def test_finds_the_file_system(path, kind):
    assert selfcheck.file_system_of(Path(path), MOUNTS) == kind


def test_production_accepts_good_settings():
    assert selfcheck.production_faults(GOOD_SECRET, ["crm.cn"], "https://crm.cn") == []


@pytest.mark.parametrize(
    ("secret", "hosts", "site", "words"),
    [
        ("", ["crm.cn"], "https://crm.cn", "SECRET_KEY is not set"),
        ("short", ["crm.cn"], "https://crm.cn", "too weak"),
        ("a" * 80, ["crm.cn"], "https://crm.cn", "too weak"),
        ("django-insecure-" + GOOD_SECRET, ["crm.cn"], "https://crm.cn", "too weak"),
        (GOOD_SECRET, [], "https://crm.cn", "ALLOWED_HOSTS is not set"),
        (GOOD_SECRET, ["crm.cn", "*"], "https://crm.cn", "must not be '*'"),
        (GOOD_SECRET, ["crm.cn"], "", "SITE_URL is not set"),
        (GOOD_SECRET, ["crm.cn"], "http://crm.cn", "starts with https://"),
    ],
)
def test_production_refuses(secret, hosts, site, words):
    faults = selfcheck.production_faults(secret, hosts, site)
    assert len(faults) == 1
    assert words in faults[0]


@pytest.fixture
def database(tmp_path, monkeypatch):
    """A SQLite file in WAL mode that the checks take for the default database."""
    file = tmp_path / "db.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (a)")
    connection.close()
    file.chmod(0o600)
    monkeypatch.setattr(selfcheck, "sqlite_file", lambda alias: file)
    return file


def ids(messages):
    return [message.id for message in messages]


def test_sound_file_passes(database):
    assert selfcheck.check_sqlite_files(["default"]) == []


def test_log_that_was_deleted_is_an_error(database):
    Path(f"{database}-shm").touch()
    assert ids(selfcheck.check_sqlite_files(["default"])) == ["crm.E003"]


def test_log_without_database_is_an_error(database):
    database.rename(f"{database}-wal")
    assert ids(selfcheck.check_sqlite_files(["default"])) == ["crm.E003"]


def test_file_others_can_read_is_a_warning(database):
    database.chmod(0o644)
    messages = selfcheck.check_sqlite_files(["default"])
    assert ids(messages) == ["crm.W004"]
    assert str(database) in messages[0].hint


def test_network_file_system_is_an_error(database, monkeypatch):
    monkeypatch.setattr(selfcheck, "file_system_of", lambda path, mounts: "nfs4")
    assert ids(selfcheck.check_sqlite_files(["default"])) == ["crm.E002"]


def test_log_on_an_affected_library_is_an_error(database, monkeypatch):
    monkeypatch.setattr(selfcheck, "_journal_mode", lambda alias: "wal")
    monkeypatch.setattr(selfcheck.sqlite_guard, "wal_is_safe", lambda version: False)
    assert ids(selfcheck.check_sqlite_journal(["default"])) == ["crm.E001"]
