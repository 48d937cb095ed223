"""What the export page asks: format, columns, and whether only the marked rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.workbook.writer import CSV, XLSX

SHOWN, ALL = "shown", "all"
MARKED, LIST = "marked", "list"


class ExportForm(forms.Form):
    """`rows` is asked only where rows are marked."""

    rows = forms.ChoiceField(
        label=_("Rows"),
        widget=forms.Select,
        choices=[(MARKED, _("The selected rows")), (LIST, _("All rows of the list"))],
    )
    fmt = forms.ChoiceField(
        label=_("Format"),
        choices=[(XLSX, _("Excel workbook (.xlsx)")), (CSV, _("CSV text (.csv)"))],
    )
    columns = forms.ChoiceField(
        label=_("Columns"),
        choices=[(SHOWN, _("The columns I see on the list")), (ALL, _("All columns"))],
    )

    def __init__(self, *args: Any, marked: bool, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="export-%s", **kwargs)
        if not marked:
            del self.fields["rows"]
