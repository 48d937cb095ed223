"""Forecast, movement and funnel: every number opens exactly its rows in the list."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.accounts.models import User
from crm.core import clock
from crm.web.views.base import PageView
from opportunities import forecast, funnel, movement, pipelines
from opportunities.analysis_forms import FunnelForm, MovementForm, PersonForm
from opportunities.choices import Outcome
from opportunities.figures import list_url, short
from opportunities.forecast import OVERDUE, UNDATED, Sums
from opportunities.models import Opportunity, Target

PAGES: tuple[tuple[str, Any, dict[str, str]], ...] = (
    ("opportunities:board", gettext_lazy("Opportunity board"), {"icon": "layout-kanban"}),
    ("opportunities:forecast", gettext_lazy("Forecast"), {"icon": "chart-arrows-vertical"}),
    ("opportunities:movement", gettext_lazy("Pipeline movement"), {"icon": "arrows-exchange"}),
    ("opportunities:funnel", gettext_lazy("Sales funnel"), {"icon": "filter"}),
    ("opportunities:targets", gettext_lazy("Sales targets"), {"icon": "flag"}),
)


def tabs(present: str) -> list[dict[str, Any]]:
    """The analyses as tabs."""
    return [
        {"label": label, "url": reverse(name), "active": name == present, **look}
        for name, label, look in PAGES
    ]


class AnalysisView(PageView):
    """A page over the opportunities the reader sees, of one person if wanted."""

    model = Opportunity
    title: ClassVar[Any] = ""
    name: ClassVar[str] = ""

    @cached_property
    def form(self) -> Any:
        """What is asked for."""
        return PersonForm(self.request.GET)

    @cached_property
    def rows(self) -> QuerySet:
        """The opportunities in question."""
        rows = Opportunity.objects.kept().visible_to(self.request.user)
        return rows.filter(owner_id=self.form.owner_id) if self.form.owner_id else rows

    def figures(self) -> dict[str, Any]:
        """What the page shows."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(
            {"title": self.title, "parts": tabs(self.name), "form": self.form, **self.figures()}
        )


class ForecastView(AnalysisView):
    """By month, and by owner in one of the months."""

    title = gettext_lazy("Forecast")
    name = "opportunities:forecast"
    template = "opportunities/forecast.html"

    def figures(self) -> dict[str, Any]:
        first = forecast.month_of(clock.company_today())
        reach = policy_for(Target).reach(self.request.user, VIEW)
        owners = None if reach.everything else reach.owners
        if self.form.owner_id:
            own = {self.form.owner_id}
            owners = own if owners is None else own & owners
        found = forecast.table(self.rows, first, owners)
        months = forecast.months(first)
        month = self.month(months)
        return {
            "months": [
                self.line(self.month_label(each), forecast.total(found, month=each), each)
                for each in self.shown(found, months)
            ],
            "sum": self.sum_line(found, months),
            "undated": self.undated_line(),
            "owners": self.owners(found, month),
            "month_label": self.month_label(month),
            "limits": pipelines.committed_text(),
        }

    def shown(self, found: forecast.Table, months: list[date]) -> list[date]:
        """The months, in front of them what is overdue where there is any."""
        late = forecast.total(found, month=OVERDUE).best
        return [OVERDUE, *months] if late else months

    def month(self, months: list[date]) -> date:
        """The month whose owners are shown."""
        wanted = self.request.GET.get("month", "")
        known = {f"{each:%Y-%m}": each for each in months}
        return OVERDUE if wanted == "overdue" else known.get(wanted, months[0])

    def month_label(self, month: date) -> str:
        """2026-11, or the word for what should have been closed before."""
        return _("Overdue") if month == OVERDUE else f"{month:%Y-%m}"

    def line(
        self, label: str, sums: Sums, month: date | None, owner: int | None = None
    ) -> dict[str, Any]:
        """One row: amounts as links to their rows."""
        query = self.period(month)
        owner = owner or self.form.owner_id
        is_open = {"outcome": Outcome.OPEN, "owner": owner, **query["expected"]}
        is_won = {"outcome": Outcome.WON, "owner": owner}
        cells = [
            ("won", _("Won"), sums.won, {**is_won, **query["deal"]}),
            ("committed", _("Committed"), sums.committed, {**is_open, "committed": "true"}),
            ("best", _("Best case"), sums.best, is_open),
            ("weighted", _("Weighted"), sums.weighted, is_open),
        ]
        rate = sums.rate
        return {
            "label": label,
            "url": self.month_url(month) if month is not None and owner is None else "",
            "cells": [
                {
                    "name": name,
                    "label": title,
                    "amount": short(value),
                    "value": value,
                    "url": list_url(**links) if value else "",
                }
                for name, title, value, links in cells
            ],
            "target": short(sums.target) if sums.target else "",
            "expected": short(sums.expected),
            "possible": short(sums.possible),
            "rate": rate,
            "bar": min(100, int(rate)) if rate is not None else None,
            "reached": rate is not None and rate >= 100,
            "best_rate": sums.best_rate,
        }

    def period(self, month: date | None) -> dict[str, dict[str, Any]]:
        """Parameters of the list for a month; None stands for all months shown."""
        if month == UNDATED:
            return {"expected": {"undated": "true"}, "deal": {}}
        first = forecast.month_of(clock.company_today())
        if month == OVERDUE:
            return {"expected": {"expected_before": first - timedelta(days=1)}, "deal": {}}
        start = month or first
        end = forecast.last_of(month or forecast.month_of(first, forecast.MONTHS - 1))
        expected = {"expected_before": end}
        if month is not None:
            expected["expected_after"] = start
        return {"expected": expected, "deal": {"deal_after": start, "deal_before": end}}

    def sum_line(self, found: forecast.Table, months: list[date]) -> dict[str, Any]:
        """Everything together."""
        return self.line(_("Total"), forecast.total(found), None)

    def undated_line(self) -> dict[str, Any] | None:
        """Open ones without a date, with the way to them; None where every one has its date."""
        count, sums = forecast.undated(self.rows)
        if not count:
            return None
        label = _("No expected close date (%(n)s)") % {"n": count}
        url = list_url(outcome=Outcome.OPEN, owner=self.form.owner_id, undated="true")
        return self.line(label, sums, UNDATED) | {"url": url, "count": count}

    def month_url(self, month: date) -> str:
        """This page with the owners of another month."""
        query = self.request.GET.copy()
        query["month"] = "overdue" if month == OVERDUE else f"{month:%Y-%m}"
        return f"?{query.urlencode()}#owners"

    def owners(self, found: forecast.Table, month: date) -> list[dict[str, Any]]:
        """The people of a month, the largest expectation first."""
        keys = {owner for each, owner in found if each == month}
        names = dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))
        rows = [(names.get(key, "—"), forecast.total(found, month=month, owner=key), key)
                for key in keys]  # fmt: skip
        rows.sort(key=lambda row: (-row[1].expected, row[0]))
        return [self.line(name, sums, month, key) for name, sums, key in rows]


