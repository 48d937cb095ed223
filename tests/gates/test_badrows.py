"""G21: a file of nothing but bad rows: no write, every row in the error workbook with a reason.

The planted bugs are in test_mutants_files.
"""

import resource
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files import File
from django.core.files.storage import default_storage

from crm.core.workbook.writer import Column, write_table
from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.models import Job
from crm.jobs.runner import run_in_process
from customers.importing.customers import CUSTOMERS
from customers.models import Contact, Customer
from tests.kit.gates import FULL, announce

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
ROWS = 10_000 if FULL else 400
HEADINGS = ("客户名称", "联系人", "手机", "邮箱", "录入日期")


FAULTS = (("", "张三", "1.38E+10", "", ""), ("", "李四", "1380013800", "x@@y", "2024-02-30"))


def bad_rows(count: int) -> list[tuple[str, ...]]:
    """Rows without a name and with one to three more faults."""
    return [FAULTS[number % len(FAULTS)] for number in range(count)]


def bad_file(folder: Path, count: int) -> Path:
    """A workbook of nothing else, its heading in the first row."""
    path = folder / "bad.xlsx"
    write_table(path, [Column(name) for name in HEADINGS], bad_rows(count))
    return path


def run_import(path: Path, actor: Any) -> Job:
    """From the file to the error workbook."""
    with path.open("rb") as stream:
        job = services.start(CUSTOMERS, File(stream, path.name), path.name, actor=actor)
    job = run_in_process(states.start_check(job, rings=False))
    return run_in_process(states.start_run(job, rings=False))


def incomplete(job: Job, count: int) -> list[str]:
    """What the error workbook lacks: every refused row with reason, number and its own cells."""
    errors = job.files.filter(code="errors").first()
    if errors is None:
        return ["there is no error workbook"]
    sheet = openpyxl.load_workbook(default_storage.path(errors.path), read_only=True).active
    width = len(HEADINGS) + 2
    found = ([cell or "" for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True))
    rows = [[*row, *[""] * (width - len(row))] for row in found]
    wanted = [[str(number), *cells] for number, cells in enumerate(bad_rows(count), start=2)]
    problems = [] if [row[1:] for row in rows] == wanted else ["rows or cells are not the file's"]
    if not all("客户名称" in row[0] for row in rows):
        problems.append("a reason does not say what is missing")
    return problems


def examine(folder: Path, actor: Any, count: int) -> list[str]:
    """Import the bad file; what is wrong with the outcome."""
    before = (Customer.objects.count(), Contact.objects.count())
    job = run_import(bad_file(folder, count), actor)
    problems = incomplete(job, count)
    if (Customer.objects.count(), Contact.objects.count()) != before:
        problems.append("something was written")
    if job.counters.get("refused") != count:
        problems.append(f"not all refused: {job.counters}")
    return problems


def test_bad_rows_are_listed_and_nothing_is_written(
    company: Any, tmp_path: Path, request: Any
) -> None:
    started = time.monotonic()
    problems = examine(tmp_path, company.user("sales1"), ROWS)
    seconds = round(time.monotonic() - started, 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    passed = not problems and (seconds <= 60 or not FULL)
    announce(request, "G21", passed=passed, rows=ROWS, seconds=seconds, rss_mb=memory)
    assert problems == []
    assert passed
