"""G40 for kill -9 (G13) and duplicate delivery (G15): both see the bugs they are for.

That the trials are clean without a bug is what test_kill9, test_kill9_import and test_dup say.
"""

from typing import Any

import pytest

from tests.gates.driver import SERVERS, drive
from tests.gates.job_mutants import MUTANTS
from tests.gates.mutants import Mutant
from tests.kit.gates import announce

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.mutants_jobs")]

#: SQLite has one writer at a time, so that there the look before the write is enough.
RACES = {"a notice has no unique key"}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What was wrong, by bug; on the last database this run has."""
    return drive("mutants", SERVERS[-1])


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.bug)
def test_the_gate_sees_the_bug(
    found: dict[str, Any], mutant: Mutant, request: pytest.FixtureRequest
) -> None:
    if mutant.bug in RACES and not SERVERS[-1]:
        pytest.skip("a race that only PostgreSQL allows (TEST_DATABASE_URL)")
    seen = found[mutant.bug]
    bug = mutant.bug.replace(" ", "-")
    announce(request, "G40", passed=bool(seen), seen_by=mutant.gate, bug=bug)
    assert seen, f"{mutant.gate} does not see: {mutant.bug}"
