"""Keeps a group of processes running: start, restart with back-off, stop together.

Every child is the leader of a process group of its own, so that Ctrl-C at the terminal reaches only
the supervisor and the children are stopped in order. Knows nothing about the product: which
processes there are stands in scripts/run.py.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: A child that lived this long starts its back-off from the beginning.
SETTLED_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 30.0
#: After a stop signal: warm stop, then the rest is killed. Together below the promised 10 s.
WARM_STOP_SECONDS = 8.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the group."""

    name: str
    command: Sequence[str | Path]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    wait: float = 1.0

    @property
    def is_running(self) -> bool:
        """True between start and end of the process."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Group:
    """The children, the signals and the loop. `kept_open` are file descriptors children inherit."""

    folder: Path
    environment: Mapping[str, str]
    kept_open: Sequence[int] = ()
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """SIGINT and SIGTERM end the group, and a closed terminal does unless nohup forbids it."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: self.stopping.set())

    def start(self, name: str, command: Sequence[str | Path]) -> Child:
        """Add a child and start it."""
        child = Child(name, command)
        self.children.append(child)
        self._launch(child)
        return child

    def watch(self) -> None:
        """Restart what ends, until told to stop."""
        while not self.stopping.wait(0.5):
            for child in self.children:
                if not child.is_running:
                    self._revive(child)

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        """Poll a condition; False when told to stop, when a child ends or when time is over."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not self.stopping.is_set():
            if is_ready():
                return True
            if not all(child.is_running for child in self.children):
                return False
            self.stopping.wait(0.05)
        return False

    def stop(self) -> None:
        """Warm stop of all at once; what is left after WARM_STOP_SECONDS is killed."""
        for child in self.children:
            if child.is_running:
                child.process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + WARM_STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"run: {child.name} did not stop in time and was ended", file=sys.stderr)
            _kill_group(child.process.pid)
            child.process.wait()

    def _launch(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(
            [str(part) for part in child.command],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(self.kept_open),
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def _revive(self, child: Child) -> None:
        """Plan the restart of an ended child, or carry it out when its time has come."""
        now = time.monotonic()
        if child.process is not None:
            if now - child.started_at >= SETTLED_SECONDS:
                child.wait = 1.0
            code = child.process.returncode
            print(
                f"run: {child.name} ended ({code}); again in {child.wait:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            _kill_group(child.process.pid)  # what it left behind
            child.process = None
            child.restart_at = now + child.wait
            child.wait = min(child.wait * 2, LONGEST_WAIT_SECONDS)
        elif now >= child.restart_at:
            self._launch(child)


def _end_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor is killed: no port stays taken."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _kill_group(leader: int) -> None:
    """End whatever is left of a child's process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
