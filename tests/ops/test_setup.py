"""Set-up takes a Python that really works, and names what is missing."""

import os
import shutil
import subprocess
import sys

import pytest

from scripts import setup

SHIM = "#!/bin/sh\nexit 127\n"
REAL = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
OLD = "#!/bin/sh\nexit 1\n"
#: Answers the question for its version, fails the one for ensurepip and venv.
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n'
TOOLS = ("sh", "dirname", "git", "make")


@pytest.fixture
def run_with(tmp_path):
    """Runs scripts/python.sh with a PATH of nothing but what is given."""

    def run(pythons, *, without=()):
        for name in set(TOOLS) - set(without):
            (tmp_path / name).symlink_to(shutil.which(name))
        for name, text in pythons.items():
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o755)
        answer = subprocess.run(
            ["sh", "scripts/python.sh", "-c", "print('ran')"],
            cwd=setup.ROOT,
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        return answer.returncode, answer.stdout + answer.stderr

    return run


def test_passes_over_names_that_do_not_run(run_with):
    pythons = {"python3": OLD, "python3.13": SHIM, "python3.11": REAL}
    assert run_with(pythons) == (0, "ran\n")


def test_names_a_missing_python(run_with):
    status, output = run_with({"python3": SHIM})
    assert status == 1
    assert "no Python 3.11 or newer" in output


def test_names_a_missing_venv(run_with):
    status, output = run_with({"python3": WITHOUT_VENV})
    assert status == 1
    assert "found python3, but without the venv module" in output
    assert "apt-get install python3-venv" in output


@pytest.mark.parametrize("tool", ["git", "make"])
def test_names_a_missing_tool(run_with, tool):
    status, output = run_with({"python3": REAL}, without=[tool])
    assert status == 1
    assert f"{tool} is missing" in output


@pytest.mark.parametrize(
    ("version", "answer"), [("v20.20.2", True), ("v18.19.0", False), ("nonsense", False)]
)
def test_judges_node_by_running_it(tmp_path, monkeypatch, version, answer):
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    assert setup.has_node() is answer


def test_installs_only_what_is_newer_than_its_stamp(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "REQUIREMENTS", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "PYTHON", "true")
    lock = tmp_path / "base.lock"
    lock.touch()
    assert setup.install("base") is True
    assert setup.install("base") is False
    stamp = tmp_path / ".stamp-base"
    os.utime(lock, (stamp.stat().st_mtime + 1, stamp.stat().st_mtime + 1))
    assert setup.install("base") is True
