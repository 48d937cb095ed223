"""Throw-away servers that a gate may kill -9 and start again: PostgreSQL and Redis.

Here: a server on a free port with its data in a folder of the test. Not here: the shared servers
of a test run (`TEST_DATABASE_URL`, `TEST_REDIS_URL`), which nobody may kill.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

START_SECONDS = 30


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_binaries() -> Path | None:
    """Where initdb and postgres are; None on a machine without."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    return next((each for each in reversed(folders) if (each / "initdb").exists()), None)


class Server:
    """One process that answers on a port; `start`, `kill` and `start` again keep its data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def command(self) -> list[str]:
        """How the server is called."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it takes work."""
        raise NotImplementedError

    def start(self) -> None:
        """Start and wait until it answers; a server of a killed one may need a second go."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                self.process = self.run(self.command())
            if self.answers():
                return
            time.sleep(0.1)
        raise TimeoutError(f"{self.command()[0]} did not start")

    def run(self, command: list[str]) -> subprocess.Popen:
        """Start a program in the folder, PostgreSQL's not as root."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            user=self.user(),
            group=self.user(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def user(self) -> int | None:
        """Who the server runs as; None is whoever runs the tests."""
        return None

    def kill(self) -> None:
        """kill -9 of the server's first process."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self.end(signal.SIGINT)

    def end(self, sign: int) -> None:
        """Send a signal and wait for the end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(sign)
        if self.process is not None:
            self.process.wait(START_SECONDS)


class Redis(Server):
    """A Redis that keeps nothing: whatever was in it is lost with it (F04)."""

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        return [shutil.which("redis-server") or "redis-server", *options, "--appendonly", "no"]

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class Postgres(Server):
    """A cluster of its own. No fsync: what a killed process has written, the machine still has."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.binaries = postgres_binaries() or Path()
        folder.mkdir(parents=True)
        if self.user() is not None:
            os.chown(folder, self.user(), self.user())
        command = ["initdb", "-D", "data", "-U", "crm", "-A", "trust", "-E", "UTF8"]
        command[0] = str(self.binaries / command[0])
        if self.run([*command, "--locale=C.UTF-8", "--no-sync"]).wait(60):
            raise RuntimeError("initdb failed")

    @property
    def url(self) -> str:
        """For TEST_DATABASE_URL."""
        return f"postgresql://crm@127.0.0.1:{self.port}/postgres"

    def user(self) -> int | None:
        return pwd.getpwnam("postgres").pw_uid if os.getuid() == 0 else None

    def command(self) -> list[str]:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
        }
        pairs = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", "data", *pairs]

    def load(self, server: str, name: str) -> None:
        """Give the template of all databases here what the database `name` on `server` holds."""
        source = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        target = urlunsplit(urlsplit(self.url)._replace(path="/template1"))
        dump = [self.binaries / "pg_dump", "-Fc", "-d", source]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as reader:
            restore = [self.binaries / "pg_restore", "-d", target]
            subprocess.run(restore, stdin=reader.stdout, check=True)
        assert reader.returncode == 0, "pg_dump failed"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True
