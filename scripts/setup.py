"""Fills `.venv/`, `node_modules/` and `static_built/`; the work behind `make setup`.

Idempotent: every step compares file times with its own stamp and does nothing when it is newer.
Only the standard library is used, because this runs before anything is installed. Building the
assets is in `scripts/assets.py`, compiling catalogues in `scripts/messages.py`; both run in the
virtual environment.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
OLDEST_NODE = 20


def main() -> int:
    """Run all steps in order; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and lint need")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        done = [make_venv()]
        done += [install(name) for name in locks(dev=options.dev)]
        subprocess.run([PYTHON, "-m", "scripts.assets"], cwd=ROOT, check=True)
        subprocess.run([PYTHON, "-m", "scripts.messages", "compile"], cwd=ROOT, check=True)
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd[:6])
        print(f"setup: failed (exit {error.returncode}): {command} …", file=sys.stderr)
        return 1
    if any(done):
        print(f"setup: ready in {time.monotonic() - began:.0f} s")
    return 0


def locks(*, dev: bool) -> list[str]:
    """Names of the lock files this machine needs, in order of installation."""
    names = ["base"]
    if not has_node():
        names.append("build")
    if dev:
        names.append("dev")
    return names


def has_node() -> bool:
    """True when a Node.js >= 20 with npm is on PATH and really runs."""
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    try:
        answer = subprocess.run(
            ["node", "--version"], capture_output=True, text=True, timeout=20, check=True
        )
        return int(answer.stdout.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def make_venv() -> bool:
    """Create `.venv/` unless there is one whose Python runs; True when it was created."""
    if PYTHON.exists() and runs(PYTHON):
        return False
    print(f"setup: virtual environment with Python {sys.version.split()[0]}")
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
    return True


def runs(python: Path) -> bool:
    """True when this interpreter starts, is new enough and has pip; one copied here may not."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", probe], capture_output=True).returncode == 0
    except OSError:
        return False


def install(name: str) -> bool:
    """Install one hash-locked file unless its stamp is newer; True when pip ran."""
    lock = REQUIREMENTS / f"{name}.lock"
    stamp = VENV / f".stamp-{name}"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return False
    print(f"setup: packages of requirements/{name}.lock")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    subprocess.run([*command, "-r", lock], check=True, env=os.environ | {"PIP_NO_COLOR": "1"})
    stamp.touch()
    return True


if __name__ == "__main__":
    sys.exit(main())
