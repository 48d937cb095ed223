"""G20 between processes, and G14: kill -9 of the reminders' tick, of the fall into the pool and of
a bulk action's job.

Small: a few races and every few statements, on the database of the pass. Full (GATE_SCALE=full):
200 races and every statement, on both.
"""

import pytest

from tests.gates.driver import DATABASES, TRIED, drive
from tests.kit.gates import FULL, announce

pytestmark = pytest.mark.gate
RACES, STRIDE = (200, 1) if FULL else (2, 60)


@pytest.fixture(scope="module", params=DATABASES, ids=TRIED)
def found(request):
    """What all trials on one database found."""
    return drive("sales", request.param[0], trials=RACES, stride=STRIDE, timeout=4 * 3600)


@pytest.mark.parametrize(
    ("part", "gate", "kills"),
    [("races", "G20", 0), ("reminders", "G14", 4), ("falls", "G14", 4), ("bulk", "G14", 3)],
)
def test_nothing_is_lost_doubled_or_had_twice(found, part, gate, kills, request):
    sums = found[part]
    figures = {name: sums[name] for name in ("db", "trials", "kills", "bad")}
    passed = not sums["bad"] and sums["kills"] >= kills
    announce(request, gate, passed=passed, part=part, **figures)
    assert (sums["bad"], sums["examples"]) == (0, [])
    assert sums["kills"] >= kills
    assert sums["trials"] >= (2 * RACES if part == "races" else kills)


def test_the_races_see_a_planted_bug(found):
    assert found["planted"]["bad"] == 2, found["planted"]
