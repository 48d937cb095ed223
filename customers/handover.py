"""What goes along when a customer changes its owner; higher apps register their part.

Contacts have no owner of their own and follow by themselves. Opportunities do, so their app
registers a part that counts and moves those the old owner had.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

PARTS: dict[str, "Part"] = {}
#: What becomes of the old owner: out, or a member of the team.
LEAVES, READS, WRITES = "", "read", "write"


@dataclass(frozen=True)
class Part:
    """One kind of records that can go along.

    `count(customer_ids, owner)` tells the dialog how many, `move(customer, old, new, actor, stays)`
    gives those of the old owner to the new one inside the caller's transaction; `stays` says what
    the old owner keeps (`LEAVES`, `READS`, `WRITES`).
    """

    name: str
    label: Any
    count: Callable[[Sequence[int], Any], int]
    move: Callable[[Any, Any, Any, Any, str], None]


def register(part: Part) -> None:
    """Offer a part in the transfer dialog. A second one of the same name is an error."""
    if part.name in PARTS:
        raise ValueError(f"transfer part {part.name!r} is registered twice")
    PARTS[part.name] = part


def choices() -> list[tuple[str, Any]]:
    """The parts for a form."""
    return [(part.name, part.label) for part in PARTS.values()]
