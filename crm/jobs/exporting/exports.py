"""What can be exported, and what a user wants of it. Reading the rows is in `rows`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Self

from crm.core.workbook.writer import CSV, XLSX
from crm.web.columns import Column
from crm.web.listing import ListSpec

FORMATS = (XLSX, CSV)
#: Up to so many rows the file comes at once, above that from a job (`contracts.md` 1.22).
AT_ONCE = 2_000
EXPORTS: dict[str, "Export"] = {}


@dataclass(frozen=True)
class Export:
    """A list that can be exported: the event that tells of it, and the title of the file.

    The right is the verb `export` of the list's model.
    """

    spec: ListSpec
    event: str
    title: Any
    #: Names of columns that this user does not get, besides what is masked.
    hidden: Callable[[Any], Collection[str]] = lambda user: ()

    @property
    def name(self) -> str:
        """The name of the list, which commands and jobs use."""
        return self.spec.name

    @property
    def kind(self) -> str:
        """The code of its kind of job."""
        return f"{self.spec.name}.export"


@dataclass(frozen=True)
class Wanted:
    """One order: which rows in which sort order, which columns, which format.

    `ids` are marked rows; None means all rows of the list with this `query`. No `columns` means
    all of them. Survives the way through the parameters of a job.
    """

    query: str = ""
    ids: tuple[int, ...] | None = None
    columns: tuple[str, ...] = ()
    fmt: str = XLSX

    def params(self) -> dict[str, Any]:
        """The order as JSON."""
        ids = None if self.ids is None else list(self.ids)
        return {"query": self.query, "ids": ids, "columns": list(self.columns), "fmt": self.fmt}

    @classmethod
    def of(cls, params: dict[str, Any]) -> Self:
        """The order back from JSON."""
        ids = params["ids"]
        return cls(
            params["query"],
            None if ids is None else tuple(ids),
            tuple(params["columns"]),
            params["fmt"],
        )

    def columns_of(self, export: Export) -> list[Column]:
        """The wanted columns; names that the list no longer has are left out."""
        table = export.spec.table
        return table.chosen(self.columns) if self.columns else list(table.columns)


def shown_columns(export: Export, user: Any) -> list[str]:
    """The names of the columns this user sees on the list, in his order."""
    chosen: Sequence[str] | None = user.preferences.get("columns", {}).get(export.name)
    return [column.name for column in export.spec.table.chosen(chosen)]
