"""G40 for kill -9 (G13) and duplicate delivery (G15): both see the bugs they are for.

That the trials are clean without a bug is what test_kill9, test_kill9_import and test_dup say.
"""

from typing import Any

import pytest

from tests.gates.driver import SERVERS, drive
from tests.gates.job_mutants import planted
from tests.gates.mutants import Mutant
from tests.kit.gates import announce

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.mutants_jobs")]
PLANTED = planted(on_server=bool(SERVERS[-1]))


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What was wrong, by bug; on the last database this run has."""
    return drive("mutants", SERVERS[-1])


@pytest.mark.parametrize(
    "mutant", planted(on_server=bool(SERVERS[-1])), ids=lambda mutant: mutant.bug
)
def test_the_gate_sees_the_bug(
    found: dict[str, Any], mutant: Mutant, request: pytest.FixtureRequest
) -> None:
    seen = found[mutant.bug]
    bug = mutant.bug.replace(" ", "-")
    announce(request, "G40", passed=bool(seen), seen_by=mutant.gate, bug=bug)
    assert seen, f"{mutant.gate} does not see: {mutant.bug}"
