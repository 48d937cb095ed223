"""A small uploaded table, read in one go through the same gate as a large one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from crm.core.text import is_blank, to_text
from crm.core.workbook import limits
from crm.core.workbook.reader import Row, open_workbook, refused
from crm.core.workbook.refusals import FileRefused

MEGABYTES = 2
#: Characters of all cells: few strings, repeated in many cells, make a small file of many.
CHARACTERS = 2_000_000


def small_table(upload: UploadedFile, most: int) -> list[Row]:
    """The rows that say something, at most `most`. Raises FileRefused with a reason."""
    if upload.size > MEGABYTES * limits.MB:
        raise too_large()
    with tempfile.TemporaryDirectory(prefix="table-") as folder:
        place = Path(folder) / "upload"
        place.write_bytes(upload.read())
        with open_workbook(place, upload.name) as table:
            filled = (row for row in table.rows() if not all(map(is_blank, row[1])))
            return list(_measured(islice(filled, most)))


def too_large() -> FileRefused:
    """The refusal of a file that is not small."""
    return refused("too_large", {"limit": MEGABYTES})


def _measured(rows: Iterable[Row]) -> Iterator[Row]:
    left = CHARACTERS
    for number, cells in rows:
        left -= sum(len(to_text(cell)) for cell in cells)
        if left < 0:
            raise too_large()
        yield number, cells
