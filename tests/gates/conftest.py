"""Quick requests, and the last line of `make gates`: what this machine lacks."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kit.gates import FULL
from tests.kit.office import SOFFICE
from tests.kit.servers import postgres_binaries

LACKING = {
    "PostgreSQL for all gates (TEST_DATABASE_URL)": not os.environ.get("TEST_DATABASE_URL"),
    "kills of PostgreSQL (its programs)": not postgres_binaries(),
    "kills of Redis (redis-server)": not shutil.which("redis-server"),
    "LibreOffice as a judge (libreoffice-calc-nogui)": not SOFFICE,
}


@pytest.fixture(scope="module", autouse=True)
def _templates_are_not_collected() -> Iterator[None]:
    """Nobody here asks which templates drew an answer; copying every context takes its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
        yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it where the full numbers are asked for."""
    if FULL:
        names = [name for name, is_lacking in LACKING.items() if is_lacking]
        terminalreporter.write_line(f"gates: left out: {', '.join(names) or 'nothing'}")
