"""G25: backups taken under write load restore into an empty system by one command.

Small: one backup and three harmed archives per database. Full (GATE_SCALE=full): twenty of each.
"""

import hashlib
import random
import shutil
import time

import pytest

from crm.core import sqlite_guard
from tests.gates.driver import NAMES, SERVERS
from tests.kit.gates import FULL, announce
from tests.kit.installation import System, create_database, drop_database, new_name

pytestmark = pytest.mark.gate
TRIALS = 20 if FULL else 1
HARMED = 20 if FULL else 3
LONGEST_SECONDS = 300
#: Small: the database of this pass; full: all there are.
THIS = SERVERS if FULL else SERVERS[-1:]


def is_whole(before, restored, after):
    """True when a snapshot holds all that was committed before it and only whole transactions."""
    return before <= restored <= after and restored % 10 == 1


@pytest.fixture(scope="module")
def figures(request):
    """Sums over the tests of this module, printed at the end."""
    sums = {"backups": 0, "restored": 0, "harmed": 0, "refused": 0, "slowest_s": 0.0}
    yield sums
    passed = sums["backups"] == sums["restored"] > 0 and sums["harmed"] == sums["refused"] > 0
    announce(request, "G25", passed=passed, db="+".join(NAMES[-len(THIS) :]), **sums)


@pytest.fixture
def systems(request, tmp_path):
    """A function that makes empty installations on one kind of database."""
    made = []

    def make(server, folder):
        data = tmp_path / folder
        data.mkdir()
        if not server:
            return System(data, "", "db.sqlite3")
        made.append(new_name())
        return System(data, create_database(made[-1]), made[-1])

    yield make
    for name in made:
        drop_database(name)


@pytest.mark.parametrize("server", THIS, ids=NAMES[-len(THIS) :])
def test_backups_under_load_restore(server, systems, figures, tmp_path):
    source = systems(server, "source")
    source.prepare()
    stored = source.data / "files" / "合同.pdf"
    stored.parent.mkdir()
    stored.write_bytes(random.Random(1).randbytes(300_000))
    digest = hashlib.sha256(stored.read_bytes()).hexdigest()
    for trial in range(TRIALS):
        archive, began = tmp_path / f"{trial}.tar", time.monotonic()
        with source.under_writes():
            before = source.count_drill_rows()
            status, output = source.manage("backup", archive)
            after = source.count_drill_rows()
        assert status == 0, output
        figures["backups"] += 1
        target = systems(server, f"target{trial}")
        status, output = target.manage("restore", archive)
        assert status == 0, output
        assert is_whole(before, target.count_drill_rows(), after)
        restored = (target.data / "files" / "合同.pdf").read_bytes()
        assert hashlib.sha256(restored).hexdigest() == digest
        figures["restored"] += 1
        figures["slowest_s"] = max(figures["slowest_s"], round(time.monotonic() - began, 1))
        assert figures["slowest_s"] <= LONGEST_SECONDS
    check_harmed(archive, systems(server, "empty"), figures)


def check_harmed(archive, target, figures):
    """One changed byte anywhere, or a cut anywhere, and nothing is restored."""
    chance, content = random.Random(2), archive.read_bytes()
    for trial in range(HARMED):
        position = chance.randrange(len(content))
        harmed = bytearray(content[:position] if trial % 3 == 2 else content)
        if trial % 3 != 2:
            harmed[position] ^= 1 << chance.randrange(8)
        archive.write_bytes(harmed)
        figures["harmed"] += 1
        status, output = target.manage("restore", archive)
        assert (status, "is damaged" in output) == (1, True), output
        assert not (target.data / "files").exists()
        figures["refused"] += 1


def test_the_gate_catches_a_copied_file(tmp_path):
    """Planted bug: copying the main file misses what is in the log, and is_whole says so."""
    source, copy = tmp_path / "a.sqlite3", tmp_path / "b.sqlite3"
    sqlite = sqlite_guard.library()
    writer = sqlite.connect(source)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE drill (a integer)")
    writer.execute("INSERT INTO drill VALUES (0)")
    writer.commit()
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for _ in range(10):
        writer.execute("INSERT INTO drill VALUES (1)")
    writer.commit()
    shutil.copy(source, copy)
    copied = sqlite.connect(copy)
    found = copied.execute("SELECT count(*) FROM drill").fetchone()[0]
    copied.close()
    writer.close()
    assert found == 1
    assert not is_whole(11, found, 11)
