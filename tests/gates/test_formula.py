"""G08: no exported text is ever run by a spreadsheet, and every text comes back as it was.

Three judges: openpyxl for xlsx, our own reading of the rule for csv, and LibreOffice for both,
where it is installed. The planted bugs are in test_mutants_files.
"""

import csv
import unicodedata
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
from crm.core.text import excel_safe, strip_guard, to_text
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
from tests.kit.office import MISSING, SOFFICE, formulas

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
    '</t></is></c><c r="A1"><f>1+1</f></c>',
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


def examine(
    name: str, fmt: str, user: User, path: Path, figures: dict[str, int], rows: int = len(LEADS)
) -> None:
    """Export all columns of a list, look for live cells, read it back with our own reader."""
    extract = Extract(EXPORTS[name], Wanted(query="sort=created_at", fmt=fmt), user)
    with working_as("command"):
        keys = extract.keys()
        assert extract.write(path, keys) == rows
        expected = [row for chunk in extract.chunks(keys) for row in chunk]
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
    sheets = openpyxl.load_workbook(path).worksheets
    return sum(
        cell.data_type == "f" for sheet in sheets for row in sheet.iter_rows() for cell in row
    )


def live_csv(path: Path) -> int:
    """Fields that a spreadsheet might run."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return sum(may_run(field) for row in csv.reader(stream) for field in row)


def may_run(field: str) -> bool:
    """The rule in our own words: the first sign one can see is one of = + - @ % |, however wide."""
    signs = (sign for sign in field if unicodedata.category(sign)[0] not in "ZC")
    return unicodedata.normalize("NFKC", next(signs, ""))[:1] in {"=", "+", "-", "@", "%", "|"}


def write_leading_template(path: Path) -> None:
    """A template whose headings, notes, examples and choices all lead."""
    leads = [lead for lead in LEADS if "\r" not in lead]
    columns = [writer.Column(lead, note=lead, choices=(lead,)) for lead in leads]
    example = tuple(leads)
    writer.write_template(
        path, columns, writer.Template("=1+1", notes=tuple(leads), examples=(example,))
    )


def test_no_text_of_a_template_runs(figures: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_leading_template(path)
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    figures["cells"] += len(cells)
    figures["live"] += live_xlsx(path)
    assert (len(cells) > 2 * 100, figures["live"]) == (True, 0)


def unguarded(planted: User, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The planted bug (G40): an export by a writer that does not guard."""
    extract = Extract(EXPORTS["customers"], Wanted(fmt="csv"), planted)
    with monkeypatch.context() as patch, working_as("command"):
        patch.setattr(writer, "csv_safe", to_text)
        extract.write(path, extract.keys())
    return path


@pytest.mark.skipif(not SOFFICE, reason=MISSING)
def test_libreoffice_runs_nothing(
    planted: User, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    for name, fmt in ((name, fmt) for name in ("customers", "contacts") for fmt in ("xlsx", "csv")):
        extract = Extract(EXPORTS[name], Wanted(query="sort=created_at", fmt=fmt), planted)
        files.append(tmp_path / f"{name}.{fmt}")
        with working_as("command"):
            assert extract.write(files[-1], extract.keys()) == len(LEADS)
    files.append(tmp_path / "template.xlsx")
    write_leading_template(files[-1])
    live = formulas([*files, unguarded(planted, tmp_path / "bad.csv", monkeypatch)], tmp_path)
    bad = live.pop("bad.csv")
    passed = not any(live.values()) and bool(bad)
    announce(request, "G08", passed=passed, judge="LibreOffice", files=len(live), caught=len(bad))
    assert (live, len(bad) > 20) == ({path.name: [] for path in files}, True)
