"""The department tree in the order people read it: parents before children, by order and name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from crm.accounts.models import Department

INDENT = "\u3000"  # a full-width blank, so that select boxes show the tree


@dataclass(frozen=True)
class Node:
    """A department with its depth (0 = top)."""

    department: Department
    depth: int

    @property
    def indented(self) -> str:
        """The name pushed right by its depth."""
        return INDENT * self.depth + self.department.name


def nodes(departments: Iterable[Department]) -> list[Node]:
    """The departments depth first; one whose parent is not among them stands at the top."""
    rows = sorted(departments, key=lambda row: (row.order, row.pk))
    known = {row.pk for row in rows}
    below: dict[int | None, list[Department]] = defaultdict(list)
    for row in rows:
        below[row.parent_id if row.parent_id in known else None].append(row)
    found: list[Node] = []
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        found.append(Node(row, depth))
        waiting.extend((child, depth + 1) for child in reversed(below[row.pk]))
    return found


def choices(departments: Iterable[Department], *, empty: bool = True) -> list[tuple[object, str]]:
    """Choices of a select box, indented."""
    rows: list[tuple[object, str]] = [
        (node.department.pk, node.indented) for node in nodes(departments)
    ]
    return [("", "—"), *rows] if empty else rows


def path_choices(departments: Iterable[Department]) -> list[tuple[object, str]]:
    """Choices of check boxes side by side, each with what it stands below."""
    rows = list(departments)
    by_pk = {row.pk: row for row in rows}
    return [(node.department.pk, path_of(node.department, by_pk)) for node in nodes(rows)]


def path_of(department: Department, by_pk: dict[int, Department]) -> str:
    """The names from the top down: 销售部/华东区."""
    names: list[str] = []
    step: Department | None = department
    while step is not None:
        names.append(step.name)
        step = by_pk.get(step.parent_id) if step.parent_id else None
    return "/".join(reversed(names))
