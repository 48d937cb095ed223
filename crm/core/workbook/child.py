"""The parser process: opens one file under limits and writes its rows as JSON lines.

Started by `reader` as a plain script, without Django and without site packages but the one it is
told; a crash, a memory or CPU limit ends this process and nothing else (reliability 4.5).

Input: one JSON argument. Output, a JSON object per line: `head` once, `rows` in batches of
[row number, cells], then `end`, or `refused` at any point. A cell is null, text, a number, a
boolean or {"t": ISO date and time}.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

if __name__ == "__main__":  # the isolated interpreter knows neither the project nor calamine
    sys.path += json.loads(sys.argv[1])["sys_path"]

import python_calamine

from crm.core.workbook import csvfile, gate, limits
from crm.core.workbook.refusals import FileRefused

try:
    import resource
except ImportError:  # not on this system; the parent's clock still applies
    resource = None

#: Stands in a cell whose formula has no stored result; `crm.core.text` knows it too.
UNSOLVED = "#FORMULA!"
_BATCH = 100
_EXACT = 10**15  # larger whole numbers lost digits when Excel stored them

Row = tuple[int, list[object]]


def limit_resources() -> None:
    """Limit memory and CPU time of this process; a system may know only one of them."""
    if resource is None:
        return
    for name, amount in (
        ("RLIMIT_AS", limits.CHILD_MEMORY),
        ("RLIMIT_CPU", limits.CHILD_CPU),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", 0),
    ):
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (amount, amount))


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")) + "\n")


def _say_rows(rows: Iterable[Row]) -> int:
    batch: list[Row] = []
    count = 0
    for row in rows:
        batch.append(row)
        # The first rows leave at once: a preview needs only them.
        if len(batch) >= _BATCH:
            _say({"rows": batch})
            count += len(batch)
            batch = []
    if batch:
        _say({"rows": batch})
    return count + len(batch)


def read_csv(path: str) -> None:
    """Write head and rows of a text table."""
    text, encoding = csvfile.decode(Path(path).read_bytes())
    text, hint = csvfile.split_hint(text)
    delimiter = hint or csvfile.sniff_delimiter(text)
    sheets = [{"name": "CSV", "visible": True}]
    _say({"head": {"sheets": sheets, "sheet": 0, "encoding": encoding, "delimiter": delimiter}})
    shift = 1 if hint else 0
    rows = csvfile.read_records(text, delimiter)
    end = _say_rows(
        (number + shift, _trimmed([cell or None for cell in row])) for number, row in rows
    )
    _say({"end": end})


def _trimmed(row: list[object]) -> list[object]:
    """Cut the blank cells behind the last filled one."""
    while row and row[-1] is None:
        row.pop()
    return row


# --- xlsx ----------------------------------------------------------------------------------------


def read_xlsx(path: str, wanted: str | None) -> None:
    """Write head and rows of one worksheet: the wanted one, else the first visible with data."""
    unsolved = gate.check_archive(path)
    book = python_calamine.CalamineWorkbook.from_path(path)
    visible = python_calamine.SheetVisibleEnum.Visible
    kind = python_calamine.SheetTypeEnum.WorkSheet
    entries = [
        (entry.name, entry.visible == visible)
        for entry in book.sheets_metadata
        if entry.typ == kind
    ]
    index, sheet = _choose(book, entries, wanted)
    merged = _merged_ranges(sheet)
    place = [entry.name for entry in book.sheets_metadata].index(entries[index][0])
    blanks = _positions(unsolved.get(_part_name(path, place), ())) if unsolved else {}
    _say(
        {
            "head": {
                "sheets": [{"name": name, "visible": shown} for name, shown in entries],
                "sheet": index,
                "encoding": "",
                "delimiter": "",
                "merged": merged[:200],
            }
        }
    )
    _say({"end": _say_rows(_sheet_rows(sheet, merged, blanks))})


def _choose(book, entries, wanted):
    if wanted is not None:
        for index, (name, _shown) in enumerate(entries):
            if name == wanted:
                return index, book.get_sheet_by_name(name)
        raise FileRefused("unknown_sheet", {"name": wanted[:60]})
    for wish in (True, False):
        for index, (name, shown) in enumerate(entries):
            if shown is wish:
                sheet = book.get_sheet_by_name(name)
                if sheet.start is not None and sheet.height:
                    return index, sheet
    raise FileRefused("no_sheet")


def _part_name(path: str, place: int) -> str:
    """Return the name of the part of the sheet at a place of the workbook, "" if unclear."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        folder = "xl/"
        if f"{folder}workbook.xml" not in names:
            return ""
        workbook = archive.read(f"{folder}workbook.xml").decode("utf-8", "replace")
        links = archive.read(f"{folder}_rels/workbook.xml.rels").decode("utf-8", "replace")
    ids = re.findall(r"<(?:\w+:)?sheet\s[^>]*?\w+:id=\"([^\"]+)\"", workbook)
    for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", links):
        if place < len(ids) and f'Id="{ids[place]}"' in link:
            target = re.search(r"Target=\"([^\"]+)\"", link)
            name = target[1] if target else ""
            return name[1:] if name.startswith("/") else folder + name
    return ""


