"""G07: hostile files come to nothing, odd files are read as labelled."""

import time

import pytest

from crm.core import text
from crm.core.workbook.reader import open_workbook
from crm.core.workbook.refusals import FileRefused
from tests.kit.hostile import hostile
from tests.kit.odd_files import odd

HOSTILE, ODD = hostile(), odd()


def read(case, path):
    path.write_bytes(case.make())
    with open_workbook(path, case.filename) as source:
        return [cells for _number, cells in source.rows() if cells]


def test_there_are_enough():
    assert len(HOSTILE) >= 80
    assert len(ODD) >= 40
    for cases in (HOSTILE, ODD):
        assert len({case.name for case in cases}) == len(cases)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_hostile_file(case, tmp_path):
    started = time.perf_counter()
    if case.refused:
        with pytest.raises(FileRefused) as refusal:
            read(case, tmp_path / "upload")
        assert refusal.value.code in case.refused
        assert refusal.value.message.startswith("Reading the file failed: ")
    else:
        rows = read(case, tmp_path / "upload")
        assert case.rows is None or rows == case.rows
        values = [text.clean_text(cell, max_length=200).value for row in rows for cell in row]
        assert all(value is None or len(value) <= 200 for value in values)
    assert time.perf_counter() - started < 60  # making the file included


@pytest.mark.parametrize("case", ODD, ids=lambda case: case.name)
def test_odd_file(case, tmp_path):
    assert read(case, tmp_path / "upload") == case.rows
