"""The page that brings a list of days into the work calendar: read, compare, enter all of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core.errors import DomainError
from crm.core.workbook.limits import MB
from crm.core.workbook.small import MEGABYTES, small_table, too_large
from crm.dictionaries import calendar, calendar_import
from crm.dictionaries.calendar_import import Plan, Row
from crm.dictionaries.calendar_offers import review_url
from crm.dictionaries.calendar_services import import_days
from crm.dictionaries.models import BusinessCalendar

UNREADABLE = gettext_lazy("Reading the list failed: it is no list of days in JSON.")


class DaysImportForm(forms.Form):
    """`cleaned_data["rows"]` are the lines; a file wins over typed ones."""

    file = forms.FileField(
        label=gettext_lazy("File (.csv, .xlsx or .json)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.json"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or type one day a line"),
        required=False,
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy(
            "First day, last day (empty: one day), kind, name, hours; separated by tabs (as copied "
            "from Excel) or commas. For example: 2027-01-01,2027-01-03,Day off,New Year"
        ),
    )
    replace = forms.BooleanField(
        label=gettext_lazy("Replace days that were entered by hand"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed where the list changes days that are over."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        rows = self._rows(data.get("file"), data.get("text", ""))
        if not rows and not self.errors:
            self.add_error(None, _("Checking the list failed: it names no day."))
        return {**data, "rows": rows}

    def _rows(self, upload: UploadedFile | None, text: str) -> list[Row]:
        try:
            return self._read(upload) if upload else calendar_import.from_text(text)
        except DomainError as error:
            self.add_error("file", error.message)
        except ValueError:  # broken JSON, or no text at all
            self.add_error("file" if upload else "text", UNREADABLE)
        return []

    @staticmethod
    def _read(upload: UploadedFile) -> list[Row]:
        """The lines of the file; tables go through the gate against hostile files."""
        if (upload.name or "").lower().endswith(".json"):
            if upload.size > MEGABYTES * MB:
                raise too_large()
            return calendar_import.from_json(upload.read().decode("utf-8-sig"))
        # one too many, and the headings
        rows = small_table(upload, calendar_import.LIMIT + 2)
        return calendar_import.from_cells(cells for _number, cells in rows)

    def shown_again(self) -> "DaysImportForm":
        """A form that shows what was read as lines to mend."""
        data = self.cleaned_data
        values = {"replace": data["replace"], "reason": data["reason"]}
        return DaysImportForm(initial={"text": calendar_import.to_text(data["rows"]), **values})


def import_page(administration: Any, request: HttpRequest) -> HttpResponse:
    """Check what was sent, or enter it; nothing is entered while a line is wrong."""
    company = BusinessCalendar.objects.get(code=calendar.COMPANY)
    form = DaysImportForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = calendar_import.check(company, form.cleaned_data["rows"])
        if "run" in request.POST and plan.can_run:
            if _entered(request, company, form, plan):
                first = min(each.days.first for each in plan.entries if not each.is_same)
                place = review_url(request.user, first) or administration.url("changelist")
                return HttpResponseRedirect(place)
        else:
            form = form.shown_again()
    return administration.page(
        request,
        "admin/dictionaries/calendarexception/import.html",
        title=_("Import days"),
        form=form,
        plan=plan,
        back_url=administration.url("changelist"),
    )


def _entered(
    request: HttpRequest, company: BusinessCalendar, form: DaysImportForm, plan: Plan
) -> bool:
    data = form.cleaned_data
    wanted = [each.days for each in plan.entries if not each.is_same]
    try:
        made = import_days(
            company, wanted, reason=data["reason"], actor=request.user,
            replace_manual=data["replace"],
        )  # fmt: skip
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    said = ngettext("%(n)d day is entered.", "%(n)d days are entered.", len(made))
    messages.success(request, said % {"n": len(made)})
    return True
