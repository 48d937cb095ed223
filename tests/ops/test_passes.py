"""What `make test` leaves out is said, and is a failure on a build machine."""

import os
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import test as runner


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with everything, whose passes all succeed; the folder of the sample files."""
    for name in runner.SAMPLE_FILES:
        (tmp_path / name).touch()
    monkeypatch.setenv("CRM_SAMPLES", str(tmp_path))
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://nowhere/x")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://nowhere/0")
    monkeypatch.setattr(runner, "chromium", lambda: "/bin/true")
    monkeypatch.setattr(runner, "run", lambda *_arguments: True)
    monkeypatch.setattr(runner, "databases", lambda: nullcontext("/nowhere"))
    return tmp_path


@pytest.mark.parametrize("ci", ["true", ""])
def test_nothing_left_out(ci: str, complete, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CI", ci)
    assert runner.main([]) == 0
    assert "left out: nothing" in capsys.readouterr().out


@pytest.mark.parametrize("name", runner.SAMPLE_FILES)
def test_a_missing_sample_file_fails_on_a_build_machine(
    name: str, complete, monkeypatch, capsys
) -> None:
    (complete / name).unlink()
    monkeypatch.setenv("CI", "true")
    assert runner.main([]) == 1
    output = capsys.readouterr()
    assert "left out: sample files (CRM_SAMPLES)" in output.out
    assert output.err.startswith("test: missing: sample files (CRM_SAMPLES)\n")


@pytest.mark.parametrize("variable", ["TEST_DATABASE_URL", "TEST_REDIS_URL"])
def test_a_missing_server_fails_on_a_build_machine(variable: str, complete, monkeypatch) -> None:
    monkeypatch.delenv(variable)
    monkeypatch.setenv("CI", "true")
    assert runner.main([]) == 1


def test_elsewhere_it_is_only_said(complete, monkeypatch, capsys) -> None:
    monkeypatch.setenv("CRM_SAMPLES", str(complete / "none"))
    monkeypatch.delenv("CI", raising=False)
    assert runner.main([]) == 0
    assert "left out: sample files (CRM_SAMPLES)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "is_taken"),
    [({}, True), ({"f_bavail": 100}, False), ({"f_flag": os.ST_NOEXEC}, False)],
)
def test_memory_is_taken_where_it_is_enough(
    more: dict[str, Any], is_taken: bool, tmp_path: Path, monkeypatch
) -> None:
    found = SimpleNamespace(**{"f_bavail": 2 << 20, "f_frsize": 4096, "f_flag": 0} | more)
    monkeypatch.setattr(runner, "MEMORY", tmp_path)
    monkeypatch.setattr(os, "statvfs", lambda _path: found)
    assert runner.place() == (str(tmp_path) if is_taken else None)


def test_without_such_a_place_the_usual_one_is_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(runner, "MEMORY", tmp_path / "none")
    assert runner.place() is None