def _positions(references: Iterable[str]) -> dict[int, list[int]]:
    """Return row number to column indexes for references such as B12."""
    found: dict[int, list[int]] = {}
    for reference in references:
        letters = reference.rstrip("0123456789")
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - 64
        found.setdefault(int(reference[len(letters) :]), []).append(column - 1)
    return found


def _merged_ranges(sheet) -> list[list[int]]:
    ranges = sheet.merged_cell_ranges or []
    return [
        [top + 1, left + 1, bottom + 1, right + 1]
        for (top, left), (bottom, right) in ranges[: limits.MERGED_RANGES]
    ]


def _sheet_rows(sheet, merged: list[list[int]], unsolved: dict[int, list[int]]) -> Iterator[Row]:
    if sheet.end is not None:
        _check_size(sheet.end[0] + 1, sheet.end[1] + 1)
    tall = sorted(item for item in merged if item[2] > item[0])
    spread = _Spread(tall) if tall else None
    # iter_rows() begins with the first row of the sheet, but with its first filled column.
    pad: list[object] = [None] * (sheet.start[1] if sheet.start else 0)
    last = 0
    for last, cells in enumerate(sheet.iter_rows(), start=1):
        row = pad + [_plain(cell, last) for cell in cells]
        _mark(row, unsolved.get(last, ()))
        if spread is not None:
            spread.fill(last, row)
        yield last, _trimmed(row)
    for number in sorted(number for number in unsolved if number > last):
        yield number, _mark([], unsolved[number])


def _mark(row: list[object], columns: Iterable[int]) -> list[object]:
    """Put `UNSOLVED` into the blank cells of a row that hold a formula."""
    for column in columns:
        row += [None] * (column + 1 - len(row))
        if row[column] is None:
            row[column] = UNSOLVED
    return row


def _check_size(rows: int, columns: int) -> None:
    if rows > limits.LAST_ROW:
        raise FileRefused("rows", {"limit": limits.DATA_ROWS})
    if columns > limits.COLUMNS:
        raise FileRefused("columns", {"limit": limits.COLUMNS})


class _Spread:
    """Repeats the value of a cell merged over several rows, in rows that hold something else."""

    def __init__(self, tall: list[list[int]]) -> None:
        self.waiting = tall[::-1]
        self.open: dict[int, tuple[int, object]] = {}

    def fill(self, number: int, row: list[object]) -> None:
        """Complete one row; rows must come in order."""
        self.open = {column: item for column, item in self.open.items() if item[0] >= number}
        if any(cell is not None for cell in row):
            for column, (_last, value) in self.open.items():
                if len(row) > column and row[column] is None:
                    row[column] = value
        while self.waiting and self.waiting[-1][0] <= number:
            top, left, bottom, _right = self.waiting.pop()
            if top == number and len(row) >= left and row[left - 1] is not None:
                self.open[left - 1] = (bottom, row[left - 1])


def _plain(cell: object, row: int) -> object:
    """Return a cell as JSON can carry it; whole numbers lose their ".0"."""
    if isinstance(cell, str):
        if len(cell) > limits.TEXT:
            raise FileRefused("text", {"row": row, "limit": limits.TEXT})
        return cell or None
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return "#NUM!"
        return int(cell) if -_EXACT < cell < _EXACT and cell.is_integer() else cell
    if isinstance(cell, datetime | date):
        return {"t": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell if isinstance(cell, int) else None


def main(argument: str) -> int:
    """Read one file; return the exit status. Refusals are output, not failures."""
    request = json.loads(argument)
    limit_resources()
    try:
        if request["kind"] == gate.XLSX:
            read_xlsx(request["path"], request["sheet"])
        else:
            read_csv(request["path"])
    except FileRefused as refusal:
        _say({"refused": {"code": refusal.code, "params": refusal.params}})
    except MemoryError:
        _say({"refused": {"code": "memory", "params": {}}})
    except BrokenPipeError:
        return 0
    except BaseException as error:  # calamine reports damage in many ways, panics among them
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        _say({"refused": {"code": _code(error), "params": {}}})
    return 0


def _code(error: BaseException) -> str:
    return "encrypted" if type(error).__name__ == "PasswordError" else "damaged"


if __name__ == "__main__":
    status = main(sys.argv[1])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(status)  # nothing to tidy up, and a big sheet takes long to free
