"""A run of the tests leaves no folder behind, whatever its processes end like."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.setup import ROOT

KILLED = "import os; from crm.settings import test; os.kill(os.getpid(), 9)"
FIRST = f"""
import subprocess, sys
from crm.settings import test
assert subprocess.run([sys.executable, "-c", {KILLED!r}]).returncode == -9
assert len(list(test.DATA_DIR.glob("crm-test-*"))) == 1
"""


def test_nothing_is_left_even_by_a_killed_process(tmp_path: Path) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "CRM_TEST_FOLDER"}
    environment |= {"TMPDIR": str(tmp_path), "TEST_DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, env=environment, check=True)
    assert list(tmp_path.iterdir()) == []
