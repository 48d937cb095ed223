"""G15: five deliveries at once of every task have one effect."""

import pytest

from tests.gates.driver import DATABASES, TRIED, drive
from tests.kit.gates import FULL, announce

pytestmark = pytest.mark.gate
TRIALS = 20 if FULL else 2


@pytest.fixture(scope="module")
def figures(request):
    """Sums over the tests of this module, printed at the end."""
    sums = {"trials": 0, "bad": 0}
    yield sums
    passed = sums["bad"] == 0 and sums["trials"] > 0
    announce(request, "G15", passed=passed, db="+".join(TRIED), deliveries=5, **sums)


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_five_deliveries_have_one_effect(server, name, figures):
    found = drive("duplicates", server, trials=TRIALS)
    figures["trials"] += found["trials"]
    figures["bad"] += found["bad"]
    assert (found["bad"], found["examples"]) == (0, [])


@pytest.mark.parametrize(("server", "name"), DATABASES, ids=TRIED)
def test_catches_workers_that_do_not_ask_for_the_lease(server, name):
    """The planted bug (G40): without the lease and with a separate ledger rows are doubled."""
    found = drive("duplicates", server, trials=1, kind="killing.separate", greedy=True)
    assert found["bad"] > 0
    assert any("doubled rows" in example for example in found["examples"])
