"""Pages of complaints: findings, call-back, the weekly review with its measures (T12)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.planning.models import Task
from crm.core import clock
from crm.core.errors import DomainError
from crm.dictionaries import lookups
from crm.web import htmx
from crm.web.filters import EMPTY_CHOICE
from crm.web.views.base import PageView
from tickets import complaint_forms as forms
from tickets import rules
from tickets.choices import SOLVED, Liability
from tickets.models import ImprovementMeasure, Ticket
from tickets.services.complaining import add_measure, call_back, save_findings, week_of
from tickets.statistics.asking import rows_of
from tickets.statistics.tables import Cell, number
from tickets.views.steps import ActionView

#: Rows of each table.
MOST = 100


class TicketComplaintView(ActionView):
    """投诉调查: liability, cause, measures."""

    form_class = forms.FindingsForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Findings')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        seen = data.pop("seen")
        save_findings(ticket, data, by=self.request.user, seen=seen)
        return _("The findings were saved.")

    def context(self, ticket: Ticket, form: Any) -> dict[str, Any]:
        if form.is_bound:
            form.look_again(ticket)
        return super().context(ticket, form)


class TicketCallBackView(ActionView):
    """回访: by somebody else than the handler; satisfied closes the complaint (P13)."""

    form_class = forms.CallBackForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Call-back')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        call_back(ticket, data["result"], data["words"], by=self.request.user)
        return _("The ticket %(number)s is in the state “%(state)s”.") % {
            "number": ticket.number,
            "state": ticket.status,
        }


class ReviewView(PageView):
    """每周投诉复盘: the complaints of a week, what caused them, and what is done about it.

    The complaints are those of the list under some parameters, so every number opens its rows.
    """

    model = Ticket
    verb = verbs.EXPORT
    template = "tickets/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        week = week_in(self.request)
        query = query_of(week)
        rows = rows_of(request.user, query)
        context = {
            "title": _("Complaint review"),
            "week": week,
            "last_day": week + timedelta(days=6),
            "before_url": f"?week={week - timedelta(days=7):%Y-%m-%d}",
            "behind_url": f"?week={week + timedelta(days=7):%Y-%m-%d}",
            "rows": self.shown(rows),
            "rows_url": reverse("tickets:ticket_list"),
            "causes": causes_of(rows, query),
            "total": number(rows.count(), query),
            "solved": number(rows.filter(phase__in=SOLVED).count(), query | {"phase": SOLVED}),
            "measures": self.measures(week),
            "now": clock.now(),
            "may_add": bool(policies.can(request.user, verbs.ASSIGN, Ticket)),
            "add_url": f"{reverse('tickets:measure_add')}?week={week:%Y-%m-%d}",
        }
        return self.show(context)

    def shown(self, rows: QuerySet) -> list[Ticket]:
        """The complaints that came in during the week, the first ones."""
        found = rows.select_related("owner", "customer", "status", "complaint")
        return list(found.order_by("created_at", "pk")[:MOST])

    def measures(self, week: date) -> list[tuple[ImprovementMeasure, bool]]:
        """Those of the week, and older ones still open; whether the reader may open the task."""
        user = self.request.user
        seen = Ticket.objects.visible_to(user).filter(pk=OuterRef("ticket_id"))
        rows = ImprovementMeasure.objects.select_related("task__owner", "ticket", "cause")
        rows = rows.filter(Q(ticket__isnull=True) | Exists(seen))
        recent = rows.filter(week=week)[:MOST]
        older = rows.filter(week__lt=week, task__done_at__isnull=True)
        found = [*recent, *older.filter(task__deleted_at__isnull=True)[:MOST]]
        tasks = Task.objects.kept().visible_to(user).filter(pk__in=[row.task_id for row in found])
        open_to = set(tasks.values_list("pk", flat=True))
        return [(row, row.task_id in open_to) for row in found]


def week_in(request: HttpRequest) -> date:
    """The Monday of the week that the address names, else of the present one."""
    try:
        day = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = clock.company_today()
    return week_of(clock.held(day))


def query_of(week: date) -> dict[str, Any]:
    """The complaints that came in during a week, as parameters of the list."""
    last = week + timedelta(days=6)
    kind = rules.complaint_type()
    return {
        "scene": "all", "type": kind, "created_after": f"{week}", "created_before": f"{last}",
    }  # fmt: skip


def causes_of(rows: QuerySet, query: dict[str, Any]) -> list[tuple[str, Cell, Cell]]:
    """Cause, number, and how many of them are our own fault; the most frequent first."""
    counted = rows.values_list("complaint__cause", "complaint__liability").annotate(Count("pk"))
    found: Counter[int | None] = Counter()
    ours: Counter[int | None] = Counter()
    for cause, liability, count in counted:
        found[cause] += count
        ours[cause] += count if liability == Liability.OURS else 0
    return [_cause(key, count, ours[key], query) for key, count in found.most_common()]


def _cause(key: int | None, count: int, ours: int, query: dict[str, Any]) -> tuple[str, Cell, Cell]:
    item = lookups.item(key)
    label = item.label if item else _("Cause not stated yet")
    query = query | {"cause": key or EMPTY_CHOICE}
    return label, number(count, query), number(ours, query | {"liability": Liability.OURS})


class MeasureAddView(PageView):
    """Add an improvement measure."""

    model = Ticket
    verb = verbs.ASSIGN
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(forms.MeasureForm(actor=request.user)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = forms.MeasureForm(request.POST, actor=request.user)
        if form.is_valid():
            try:
                add_measure(week_in(self.request), by=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("The measure was added and given to its owner."))
                url = self.back()
                return htmx.redirect(url) if request.htmx else redirect(url)
        return self.show(self.context(form), status=422)

    def back(self) -> str:
        """The review of the week."""
        return f"{reverse('tickets:review')}?week={week_in(self.request):%Y-%m-%d}"

    def context(self, form: Any) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("New improvement measure"),
            "form": form,
            "cancel_url": self.back(),
            "action_url": self.request.get_full_path(),
        }
