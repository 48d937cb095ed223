"""Columns of values that companies maintain: dictionary values, regions, tags. No query per row."""

from typing import Any

from django.db.models import Model
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from crm.core.messages import listed
from crm.dictionaries import lookups
from crm.dictionaries.tagging import named, tag_keys
from crm.web.columns import EMPTY, CellContext, Column
from crm.web.templatetags.ui import badge_html, text_html


class ItemColumn(Column):
    """A dictionary value; `name` is the foreign key. `badge` shows its colour."""

    by_value = True

    def __init__(self, name: str, label: Any, *, badge: bool = False, **options: Any) -> None:
        super().__init__(name, label, paths=(f"{name}_id",), **options)
        self.badge = badge

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        value = lookups.item(values[0])
        if value is None:
            return EMPTY
        return badge_html(value.label, value.color) if self.badge else text_html(value.label)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        value = lookups.item(values[0])
        return value.label if value else ""


class RegionColumn(Column):
    """省市区 of a record; `level` 1-3 gives one of the three names alone (export)."""

    by_value = True

    def __init__(self, name: str, label: Any, *, level: int | None = None, **options: Any) -> None:
        options.setdefault("css", "nowrap")
        super().__init__(name, label, paths=(options.pop("path", "region_id"),), **options)
        self.level = level

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        code = values[0]
        if not code:
            return ""
        if self.level is None:
            return lookups.region_text(code)
        names = lookups.region_path(code)
        return names[self.level - 1] if len(names) >= self.level else ""


class TagsColumn(Column):
    """Tags of a row; their keys come with the row."""

    by_value = True

    def __init__(self, name: str, label: Any, *, model: type[Model], **options: Any) -> None:
        super().__init__(name, label, paths=(tag_keys(model),), **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        tags = named(values[0])
        if not tags:
            return EMPTY
        return format_html_join(" ", "{}", ((badge_html(name, color),) for name, color in tags))

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(name for name, _color in named(values[0]))
