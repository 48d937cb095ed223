"""The real product on a scratch folder and a free port, for browser tests and screenshots.

Here: starting `python -m scripts.run` (web, worker, scheduler) with demo data, waiting until it
answers, running a management command on its data, ending it by its process id. Not here: what a
browser does with it (`tests.kit.browsing`).
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.kit.forks import Forks

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "heke-demo-2026"
#: The first start migrates and makes the demo data.
READY_SECONDS = 180.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Live:
    """A running product."""

    url: str
    data: Path
    process: subprocess.Popen
    forks: Forks

    def manage(self, *arguments: str) -> str:
        """Run a command of `manage.py` on the data of this start; returns what it printed."""
        ended = self.forks.run("manage.py", *arguments, environment=self.forks.environment)
        assert ended.code == 0, ended.errors
        return ended.output

    def log(self) -> str:
        """What the processes have written so far."""
        return (self.data / "run.log").read_text(errors="replace")


@contextmanager
def running(data: Path) -> Iterator[Live]:
    """The product with demo data in `data` until the block ends.

    Raises RuntimeError with its last lines when it does not become ready.
    """
    data.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = environment_of(data, port)
    with (data / "run.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    forks = Forks(environment | {"DJANGO_SETTINGS_MODULE": "crm.settings.embedded"})
    live = Live(f"http://127.0.0.1:{port}", data, process, forks)
    try:
        _wait(live)
        yield live
    finally:
        forks.end()
        _stop(process)


def environment_of(data: Path, port: int = 0) -> dict[str, str]:
    """Only this start's own settings: nothing of the test run's database or settings module."""
    dropped = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "PORT": str(port),
        "CRM_DATA_DIR": str(data),
        "CRM_DEMO": "1",
        "CRM_DEMO_PASSWORD": PASSWORD,
        "CRM_LANGUAGE": "zh-hans",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(live: Live) -> None:
    limit = time.monotonic() + READY_SECONDS
    while live.process.poll() is None and time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"{live.url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"the product did not become ready:\n{live.log()[-3000:]}")


def _stop(process: subprocess.Popen) -> None:
    """SIGTERM, as an operator stops it; the whole group is killed when that does not help."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
