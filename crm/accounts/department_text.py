"""A department tree typed as text: one department a line, those below it indented.

Only adds: departments that exist (by name, below the same parent) stay as they are.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import services, tree
from crm.accounts.models import Department
from crm.core.errors import InvalidValue
from crm.core.text import clean_text

INDENT = "    "
LIMIT = 300
MAX_DEPTH = 10


def to_text(departments: list[Department]) -> str:
    """The present tree as it is typed."""
    return "\n".join(INDENT * node.depth + node.department.name for node in tree.nodes(departments))


def parse(text: str) -> list[tuple[str, ...]]:
    """The path of every typed department, parents first. Raises InvalidValue."""
    paths: dict[tuple[str, ...], None] = {}
    open_levels: list[tuple[int, tuple[str, ...]]] = []
    for line in text.splitlines():
        name = clean_text(line).value or ""
        if not name:
            continue
        if len(name) > 60:
            text = _("Reading the departments failed: “%(name)s” is too long.")
            raise InvalidValue(text % {"name": name})
        indent = _width(line)
        while open_levels and open_levels[-1][0] >= indent:
            open_levels.pop()
        above = open_levels[-1][1] if open_levels else ()
        path = (*above, name)
        open_levels.append((indent, path))
        paths[path] = None
    if len(paths) > LIMIT or any(len(path) > MAX_DEPTH for path in paths):
        raise InvalidValue(_("Reading the departments failed: too many, or too many levels."))
    return list(paths)


def _width(line: str) -> int:
    """Columns before the name; a tab or a full-width blank counts four."""
    blanks = line[: len(line) - len(line.lstrip())]
    return sum(4 if sign in "\t\u3000" else 1 for sign in blanks)


@transaction.atomic
def add_missing(paths: list[tuple[str, ...]], *, actor: Any) -> int:
    """Create what does not exist yet; returns how many."""
    known: dict[tuple[int | None, str], Department] = {
        (row.parent_id, row.name.casefold()): row for row in Department.objects.all()
    }
    added = 0
    for path in paths:
        parent: Department | None = None
        for name in path:
            key = (parent.pk if parent else None, name.casefold())
            if key not in known:
                order = sum(1 for above, _name in known if above == key[0]) + 1
                row = Department(name=name, parent=parent, order=order)
                known[key] = services.create_department(row, actor=actor)
                added += 1
            parent = known[key]
    return added
