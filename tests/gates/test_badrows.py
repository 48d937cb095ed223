"""G21: a file of nothing but bad rows: no write, every row in the error workbook with a reason."""

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


def bad_file(folder: Path) -> Path:
    """Rows without a name and with one to three more faults."""
    faults = (("", "张三", "1.38E+10", "", ""), ("", "李四", "1380013800", "x@@y", "2024-02-30"))
    path = folder / "bad.xlsx"
    rows = (faults[number % len(faults)] for number in range(ROWS))
    write_table(path, [Column(name) for name in HEADINGS], rows)
    return path


def run_import(path: Path, actor: Any) -> Job:
    """From the file to the error workbook."""
    with path.open("rb") as stream:
        job = services.start(CUSTOMERS, File(stream, path.name), path.name, actor=actor)
    job = run_in_process(states.start_check(job, rings=False))
    return run_in_process(states.start_run(job, rings=False))


def complete(job: Job) -> bool:
    """Whether the error workbook holds every refused row with a reason."""
    errors = job.files.filter(code="errors").first()
    if errors is None:
        return False
    sheet = openpyxl.load_workbook(default_storage.path(errors.path), read_only=True).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    return len(rows) == ROWS and all(row[0] and row[1] for row in rows)


def test_bad_rows_are_listed_and_nothing_is_written(
    company: Any, tmp_path: Path, request: Any
) -> None:
    before = (Customer.objects.count(), Contact.objects.count())
    started = time.monotonic()
    job = run_import(bad_file(tmp_path), company.user("sales1"))
    seconds = round(time.monotonic() - started, 1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    wrote = (Customer.objects.count(), Contact.objects.count()) != before
    passed = complete(job) and not wrote and job.counters.get("refused") == ROWS
    if FULL:
        passed = passed and seconds <= 60
    announce(request, "G21", passed=passed, rows=ROWS, seconds=seconds, rss_mb=memory)
    assert passed


def test_the_gate_sees_a_workbook_with_a_row_missing(
    company: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: the error workbook drops its first row."""
    real = services.tables.original_rows
    monkeypatch.setattr(
        services.tables, "original_rows", lambda job, numbers: list(real(job, numbers))[1:]
    )
    job = run_import(bad_file(tmp_path), company.user("sales1"))
    assert not complete(job)
