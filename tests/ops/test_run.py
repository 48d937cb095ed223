"""What `make run` refuses and decides before anything is started."""

import os
import runpy
import socket
import subprocess
import sys

import pytest

from scripts import run


@pytest.fixture
def options(tmp_path, monkeypatch):
    for name in ("HOST", "PORT", "CRM_DEMO", "CRM_DEMO_PASSWORD", "CRM_ALLOW_HTTP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    return run.read_options


def test_defaults(options, tmp_path):
    assert options() == run.Options(host="127.0.0.1", port=8000, data=tmp_path, is_demo=True)
    assert options().address == "http://127.0.0.1:8000/"


def test_other_address_needs_consent(options, monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    with pytest.raises(run.StartError, match="CRM_ALLOW_HTTP=1"):
        options()
    monkeypatch.setenv("CRM_ALLOW_HTTP", "1")
    assert options().address == "http://127.0.0.1:8000/"


def test_other_address_prints_a_warning(options, monkeypatch, capsys):
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("CRM_ALLOW_HTTP", "1")
    run.announce(options(), "secret")
    assert "Warning: plain http" in capsys.readouterr().out


def test_demo_password_is_new_until_one_is_kept(options, tmp_path):
    first = run.demo_password(options())
    assert len(first) >= 12
    assert run.demo_password(options()) != first
    (tmp_path / "demo-password").write_text("kept\n")
    assert run.demo_password(options()) == "kept"


def test_given_demo_password_counts(options, tmp_path, monkeypatch):
    (tmp_path / "demo-password").write_text("kept")
    monkeypatch.setenv("CRM_DEMO_PASSWORD", "demo")
    assert run.demo_password(options()) == "demo"


def test_no_demo_password_without_demo(options, monkeypatch):
    monkeypatch.setenv("CRM_DEMO", "0")
    assert run.demo_password(options()) == ""


def test_taken_port_is_named(options, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(run.StartError, match="PORT=8001 make run"):
            run.take_port(options())


def test_nobody_takes_the_port_between_the_look_and_the_web_process(options, monkeypatch):
    """Another program once answered there, and the start called itself successful."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(free.getsockname()[1]))
    with run.take_port(options()) as port, socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(OSError, match="in use"):
            other.bind(port.getsockname())
        assert not run.is_healthy(options())  # it listens, and nobody answers yet


def test_the_web_process_serves_the_socket_it_is_given(options, monkeypatch):
    monkeypatch.setenv("WEB_SOCKET", "7")
    assert runpy.run_path("deploy/gunicorn.conf.py")["bind"] == "fd://7"
    monkeypatch.delenv("WEB_SOCKET")
    assert runpy.run_path("deploy/gunicorn.conf.py")["bind"] == "127.0.0.1:8000"


def test_folder_belongs_to_one_start(options, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "LOCK_SECONDS", 0.3)
    lock = run.take_folder(tmp_path)
    code = (
        "import sys; from pathlib import Path; from scripts import run; run.LOCK_SECONDS = 0.3\n"
        "try: run.take_folder(Path(sys.argv[1]))\n"
        "except run.StartError as error: print(error)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=run.ROOT, capture_output=True, text=True
    )
    os.close(lock)
    assert answer.stdout == f"another start already uses the folder {tmp_path}\n"
