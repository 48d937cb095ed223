"""Forms of the work calendars: names and weekly hours, single days, published years."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import zones
from crm.core.errors import InvalidValue
from crm.dictionaries import calendar
from crm.dictionaries.calendar_services import Days, check_values
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    StatutoryYear,
    Weekday,
)
from crm.dictionaries.worktime import DAY_MINUTES, Span, parse_spans, show_spans
from crm.web.administration import ServiceForm

WEEK_FIELDS = tuple(f"hours_{day.value}" for day in Weekday)
HOURS_HINT = gettext_lazy(
    "For example 09:00-12:00, 13:30-18:00, or 00:00-24:00 for day and night. Empty: not worked."
)


def show_week(week: calendar.Week) -> str:
    """Weekly hours in few words: 周一至周五 09:00-18:00；周六 09:00-12:00."""
    if set(week) == {((0, DAY_MINUTES),)}:
        return _("Day and night")
    parts = []
    for spans, group in groupby(Weekday, key=lambda day: week[day.value]):
        days = list(group)
        first, last = days[0].label, days[-1].label
        if len(days) == len(week):
            said = _("Every day")
        elif len(days) > 1:
            said = _("%(first)s to %(last)s") % {"first": first, "last": last}
        else:
            said = str(first)
        if spans:
            parts.append(f"{said} {show_spans(spans)}")
    return _("; ").join(parts)


class HoursField(forms.CharField):
    """Spans such as `09:00-12:00, 13:30-18:00`; cleans to pairs of minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, required=False, **kwargs)

    def clean(self, value: Any) -> tuple[Span, ...]:
        text = super().clean(value)
        try:
            return parse_spans(text)
        except ValueError:
            raise forms.ValidationError(
                _("Write hours as 09:00-12:00, 13:30-18:00, without overlaps.")
            ) from None


def _hours(day: Weekday) -> HoursField:
    return HoursField(label=day.label)


class CalendarForm(ServiceForm):
    """Name, zone and the hours of each weekday; a new one may begin as a copy."""

    copy_of = forms.ModelChoiceField(
        BusinessCalendar.objects.all(),
        label=gettext_lazy("Starts as a copy of"),
        required=False,
        empty_label=gettext_lazy("No copy"),
        help_text=gettext_lazy(
            "Takes over the days entered by hand there, and the weekly hours where all seven "
            "below are empty."
        ),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zones.choices,
        widget=forms.Select({"data-controller": "select"}),
    )
    hours_0 = _hours(Weekday.MONDAY)
    hours_1 = _hours(Weekday.TUESDAY)
    hours_2 = _hours(Weekday.WEDNESDAY)
    hours_3 = _hours(Weekday.THURSDAY)
    hours_4 = _hours(Weekday.FRIDAY)
    hours_5 = _hours(Weekday.SATURDAY)
    hours_6 = _hours(Weekday.SUNDAY)

    class Meta:
        model = BusinessCalendar
        fields = ("name", "time_zone", "follows_statutory", "makeup_weekday")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self._begin()
            return
        for name in ["copy_of", *calendar_fixed(self.instance)]:
            self.fields.pop(name, None)
        for day, spans in enumerate(calendar.week_of(self.instance)):
            self.initial[f"hours_{day}"] = show_spans(spans)

    def _begin(self) -> None:
        """What a new calendar is asked, too: the weekday of worked weekends may be the copy's."""
        if "makeup_weekday" in self.fields:
            shown = self.fields["makeup_weekday"]
            self.fields["makeup_weekday"] = forms.TypedChoiceField(
                label=shown.label, help_text=shown.help_text, required=False, coerce=int,
                empty_value=None,
                choices=[("", _("As the calendar copied, else Monday")), *Weekday.choices],
            )  # fmt: skip
            self.initial["makeup_weekday"] = ""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        try:
            check_values(self.instance, {"name": name})
        except InvalidValue as error:
            raise forms.ValidationError(error.message) from None
        return name

    def week(self) -> dict[int, tuple[Span, ...]]:
        """The hours as typed, by weekday."""
        return {day.value: self.cleaned_data[f"hours_{day.value}"] for day in Weekday}

    def values(self) -> dict[str, Any]:
        """The columns of a new calendar."""
        return {name: self.cleaned_data[name] for name in CalendarForm.Meta.fields}


def calendar_fixed(row: BusinessCalendar) -> tuple[str, ...]:
    """The columns that a stored calendar keeps."""
    return ("time_zone", "follows_statutory") if row.code == calendar.COMPANY else ()


def copied(row: BusinessCalendar) -> dict[str, Any]:
    """What the form of a new calendar shows that begins as a copy of this one."""
    week = enumerate(calendar.week_of(row))
    return {
        "copy_of": row.pk,
        "time_zone": row.time_zone,
        "follows_statutory": row.follows_statutory,
        **{f"hours_{day}": show_spans(spans) for day, spans in week},
    }


class DaysForm(ServiceForm):
    """One day or several in a row, in the company's calendar unless another one is chosen."""

    calendar = forms.ModelChoiceField(
        BusinessCalendar.objects.all(),
        label=gettext_lazy("Work calendar"),
        required=False,
        empty_label=None,
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: one day only."),
        widget=forms.DateInput({"data-controller": "date"}),
    )
    hours = HoursField(
        label=gettext_lazy("Hours"),
        help_text=gettext_lazy("Only for a day with hours of its own, for example 09:00-12:00."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Needed for days that are over. What was judged by them stays; broken promises that "
            "would have been kept are listed for waiving."
        ),
    )

    class Meta:
        model = CalendarException
        fields = ("calendar", "date", "kind", "name")
        labels = {"date": gettext_lazy("First day")}
        widgets = {"date": forms.DateInput({"data-controller": "date"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "calendar" in self.fields and not self.initial.get("calendar"):
            company = self.fields["calendar"].queryset.filter(code=calendar.COMPANY)
            self.initial["calendar"] = company.values_list("pk", flat=True).first()

    def clean_calendar(self) -> BusinessCalendar:
        return self.cleaned_data["calendar"] or calendar.company_row()

    def days(self) -> Days:
        """What was typed, for the service."""
        data = self.cleaned_data
        last = data["until"] or data["date"]
        return Days(data["date"], last, data["kind"], data["name"], data["hours"], data["reason"])


class YearForm(ServiceForm):
    """Whether the year is complete."""

    class Meta:
        model = StatutoryYear
        fields = ("state",)
