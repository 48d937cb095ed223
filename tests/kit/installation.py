"""An installation in a folder of its own, run through its commands as an operator does."""

import os
import secrets
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from crm.core import sqlite_guard
from scripts.setup import ROOT

SERVER = os.environ.get("TEST_DATABASE_URL", "")


@dataclass
class System:
    """One installation with a data folder and a database of its own."""

    data: Path
    url: str
    name: str

    def manage(self, *arguments):
        """Exit code and output of one command."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
            "CRM_DATA_DIR": str(self.data),
            "DATABASE_URL": self.url,
            "REDIS_URL": "",
            "CRM_LANGUAGE": "en",
        }
        answer = subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return answer.returncode, answer.stdout + answer.stderr

    @contextmanager
    def connection(self):
        """A connection beside Django, as another process would have one."""
        if self.url:
            connection = psycopg.connect(self.url)
        else:
            path = self.data / "db.sqlite3"
            connection = sqlite_guard.library().connect(path, timeout=5, check_same_thread=False)
        with closing(connection):
            yield connection

    def prepare(self):
        """Migrate, and make the table that `under_writes` fills, with one row."""
        status, output = self.manage("migrate", "-v", "0")
        assert status == 0, output
        with self.connection() as connection:
            connection.execute("CREATE TABLE drill (a integer)")
            connection.execute("INSERT INTO drill VALUES (0)")
            connection.commit()

    def count_drill_rows(self):
        """Rows that are committed now."""
        with self.connection() as connection:
            return connection.execute("SELECT count(*) FROM drill").fetchone()[0]

    @contextmanager
    def under_writes(self):
        """Another connection adds ten rows a transaction: a torn snapshot has another number."""
        stop = threading.Event()

        def write():
            with self.connection() as connection:
                while not stop.wait(0.002):
                    for _ in range(10):
                        connection.execute("INSERT INTO drill VALUES (1)")
                    connection.commit()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            yield
        finally:
            stop.set()
            writer.join()


def new_name():
    """A database name nobody else uses."""
    return f"crm_backup_{secrets.token_hex(6)}"


def create_database(name, template="template0"):
    """Make a database on the test server; returns its address."""
    with psycopg.connect(SERVER, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def drop_database(name):
    """Remove it, whoever is connected."""
    with psycopg.connect(SERVER, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
