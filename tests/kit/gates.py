"""What all gates share: their scale and their last line (`reliability.md`, Gates)."""

import os
from typing import Any

import pytest

#: `make gates` runs the full numbers, `make test` a few seconds' worth.
FULL = os.environ.get("GATE_SCALE") == "full"
#: The second pass, on PostgreSQL, asks fewer people the same questions (`contracts.md` 1.24).
SAMPLED = bool(os.environ.get("TEST_DATABASE_URL")) and not FULL


def announce(request: pytest.FixtureRequest, gate: str, *, passed: bool, **figures: Any) -> None:
    """Print `GATE Gxx PASS k=v …`, past the capture of pytest."""
    words = " ".join(f"{name}={value}" for name, value in figures.items())
    line = f"GATE {gate} {'PASS' if passed else 'FAIL'} {words}"
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{line}", flush=True)
