"""Indexes that a killed load left missing come back; SQLite counts what has grown."""

import os
import shutil
import signal
import subprocess
import sys

import pytest
from django.db import connection

from crm.accounts.models import LoginThrottle
from crm.core import clock, sqlite_guard, upkeep
from customers.models import Contact, Customer
from scripts.setup import ROOT
from tests.kit import migrated
from tests.kit.installation import SERVER, System, create_database, drop_database, new_name

KILLED = """
import os, signal
import django
django.setup()
from crm.core.bulk import without_indexes
from customers.models import Contact, Customer
with without_indexes(Customer, Contact):
    os.kill(os.getpid(), signal.SIGKILL)
"""
START = "from scripts import prepare; prepare.migrate()"
DROPPED = {index.name for model in (Customer, Contact) for index in model._meta.indexes}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A migrated installation that the tests copy; on the database of this pass."""
    name = new_name()
    system = System(
        tmp_path_factory.mktemp("upkeep"), create_database(name) if SERVER else "", name
    )
    migrated.install(system)
    yield system
    if SERVER:
        drop_database(name)


@pytest.fixture
def system(template, tmp_path):
    """A copy of it."""
    if not SERVER:
        shutil.copy(template.data / "db.sqlite3", tmp_path)  # nobody has it open
        yield System(tmp_path, "", "")
        return
    name = new_name()
    yield System(tmp_path, create_database(name, template.name), name)
    drop_database(name)


def run(system, script):
    """Exit code of a script in the installation, and what it said."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "crm.settings.embedded",
        "CRM_DATA_DIR": str(system.data),
        "DATABASE_URL": system.url,
        "REDIS_URL": "",
    }
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return answer.returncode, answer.stdout + answer.stderr


def indexes(system):
    """Names of all indexes of the database."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'index'"
    if system.url:
        sql = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    with system.connection() as connection:
        return {name for (name,) in connection.execute(sql).fetchall()}


def test_migrate_builds_what_a_killed_load_left_missing(system):
    before = indexes(system)
    assert before >= DROPPED
    assert run(system, KILLED)[0] == -signal.SIGKILL
    assert before - indexes(system) == DROPPED
    status, output = system.manage("migrate", "--plan")
    assert status == 0 and before - indexes(system) == DROPPED, output
    status, output = system.manage("migrate")
    assert status == 0 and "Built the missing index cust_owner_created" in output, output
    assert indexes(system) == before


def test_the_next_start_builds_them_too(system):
    before = indexes(system)
    assert run(system, KILLED)[0] == -signal.SIGKILL
    status, output = run(system, START)
    assert status == 0 and "run: built the missing index cust_owner_created" in output, output
    assert indexes(system) == before
    assert run(system, START) == (0, "")


def test_a_partial_migration_builds_nothing(tmp_path):
    name = new_name()
    system = System(tmp_path, create_database(name) if SERVER else "", name)
    status, output = system.manage("migrate", "customers")  # opportunities and others are not there
    assert status == 0, output
    found = indexes(system)
    assert "cust_owner_created" in found and "opp_board" not in found
    with system.connection() as connection:
        connection.execute("DROP INDEX cust_owner_created")
        connection.commit()
    status, output = system.manage("migrate", "pool")
    assert status == 0, output
    assert "cust_owner_created" not in indexes(system)
    if SERVER:
        drop_database(name)


@pytest.mark.skipif(bool(SERVER), reason="PostgreSQL counts by itself")
def test_what_has_grown_is_counted_at_the_next_start(system):
    with system.connection() as connection:
        columns = "key, window_start, failures"
        connection.executemany(
            f"INSERT INTO accounts_loginthrottle ({columns}) VALUES (?, '2026-01-01', 1)",
            [(f"name:{number}",) for number in range(2000)],
        )
        connection.commit()
    status, output = run(system, START)
    assert status == 0, output
    with system.connection() as connection:
        counted = connection.execute(
            "SELECT stat FROM sqlite_stat1 WHERE tbl = 'accounts_loginthrottle'"
        ).fetchall()
    assert counted and all(stat.startswith("2000 ") for (stat,) in counted)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
@pytest.mark.parametrize("version", [(3, 40, 1), sqlite_guard.library().sqlite_version_info])
def test_both_ways_see_new_indexes_and_growth(monkeypatch, version):
    monkeypatch.setattr(sqlite_guard.library(), "sqlite_version_info", version)

    def fill(least, most):
        LoginThrottle.objects.bulk_create(
            LoginThrottle(key=f"k{number}", window_start=clock.now(), failures=1)
            for number in range(least, most)
        )

    def due():
        return [line for line in upkeep.refresh_statistics() if "loginthrottle" in line]

    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX t_first ON accounts_loginthrottle (failures)")
        fill(0, 300)
        upkeep.refresh_statistics()
        assert due() == []
        cursor.execute(
            "CREATE INDEX t_new ON accounts_loginthrottle (window_start) WHERE failures < 9"
        )
        cursor.execute(
            "CREATE INDEX t_none ON accounts_loginthrottle (window_start) WHERE failures > 9"
        )
        assert len(due()) == 1
        assert due() == []
        fill(300, 6000)
        assert len(due()) == 1
        assert due() == []
