"""Both files of the customer through the wizard, from upload to undo, with a running worker.

Without the sample files (a newcomer's clone) the generator of the same defects stands in.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.kit import legacy
from tests.kit.live import ROOT

WAIT = 120_000
SAMPLES = ROOT / Path(os.environ.get("CRM_SAMPLES") or "../shared/data")
FILES = {"customers-legacy-3000.xlsx": 3000, "customers-legacy-gb18030.csv": 1191}
#: What each sample must give; rows of the stand-in are only added up.
EXPECTED = {
    "customers-legacy-3000.xlsx": {"created": 2862, "skipped": 103, "refused": 35},
    "customers-legacy-gb18030.csv": {"created": 1140, "skipped": 36, "refused": 15},
}


@pytest.fixture(params=list(FILES))
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, int]:
    """A file and the number of its data rows."""
    name = request.param
    path = SAMPLES / name
    if path.exists():
        return path, FILES[name]
    path = tmp_path / name
    write = legacy.write_workbook if name.endswith(".xlsx") else legacy.write_csv
    return path, write(path, 300).records


def counts(page: Page) -> dict[str, int]:
    """The number cards, by their key."""
    cards = page.locator(".stat[data-count]")
    return {
        card.get_attribute("data-count"): int(
            card.locator(".stat__value").inner_text().replace(",", "")
        )
        for card in cards.all()
    }


def total(page: Page) -> int:
    """The number on the result line."""
    return int(page.locator("[data-total]").first.get_attribute("data-total"))


def test_file_goes_in_and_comes_out_again(visit: Callable, sample: tuple[Path, int]) -> None:
    path, rows = sample
    visitor = visit("admin")
    page = visitor.go("/customers/?scene=all")
    before = total(page)

    page = visitor.go("/customers/import/")
    page.set_input_files('input[type="file"]', str(path))
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/customers/import/\d+/$"))
    expect(page.locator(".map__row--sure, .map__row--guess").first).to_be_visible()
    assert page.locator(".map__row--sure, .map__row--guess").count() >= 18
    visitor.check()

    page.click(".form-bar .btn--primary")
    expect(page.locator('button[name="run"]')).to_be_visible(timeout=WAIT)
    checked = counts(page)
    assert checked["new"] > 0 and checked["repaired"] > 0
    assert int(page.locator("section [data-total]").get_attribute("data-total")) > 0
    visitor.check()

    page.click('button[name="run"]')
    expect(page.locator(".alert--success")).to_be_visible(timeout=WAIT)
    done = counts(page)
    assert done["created"] + done["updated"] + done["skipped"] + done["refused"] == rows
    assert done["created"] == checked["new"]
    if path.parent == SAMPLES:
        assert {key: done[key] for key in EXPECTED[path.name]} == EXPECTED[path.name]
    visitor.check()
    with page.expect_download() as download:
        page.click(".files .file")
    assert download.value.suggested_filename.endswith(".xlsx")
    result = page.url

    visitor.go("/customers/?scene=all")
    assert total(page) == before + done["created"]
    page.goto(result)
    page.click(".form-bar form .btn")
    page.click('[data-action="ask-yes"]')
    expect(page.locator(".alert--warning[role=status]")).to_be_visible(timeout=WAIT)
    assert counts(page)["kept"] == 0
    assert counts(page)["reverted"] >= done["created"]
    visitor.check()
    visitor.go("/customers/?scene=all")
    assert total(page) == before
