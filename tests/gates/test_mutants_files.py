"""G40 for hostile workbooks (G07), formulas (G08) and bad rows (G21): they see their bugs.

Each mutant plants one bug, lets the check of the named gate run on a small part, and expects it to
complain. Without the bug the same part is clean.
"""

from pathlib import Path
from typing import Any

import pytest

from customers.models import Customer
from tests.factories.company import Company
from tests.gates import file_mutants
from tests.gates.mutants import Mutant
from tests.gates.test_badrows import examine as examine_bad_rows
from tests.gates.test_formula import LEADS, examine, live_xlsx, plant, write_leading_template
from tests.gates.test_xlsx import accepted
from tests.kit.gates import announce
from tests.kit.hostile import hostile
from tests.kit.people import make_customer

pytestmark = [
    pytest.mark.gate,
    pytest.mark.django_db,
    pytest.mark.xdist_group("gates.mutants_files"),
]
ROWS = 20
CASES = {case.name: case for case in hostile()}
#: Leads for one customer each: plain, behind a blank, wide, and one that ends its cell.
CHOSEN = ["=1+1", "\u3000=1+1", "＝1+1", "@SUM(1)", LEADS[-1]]


def check_hostile(company: Company, folder: Path, *names: str) -> list[str]:
    """G07 for some files."""
    return accepted([CASES[name] for name in names], company.user("sales1"))


def check_export(company: Company, folder: Path, fmt: str) -> list[str]:
    """G08 for some leads in one format."""
    owner, figures = company.user("admin"), {"cells": 0, "live": 0, "changed": 0}
    Customer.objects.all().update(deleted_at="2026-01-01T00:00Z")
    for number, lead in enumerate(CHOSEN):
        plant(Customer, make_customer(owner, f"客户{number}有限公司").pk, lead)
    try:
        examine("customers", fmt, owner, folder / f"a.{fmt}", figures, rows=len(CHOSEN))
    except Exception as error:  # noqa: BLE001 - a file that cannot be opened is a finding
        return [f"cannot be read: {type(error).__name__}"]
    return [f"{name}: {figures[name]}" for name in ("live", "changed") if figures[name]]


def check_template(company: Company, folder: Path) -> list[str]:
    """G08 for the import template."""
    path = folder / "template.xlsx"
    write_leading_template(path)
    return [f"live: {live_xlsx(path)}"] if live_xlsx(path) else []


def check_bad_rows(company: Company, folder: Path) -> list[str]:
    """G21 for a few rows."""
    return examine_bad_rows(folder, company.user("sales1"), ROWS)


CHECKS = {
    "hostile": check_hostile,
    "export": check_export,
    "template": check_template,
    "bad_rows": check_bad_rows,
}


@pytest.mark.parametrize("check", sorted({each.check for each in file_mutants.MUTANTS}), ids=str)
def test_without_a_bug_the_same_part_is_clean(
    company: Company, tmp_path: Path, check: tuple[str, ...]
) -> None:
    assert CHECKS[check[0]](company, tmp_path, *check[1:]) == []


@pytest.mark.parametrize("mutant", file_mutants.MUTANTS, ids=lambda mutant: mutant.bug)
def test_the_gate_sees_the_bug(
    company: Company,
    tmp_path: Path,
    mutant: Mutant,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    mutant.plant(monkeypatch)
    found: Any = CHECKS[mutant.check[0]](company, tmp_path, *mutant.check[1:])
    monkeypatch.undo()
    bug = mutant.bug.replace(" ", "-")
    announce(request, "G40", passed=bool(found), seen_by=mutant.gate, bug=bug)
    assert found, f"{mutant.gate} does not see: {mutant.bug}"
