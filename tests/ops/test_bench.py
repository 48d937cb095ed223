"""The bench starts: it stands outside the product and imports nothing of it before it serves."""

import subprocess
import sys

from scripts.setup import ROOT


def test_the_bench_can_be_started_without_django() -> None:
    command = [sys.executable, "-c", "import tests.bench.__main__"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
