"""G13: kill -9 loses nothing and doubles nothing, and resumes by itself within a minute.

Small: every fifth statement (on PostgreSQL every eighth), a few random kills, one killed worker.
Full (GATE_SCALE=full): every statement on both, 300 and 150 random trials, 20 workers.
"""

import pytest

from tests.gates.driver import DATABASES, TRIED, drive
from tests.kit.gates import FULL, announce

pytestmark = pytest.mark.gate
RANDOM = {"sqlite": 300 if FULL else 5, "postgresql": 150 if FULL else 5}
WORKERS = 20 if FULL else 1
#: From killed statement to killed statement; other ones on the second database.
STRIDE = {"sqlite": 1 if FULL else 5, "postgresql": 1 if FULL else 8}
RESUME_SECONDS = 60


@pytest.fixture(scope="module")
def figures(request):
    """Sums over the tests of this module, printed at the end."""
    sums = {"trials": 0, "kills": 0, "bad": 0, "resume_max_s": 0.0}
    yield sums
    passed = sums["bad"] == 0 and sums["resume_max_s"] <= RESUME_SECONDS and sums["kills"] > 0
    announce(request, "G13", passed=passed, db="+".join(TRIED), **sums)


def judge(found, figures):
    for name in ("trials", "kills", "bad"):
        figures[name] += found[name]
    figures["resume_max_s"] = max(figures["resume_max_s"], found["resume_max_s"])
    assert (found["bad"], found["examples"]) == (0, [])
    assert found["resume_max_s"] <= RESUME_SECONDS


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_at_every_statement(server, name, figures):
    stride = STRIDE[name]
    found = drive("statements", server, stride=stride)
    assert found["statements"] >= 30
    assert found["kills"] == found["trials"] == 2 * -(-found["statements"] // stride)
    judge(found, figures)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_at_random_moments(server, name, figures):
    found = drive("random", server, trials=RANDOM[name], timeout=3600)
    assert found["kills"] > 0
    judge(found, figures)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_a_whole_worker_then_stop_it_warm(server, name, figures):
    judge(drive("worker", server, trials=WORKERS, timeout=3600), figures)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_a_process_that_is_asked_to_end_dies_at_once(server, name, figures):
    """An exception out of a signal, in the middle of a transaction, once left jobs failed or
    held for a minute by a process that waited on a connection of which it knew nothing."""
    judge(drive("interrupted", server, trials=1), figures)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_catches_a_ledger_that_commits_separately(server, name):
    """The planted bug (G40): this gate must be able to fail."""
    found = drive("statements", server, kind="killing.separate", stride=4)
    assert found["bad"] > 0
    assert any("doubled rows" in example for example in found["examples"])
