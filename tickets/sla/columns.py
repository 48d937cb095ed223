"""The column of lists: how much working time is left or overdue, and until when by the wall."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from crm.core import clock
from crm.web.columns import EMPTY, CellContext, Column
from crm.web.templatetags.ui import badge_html
from tickets.sla.services import SUMS
from tickets.sla.showing import badge


class SlaColumn(Column):
    """The worst clock of a ticket; sorted by the first promise that is or was broken."""

    by_value = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=SUMS, css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        found = badge(*values, clock.now())
        if found is None:
            return EMPTY
        shown = badge_html(found["text"], found["color"], found["icon"], found["title"])
        if not found["until"]:
            return shown
        return format_html('{} <span class="soft">{}</span>', shown, found["until"])

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        """The instant, for exports."""
        return localtime(values[1]).replace(tzinfo=None) if values[1] else None