class MovementView(AnalysisView):
    """What happened since last week."""

    title = gettext_lazy("Pipeline movement")
    name = "opportunities:movement"
    template = "opportunities/movement.html"

    @cached_property
    def form(self) -> MovementForm:
        return MovementForm(
            {
                "since": f"{self.day(self.days):%Y-%m-%d}",
                "owner": self.request.GET.get("owner", ""),
            },
            days=self.days,
        )

    @cached_property
    def days(self) -> list[date]:
        """The days to compare with."""
        return movement.days()

    def day(self, days: list[date]) -> date:
        """The day asked for where it has a snapshot, else a week ago."""
        known = {f"{day:%Y-%m-%d}": day for day in days}
        return known.get(self.request.GET.get("since", "")) or movement.base_day()

    def figures(self) -> dict[str, Any]:
        day, owner = self.form.value("since"), self.form.owner_id
        day = day or movement.base_day()
        found = movement.changes(self.rows, day)
        return {
            "day": day,
            "has_snapshot": bool(self.days),
            "kinds": [
                {
                    "code": change.kind.code,
                    "label": change.kind.label,
                    "is_good": change.kind.is_good,
                    "count": change.count,
                    "amount": short(change.amount),
                    "url": list_url(moved=f"{change.kind.code}.{day:%Y-%m-%d}", owner=owner),
                }
                for change in found
            ],
        }


class FunnelView(AnalysisView):
    """Stages with what reached them, went on, and how long it took."""

    title = gettext_lazy("Sales funnel")
    name = "opportunities:funnel"
    template = "opportunities/funnel.html"

    @cached_property
    def form(self) -> FunnelForm:
        today = clock.company_today()
        data = self.request.GET.copy()
        if not data:
            data["created_after"] = f"{today.replace(month=1, day=1):%Y-%m-%d}"
        return FunnelForm(data)

    def figures(self) -> dict[str, Any]:
        line, _all = funnel.line_of(self.request.user, self.form.value("line") or "")
        asked = {
            "created_after": self.form.value("created_after"),
            "created_before": self.form.value("created_before"),
            "owner": self.form.owner_id,
        }
        found = funnel.funnel_of(self.narrowed(asked), line)
        base = {**asked, "pipeline": line.pk}
        return {
            "levels": [
                {
                    "label": level.step.label,
                    "color": level.step.color,
                    "count": level.count,
                    "url": list_url(**asked, reached=level.step.pk),
                    "amount": short(level.amount),
                    "present": level.present,
                    "present_url": list_url(**asked, outcome="open", stage=level.step.pk),
                    "rate": level.rate,
                    "share": level.share,
                    "days": level.days,
                    "expected_days": level.step.expected_days,
                }
                for level in found.levels
            ],
            "won": found.won,
            "won_url": list_url(**base, outcome="won"),
            "won_amount": short(found.won_amount),
            "won_rate": found.won_rate,
            "won_days": found.days,
            "lost": found.lost,
            "lost_url": f"{list_url(**base, outcome='lost')}&outcome=invalid",
        }

    def narrowed(self, asked: dict[str, Any]) -> QuerySet:
        """Created in the period, in the reader's zone, as the list filters it."""
        rows = self.rows
        if asked["created_after"]:
            rows = rows.filter(created_at__gte=clock.day_bounds(asked["created_after"])[0])
        if asked["created_before"]:
            rows = rows.filter(created_at__lt=clock.day_bounds(asked["created_before"])[1])
        return rows
