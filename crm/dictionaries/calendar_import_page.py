"""The page that brings a list of days into the work calendar: read, compare, enter all of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.core.rowkeys import key_of
from crm.core.workbook.limits import MB
from crm.core.workbook.small import MEGABYTES, small_table, too_large
from crm.dictionaries import calendar_import
from crm.dictionaries.calendar import company_row
from crm.dictionaries.calendar_import import Plan, Row
from crm.dictionaries.calendar_offers import review_url
from crm.dictionaries.calendar_services import import_days, import_statutory, today_in
from crm.dictionaries.models import BusinessCalendar

#: The choice of all calendars that follow the statutory holidays.
STATUTORY = "statutory"
UNREADABLE = gettext_lazy("Reading the list failed: it is no list of days in JSON.")


class DaysImportForm(forms.Form):
    """`cleaned_data["rows"]` are the lines; a file wins over typed ones."""

    calendar = forms.ChoiceField(
        label=gettext_lazy("Work calendar"),
        required=False,
        help_text=gettext_lazy(
            "Statutory days reach every calendar that follows them; what was entered by hand "
            "stays and counts over them."
        ),
    )
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendars = {str(row.pk): row for row in BusinessCalendar.objects.all()}
        names = [(key, str(row)) for key, row in self.calendars.items()]
        choices = [*names, (STATUTORY, _("Statutory days: all calendars that follow them"))]
        self.fields["calendar"].choices = choices
        self.initial.setdefault("calendar", company_row().pk)

    def chosen(self) -> BusinessCalendar | None:
        """The calendar that the list is for; None where it names statutory days."""
        key = self.cleaned_data["calendar"]
        return None if key == STATUTORY else self.calendars.get(key) or company_row()

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
        kept = {name: data[name] for name in ("replace", "reason")}
        row = self.chosen()
        values = {**kept, "calendar": row.pk if row else STATUTORY}
        form = DaysImportForm(initial={"text": calendar_import.to_text(data["rows"]), **values})
        if row is None:  # what was entered by hand stays above statutory days
            del form.fields["replace"]
        return form


def import_page(administration: Any, request: HttpRequest) -> HttpResponse:
    """Check what was sent, or enter it; nothing is entered while a line is wrong."""
    initial = {"calendar": key} if (key := key_of(request.GET.get("calendar", ""))) else {}
    form = DaysImportForm(request.POST or None, request.FILES or None, initial=initial)
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = _plan(form)
        if "run" in request.POST and plan.can_run:
            if _entered(request, form, plan):
                return HttpResponseRedirect(_next_page(administration, request, form, plan))
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


def _plan(form: DaysImportForm) -> Plan:
    row, rows = form.chosen(), form.cleaned_data["rows"]
    if row is None:
        return calendar_import.check_statutory(rows)
    return calendar_import.check(row, rows)


def _next_page(administration: Any, request: HttpRequest, form: DaysImportForm, plan: Plan) -> str:
    """What would have been kept where days are over, else the days entered."""
    row = form.chosen()
    first = min(each.days.first for each in plan.entries if not each.is_same)
    review = review_url(request.user, first, today_in(row or company_row()))
    url: str = administration.url("changelist")
    return review or (f"{url}?calendar__id__exact={row.pk}" if row else url)


def _entered(request: HttpRequest, form: DaysImportForm, plan: Plan) -> bool:
    row, data = form.chosen(), form.cleaned_data
    wanted = [each.days for each in plan.entries if not each.is_same]
    count = sum(each.count for each in wanted)
    said = ngettext("%(n)d day is entered.", "%(n)d days are entered.", count) % {"n": count}
    try:
        if row is None:
            held = import_statutory(wanted, reason=data["reason"], actor=request.user)
            said = sentences([said, _("Calendars that have them now: %(n)d.") % {"n": held}])
        else:
            import_days(
                row, wanted, reason=data["reason"], actor=request.user,
                replace_manual=data["replace"],
            )  # fmt: skip
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    messages.success(request, said)
    return True
