"""Administration of the work calendar: weekly hours, single days, published years."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.messages import listed
from crm.dictionaries import calendar, calendar_services
from crm.dictionaries.calendar_import_page import import_page
from crm.dictionaries.calendar_offers import DAYS, WEEK, review_url, trial_tools
from crm.dictionaries.calendar_services import Days
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
    Weekday,
)
from crm.dictionaries.worktime import Span, parse_spans, show_spans
from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.templatetags.ui import badge_html

WEEK_FIELDS = tuple(f"hours_{day.value}" for day in Weekday)
KIND_COLORS = {DayKind.HOLIDAY: "red", DayKind.WORKDAY: "green", DayKind.CUSTOM: "azure"}


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
    """Name and the hours of each weekday."""

    hours_0 = _hours(Weekday.MONDAY)
    hours_1 = _hours(Weekday.TUESDAY)
    hours_2 = _hours(Weekday.WEDNESDAY)
    hours_3 = _hours(Weekday.THURSDAY)
    hours_4 = _hours(Weekday.FRIDAY)
    hours_5 = _hours(Weekday.SATURDAY)
    hours_6 = _hours(Weekday.SUNDAY)

    class Meta:
        model = BusinessCalendar
        fields = ("name", "makeup_weekday")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        week: dict[int, list[Span]] = {}
        for span in self.instance.spans.all():
            week.setdefault(span.weekday, []).append((span.start, span.end))
        for day in Weekday:
            self.initial[f"hours_{day.value}"] = show_spans(week.get(day.value, ()))

    def week(self) -> dict[int, tuple[Span, ...]]:
        """The hours as typed, by weekday."""
        return {day.value: self.cleaned_data[f"hours_{day.value}"] for day in Weekday}


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(ServiceAdmin):
    """The company's weekly hours."""

    form = CalendarForm
    list_display = ("name", "time_zone", "hours_shown")
    fieldsets = (
        (None, {"fields": ("name", "makeup_weekday")}),
        (
            gettext_lazy("Weekly hours"),
            {
                "fields": WEEK_FIELDS,
                "description": gettext_lazy(
                    "For example 09:00-12:00, 13:30-18:00. Empty: not worked."
                ),
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Working days of the week"))
    def hours_shown(self, row: BusinessCalendar) -> str:
        week = calendar.work_calendar(row.code).week
        return listed(str(Weekday(day).label) for day, spans in enumerate(week) if spans)

    def tools(self, request: HttpRequest, obj: BusinessCalendar) -> list[dict[str, Any]]:
        own = obj.code == calendar.COMPANY
        return [*(trial_tools(WEEK) if own else []), *super().tools(request, obj)]

    def update(self, request: HttpRequest, obj: BusinessCalendar, form: CalendarForm) -> None:
        calendar_services.update_calendar(
            obj,
            changes=form.changes(),
            week=form.week(),
            actor=request.user,
            version=form.seen_version,
        )


class DaysForm(ServiceForm):
    """One day or several in a row."""

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
        fields = ("date", "kind", "name")
        labels = {"date": gettext_lazy("First day")}
        widgets = {"date": forms.DateInput({"data-controller": "date"})}

    def days(self) -> Days:
        """What was typed, for the service."""
        data = self.cleaned_data
        last = data["until"] or data["date"]
        return Days(data["date"], last, data["kind"], data["name"], data["hours"], data["reason"])


class YearFilter(admin.SimpleListFilter):
    """The days of one year."""

    title = gettext_lazy("Year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = StatutoryYear.objects.order_by("-year").values_list("year", flat=True)
        return [(str(year), str(year)) for year in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(date__year=int(value)) if value.isdecimal() else queryset


@admin.register(CalendarException)
class CalendarExceptionAdmin(ServiceAdmin):
    """Holidays and working weekends; entries by hand count over statutory ones."""

    form = DaysForm
    list_display = ("day", "shown_kind", "name", "source")
    list_filter = (YearFilter, "kind", "source")
    ordering = ("-date", "source")
    fieldsets = ((None, {"fields": ("date", "until", "kind", "hours", "name", "reason")}),)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = [*trial_tools(DAYS), *super().list_tools(request)]
        if self.has_add_permission(request):
            found.insert(0, {"label": _("Import"), "url": self.url("import"), "icon": "upload"})
        return found

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.import_view)
        name = "dictionaries_calendarexception_import"
        return [path("import/", page, name=name), *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A list of days from a file or typed: check, then enter all of them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return import_page(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A day is entered anew instead, which replaces what was entered before."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.source != Source.MANUAL:
            return False
        return super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        return ((None, {"fields": ("day", "shown_kind", "name", "source")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("day", "shown_kind", "name", "source")

    @admin.display(description=gettext_lazy("Date"), ordering="date")
    def day(self, row: CalendarException) -> str:
        return f"{row.date:%Y-%m-%d} {date_format(row.date, 'D')}"

    @admin.display(description=gettext_lazy("Kind of day"), ordering="kind")
    def shown_kind(self, row: CalendarException) -> SafeString:
        hours = show_spans(tuple(span) for span in row.spans)
        text = f"{row.get_kind_display()} {hours}".strip()
        return badge_html(text, KIND_COLORS.get(row.kind, ""))

    def create(self, request: HttpRequest, form: DaysForm) -> None:
        company = BusinessCalendar.objects.get(code=calendar.COMPANY)
        made = calendar_services.set_days(company, form.days(), actor=request.user)
        form.instance.pk = made[0].pk

    def response_post_save_add(self, request: HttpRequest, obj: CalendarException) -> HttpResponse:
        """What is over leads to what it would have changed."""
        place = review_url(request.user, obj.date)
        usual = super().response_post_save_add
        return HttpResponseRedirect(place) if place else usual(request, obj)

    def remove(self, request: HttpRequest, obj: CalendarException) -> None:
        calendar_services.delete_day(obj, actor=request.user)


class YearForm(ServiceForm):
    """Whether the year is complete."""

    class Meta:
        model = StatutoryYear
        fields = ("state",)


@admin.register(StatutoryYear)
class StatutoryYearAdmin(ServiceAdmin):
    """Years whose holidays are known, from the program or entered by hand."""

    form = YearForm
    list_display = ("year", "shown_state", "days_entered", "source")
    fieldsets = ((None, {"fields": ("state",)}),)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def notices(self, request: HttpRequest, obj: StatutoryYear) -> list[dict[str, Any]]:
        text = _(
            "Enter the days off and the working weekends of this year first, then mark the year "
            "as published."
        )
        missing = obj.state == StatutoryYear.State.MISSING
        return [{"level": "info", "text": text}] if missing else []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        days = CalendarException.objects.filter(date__year=OuterRef("year")).order_by()
        counted = days.values("date__year").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(day_count=Subquery(counted))

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def shown_state(self, row: StatutoryYear) -> SafeString:
        loaded = row.state == StatutoryYear.State.LOADED
        return badge_html(row.get_state_display(), "green" if loaded else "orange")

    @admin.display(description=gettext_lazy("Days entered"))
    def days_entered(self, row: StatutoryYear) -> int:
        return row.day_count or 0

    def update(self, request: HttpRequest, obj: StatutoryYear, form: YearForm) -> None:
        calendar_services.set_year_state(obj, form.cleaned_data["state"], actor=request.user)
