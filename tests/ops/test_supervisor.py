"""Children are restarted when they end and never outlive the supervisor."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import supervisor
from scripts.setup import ROOT

QUIET = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
SCRIPT = """
import os, sys
from pathlib import Path
from scripts.supervisor import Group
group = Group(Path.cwd(), os.environ)
group.listen()
child = group.start("quiet", [sys.executable, "-c", "import time; time.sleep(60)"])
print(child.process.pid, flush=True)
group.watch()
group.stop()
"""


def is_alive(pid: int) -> bool:
    """True while a process exists that is not only waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=10.0):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def group(tmp_path):
    group = supervisor.Group(tmp_path, os.environ)
    yield group
    group.stop()


def watched(group):
    thread = threading.Thread(target=group.watch, daemon=True)
    thread.start()
    return thread


def test_restarts_what_ends(group):
    child = group.start("quiet", [sys.executable, "-c", QUIET])
    first = child.process.pid
    thread = watched(group)
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: child.is_running and child.process.pid != first)
    assert child.wait == 2.0  # the next restart would come later
    group.stopping.set()
    thread.join(5)


def test_kills_what_does_not_listen(group, monkeypatch):
    monkeypatch.setattr(supervisor, "WARM_STOP_SECONDS", 1.0)
    child = group.start("deaf", [sys.executable, "-c", DEAF])
    time.sleep(0.5)
    began = time.monotonic()
    group.stop()
    assert time.monotonic() - began < 3
    assert not is_alive(child.process.pid)


def test_wait_ends_when_a_child_dies(group):
    group.start("short", [sys.executable, "-c", "raise SystemExit(3)"])
    assert group.wait_until(lambda: False, 10) is False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_and_exits_with_0(number):
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(process.stdout.readline())
    process.send_signal(number)
    assert process.wait(10) == 0
    assert not is_alive(child)


def test_children_end_when_the_supervisor_is_killed():
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(process.stdout.readline())
    process.kill()
    process.wait(10)
    assert wait_for(lambda: not is_alive(child))
