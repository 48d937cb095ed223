"""Starts the product on one machine: web, worker and scheduler as one group; `make run`.

Starts the web process, which first brings the database up to date (scripts/web.py), waits for
/healthz, starts worker and scheduler and prints where to go. How children are kept alive is in
scripts/supervisor.py. Servers run the same processes under systemd or containers (deploy/).
"""

import fcntl
import http.client
import os
import secrets
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from crm.settings import env
from scripts.setup import ROOT
from scripts.supervisor import Group

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
DEMO_ACCOUNTS = "admin manager sales1 sales2 service_lead agent1 finance auditor"
#: The first start migrates and makes the demo data before it answers.
READY_SECONDS = 600.0
#: A group that was killed hard needs a moment until its last process has let go of the folder.
LOCK_SECONDS = 15.0


class StartError(Exception):
    """The product cannot start; the text says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What the environment asks for."""

    host: str
    port: int
    data: Path
    is_demo: bool

    @property
    def local_host(self) -> str:
        """The host name to reach this start from the same machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (translated, not bound)
        return everywhere.get(self.host, self.host)

    @property
    def address(self) -> str:
        """The address for a browser on this machine."""
        host = f"[{self.local_host}]" if ":" in self.local_host else self.local_host
        return f"http://{host}:{self.port}/"


def main() -> int:
    """Run until a signal comes; 0 after an orderly stop, 1 when the start failed."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the group listens itself
    try:
        options = read_options()
        lock = take_folder(options.data)
        password = demo_password(options)
        environment = child_environment(options, password)
        with take_port(options) as port:
            environment["WEB_SOCKET"] = str(port.fileno())
            return serve(options, environment, password, [lock, port.fileno()])
    except (StartError, env.EnvError) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def read_options() -> Options:
    """The settings of this start. Raises StartError for an address that needs consent."""
    host = env.text("HOST", "127.0.0.1") or "127.0.0.1"
    if host not in LOOPBACK and not env.flag("CRM_ALLOW_HTTP", False):
        raise StartError(
            f"HOST={host} would serve passwords and customer data over plain http to the whole "
            "network. Set CRM_ALLOW_HTTP=1 if this network is trusted, or put a server with https "
            "in front (deploy/)."
        )
    return Options(
        host=host,
        port=env.number("PORT", 8000, least=1, most=65535),
        data=env.path("CRM_DATA_DIR", ROOT / "var"),
        is_demo=env.flag("CRM_DEMO", True),
    )


def take_folder(data: Path) -> int:
    """Lock the data folder; the descriptor is inherited, so the lock lasts as long as any child."""
    data.mkdir(parents=True, exist_ok=True)
    lock = os.open(data / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    limit = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > limit:
                raise StartError(f"another start already uses the folder {data}") from None
            time.sleep(0.2)


def demo_password(options: Options) -> str:
    """The password of the demo accounts: given, kept from an earlier start, or new.

    scripts/prepare.py keeps it once the accounts have it.
    """
    if not options.is_demo:
        return ""
    kept = options.data / "demo-password"
    if given := env.text("CRM_DEMO_PASSWORD", ""):
        return given
    return kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(9)


def child_environment(options: Options, password: str) -> dict[str, str]:
    """What every child gets: the environment with the values decided here."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
        "PYTHONUNBUFFERED": "1",
        "WEB_GRACE": "3",  # all must have ended within ten seconds
        # Celery repeats this at every start; a container of its own has no other user
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    environment |= os.environ
    environment |= {
        "HOST": options.host,
        "PORT": str(options.port),
        "CRM_DATA_DIR": str(options.data),
        "CRM_DEMO": "1" if options.is_demo else "0",
    }
    if password:
        environment["CRM_DEMO_PASSWORD"] = password
    return environment


def take_port(options: Options) -> socket.socket:
    """The listening socket of the web process, taken before it starts and kept while it restarts.

    So nobody can take the port in between, and what answers on it is this product. Raises
    StartError where somebody else has it.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    port = socket.socket(family)
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        port.bind((options.host, options.port))
        port.listen()
    except OSError as error:
        port.close()
        place = f"{options.host}:{options.port}"
        raise StartError(
            f"启动失败：{place} 不能使用，可能已被其他程序占用。请换一个端口：PORT=8001 make run\n"
            f"run: Starting failed: {place} cannot be used ({error.strerror}). "
            "Choose another port: PORT=8001 make run"
        ) from None
    return port


def serve(
    options: Options, environment: dict[str, str], password: str, kept_open: list[int]
) -> int:
    """Start the children, watch them, stop them; 0 unless they never became ready."""
    group = Group(ROOT, environment, kept_open=kept_open)
    group.listen()
    try:
        group.start("web", module("scripts.web"))
        if not group.wait_until(lambda: is_healthy(options), READY_SECONDS):
            if group.stopping.is_set():
                return 0
            raise StartError("the web process did not start; see the lines above")
        celery = [*module("celery"), "-A", "crm.celery", "--quiet", "--skip-checks"]
        group.start("worker", [*celery, "worker", "-c", "2", "-l", "WARNING", "--without-mingle"])
        group.start("scheduler", [*celery, "beat", "-l", "WARNING", "--pidfile="])
        announce(options, password)
        group.watch()
        return 0
    finally:
        group.stop()


def module(name: str) -> list[str]:
    """Run a module with the Python of the virtual environment."""
    return [sys.executable, "-m", name]


def is_healthy(options: Options) -> bool:
    """True when /healthz answers 200; asked directly, whatever proxy the environment names.

    The port listens before anybody serves it, so the wait is short: a signal must not wait long.
    """
    connection = http.client.HTTPConnection(options.local_host, options.port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(options: Options, password: str) -> None:
    """Say where to go and how to get in."""
    lines = ["", f"  和客 CRM   {options.address}"]
    if options.is_demo:
        lines += [f"  演示账号 / accounts   {DEMO_ACCOUNTS}", f"  密码 / password       {password}"]
    if options.host not in LOOPBACK:
        lines += [
            "  警告：此地址使用未加密的 http，同一网络内可被窃听，仅限可信的办公网络。",
            "  Warning: plain http; anybody on this network can listen in.",
        ]
    lines += ["  Ctrl+C 停止 / stops", ""]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
