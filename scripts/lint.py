"""All checks that need no test database; the work behind `make lint`.

Runs every check even after one has failed, so that a single run shows everything.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.setup import ROOT

BIN = Path(sys.executable).parent
CHECKS = {
    "ruff check": [BIN / "ruff", "check", "."],
    "ruff format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "layers": [BIN / "lint-imports", "--no-cache"],
    "templates": [BIN / "djlint", "templates", "--lint", "--profile=django", "--quiet"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "catalogues": [sys.executable, "-m", "scripts.messages", "check"],
}


def main() -> int:
    """Run all checks; returns 1 if one fails."""
    failed = []
    with tempfile.TemporaryDirectory() as data:
        # a data folder of its own: a check never touches the user's database
        environment = os.environ | {"CRM_DATA_DIR": data}
        for name, command in CHECKS.items():
            answer = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True
            )
            print(f"lint: {name}: {'ok' if answer.returncode == 0 else 'FAILED'}")
            if answer.returncode:
                failed.append(name)
                print(answer.stdout + answer.stderr)
    if failed:
        print(f"lint: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
