"""G08: no exported text is ever run by a spreadsheet, and every text comes back as it was."""

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from crm.accounts.models import User
from crm.core import clock
from crm.core.context import working_as
from crm.core.text import excel_safe, has_formula_lead, strip_guard, to_text
from crm.core.workbook import writer
from crm.core.workbook.reader import open_workbook
from crm.dictionaries.models import Item, Tag
from crm.jobs.exporting.exports import EXPORTS, Wanted
from crm.jobs.exporting.rows import Extract
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.services.creating import create_customers
from tests.kit import people
from tests.kit.gates import announce

pytestmark = pytest.mark.gate

SIGNS = ("=", "+", "-", "@", "%", "|", "＝", "＋", "－", "＠", "％", "｜", "﹢", "﹣", "﹦", "﹫")
BEFORE = ("", " ", "\t", "\u3000", "\u00a0", "\ufeff", "\u200b", "'", "''")
#: Every sign alone, every sign behind every blank, and the usual payloads.
LEADS = [
    *(f"{before}{sign}1+1" for sign in SIGNS for before in BEFORE),
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","点我")',
    '=WEBSERVICE("http://x.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+86 138 0013 8000",
    "-2+3+cmd|' /C calc'!A0",
    "\r=1+1",
    "\n=1+1",
    "\x0b=1+1",
    '=1+1";=1+1',
    "<r>=1</r>",
]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    """The last line of the gate."""
    sums = {"leads": len(LEADS), "cells": 0, "live": 0, "changed": 0}
    yield sums
    passed = sums["cells"] > 0 and sums["live"] == sums["changed"] == 0
    announce(request, "G08", passed=passed, **sums)


@pytest.fixture
def boss(db: None) -> User:
    """Sees everything in clear; his own name is a formula too."""
    people.seed_values()
    return people.make_user("boss", "admin", name="=1+1")


def texts_of(model: type[models.Model]) -> list[models.Field]:
    """Fields of free text that a list may show."""
    kinds = (models.CharField, models.TextField)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, kinds)]
    return [field for field in fields if not field.choices and not field.unique]


def plant(model: type[models.Model], pk: int, lead: str) -> None:
    """Put the lead into every text of a record, past all cleaning."""
    values = {field.name: lead[: field.max_length] for field in texts_of(model)}
    model._base_manager.filter(pk=pk).update(**values)


@pytest.fixture
def planted(boss: User) -> User:
    """One customer with a contact for each lead; tags and dictionary values lead as well."""
    formula = Concat(Value("="), F("name"))
    Item.objects.update(name=formula, name_en=formula)
    tag = Tag.objects.create(name="@SUM(1)", created_at=clock.now(), updated_at=clock.now())
    drafts = [
        CustomerDraft(Customer(name=f"客户{number:03}有限公司", owner=boss), [Contact(name="王芳")])
        for number in range(len(LEADS))
    ]
    made = create_customers(drafts, actor=boss)
    tag.customers.add(*made)
    for customer, lead in zip(made, LEADS, strict=True):
        plant(Contact, Contact.objects.get(customer=customer).pk, lead)
        plant(Customer, customer.pk, lead)
    return boss


def test_no_text_runs_and_all_come_back(
    planted: User, figures: dict[str, int], tmp_path: Path
) -> None:
    assert len(LEADS) >= 40
    for name in ("customers", "contacts"):
        for fmt in ("xlsx", "csv"):
            examine(name, fmt, planted, tmp_path / f"{name}.{fmt}", figures)
    assert (figures["live"], figures["changed"]) == (0, 0)


def examine(name: str, fmt: str, user: User, path: Path, figures: dict[str, int]) -> None:
    """Export all columns of a list, look for live cells, read it back with our own reader."""
    extract = Extract(EXPORTS[name], Wanted(query="sort=created_at", fmt=fmt), user)
    with working_as("command"):
        keys = extract.keys()
        assert extract.write(path, keys) == len(LEADS)
        expected = [row for rows in extract.chunks(keys) for row in rows]
    figures["live"] += live_csv(path) if fmt == "csv" else live_xlsx(path)
    with open_workbook(path, path.name) as source:
        found = [cells for _number, cells in source.rows()][1:]
    for wanted, cells in zip(expected, found, strict=True):
        filled = [*cells, *[None] * (len(wanted) - len(cells))]
        texts = [pair for pair in zip(wanted, filled, strict=False) if isinstance(pair[0], str)]
        figures["cells"] += len(texts)
        figures["changed"] += sum(not is_same(value, cell, fmt) for value, cell in texts)


def is_same(value: str, cell: object, fmt: str) -> bool:
    """Whether a text has come back, but for signs that no workbook can hold."""
    text = to_text(cell)
    return strip_guard(text) == value if fmt == "csv" else text == excel_safe(value)


def live_xlsx(path: Path) -> int:
    """Cells that openpyxl takes for a formula."""
    rows = openpyxl.load_workbook(path).active.iter_rows()
    return sum(cell.data_type == "f" for row in rows for cell in row)


def live_csv(path: Path) -> int:
    """Fields that a spreadsheet might run."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return sum(has_formula_lead(field) for row in csv.reader(stream) for field in row)


def test_catches_a_writer_that_does_not_guard(
    planted: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug (G40): without the guard the gate sees live fields."""
    monkeypatch.setattr(writer, "csv_safe", to_text)
    extract = Extract(EXPORTS["customers"], Wanted(fmt="csv"), planted)
    with working_as("command"):
        extract.write(tmp_path / "a.csv", extract.keys(5))
    assert live_csv(tmp_path / "a.csv") > 0
