"""How many rows an import writes in one step, and that a broken step goes on row by row."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from crm.accounts.models import User
from crm.core.workbook.writer import Column, write_table
from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.importing.resources import Row
from crm.jobs.leases import ROWS_PER_STEP
from crm.jobs.models import Job, JobRow
from crm.jobs.runner import run_in_process
from customers.importing.customers import CUSTOMERS
from customers.models import Customer


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
def test_a_step_takes_two_hundred_rows_new_or_not(
    tmp_path: Path, company: Any, steps: list[int]
) -> None:
    actor = company.user("sales1")
    names = [f"苏州{number}号机械有限公司" for number in range(ROWS_PER_STEP + 7)]
    job = run_in_process(queued(tmp_path, actor, names))
    assert (job.state, job.counters) == ("done", {"created": len(names), "incomplete": len(names)})
    assert (steps, job.done) == ([ROWS_PER_STEP, 7], len(names))
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
    names = [f"苏州{number}号机械有限公司" for number in range(2 * ROWS_PER_STEP)]
    names[ROWS_PER_STEP + 50] = "坏行有限公司"
    job = run_in_process(queued(tmp_path, company.user("sales1"), names))
    assert job.state == "done"
    assert (job.counters["created"], job.counters["refused"]) == (2 * ROWS_PER_STEP - 1, 1)
    assert job.rows.get(outcome=JobRow.Outcome.REFUSED).row_no == ROWS_PER_STEP + 52
    assert Customer.objects.filter(name__in=names).count() == 2 * ROWS_PER_STEP - 1
