"""Demo data: a small company that makes every page look alive, and mass data for measurements.

Apps register their part; `make_demo_data` makes, `clear_demo` removes exactly what was made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PARTS: dict[str, "DemoPart"] = {}


@dataclass(frozen=True)
class DemoPart:
    """One app's demo data.

    `make(people)` writes the small set, `make_many(number, seed, people)` mass data and yields how
    many are done, `count()` and `clear(actor)` are about the app's own demo rows. Higher numbers
    of `order` are made later and cleared earlier.
    """

    name: str
    order: int
    make: Callable[["People"], None]
    count: Callable[[], int]
    clear: Callable[[Any], int]
    make_many: Callable[[int, int, "People"], Any] | None = None
    #: What it is called; empty: as the app of that name.
    label: Any = ""


@dataclass(frozen=True)
class People:
    """The demo accounts by login."""

    by_login: dict[str, Any]

    def __getitem__(self, login: str) -> Any:
        return self.by_login[login]


def register(part: DemoPart) -> None:
    """Add an app's part. A second one with the same name is an error."""
    if part.name in PARTS:
        raise ValueError(f"demo part {part.name!r} is registered twice")
    PARTS[part.name] = part


def parts() -> list[DemoPart]:
    """All parts in the order in which they are made."""
    return sorted(PARTS.values(), key=lambda part: part.order)
