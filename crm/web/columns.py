"""Columns as objects: one declaration feeds the list, the export and the column chooser.

A column names the value paths it needs; the list reads them all with one `values_list()` and asks
each column for its cell. `prepare()` reads what does not stand in the row (tags, first contact)
with one query for the whole page. No query per row, ever.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any, ClassVar

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.access.masking import Masking
from crm.core.emails import mask_email
from crm.core.phones import mask_phone
from crm.web.templatetags.ui import (
    TimeWriter,
    badge_html,
    money_text,
    phone_html,
    text_html,
    time_html,
)

#: The style sheet draws the dash of empty cells: a list of 50 rows has hundreds of them.
EMPTY = SafeString("")


@dataclass
class CellContext:
    """What cells may need to know about the reader; built once a page."""

    user: Any
    masking: Masking | None = None
    prepared: dict[str, Any] = field(default_factory=dict)


class Column:
    """Plain text of one value.

    `name` is fixed (stored in users' choices), `paths` are value paths, `sort` names the sort key,
    `default` says whether it shows before the user has chosen, `css` goes on th and td.
    """

    #: Whether `plain` depends on its values alone, so that an export asks once for each value.
    by_value: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        paths: Sequence[str] | None = None,
        sort: str = "",
        default: bool = True,
        css: str = "",
        width: int | None = None,
    ) -> None:
        self.name = name
        self.label = label
        self.paths = tuple(paths) if paths is not None else (name,)
        self.sort = sort
        self.default = default
        self.css = css
        self.width = width

    def question(self) -> tuple[Hashable, Callable[..., models.QuerySet]] | None:
        """What the column asks beyond the row: a shape and a query by the keys of all rows.

        Columns with the same shape share the answer (`crm.core.prepared`).
        """
        return None

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        """Keep the answer in `ctx.prepared`."""

    def prepare(self, ids: Sequence[int], ctx: CellContext) -> None:
        """Read what the column needs beyond the row and cannot ask with `question()`."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        """HTML of the cell."""
        text = self.plain(values, ctx, pk)
        return text_html(text) if text not in (None, "") else EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        """The value for export: str, number, date or None."""
        return values[0]

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        """HTML of all cells of a page; a value is drawn once where nothing else counts."""
        if type(self).cell is Column.cell and type(self).plain is Column.plain:
            return [escape(str(row[0])) if row[0] not in (None, "") else "" for row in rows]
        if not self.by_value:
            return [_html(self.cell(row, ctx, pk)) for row, pk in zip(rows, keys, strict=True)]
        drawn = {row: _html(self.cell(row, ctx, 0)) for row in set(rows)}
        return [drawn[row] for row in rows]


class ChoiceColumn(Column):
    """A TextChoices value as a badge."""

    by_value = True

    def __init__(self, name: str, label: Any, choices: type[models.TextChoices], **options: Any):
        super().__init__(name, label, **options)
        self.labels = dict(choices.choices)
        self.colors: dict[str, str] = getattr(choices, "colors", dict)()

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        value = values[0]
        return badge_html(self.labels[value], self.colors.get(value, "")) if value else EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return str(self.labels.get(values[0], values[0] or ""))


class PersonColumn(Column):
    """A user by name; `name` is the foreign key."""

    def __init__(self, name: str, label: Any, *, empty: Any = "", **options: Any) -> None:
        super().__init__(name, label, paths=(f"{name}__name",), **options)
        self.empty = empty

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        if values[0]:
            return text_html(values[0])
        return format_html('<span class="none">{}</span>', self.empty) if self.empty else EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return values[0] or ""


class MoneyColumn(Column):
    """An amount in yuan with thousands commas, right aligned."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, css="num", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return money_text(values[0]) if values[0] is not None else EMPTY


class DateColumn(Column):
    """A date or an instant in the reader's zone; `fmt` is a format of `time_html`."""

    def __init__(self, name: str, label: Any, *, fmt: str = "date", **options: Any) -> None:
        options.setdefault("css", "nowrap")
        super().__init__(name, label, **options)
        self.fmt = fmt

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return time_html(values[0], self.fmt) if values[0] else EMPTY

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        draw = TimeWriter(self.fmt)
        return [draw(row[0]) if row[0] else EMPTY for row in rows]

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> datetime | date | None:
        return values[0]


class PhoneColumn(Column):
    """A phone number, masked unless the reader sees this owner's contact data in clear."""

    def __init__(self, name: str, label: Any, *, path: str, owner: str, **options: Any) -> None:
        super().__init__(name, label, paths=(path, owner), css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return phone_cell(values[0], values[1], ctx)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return shown_phone(values[0] or "", values[1], ctx)


class EmailColumn(PhoneColumn):
    """An e-mail address, masked like a phone."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return text_html(shown_email(values[0] or "", values[1], ctx)) or EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return shown_email(values[0] or "", values[1], ctx)


def _html(cell: SafeString | str) -> str:
    return cell if isinstance(cell, SafeString) else text_html(cell)


def hides(owner_id: int | None, ctx: CellContext) -> bool:
    """Whether a row of this owner shows masked contact data to the reader."""
    return ctx.masking is None or ctx.masking.hides(owner_id)


def shown_phone(number: str, owner_id: int | None, ctx: CellContext) -> str:
    """The number as this reader may see it."""
    return mask_phone(number) if number and hides(owner_id, ctx) else number


def shown_email(address: str, owner_id: int | None, ctx: CellContext) -> str:
    """The address as this reader may see it."""
    return mask_email(address) if address and hides(owner_id, ctx) else address


def phone_cell(
    number: str | None, owner_id: int | None, ctx: CellContext, *, dials: bool = True
) -> SafeString | str:
    """A number to dial where it is clear, plain text where it is masked or nobody may dial it."""
    if not number:
        return EMPTY
    if hides(owner_id, ctx):
        return phone_html(mask_phone(number))
    return phone_html(number, number if dials else "")


def all_paths(columns: Iterable[Column]) -> list[str]:
    """The distinct value paths of these columns, in order of first use."""
    seen: dict[str, None] = {}
    for column in columns:
        for path in column.paths:
            seen.setdefault(path)
    return list(seen)
