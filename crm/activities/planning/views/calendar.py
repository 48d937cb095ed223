"""The calendar: month, week, day and agenda, one's own or the team's; entries move by dragging."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.accounts.rights import organisation
from crm.activities.planning import calendar_hours as hours
from crm.activities.planning import calendar_page as page
from crm.activities.planning.layers import LAYERS, Ask, Layer, layers_for
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import DiaryEntry
from crm.activities.planning.views.common import CHANGED_PARTS, back_to
from crm.core import clock
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView

ME, TEAM, EVERYBODY = "me", "team", "all"
#: Colleagues offered by name.
MOST_PEOPLE = 50
LABELS = {
    page.MONTH: gettext_lazy("Month"),
    page.WEEK: gettext_lazy("Week"),
    page.DAY: gettext_lazy("Day"),
    page.AGENDA: gettext_lazy("Agenda"),
}


def parse_day(text: str) -> date | None:
    """A day of an address, within the calendar's years."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if page.FIRST_DAY <= day <= page.LAST_DAY else None


class CalendarView(PageView):
    """日程: everything with a date, in layers that can be switched."""

    model = Appointment
    template = "planning/calendar.html"
    partials = {"calendar": "planning/_calendar.html"}
    is_diary = False

    # --- what is asked --------------------------------------------------------------------------
    @cached_property
    def view_name(self) -> str:
        """Month, week, day or agenda."""
        wanted = self.request.GET.get("view", page.MONTH)
        return wanted if wanted in page.VIEWS else page.MONTH

    @cached_property
    def day(self) -> date:
        """The day in the middle; of a year and a month chosen, its first day."""
        year, month = (self.request.GET.get(name, "") for name in ("year", "month"))
        chosen = parse_day(f"{year:0>4}-{month:0>2}-01") if year and month else None
        return chosen or parse_day(self.request.GET.get("day", "")) or clock.today()

    @cached_property
    def span(self) -> page.Span:
        """The days shown."""
        return page.span_of(self.view_name, self.day)

    @cached_property
    def reports(self) -> list[int]:
        """Everyone below the reader."""
        return sorted(organisation().reports_of(self.request.user.pk))

    @cached_property
    def sees_all(self) -> bool:
        """Whether the reader's right reaches everybody."""
        policy = policies.policy_for(Appointment)
        return policy.reach(self.request.user, verbs.VIEW).everything

    @cached_property
    def who(self) -> str:
        """Whose calendar: me, team, all, or a colleague's key; what is out of reach is me."""
        wanted = self.request.GET.get("who", ME)
        allowed = {ME} | ({TEAM} if self.reports else set()) | ({EVERYBODY} & self.everybody)
        if wanted in allowed or (wanted.isdecimal() and int(wanted) in self.reports):
            return wanted
        return ME

    @property
    def everybody(self) -> set[str]:
        """The choice of all people, for those who see all."""
        return {EVERYBODY} if self.sees_all else set()

    @property
    def people(self) -> frozenset[int] | None:
        """Keys of the people shown; None for all."""
        me = self.request.user.pk
        if self.who == EVERYBODY:
            return None
        if self.who == TEAM:
            return frozenset({me, *self.reports})
        return frozenset({me if self.who == ME else int(self.who)})

    @cached_property
    def offered(self) -> list[Layer]:
        """The layers of this calendar."""
        return layers_for(self.request.user, own=self.who == ME)

    @cached_property
    def chosen(self) -> list[Layer]:
        """The layers that are switched on; all where none is named."""
        wanted = set(self.request.GET.getlist("layers"))
        return [each for each in self.offered if each.name in wanted] if wanted else self.offered

    # --- the page -------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        span = self.span
        ask = Ask(request.user, self.people, span.first, span.last, page.ROOM[span.view])
        cells = page.cells_of(span, ask, self.chosen)
        weeks = [cells[start : start + 7] for start in range(0, len(cells), 7)]
        return self.show(
            {
                "title": self.title(),
                "view": span.view,
                "is_diary": self.is_diary,
                "weeks": weeks,
                "cells": cells,
                "hours": hours.hours_of(cells, span.view) if span.view in hours.LANES else [],
                "day_hours": range(24),
                "weekdays": [each.day for each in cells[:7]],
                "total": sum(len(cell.entries) + cell.more for cell in cells),
                "colors": {layer.name: layer.color for layer in self.offered},
                "shows_people": self.who != ME,
                "may_plan": bool(policies.can(request.user, verbs.ADD, Appointment)),
                "may_task": bool(policies.can(request.user, verbs.ADD, Task)),
                "keeps_diary": self.keeps_diary,
                "add_url": address("planning:appointment_add"),
                "part_url": request.get_full_path(),
                "day_query": self.query(view=page.DAY, day=None, year=None, month=None),
                **self.bar(),
            }
        )

    @property
    def keeps_diary(self) -> bool:
        """Whether days offer the diary."""
        may = bool(policies.can(self.request.user, verbs.ADD, DiaryEntry))
        return may and self.who == ME

    def title(self) -> str:
        """The month, the week, or the day."""
        span = self.span
        if span.view == page.MONTH:
            return date_format(span.day, "YEAR_MONTH_FORMAT")
        if span.view == page.DAY:
            return f"{date_format(span.day, 'DATE_FORMAT')} {date_format(span.day, 'l')}"
        return f"{span.first:%Y-%m-%d} ~ {span.last:%Y-%m-%d}"

    def bar(self) -> dict[str, Any]:
        """Views, steps, year and month, people and layers as links and fields."""
        span, today = self.span, clock.today()
        return {
            "views": [
                {"label": LABELS[name], "url": self.url(view=name), "active": name == span.view}
                for name in page.VIEWS
            ],
            "before_url": self.url(day=span.before),
            "behind_url": self.url(day=span.behind),
            "today_url": self.url(day=today),
            "years": range(max(1950, span.day.year - 6), min(2099, span.day.year + 6) + 1),
            "year": span.day.year,
            "months": range(1, 13),
            "month": span.day.month,
            "who": self.who,
            "who_choices": self.who_choices(),
            "kept": [(n, v) for n, v in self.pairs() if n not in ("who", "day", "year", "month")],
            "layer_links": self.layer_links(),
        }

    def who_choices(self) -> list[tuple[str, str]]:
        """Me, my team, all, and the people of my team by name."""
        found = [(ME, _("My calendar"))]
        if self.reports:
            found.append((TEAM, _("My team")))
        if self.sees_all:
            found.append((EVERYBODY, _("Everybody")))
        rows = User.objects.active().filter(pk__in=self.reports).order_by("name_pinyin", "pk")
        people = rows.values_list("pk", "name")[:MOST_PEOPLE] if self.reports else ()
        return found + [(str(pk), name) for pk, name in people]

    def layer_links(self) -> list[dict[str, Any]]:
        """A switch for each layer; the last one that is on cannot be switched off."""
        names = [layer.name for layer in self.chosen]
        found = []
        for layer in self.offered:
            is_on = layer.name in names
            wanted = [n for n in names if n != layer.name] if is_on else [*names, layer.name]
            found.append(
                {
                    "label": layer.label,
                    "color": layer.color,
                    "is_on": is_on,
                    "url": self.url(layers=wanted or names),
                }
            )
        return found

    # --- addresses ------------------------------------------------------------------------------
    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """The parameters of this page with some changed; None drops one."""
        values: dict[str, Any] = {
            "view": self.view_name,
            "day": self.day.isoformat(),
            "who": self.who,
            "layers": [layer.name for layer in self.chosen] if "layers" in self.request.GET else [],
        } | changes
        plain = {"view": page.MONTH, "who": ME}
        found = []
        for name, value in values.items():
            for each in value if isinstance(value, list) else [value]:
                if each is not None and plain.get(name) != each:
                    found.append((name, str(each)))
        return found

    def query(self, **changes: Any) -> str:
        """The query string of `pairs()`."""
        return urlencode(self.pairs(**changes))

    def url(self, **changes: Any) -> str:
        """This page with some parameters changed."""
        query = self.query(**changes)
        return f"{self.request.path}?{query}" if query else self.request.path


