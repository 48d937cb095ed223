"""Administration of the work calendars: weekly hours, single days, published years."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.rowkeys import key_of
from crm.dictionaries import calendar, calendar_services, further_calendars
from crm.dictionaries.calendar_forms import (
    HOURS_HINT,
    WEEK_FIELDS,
    CalendarForm,
    DaysForm,
    YearForm,
    calendar_fixed,
    copied,
    show_week,
)
from crm.dictionaries.calendar_import_page import import_page
from crm.dictionaries.calendar_offers import DAYS, WEEK, review_url, trial_tools
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
)
from crm.dictionaries.worktime import show_spans
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html

KIND_COLORS = {DayKind.HOLIDAY: "red", DayKind.WORKDAY: "green", DayKind.CUSTOM: "azure"}


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(ServiceAdmin):
    """The company's weekly hours, and those of further calendars for promises."""

    form = CalendarForm
    list_display = ("name", "hours_shown", "holidays", "time_zone")
    list_display_links = ("name",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ("name", "copy_of") if obj is None else ("name",)
        fixed = () if obj is None else calendar_fixed(obj)
        others = ("time_zone", "makeup_weekday", "follows_statutory")
        plain = (*names, *(name for name in others if name not in fixed))
        hours = {"fields": WEEK_FIELDS, "description": HOURS_HINT}
        return ((None, {"fields": plain}), (_("Weekly hours"), hours))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        row = BusinessCalendar.objects.filter(pk=key_of(request.GET.get("copy_of", ""))).first()
        return copied(row) if row else {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.code == calendar.COMPANY:
            return False
        return super().has_delete_permission(request, obj)

    @admin.display(description=gettext_lazy("Weekly hours"))
    def hours_shown(self, row: BusinessCalendar) -> str:
        return show_week(calendar.work_calendar(row.code).week)

    @admin.display(description=gettext_lazy("Statutory holidays"), ordering="follows_statutory")
    def holidays(self, row: BusinessCalendar) -> SafeString:
        if row.follows_statutory:
            return badge_html(_("Followed"), "green")
        return badge_html(_("Not followed"), "gray")

    def tools(self, request: HttpRequest, obj: BusinessCalendar) -> list[dict[str, Any]]:
        days = reverse("admin:dictionaries_calendarexception_changelist")
        found = [
            *trial_tools(WEEK, obj),
            {
                "label": _("Holidays and working weekends"),
                "url": f"{days}?calendar__id__exact={obj.pk}",
                "icon": "calendar-event",
            },
        ]
        if self.has_add_permission(request):
            url = f"{self.url('add')}?copy_of={obj.pk}"
            found.append({"label": _("Make a copy"), "url": url, "icon": "copy"})
        return [*found, *super().tools(request, obj)]

    def create(self, request: HttpRequest, form: CalendarForm) -> None:
        made = further_calendars.create_calendar(
            values=form.values(), week=form.week(), copy_of=form.cleaned_data["copy_of"],
            actor=request.user,
        )  # fmt: skip
        form.instance.pk = made.pk

    def update(self, request: HttpRequest, obj: BusinessCalendar, form: CalendarForm) -> None:
        calendar_services.update_calendar(
            obj,
            changes=form.changes(),
            week=form.week(),
            actor=request.user,
            version=form.seen_version,
        )

    def remove(self, request: HttpRequest, obj: BusinessCalendar) -> None:
        further_calendars.delete_calendar(obj, actor=request.user)


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
    list_display = ("day", "shown_kind", "name", "calendar", "source")
    list_display_links = ("day",)
    list_filter = ("calendar", YearFilter, "kind", "source")
    list_select_related = ("calendar",)
    ordering = ("-date", "calendar", "source")
    fieldsets = (
        (None, {"fields": ("calendar", "date", "until", "kind", "hours", "name", "reason")}),
    )
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        row = self._chosen(request)
        found = [*trial_tools(DAYS, row), *super().list_tools(request)]
        ending = f"?calendar={row.pk}" if row else ""
        if self.has_add_permission(request):
            found.insert(0, {"label": _("Import"), "url": self.url("import"), "icon": "upload"})
        for tool in found:
            if tool["url"] in (self.url("import"), self.url("add")):
                tool["url"] += ending
        return found

    @staticmethod
    def _chosen(request: HttpRequest) -> BusinessCalendar | None:
        """The calendar whose days the list shows; None where it shows all."""
        key = key_of(request.GET.get("calendar__id__exact", ""))
        return BusinessCalendar.objects.filter(pk=key).first()

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
        return ((None, {"fields": ("day", "shown_kind", "name", "calendar", "source")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else ("day", "shown_kind", "name", "calendar", "source")

    @admin.display(description=gettext_lazy("Date"), ordering="date")
    def day(self, row: CalendarException) -> str:
        return f"{row.date:%Y-%m-%d} {date_format(row.date, 'D')}"

    @admin.display(description=gettext_lazy("Kind of day"), ordering="kind")
    def shown_kind(self, row: CalendarException) -> SafeString:
        hours = show_spans(tuple(span) for span in row.spans)
        text = f"{row.get_kind_display()} {hours}".strip()
        return badge_html(text, KIND_COLORS.get(row.kind, ""))

    def create(self, request: HttpRequest, form: DaysForm) -> None:
        chosen = BusinessCalendar.objects.get(pk=form.cleaned_data["calendar"].pk)
        made = calendar_services.set_days(chosen, form.days(), actor=request.user)
        form.instance.pk = made[0].pk

    def response_post_save_add(self, request: HttpRequest, obj: CalendarException) -> HttpResponse:
        """What is over leads to what it would have changed."""
        place = review_url(request.user, obj.date, calendar_services.today_in(obj.calendar))
        usual = super().response_post_save_add
        return HttpResponseRedirect(place) if place else usual(request, obj)

    def remove(self, request: HttpRequest, obj: CalendarException) -> None:
        calendar_services.delete_day(obj, actor=request.user)


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
            "as published. The import enters statutory days in all calendars that follow them."
        )
        missing = obj.state == StatutoryYear.State.MISSING
        return [{"level": "info", "text": text}] if missing else []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        of_company = CalendarException.objects.filter(calendar__code=calendar.COMPANY)
        days = of_company.filter(date__year=OuterRef("year")).order_by()
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
