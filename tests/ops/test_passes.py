"""What `make test` leaves out is said, and is a failure on a build machine."""

from contextlib import nullcontext
from pathlib import Path

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
