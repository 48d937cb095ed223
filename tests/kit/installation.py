"""An installation in a folder of its own, run through its commands as an operator does."""

import os
import secrets
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from crm.core import sqlite_guard
from tests.kit.forks import python

SERVER = os.environ.get("TEST_DATABASE_URL", "")
LEFT_BEHIND = """
from django.contrib.sessions.backends.db import SessionStore
from crm.accounts.models import User
from crm.notifications.models import Delivery, Notification
user = User.objects.create(username="left", name="Left", email="left@example.com")
notice = Notification.objects.create(user=user, kind="job_finished", title="old", dedupe_key="old")
Delivery.objects.create(notification=notice, channel="email", message_id="<old@example.com>")
session = SessionStore()
session["user"] = user.pk
session.create()
"""


@dataclass
class System:
    """One installation with a data folder and a database of its own; `bug` is one planted in it."""

    data: Path
    url: str
    name: str
    bug: str = ""

    def manage(self, *arguments):
        """Exit code and output of one command."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
            "CRM_DATA_DIR": str(self.data),
            "DATABASE_URL": self.url,
            "REDIS_URL": "",
            "CRM_LANGUAGE": "en",
        }
        program = ["-m", "tests.gates.harmed_manage", self.bug] if self.bug else ["manage.py"]
        ended = python(*program, *map(str, arguments), environment=environment)
        return ended.code, ended.output + ended.errors

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

    def add_drill(self):
        """The table that `under_writes` fills, with one row."""
        with self.connection() as connection:
            connection.execute("CREATE TABLE drill (a integer)")
            connection.execute("INSERT INTO drill VALUES (0)")
            connection.commit()

    def leave_behind(self):
        """Somebody who is signed in, and a mail that waits: neither may outlive a restore (F35)."""
        status, output = self.manage("shell", "-v", "0", "-c", LEFT_BEHIND)
        assert status == 0, output

    def count_drill_rows(self):
        """Rows that are committed now."""
        return self.count("drill")

    def count(self, table, where="1 = 1"):
        """Rows of a table that are committed now."""
        with self.connection() as connection:
            query = f"SELECT count(*) FROM {table} WHERE {where}"
            return connection.execute(query).fetchone()[0]

    @contextmanager
    def under_writes(self):
        """Another connection adds ten rows a transaction: a torn snapshot has another number.

        On SQLite they stay in the log, where a copy of the main file alone misses them (F16).
        """
        stop, has_begun = threading.Event(), threading.Event()

        def write():
            with self.connection() as connection:
                if not self.url:
                    connection.execute("PRAGMA wal_autocheckpoint = 0")
                while not stop.wait(0.002):
                    for _ in range(10):
                        connection.execute("INSERT INTO drill VALUES (1)")
                    connection.commit()
                    has_begun.set()

        writer = threading.Thread(target=write)
        writer.start()
        has_begun.wait(10)  # a backup that misses the first rows is to be seen
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
