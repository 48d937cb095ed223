"""Imports as tests run them: a small file, its check, its run, its undo, in this process."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files import File

from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.models import Job
from crm.jobs.runner import run_in_process


def workbook(folder: Path, headings: Sequence[str], *rows: Sequence[Any]) -> Path:
    """A small Excel file."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    path = folder / "rows.xlsx"
    book.save(path)
    return path


def checked(kind: Any, path: Path, actor: Any, **options: Any) -> Job:
    """A file after the check."""
    with path.open("rb") as stream:
        job = services.start(kind, File(stream, path.name), path.name, actor=actor)
    job = services.configure(job, options=options)
    return run_in_process(states.start_check(job, rings=False))


def run(job: Job) -> Job:
    """A checked file after the run. Fails where the check or the run did."""
    assert job.state == "checked", job.message
    job = run_in_process(states.start_run(job, rings=False))
    assert job.state == "done", job.message
    return job


def importer(kind: Any, headings: Sequence[str]) -> Callable[..., Job]:
    """`imported(folder, actor, *rows, **options)`: rows under these headings after the run."""

    def imported(folder: Path, actor: Any, *rows: Sequence[Any], **options: Any) -> Job:
        return run(checked(kind, workbook(folder, headings, *rows), actor, **options))

    return imported


def undone(job: Job, actor: Any) -> Job:
    """The finished undo of an import."""
    return run_in_process(services.undo(job, actor=actor, rings=False))
