"""How many rows an import writes in one step, and that a broken step goes on row by row."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from crm.accounts.models import User
from crm.core.workbook.writer import Column, write_table
from crm.jobs import states
from crm.jobs.importing import services, tables
from crm.jobs.importing.resources import NEW, SKIP, UPDATE, Row
from crm.jobs.leases import ROWS_PER_STEP
from crm.jobs.models import Job, JobRow
from crm.jobs.runner import run_in_process
from customers.importing.customers import CUSTOMERS
from customers.models import Customer

PER_STEP = ROWS_PER_STEP * CUSTOMERS.rows_for_one


@pytest.fixture
def rows_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes the rows of a check with these outcomes and reads the next ones from a place."""
    path = tmp_path / "file.rows"
    monkeypatch.setattr(tables, "rows_path", lambda job: path)

    def read(outcomes: list[str], place: int, room: int, per_update: int) -> tuple[list[int], int]:
        rows = [Row(number, {}, outcome=each) for number, each in enumerate(outcomes)]
        path.write_text("".join(json.dumps(row.dump()) + "\n" for row in rows))
        found, behind = tables.read_rows(Job(), place, room, per_update)
        return [row.number for row in found], behind

    return read


@pytest.mark.parametrize(
    ("outcomes", "room", "per_update", "number"),
    [
        ([NEW] * 10, 6, 3, 6),
        ([UPDATE] * 10, 6, 3, 2),
        ([NEW, UPDATE, SKIP, NEW, NEW], 6, 3, 4),
        ([UPDATE] * 3, 1, 1, 1),
        ([UPDATE] * 3, 1, 3, 1),
        ([NEW] * 4, 6, 3, 4),
        ([], 6, 3, 0),
    ],
)
def test_an_update_takes_the_room_of_several_new_rows(
    rows_of: Any, outcomes: list[str], room: int, per_update: int, number: int
) -> None:
    found, behind = rows_of(outcomes, 0, room, per_update)
    assert found == list(range(number))
    rest, _end = rows_of(outcomes, behind, 1_000, 1)
    assert rest == list(range(number, len(outcomes)))


def queued(folder: Path, actor: User, names: list[str], **options: Any) -> Job:
    """A checked and confirmed import of these names."""
    path = folder / "many.xlsx"
    columns = [Column("客户名称"), Column("备注")]
    write_table(path, columns, [[name, "新"] for name in names], "xlsx")
    with path.open("rb") as stream:
        job = services.start(CUSTOMERS, File(stream, path.name), path.name, actor=actor)
    job = services.configure(job, options=options)
    return states.start_run(run_in_process(states.start_check(job, rings=False)), rings=False)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of rows of every step, filled while an import runs."""
    sizes: list[int] = []
    write = type(CUSTOMERS).write

    def counted(self: Any, rows: list[Row], *rest: Any) -> Any:
        sizes.append(len(rows))
        if any(row.values.get("name", "").startswith("坏") for row in rows):
            raise RuntimeError("a row nobody foresaw")
        return write(self, rows, *rest)

    monkeypatch.setattr(type(CUSTOMERS), "write", counted)
    return sizes


@pytest.mark.django_db
def test_new_rows_fill_a_step_and_updates_stop_it_earlier(
    tmp_path: Path, company: Any, steps: list[int]
) -> None:
    actor = company.user("sales1")
    names = [f"苏州{number}号机械有限公司" for number in range(PER_STEP + 7)]
    job = run_in_process(queued(tmp_path, actor, names))
    assert (job.state, job.counters) == ("done", {"created": len(names), "incomplete": len(names)})
    assert (steps, job.done) == ([PER_STEP, 7], len(names))
    steps.clear()
    again = queued(tmp_path, actor, names[: ROWS_PER_STEP + 3], duplicates="update")
    Customer.objects.filter(name__in=names).update(remarks="")
    again = run_in_process(again)
    assert steps == [ROWS_PER_STEP, 3]
    assert again.counters["updated"] == ROWS_PER_STEP + 3


@pytest.mark.django_db
def test_a_row_behind_the_first_two_hundred_is_refused_alone(
    tmp_path: Path, company: Any, steps: list[int]
) -> None:
    names = [f"苏州{number}号机械有限公司" for number in range(PER_STEP)]
    names[ROWS_PER_STEP + 50] = "坏行有限公司"
    job = run_in_process(queued(tmp_path, company.user("sales1"), names))
    assert job.state == "done"
    assert (job.counters["created"], job.counters["refused"]) == (PER_STEP - 1, 1)
    assert job.rows.get(outcome=JobRow.Outcome.REFUSED).row_no == ROWS_PER_STEP + 52
    assert Customer.objects.filter(name__in=names).count() == PER_STEP - 1
