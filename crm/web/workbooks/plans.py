"""What the check of a table finds: what would be made, what changed, what is in the way."""

import hashlib
from dataclasses import dataclass, field

from import_export.results import RowResult


@dataclass(frozen=True)
class Table:
    """The texts of a file: the heading row, then rows with their numbers as in Excel."""

    heading: int
    names: list[str]
    rows: list[tuple[int, list[str]]]

    def has_cells(self, place: int) -> bool:
        """Whether any row says something in that column."""
        return any("".join(cells[place : place + 1]).strip() for _number, cells in self.rows)


@dataclass(frozen=True)
class Problem:
    """Why the file cannot be taken: row as in Excel, heading, what the cell says, reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """A row that would be made or changed, by `key`; `values` are (label, old, new) as texts."""

    row: int
    result: RowResult
    key: list[str]
    values: list[tuple[str, str, str]]

    @property
    def is_new(self) -> bool:
        """Whether the row does not exist yet."""
        return self.result.is_new()

    @property
    def name(self) -> str:
        """What the row is called today."""
        return str(self.result.instance if self.is_new else self.result.original)


@dataclass
class Plan:
    """What a file would do."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def made(self) -> int:
        """How many rows would be new."""
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        """How many rows would be changed."""
        return len(self.changes) - self.made

    @property
    def can_run(self) -> bool:
        """Whether there is something to write and nothing in the way."""
        return bool(self.changes) and not self.problems

    @property
    def digest(self) -> str:
        """The same for the same effects on the same rows."""
        effects = [
            (change.row, change.result.import_type, change.result.object_id, change.values)
            for change in self.changes
        ]
        return hashlib.sha256(repr(effects).encode()).hexdigest()
