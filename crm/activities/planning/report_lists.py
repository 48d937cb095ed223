"""The list of work reports: columns, filters, scenes."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.filters import PersonFilter
from crm.activities.planning.choices import ReportKind, ReportStatus
from crm.activities.planning.lists import MOST_WORDS, Found, reports
from crm.activities.planning.models_personal import ReportRecipient, WorkReport
from crm.web.columns import CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.filters import ChoiceFilter, DateRangeFilter, FilterSet
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import SortKey
from crm.web.tables import Table

EXCERPT = 120


class ReportFilter(FilterSet):
    """By kind, person, days and state."""

    inline = ("kind", "author", "starts")

    kind = ChoiceFilter(label=pgettext_lazy("report", "Kind"), choices=ReportKind.choices)
    author = PersonFilter(label=_("Author"))
    starts = DateRangeFilter(field_name="starts_on", label=_("First day"))
    status = ChoiceFilter(label=_("Status"), choices=ReportStatus.choices)


class SpanColumn(Column):
    """The days of a report."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("starts_on", "ends_on"), css="nowrap", **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        first, last = values
        return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} ~ {last:%Y-%m-%d}"


class ExcerptColumn(Column):
    """The beginning of what was done."""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        text = " ".join(values[0].split())
        return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


class ReportTable(Table):
    """Work reports."""

    name = "work_reports"
    model = WorkReport
    columns = (
        SpanColumn("starts_on", _("Date"), sort="starts_on", width=232),
        ChoiceColumn("kind", pgettext_lazy("report", "Kind"), ReportKind),
        PersonColumn("author", _("Author")),
        ExcerptColumn("work", _("What was done"), css="wrap", width=420),
        ChoiceColumn("status", _("Status"), ReportStatus),
        DateColumn("submitted_at", _("Submitted at"), fmt="datetime"),
    )


def received(rows: Any, user: Any) -> Any:
    """What was sent to the reader."""
    return rows.filter(pk__in=ReportRecipient.objects.filter(user_id=user.pk).values("report_id"))


def search_reports(rows: Any, text: str, user: Any, searched: Searched) -> Found:
    """Reports whose texts have every word."""
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        found = Q(work__icontains=word) | Q(plan__icontains=word) | Q(problems__icontains=word)
        condition &= found
    return Found(rows.filter(condition))


REPORTS = register(
    ListSpec(
        name="work_reports",
        table=ReportTable,
        filterset=ReportFilter,
        sorts={"starts_on": SortKey("starts_on", descending=True)},
        default_sort="-starts_on",
        scenes=(
            Scene("mine", _("Written by me"), lambda rows, user: rows.filter(author_id=user.pk)),
            Scene("received", _("Sent to me"), received),
            Scene(
                "reports",
                _("My subordinates'"),
                lambda rows, user: rows.filter(author_id__in=reports(user)),
                offered=lambda user: bool(reports(user)),
            ),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search_reports,
        search_placeholder=_("Words of the report"),
    )
)
