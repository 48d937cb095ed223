"""Tables of figures, each with the query of the list that holds exactly its rows."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.http import urlencode

PERCENT, HOURS = "%", "h"


@dataclass(frozen=True)
class Cell:
    """A figure; `value` is what a workbook stores, `query` leads to the rows, "" to none.

    `unit` is that of `value`: "" for a count, PERCENT or HOURS. `n` is the number behind a rate
    that is shown in its text only.
    """

    text: str
    query: str = ""
    value: Any = None
    unit: str = ""
    n: int | None = None


@dataclass(frozen=True)
class Line:
    """One row of a table; `depth` moves its label in, `share` (0 to 100) draws a bar."""

    label: str
    cells: list[Cell]
    depth: int = 0
    share: int | None = None


@dataclass
class Table:
    """One breakdown."""

    by: str
    title: str
    columns: list[str]
    lines: list[Line] = field(default_factory=list)
    note: str = ""


def number(value: int, query: dict[str, Any]) -> Cell:
    """A count that opens its rows."""
    return Cell(f"{value:,}", urlencode(query, doseq=True) if value else "", value)


def share(part: int, whole: int) -> Cell:
    """A part in per cent; a dash of nothing."""
    if not whole:
        return Cell("—", unit=PERCENT)
    return Cell(f"{100 * part / whole:.1f}%", value=round(100 * part / whole, 1), unit=PERCENT)
