"""The form of a list of people: a small file, or lines typed or mended on the page."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import people_import
from crm.core.errors import DomainError
from crm.core.workbook.small import small_table


class PeopleForm(forms.Form):
    """`cleaned_data["people"]` are the rows; a file wins over typed lines."""

    file = forms.FileField(
        label=gettext_lazy("File (.xlsx or .csv)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or type one person a line"),
        required=False,
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy(
            "Employee number, name, mobile, e-mail, department, roles, direct superior;"
            " separated by tabs (as copied from Excel) or commas."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        upload = data.get("file")
        if self.errors:
            return data
        people = self.read(upload) if upload else people_import.from_text(data.get("text", ""))
        if not people and not self.errors:
            self.add_error(None, _("Checking the list failed: it names nobody."))
        return {**data, "people": people}

    def read(self, upload: UploadedFile) -> list[people_import.Row]:
        """The rows of the file, through the gate against hostile files."""
        try:
            rows = small_table(upload, people_import.LIMIT + 2)  # one too many, and the headings
        except DomainError as error:
            self.add_error("file", error.message)
            return []
        return people_import.from_cells(cells for _number, cells in rows)

    def with_text(self, people: list[people_import.Row]) -> "PeopleForm":
        """A form that shows these people as lines to mend."""
        return PeopleForm(initial={"text": people_import.to_text(people)})
