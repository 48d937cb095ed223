"""G13 with the import people use: kill -9 of workers, of Redis and of PostgreSQL under it.

What an import leaves after kills (customers, contacts, tags, events, search entries, job rows,
counters, error workbook) is compared with what it leaves undisturbed. The planted bugs are in
test_mutants_jobs. Small: kills behind every commit of an import of 16 rows, a handful at random, on
PostgreSQL of the servers; full (GATE_SCALE=full): 30 rows, and the trials of the table.
"""

import shutil

import pytest

from tests.gates.driver import DATABASES, SERVERS, TRIED, drive
from tests.kit.gates import FULL, announce
from tests.kit.servers import postgres_binaries

pytestmark = pytest.mark.gate
#: Trials with up to four kills each.
RANDOM = {"sqlite": 120 if FULL else 1, "postgresql": 60 if FULL else 1}
#: From killed statement to killed statement, of about 300; full scale only.
STRIDE = 2
#: Kills of a server; and seconds between two rings for one job, 30 in the product.
STRIKES, RING = (10, 30) if FULL else (1, 3)
RESUME_SECONDS = 60
HOURS = 4 * 3600


@pytest.fixture(scope="module")
def figures(request):
    """Sums over the tests of this module, printed at the end."""
    sums = {"trials": 0, "kills": 0, "bad": 0, "resume_max_s": 0.0}
    yield sums
    passed = sums["bad"] == 0 and sums["resume_max_s"] <= RESUME_SECONDS and sums["kills"] > 0
    announce(request, "G13", passed=passed, part="import", db="+".join(TRIED), **sums)


def judge(found, figures):
    for name in ("trials", "kills", "bad"):
        figures[name] += found[name]
    figures["resume_max_s"] = max(figures["resume_max_s"], found["resume_max_s"])
    assert (found["bad"], found["examples"]) == (0, [])
    assert found["resume_max_s"] <= RESUME_SECONDS
    assert found["counters"]["created"] > found["counters"]["updated"] > 0


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_at_random_moments(server, name, figures):
    judge(drive("imports", server, trials=RANDOM[name], timeout=HOURS), figures)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_behind_every_commit(server, name, figures):
    found = drive("import_states", server, timeout=HOURS)
    assert found["kills"] == found["trials"] == found["states"] - 1 >= 8
    judge(found, figures)


@pytest.mark.skipif(not FULL, reason="full scale only: behind every commit says the same, sooner")
@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_kill_before_and_after_statements(server, name, figures):
    found = drive("import_statements", server, stride=STRIDE, timeout=HOURS)
    assert found["kills"] == 2 * -(-found["statements"] // STRIDE) >= 200
    judge(found, figures)


@pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed")
@pytest.mark.skipif(not SERVERS[-1], reason="in the pass on PostgreSQL, beside which Redis stands")
def test_kill_redis_under_a_worker(figures):
    judge(drive("broker", SERVERS[-1], trials=STRIKES, ring=RING, timeout=HOURS), figures)


@pytest.mark.skipif(not postgres_binaries(), reason="PostgreSQL is not installed")
@pytest.mark.skipif(not SERVERS[-1], reason="in the pass on PostgreSQL, with its tables")
def test_kill_postgresql_under_a_worker(figures):
    judge(drive("database", SERVERS[-1], trials=STRIKES, ring=RING, timeout=HOURS), figures)
