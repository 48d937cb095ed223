"""G07: hostile workbooks through the import itself: refused, or nothing hostile is stored.

The planted bugs are in test_mutants_files.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from crm.core.errors import DomainError
from crm.core.text import storable
from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.runner import run_in_process
from customers.importing.customers import CUSTOMERS
from customers.models import Customer
from tests.kit.gates import FULL, announce
from tests.kit.hostile import hostile
from tests.kit.odd_files import odd
from tests.kit.reading import Meter
from tests.kit.workbooks import Case

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
#: Every n-th case in CI; all of them with GATE_SCALE=full.
STEP = 1 if FULL else 8
#: What one file may take in the process that reads it: MB, seconds of processor time.
MEMORY, SECONDS = 300, 5


def outcome(case: Case, actor: Any) -> str:
    """How the import ends for one file: refused, or done. Anything but a DomainError is a crash."""
    try:
        upload = ContentFile(case.make(), name=case.filename)
        job = services.start(CUSTOMERS, upload, case.filename, actor=actor)
    except DomainError:
        return "refused"
    job = run_in_process(states.start_check(job, rings=False))
    if job.state != "checked":
        assert job.message, case.name
        return "refused"
    return run_in_process(states.start_run(job, rings=False)).state


def accepted(cases: list[Case], actor: Any, after_each: Callable[[], None] = bool) -> list[str]:
    """The files that should have been refused and were not."""
    found = []
    for case in cases:
        if outcome(case, actor) != "refused" and case.refused:
            found.append(case.name)
        after_each()
    return found


def dangerous(value: str) -> bool:
    """What must never stand in a stored name: control characters and markers of our own."""
    return any(ord(char) < 32 and char != "\n" for char in value) or "#FORMULA!" in value


def test_hostile_files_are_refused_or_come_to_nothing(
    company: Any, request: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cases, meter = hostile()[::STEP], Meter(monkeypatch, tmp_path)
    bad = accepted(cases, company.user("sales1"), meter.read)
    took = {"child_mb": meter.memory, "child_cpu_s": meter.seconds, "children": meter.reports}
    modest = 0 < meter.memory <= MEMORY and meter.seconds <= SECONDS
    stored = [name for name in Customer.objects.values_list("name", flat=True) if dangerous(name)]
    passed = not bad and not stored and modest
    announce(request, "G07", passed=passed, files=len(cases), bad=len(bad), **took)
    assert (bad, stored) == ([], [])
    assert modest, took


def test_odd_files_of_honest_people_go_through(company: Any, request: Any) -> None:
    actor = company.user("sales1")
    cases = [case for case in odd() if case.rows][::STEP]
    failed = [case.name for case in cases if outcome(case, actor) == "failed"]
    announce(request, "G07", passed=not failed, odd=len(cases), failed=len(failed))
    assert failed == []


def test_what_the_wizard_remembers_of_a_file_can_be_stored(company: Any) -> None:
    """PostgreSQL keeps no NUL, in JSON neither: headings and samples are freed of it."""
    rows = [[f"备\x00注{number}", "甲\x00公司"] for number in range(2)]
    kept = [storable(cell) for row in rows for cell in row]
    assert not [cell for cell in kept if "\x00" in cell or "\ud800" in cell]
    assert storable("a\x00b\ud800c") == "abc"
