"""The Jinja2 environment of list rows (`templates/jinja`)."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment

from crm.web.templatetags.ui import text_html


def environment(**options: Any) -> Environment:
    """Compiled once a process; every value is escaped unless it is marked safe."""
    options["trim_blocks"] = options["lstrip_blocks"] = True
    made = Environment(**{**options, "autoescape": True})  # noqa: S701 - it is on
    made.filters |= {"cell_starts": cell_starts, "rest": rest}
    return made


def cell_starts(columns: Sequence[dict[str, Any]]) -> list[str]:
    """The opening tag of each column's cells; the style sheet keeps short ones in one line."""
    classes = [column.get("css") or "" for column in columns]
    return [
        format_html('<td class="{}">', css) if css not in ("", "nowrap") else "<td>"
        for css in classes
    ]


def rest(cells: Sequence[Any], starts: Sequence[str]) -> SafeString:
    """All cells of a row but the first, joined here: a loop in a template costs the page twice."""
    parts = [
        start + (cell if isinstance(cell, SafeString) else text_html(cell))
        for start, cell in zip(starts[1:], cells[1:], strict=True)
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every part is safe or escaped
