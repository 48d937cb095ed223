"""The rows of a list as HTML. Drawn column by column, because a list has hundreds of cells.

Which rows and values there are is `crm.web.tables`; the head of the table is `table.html`.
"""

from collections.abc import Callable, Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

from crm.web.columns import CellContext, Column

Row = tuple[int, list[tuple]]  # key, values of each column


def rows_html(
    columns: Sequence[Column],
    rows: Sequence[Row],
    ctx: CellContext,
    *,
    url: Callable[[int], str],
    select: str = "",
) -> SafeString:
    """The body of the table; `select` labels the check boxes, without it there are none.

    The first column links to `url(key)`, where that is not empty.
    """
    keys = [pk for pk, _values in rows]
    drawn = [
        column.cells([values[place] for _pk, values in rows], ctx, keys)
        for place, column in enumerate(columns)
    ]
    title = columns[0]
    boxes = (
        [_box(pk, select, title.plain(values[0], ctx, pk)) for pk, values in rows]
        if select
        else [""] * len(rows)
    )
    first = [_title(url(pk), cell) for pk, cell in zip(keys, drawn[0], strict=True)]
    starts = [_start(column.css) for column in columns[1:]]
    line = '<tr data-id="%d">%s%s' + "".join(f"{start.replace('%', '%%')}%s" for start in starts)
    line += "</tr>"  # or the line break would be text of an empty last cell, shown on phones
    html = "\n".join([line % cells for cells in zip(keys, boxes, first, *drawn[1:], strict=True)])
    return mark_safe(html)  # noqa: S308 - every cell is safe or escaped by its column


def _start(css: str) -> str:
    """The opening tag of a cell; the style sheet keeps short ones in one line."""
    return f'<td class="{escape(css)}">' if css not in ("", "nowrap") else "<td>"


def _title(url: str, cell: str) -> str:
    return (
        f'<td class="key"><a href="{escape(url)}">{cell}</a>' if url else f'<td class="key">{cell}'
    )


def _box(pk: int, select: str, label: object) -> str:
    text = escape(f"{select} {label}")
    return f'<td class="chk"><input type="checkbox" name="ids" value="{pk}" aria-label="{text}">'
