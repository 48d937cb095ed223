"""Reading the uploaded table: headings, guesses, samples, converted rows, the rows file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from crm.core.errors import InvalidValue
from crm.core.notes import Cleaned
from crm.core.text import is_blank, storable, to_text
from crm.core.workbook.headings import Heading, data_rows, find_heading, guess_mapping
from crm.core.workbook.reader import open_workbook
from crm.jobs.importing.fields import ImportField, Known
from crm.jobs.importing.resources import Options, Resource, Row
from crm.jobs.models import Job

PREVIEW = 60
#: Converted words of one column that are kept for the next rows, and their greatest length.
WORDS_KEPT, WORD_LENGTH = 1_000, 60


def path_of(job: Job) -> str:
    """Where the uploaded file lies."""
    return default_storage.path(job.source_file)


def rows_path(job: Job) -> Path:
    """Where the converted rows lie: beside the upload, removed with it."""
    return Path(f"{path_of(job)}.rows")


def inspect(job: Job, resource: Resource) -> dict[str, Any]:
    """Find the heading row and guess the mapping.

    Returns `heading` [row number, names], `mapping` {column: field}, `columns` with confidence
    and samples for the page. Raises FileRefused.
    """
    specs = [item.spec() for item in resource.fields]
    with open_workbook(path_of(job), job.source_name) as source:
        rows = source.preview(PREVIEW)
        heading = find_heading(rows, specs)
        below = [row for row in rows if row[0] > heading.row_no]
        guesses = guess_mapping(heading, below, specs)
    return {
        "heading": [heading.row_no, [storable(name) for name in heading.names]],
        "mapping": {str(item.index): item.field for item in guesses if item.field},
        "columns": [
            {
                "index": item.index,
                "heading": storable(item.heading),
                "field": item.field or "",
                "confidence": item.confidence,
                "samples": [storable(sample) for sample in item.samples[:3]],
            }
            for item in guesses
        ],
    }


def heading_of(job: Job) -> Heading:
    """The heading row that was found."""
    number, names = job.params["heading"]
    return Heading(number, tuple(names))


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items."""
    source = iter(items)
    while part := list(islice(source, size)):
        yield part


class Converter:
    """Turns cells into rows of one resource under one mapping."""

    def __init__(self, resource: Resource, params: dict[str, Any], known: Known) -> None:
        names = resource.by_name()
        self.columns: list[tuple[int, ImportField, dict[str, Cleaned[Any]]]] = [
            (int(index), names[name], {})
            for index, name in params["mapping"].items()
            if name in names
        ]
        self.resource = resource
        self.known = known
        self.options = Options.of(params)

    def row(self, number: int, cells: Sequence[Any]) -> Row:
        """One converted row; several columns of one field are put together."""
        row = Row(number, {})
        for index, item, known_words in self.columns:
            cell = cells[index] if index < len(cells) else None
            if is_blank(cell):
                continue
            cleaned = self._convert(item, cell, known_words)
            if cleaned.notes:
                row.typed[item.name] = storable(to_text(cell)[:80])
                row.notes += [(item.name, note) for note in cleaned.notes]
            if cleaned.value is not None:
                self._store(row, item.name, cleaned.value)
        self.resource.combine(row, self.known, self.options)
        return row

    def _convert(
        self, item: ImportField, cell: Any, known_words: dict[str, Cleaned[Any]]
    ) -> Cleaned[Any]:
        """One cell; most columns say the same words again and again, so they are kept."""
        if type(cell) is not str or len(cell) > WORD_LENGTH:
            return item.convert(cell, self.known)
        cleaned = known_words.get(cell)
        if cleaned is None:
            cleaned = item.convert(cell, self.known)
            # A list may be changed by the row that gets it.
            if len(known_words) < WORDS_KEPT and not isinstance(cleaned.value, list):
                known_words[cell] = cleaned
        return cleaned

    @staticmethod
    def _store(row: Row, name: str, value: Any) -> None:
        present = row.values.get(name)
        if present is None:
            row.values[name] = value
        elif isinstance(present, list) and isinstance(value, list):
            row.values[name] = list(dict.fromkeys([*present, *value]))
        elif isinstance(present, str) and isinstance(value, str):
            row.values[name] = f"{present}\n{value}"


def records(job: Job) -> Any:
    """The file's records as (row number, cells); an iterator that tells what it passed over."""
    return data_rows(open_workbook(path_of(job), job.source_name).rows(), heading_of(job))


def read_rows(job: Job, place: int, limit: int) -> tuple[list[Row], int]:
    """Converted rows from a byte position on, and the position behind them."""
    path = rows_path(job)
    if not path.exists():
        raise InvalidValue(
            _(
                "Importing failed: the checked rows are no longer there. "
                "Please check the file again."
            )
        )
    found: list[Row] = []
    with path.open("rb") as stream:
        stream.seek(place)
        while len(found) < limit and (line := stream.readline()):
            found.append(Row.load(json.loads(line)))
        return found, stream.tell()


def original_rows(job: Job, numbers: set[int]) -> Iterator[tuple[int, list[str]]]:
    """The user's own cells of some rows, exactly as they were."""
    width = len(job.params["heading"][1])
    with open_workbook(path_of(job), job.source_name) as source:
        for number, cells in source.rows():
            if number in numbers:
                texts = [to_text(cell) for cell in cells[:width]]
                yield number, texts + [""] * (width - len(texts))
