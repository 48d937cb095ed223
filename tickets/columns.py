"""Columns of what tickets have beyond dictionary values: status, business category, group."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from crm.web.columns import EMPTY, CellContext, Column, phone_cell
from crm.web.templatetags.ui import badge_html
from customers.tables import CallColumn
from tickets import catalog
from tickets.queues import serves


class StatusColumn(Column):
    """The company's name of the state, in its colour."""

    by_value = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("status_id",), css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        found = catalog.status(values[0])
        return badge_html(found.label, found.color) if found else EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        found = catalog.status(values[0])
        return found.label if found else ""


class CallBackColumn(CallColumn):
    """The number to answer under: who serves dials it in any case, as `facts.call_back_fact`."""

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        if not serves(ctx.user):
            return super().cells(rows, ctx, keys)
        return [phone_cell(number, owner, ctx) for number, owner, _customer in rows]


class UrgedColumn(Column):
    """How often the customer urged; empty where he did not."""

    by_value = True

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return badge_html(str(values[0]), "orange", "alarm") if values[0] else EMPTY


class CategoryColumn(Column):
    """The business category with all above it."""

    by_value = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("category_id",), **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        found = catalog.node(values[0])
        return found.full_name if found else ""


class GroupColumn(Column):
    """The service group."""

    by_value = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("group_id",), **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return catalog.group_name(values[0])
