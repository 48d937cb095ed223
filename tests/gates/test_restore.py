"""G25: backups taken under write load restore into an empty system by one command.

Small: one backup and two harmed archives per database. Full (GATE_SCALE=full): twenty of each.
"""

import random
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gates.driver import DATABASES, TRIED
from tests.kit import migrated
from tests.kit.gates import FULL, announce
from tests.kit.installation import System, create_database, drop_database, new_name

pytestmark = pytest.mark.gate
TRIALS = 20 if FULL else 1
HARMED = 20 if FULL else 2
LONGEST_SECONDS = 300
FILE = random.Random(1).randbytes(300_000)
#: Planted in backup and restore by harmed_manage; the seal is looked at with a harmed archive.
DRILL_BUGS = (
    "the database is copied as a file",
    "files are left out",
    "sessions and waiting mails are restored",
)


def is_whole(before, restored, after):
    """True when a snapshot holds all that was committed before it and only whole transactions."""
    return before <= restored <= after and restored % 10 == 1


@pytest.fixture(scope="module")
def figures(request):
    """Sums over the tests of this module, printed at the end."""
    sums = {"backups": 0, "restored": 0, "harmed": 0, "refused": 0, "slowest_s": 0.0}
    yield sums
    passed = sums["backups"] == sums["restored"] > 0 and sums["harmed"] == sums["refused"] > 0
    announce(request, "G25", passed=passed, db="+".join(TRIED), **sums)


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


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_backups_under_load_restore(server, name, systems, figures, tmp_path):
    source = filled(systems(server, "source"))
    for trial in range(TRIALS):
        archive = tmp_path / f"{trial}.tar"
        seconds = drill(source, systems(server, f"target{trial}"), archive, figures)
        figures["slowest_s"] = max(figures["slowest_s"], seconds)
        assert figures["slowest_s"] <= LONGEST_SECONDS
    check_harmed(archive, systems(server, "empty"), figures)


def filled(source):
    """An installation with rows, a file, a session and a waiting mail."""
    migrated.install(source)
    source.add_drill()
    source.leave_behind()
    stored = source.data / "files" / "合同.pdf"
    stored.parent.mkdir()
    stored.write_bytes(FILE)
    return source


def drill(source, target, archive, figures):
    """One backup while others write, restored into an empty place; returns the seconds it took."""
    began = time.monotonic()
    with source.under_writes():
        before = source.count_drill_rows()
        status, output = source.manage("backup", archive)
        after = source.count_drill_rows()
    assert status == 0, output
    figures["backups"] += 1
    status, output = target.manage("restore", archive)
    assert status == 0, output
    assert is_whole(before, target.count_drill_rows(), after)
    assert (target.data / "files" / "合同.pdf").read_bytes() == FILE
    waiting = target.count("notifications_delivery", "state IN ('pending', 'sending')")
    assert (target.count("django_session"), waiting) == (0, 0)
    assert target.count("notifications_delivery") == source.count("notifications_delivery") == 1
    figures["restored"] += 1
    return round(time.monotonic() - began, 1)


def check_harmed(archive, target, figures, trials=HARMED):
    """One changed byte anywhere, or a cut anywhere, and nothing is restored."""
    chance, content = random.Random(2), archive.read_bytes()
    for trial in range(trials):
        position = chance.randrange(len(content))
        harmed = bytearray(content[:position] if trial % 2 else content)
        if not trial % 2:
            harmed[position] ^= 1 << chance.randrange(8)
        archive.write_bytes(harmed)
        figures["harmed"] += 1
        status, output = target.manage("restore", archive)
        assert (status, "is damaged" in output) == (1, True), output
        assert not (target.data / "files").exists()
        figures["refused"] += 1


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """An installation on SQLite, made once for all planted bugs, and an archive of it."""
    source = filled(System(tmp_path_factory.mktemp("good"), "", "db.sqlite3"))
    archive = source.data.parent / f"{source.data.name}.tar"
    assert source.manage("backup", archive)[0] == 0
    return source, archive


@pytest.mark.parametrize("bug", ["the seal is not compared", *DRILL_BUGS])
def test_the_gate_sees_the_bug(bug, good, tmp_path, request):
    source, archive = good
    target, sums = System(tmp_path, "", "db.sqlite3", bug), Counter()
    problem = ""
    try:
        if bug in DRILL_BUGS:
            harmed = replace(source, bug=bug)
            drill(harmed, target, tmp_path / "harmed.tar", sums)
        else:
            copy = shutil.copy(archive, tmp_path / "copy.tar")
            check_harmed(Path(copy), target, sums, trials=1)
    except (AssertionError, OSError) as error:
        problem = str(error)
    announce(request, "G40", passed=bool(problem), seen_by="G25", bug=bug.replace(" ", "-"))
    assert problem, f"G25 does not see: {bug}"
    assert "Traceback" not in problem, problem
