"""G36: one command on an empty folder gives the first page, and kill -9 of it loses nothing.

Small: one kill. Full (GATE_SCALE=full): fifty kills, first page within 60 s (set-up is measured by
whoever runs it on a fresh machine).
"""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from crm.core import sqlite_guard
from scripts.setup import ROOT
from tests.gates.harmed_run import BUGS
from tests.kit import live, migrated
from tests.kit.gates import FULL, announce

pytestmark = pytest.mark.gate
KILLS = 50 if FULL else 1
FIRST_PAGE_SECONDS = 60 if FULL else 300  # a build machine is shared
START_SECONDS = 30 if FULL else 120
STOP_SECONDS = 10
CHILDREN_SECONDS = 10  # until the last child of a killed supervisor is gone


class Product:
    """`make run` without make, in a folder and on a port of its own, perhaps with a bug."""

    def __init__(self, data, bug=""):
        self.program = ["tests.gates.harmed_run", bug] if bug else ["scripts.run"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.data = data
        self.process = None

    def start(self, seconds):
        """Start and wait for the first page; returns how long it took."""
        began = time.monotonic()
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environment |= {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "CRM_DATA_DIR": str(self.data),
            "CRM_DEMO": "1",
            "CRM_DEMO_PASSWORD": live.PASSWORD,
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.program],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        while time.monotonic() - began < seconds:
            assert self.process.poll() is None, "the product ended by itself"
            try:
                if self.read("/login/")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"no page within {seconds} s")

    def kill(self):
        """kill -9, then wait until no child of it answers any more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        limit = time.monotonic() + CHILDREN_SECONDS
        while time.monotonic() < limit:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.1)
        raise AssertionError("children outlived the supervisor")

    def read(self, path, opener=None, data=None):
        """Status and text of a page."""
        opener = opener or urllib.request.build_opener(urllib.request.ProxyHandler({}))
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, data, {"Referer": address})
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.read().decode()

    def log_in(self):
        """Log in as sales1 in a browser of its own; True when the start page came."""
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        page = self.read("/login/", opener)[1]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        fields = {"login": "sales1", "password": live.PASSWORD, "csrfmiddlewaretoken": token}
        status, page = self.read("/login/", opener, urllib.parse.urlencode(fields).encode())
        return status == 200 and 'name="password"' not in page

    def logins(self):
        """Successful logins that the database holds; it must be sound."""
        database = sqlite_guard.library().connect(self.data / "db.sqlite3")
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT count(*) FROM accounts_user WHERE last_login IS NOT NULL"
        signed_in = database.execute(query).fetchone()[0]
        count = database.execute("SELECT count(*) FROM accounts_loginrecord").fetchone()[0]
        database.close()
        return count if signed_in else 0

    def end(self):
        """Leave no process behind, whatever became of the supervisor."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if f"CRM_DATA_DIR={self.data}".encode() in (place / "environ").read_bytes():
                    os.kill(int(place.name), signal.SIGKILL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data of all starts of this module. At small scale a copy of what the first start of this
    run has made (`migrated.demo`); at full scale the first one of this module makes it."""
    data = tmp_path_factory.mktemp("embedded") / "data"
    if not FULL:
        shutil.copytree(migrated.demo(live.environment_of(data)), data)
    return data


@pytest.fixture
def product(folder):
    product = Product(folder)
    yield product
    product.end()


def test_first_page_kill_and_orderly_end(product, request):
    first = product.start(FIRST_PAGE_SECONDS)
    slowest = 0.0
    for done in range(1, KILLS + 1):
        assert product.log_in()
        product.kill()
        slowest = max(slowest, product.start(START_SECONDS))
        assert product.logins() >= done
    status, stopped = stop(product)
    figures = {"first_page_s": round(first, 1), "kills": KILLS, "lost": 0}
    figures |= {"slowest_start_s": round(slowest, 1), "stop_s": round(stopped, 1)}
    passed = status == 0 and stopped <= STOP_SECONDS
    announce(request, "G36", passed=passed, **figures)
    assert (status, stopped <= STOP_SECONDS) == (0, True)


def stop(product):
    """SIGTERM: the exit code and the seconds until then."""
    began = time.monotonic()
    product.process.terminate()
    return product.process.wait(30), time.monotonic() - began


def kill_once(product):
    """What is wrong after a kill -9."""
    product.start(START_SECONDS)
    logins = product.logins()
    if not product.log_in():
        return "nobody can log in"
    product.kill()
    return "" if product.logins() > logins else "a log-in is lost"


def stop_once(product):
    """What is wrong with an orderly end."""
    product.start(START_SECONDS)
    status, stopped = stop(product)
    return "" if status == 0 and stopped <= STOP_SECONDS else f"stop: {status}, {stopped:.0f} s"


#: The part of the gate that each bug harms.
HARMED = {
    "children outlive the supervisor": kill_once,
    "an orderly stop looks like a failure": stop_once,
}


@pytest.mark.parametrize("bug", BUGS)
def test_the_gate_sees_the_bug(bug, folder, request):
    """On the data of the test before; that this is clean without a bug is what it says."""
    harmed, problem = Product(folder, bug), ""
    try:
        problem = HARMED[bug](harmed)
    except AssertionError as error:
        problem = str(error)
    finally:
        harmed.end()
    announce(request, "G40", passed=bool(problem), seen_by="G36", bug=bug.replace(" ", "-"))
    assert problem, f"G36 does not see: {bug}"
