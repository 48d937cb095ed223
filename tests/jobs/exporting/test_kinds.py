"""The job of an export: interrupted, stopped, repeated; rows that change while it runs."""

from typing import Any

import pytest

from crm.core import context
from crm.core.workbook.writer import ColumnKind
from crm.jobs import runner, states, stopping
from crm.jobs.exporting import kinds, rows, services
from crm.jobs.exporting.exports import EXPORTS, Wanted
from crm.jobs.exporting.rows import Extract, kind_of
from crm.jobs.models import Job, State
from crm.pool.models import Pool
from customers.models import Customer
from tests.kit import people


@pytest.fixture
def manager(db: None) -> Any:
    """Somebody with six customers."""
    people.seed_values()
    user = people.make_user("m1", "sales_manager")
    for number in range(6):
        people.make_customer(user, f"客户{number}有限公司")
    return user


@pytest.fixture
def job(manager: Any, monkeypatch: pytest.MonkeyPatch) -> Job:
    """An export of two rows a chunk that tells of itself after each."""
    monkeypatch.setattr(rows, "CHUNK", 2)
    monkeypatch.setattr(kinds, "TICK", 0.0)
    stopping.reset()
    return services.enqueue(Extract(EXPORTS["customers"], Wanted("sort=name"), manager))


def at_chunk(monkeypatch: pytest.MonkeyPatch, number: int, act: Any) -> None:
    """Do something once, when so many rows are written."""
    report = kinds._report
    done_once: list[int] = []

    def spy(lease: Any, *, total: int, done: int) -> None:
        if done == number and not done_once:
            done_once.append(done)
            act()
        report(lease, total=total, done=done)

    monkeypatch.setattr(kinds, "_report", spy)


def test_a_worker_that_ends_gives_the_job_back(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    at_chunk(monkeypatch, 2, stopping.request_stop)
    runner.run(job.pk)
    stopping.reset()
    job.refresh_from_db()
    assert (job.state, job.lease_owner, job.done, job.total) == (State.RUNNING, "", 2, 6)
    assert not job.files.exists()
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.counters) == (State.DONE, 6, {"exported": 6})
    assert job.files.count() == 1


def test_a_user_stops_it(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    at_chunk(monkeypatch, 4, lambda: states.cancel(Job.objects.get(pk=job.pk)))
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not job.files.exists()


def test_one_that_kills_its_worker_is_given_up(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(kinds, "attach", die)
    for _attempt in range(3):
        with pytest.raises(Killed):
            runner.run(job.pk)
        Job.objects.filter(pk=job.pk).update(lease_until=None)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_rows_that_move_or_go_meanwhile(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 2)
    extract = Extract(EXPORTS["customers"], Wanted("sort=name", columns=("name",)), manager)
    with context.working_as("command"):
        keys = extract.keys()
        written: list[str] = []
        for part in extract.chunks(keys):
            if not written:
                Customer.objects.filter(pk=keys[0]).update(name_pinyin="zzz")
                Customer.objects.filter(pk=keys[3]).update(owner=None, pool=Pool.objects.first())
                Customer.objects.filter(pk=keys[4]).update(deleted_at="2026-01-01T00:00Z")
            written += [row[0] for row in part]
    assert written == ["客户0有限公司", "客户1有限公司", "客户2有限公司", "客户5有限公司"]


def test_queries_do_not_grow_with_rows(manager: Any, django_assert_max_num_queries: Any) -> None:
    extract = Extract(EXPORTS["customers"], Wanted(), manager)
    with context.working_as("command"):
        keys = extract.keys()
        with django_assert_max_num_queries(12):
            assert sum(len(part) for part in extract.chunks(keys)) == 6


def test_kinds_of_columns() -> None:
    spec = EXPORTS["customers"].spec
    found = {
        column.name: kind_of(column, spec.model)
        for column in spec.table.columns
        if kind_of(column, spec.model) != ColumnKind.TEXT
    }
    assert found == {
        "next_contact_at": ColumnKind.DATETIME,
        "last_contact_at": ColumnKind.DATETIME,
        "protected_until": ColumnKind.DATETIME,
        "updated_at": ColumnKind.DATETIME,
        "created_at": ColumnKind.DATETIME,
        "annual_spending": ColumnKind.MONEY,
        "cooperating_since": ColumnKind.DATE,
        "entered_on": ColumnKind.DATE,
        "verified_on": ColumnKind.DATE,
    }


def test_an_order_survives_the_parameters_of_a_job() -> None:
    wanted = Wanted("sort=name", (3, 4), ("name",), "csv")
    assert Wanted.of(wanted.params()) == wanted
    assert Wanted.of(Wanted().params()) == Wanted()


def test_a_list_is_declared_once() -> None:
    export = EXPORTS["customers"]
    with pytest.raises(ValueError, match="twice"):
        kinds.declare(export.spec, event=export.event, title="x")