def place_query(start: datetime, end: datetime | None) -> dict[str, str]:
    """A span in the reader's zone as the calendar's moves take it."""
    begun = localtime(start)
    found = {"day": f"{begun:%Y-%m-%d}", "at": f"{begun:%H:%M}"}
    if end is not None:
        found["until"] = f"{localtime(end):%Y-%m-%dT%H:%M}"
    return found


class CalendarMoveView(PageView):
    """Put an entry on another day (`day`); says so and offers the way back.

    With `at` (a time of that day) it begins then, with `until` it ends at that time, of that day
    or of another one.
    """

    http_method_names = ["post"]

    def moment(self, name: str, day: date) -> datetime | None:
        """An instant of the reader's zone; None where it is not given, 404 where it is none."""
        text = self.request.POST.get(name) or self.request.GET.get(name, "")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text if "T" in text else f"{day}T{text}")
        except ValueError as error:
            raise Http404 from error
        if not page.FIRST_DAY <= found.date() <= page.LAST_DAY:
            raise Http404
        return found.replace(tzinfo=get_current_timezone())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        layer = LAYERS.get(kwargs["layer"])
        wanted = request.POST.get("day") or request.GET.get("day", "")
        day = parse_day(wanted)
        if layer is None or layer.move is None or day is None:
            raise Http404
        policies.require(request.user, verbs.VIEW, layer.model)
        start = self.moment("at", day)
        if start is not None and layer.place is not None:
            end = self.moment("until", day)
            before = layer.place(kwargs["pk"], start, end, request.user)
            text = _("Moved to %(day)s.") % {"day": f"{start:%Y-%m-%d %H:%M}"}
            back = place_query(*before)
        else:
            back = {"day": layer.move(kwargs["pk"], day, request.user).isoformat()}
            text = _("Moved to %(day)s.") % {"day": f"{day:%Y-%m-%d}"}
        url = f"{request.path}?{urlencode(back)}"
        if request.htmx:
            toast = {"level": "success", "text": text, "undo_url": url}
            return htmx.trigger(HttpResponse(status=204), toast=toast, refresh=CHANGED_PARTS)
        messages.success(request, text, extra_tags=f"undo:{url}")
        return HttpResponseRedirect(back_to(request, address("planning:calendar")))
