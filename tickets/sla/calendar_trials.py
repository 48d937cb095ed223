"""Pages that try out a work calendar before it is saved: weekly hours, and days that differ."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError, Stale
from crm.core.rowkeys import key_of
from crm.dictionaries.calendar import company_row
from crm.dictionaries.calendar_forms import HOURS_HINT, WEEK_FIELDS, CalendarForm, DaysForm
from crm.dictionaries.calendar_offers import DAYS, WEEK, offer_review, offer_trial, review_url
from crm.dictionaries.calendar_services import (
    check_days,
    check_values,
    check_week,
    set_days,
    today_in,
    update_calendar,
)
from crm.dictionaries.models import BusinessCalendar, CalendarException
from crm.web import stale
from tickets.sla import trial
from tickets.sla.calendar import moment
from tickets.sla.models import ClockKind, SlaPolicy

#: What was broken and would have been kept by days entered afterwards.
RECONSIDER = "tickets:clocks_reconsider"


class CalendarTrials:
    """Two pages of the administration of the policies; `?calendar=` names another than the
    company's.
    """

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        days = {
            "label": _("Try out days off"),
            "url": self.url("calendar"),
            "icon": "calendar-event",
        }
        hours = {"label": _("Try out weekly hours"), "url": self.url("hours"), "icon": "clock"}
        again = {
            "label": _("Promises to reconsider"),
            "url": reverse(RECONSIDER),
            "icon": "history",
        }
        return [days, hours, again, *super().list_tools(request)]

    def get_urls(self) -> list[URLPattern]:
        days = self.admin_site.admin_view(self.calendar_view)
        hours = self.admin_site.admin_view(self.hours_view)
        return [
            path("calendar/", days, name="tickets_slapolicy_calendar"),
            path("hours/", hours, name="tickets_slapolicy_hours"),
            *super().get_urls(),
        ]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        """Days off and worked weekends: what they do to the clocks in work, then enter them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        allowed = bool(policies.can(request.user, verbs.ADD, CalendarException))
        if request.method == "POST" and not allowed:
            raise PermissionDenied
        form = DaysForm(request.POST or None, initial={"calendar": chosen(request).pk})
        found = None
        if request.method == "POST" and form.is_valid():
            row = BusinessCalendar.objects.get(pk=form.cleaned_data["calendar"].pk)
            if "try" in request.POST:
                found = _tried_days(row, form)
            elif _enter(request, row, form):
                messages.success(request, _("The days are entered; the clocks in work follow."))
                place = review_url(request.user, form.days().first, today_in(row))
                return HttpResponseRedirect(place or self.url("changelist"))
        return self.page(
            request,
            "admin/tickets/slapolicy/calendar.html",
            title=_("Try out days off"),
            form=form,
            save_label=_("Enter days"),
            editable=allowed,
            trial=found,
            back_url=self.url("changelist"),
        )

    def hours_view(self, request: HttpRequest) -> HttpResponse:
        """Weekly hours: what they do to the clocks in work, then save them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = chosen(request)
        allowed = bool(policies.can(request.user, verbs.CHANGE, row))
        if request.method == "POST" and not allowed:
            raise PermissionDenied
        form = CalendarForm(request.POST or None, instance=row)
        found = None
        if request.method == "POST" and form.is_valid():
            if "try" in request.POST:
                found = _tried_hours(form)
            elif _save_hours(request, form):
                messages.success(request, _("The hours are saved; the clocks in work follow."))
                return HttpResponseRedirect(self.url("changelist"))
        return self.page(
            request,
            "admin/tickets/slapolicy/calendar.html",
            title=_("Try out weekly hours"),
            form=form,
            sections=_sections(form),
            calendars=_tabs(self.url("hours"), row),
            save_label=_("Save"),
            editable=allowed,
            trial=found,
            back_url=self.url("changelist"),
        )


def chosen(request: HttpRequest) -> BusinessCalendar:
    """The calendar that the address names, else the company's. Raises Http404."""
    wanted = request.GET.get("calendar")
    if wanted is None:
        return company_row()
    row = BusinessCalendar.objects.filter(pk=key_of(wanted)).first()
    if row is None:
        raise Http404
    return row


def _sections(form: CalendarForm) -> list[dict[str, Any]]:
    """What describes the calendar, and its hours below."""
    plain = [field for field in form.visible_fields() if field.name not in WEEK_FIELDS]
    hours = [form[name] for name in WEEK_FIELDS]
    return [
        {"title": "", "text": "", "fields": plain},
        {"title": _("Weekly hours"), "text": HOURS_HINT, "fields": hours},
    ]


def _tabs(url: str, row: BusinessCalendar) -> list[dict[str, Any]]:
    """Ways to the other calendars; none where there is only one."""
    rows = list(BusinessCalendar.objects.all())
    tabs = [
        {"label": str(each), "url": f"{url}?calendar={each.pk}", "active": each == row}
        for each in rows
    ]
    return tabs if len(tabs) > 1 else []


def _tried_hours(form: CalendarForm) -> dict[str, Any] | None:
    row, values = BusinessCalendar.objects.get(pk=form.instance.pk), form.changes()
    try:
        check_week(form.week())
        check_values(row, values)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None
    return shown_trial(trial.try_hours(row, form.week(), values))


def _save_hours(request: HttpRequest, form: CalendarForm) -> bool:
    stored = BusinessCalendar.objects.get(pk=form.instance.pk)
    values = {"changes": form.changes(), "week": form.week(), "version": form.seen_version}
    try:
        update_calendar(stored, actor=request.user, **values)
    except Stale:
        newest = BusinessCalendar.objects.get(pk=form.instance.pk)
        stale.lay_in_place(form, CalendarForm(instance=newest))
        return False
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _tried_days(row: BusinessCalendar, form: DaysForm) -> dict[str, Any] | None:
    try:
        check_days(form.days())
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None
    return shown_trial(trial.try_days(row, form.days()))


def _enter(request: HttpRequest, row: BusinessCalendar, form: DaysForm) -> bool:
    try:
        set_days(row, form.days(), actor=request.user)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def shown_trial(found: trial.Trial) -> dict[str, Any]:
    """The trial as the page shows it."""
    tickets = trial.labels(found.sample)
    return {
        "clocks": found.clocks,
        "moved": found.moved,
        "late": found.late,
        "saved": found.saved,
        "is_exact": found.is_exact,
        "sample": [
            {
                "number": tickets[move.ticket_id].number,
                "title": tickets[move.ticket_id].title,
                "kind": ClockKind(move.kind).label,
                "before": moment(move.before) if move.before else None,
                "after": moment(move.after) if move.after else None,
                "is_late": move.is_late,
            }
            for move in found.sample
        ],
    }


offer_trial(WEEK, "admin:tickets_slapolicy_hours")
offer_trial(DAYS, "admin:tickets_slapolicy_calendar")
offer_review(RECONSIDER, lambda user: bool(policies.can(user, verbs.VIEW, SlaPolicy)))
