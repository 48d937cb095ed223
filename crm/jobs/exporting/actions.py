"""导出选中: the entry in the bar of marked rows; it leads to the export page with these rows."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.web.bulk import BulkAction


class ExportSelected(BulkAction):
    """For `ListView.bulk_actions` of any list that has an export page (`<prefix>_export`)."""

    name = "export"
    label = _("Export selected")
    icon = "download"
    verb = verbs.EXPORT

    @classmethod
    def url_for(cls, url_prefix: str) -> str:
        """The export page itself, not the confirmation of changing actions."""
        return reverse(f"{url_prefix}_export")


def export_action(url_prefix: str, query: str) -> dict[str, Any]:
    """The entry of the ⋯ menu: exports the list as it is filtered now."""
    url = reverse(f"{url_prefix}_export")
    return {
        "label": _("Export"),
        "url": f"{url}?{query}" if query else url,
        "icon": "download",
        "name": "export",
        "dialog": True,
        "with_query": True,
    }
