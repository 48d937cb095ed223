"""The form of a list of people: a small file, or lines typed or mended on the page."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import people_import
from crm.core.errors import DomainError
from crm.core.workbook.reader import open_workbook

#: Bytes of a file with at most `people_import.LIMIT` people.
FILE_LIMIT = 2_000_000


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
        if upload.size > FILE_LIMIT:
            self.add_error("file", _("Reading the file failed: it is too large."))
            return []
        with tempfile.TemporaryDirectory(prefix="people-") as folder:
            place = Path(folder) / "upload"
            place.write_bytes(upload.read())
            try:
                return people_import.from_cells(cells_of(place, upload.name))
            except DomainError as error:
                self.add_error("file", error.message)
                return []

    def with_text(self, people: list[people_import.Row]) -> "PeopleForm":
        """A form that shows these people as lines to mend."""
        return PeopleForm(initial={"text": people_import.to_text(people)})


def cells_of(place: Path, filename: str) -> list[list[Any]]:
    """The cells of the first sheet, at most a few rows more than may be imported."""
    rows: list[list[Any]] = []
    with open_workbook(place, filename) as table:
        for _number, cells in table.rows():
            rows.append(list(cells))
            if len(rows) > people_import.LIMIT + 1:
                break
    return rows
