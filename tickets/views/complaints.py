"""Pages of complaints: findings, call-back, the weekly review with its measures (T12)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.core.errors import DomainError
from crm.dictionaries import lookups
from crm.web import htmx
from crm.web.views.base import PageView
from tickets import complaint_forms as forms
from tickets.choices import COMPLAINT, TYPE, Liability, Phase
from tickets.models import ImprovementMeasure, Ticket
from tickets.services.complaining import add_measure, call_back, save_findings, week_of
from tickets.views.steps import ActionView


class TicketComplaintView(ActionView):
    """投诉调查: liability, cause, measures."""

    form_class = forms.FindingsForm

    def title(self, ticket: Ticket) -> str:
        return f"{_('Findings')} · {ticket.number}"

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        save_findings(ticket, data, by=self.request.user)
        return _("The findings were saved.")


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
    """每周投诉复盘: the complaints of a week, what caused them, and what is done about it."""

    model = Ticket
    verb = verbs.EXPORT
    template = "tickets/review.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        week = self.week()
        rows = list(self.rows(week))
        context = {
            "title": _("Complaint review"),
            "week": week,
            "last_day": week + timedelta(days=6),
            "before_url": f"?week={week - timedelta(days=7):%Y-%m-%d}",
            "behind_url": f"?week={week + timedelta(days=7):%Y-%m-%d}",
            "rows": rows,
            "causes": self.causes(rows),
            "solved": sum(row.phase in (Phase.RESOLVED, Phase.CLOSED) for row in rows),
            "measures": self.measures(week),
            "may_add": bool(policies.can(request.user, verbs.ASSIGN, Ticket)),
            "add_url": f"{reverse('tickets:measure_add')}?week={week:%Y-%m-%d}",
        }
        return self.show(context)

    def week(self) -> date:
        """The week of the address; a day that is none is today."""
        try:
            return week_of(date.fromisoformat(self.request.GET.get("week", "")))
        except (ValueError, OverflowError):
            return week_of(clock.company_today())

    def rows(self, week: date) -> Any:
        """The complaints that came in during the week."""
        start = clock.company_day_start(week)
        kind = lookups.by_code(TYPE, COMPLAINT).pk
        seen = Ticket.objects.kept().visible_to(self.request.user, verbs.EXPORT)
        found = seen.filter(
            type_id=kind, created_at__gte=start, created_at__lt=start + timedelta(days=7)
        )
        related = "owner", "customer", "status", "complaint"
        return found.select_related(*related).order_by("created_at")[:500]

    def causes(self, rows: list[Ticket]) -> list[tuple[str, int, int]]:
        """Cause, number, and how many of them are our own fault."""
        found: Counter[str] = Counter()
        ours: Counter[str] = Counter()
        for row in rows:
            complaint = getattr(row, "complaint", None)
            item = lookups.item(complaint.cause_id) if complaint else None
            label = item.label if item else _("Not examined yet")
            found[label] += 1
            ours[label] += bool(complaint and complaint.liability == Liability.OURS)
        return [(label, number, ours[label]) for label, number in found.most_common()]

    def measures(self, week: date) -> list[ImprovementMeasure]:
        """Those of the week, and older ones that are still open."""
        rows = ImprovementMeasure.objects.select_related("task__owner", "ticket", "cause")
        recent = list(rows.filter(week=week)[:100])
        older = rows.filter(week__lt=week, task__done_at__isnull=True)
        return [*recent, *older.filter(task__deleted_at__isnull=True)[:100]]


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
                add_measure(self.week(), by=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, _("The measure was added and given to its owner."))
                url = self.back()
                return htmx.redirect(url) if request.htmx else redirect(url)
        return self.show(self.context(form), status=422)

    def week(self) -> date:
        """The week of the address, else the present one."""
        try:
            return week_of(date.fromisoformat(self.request.GET.get("week", "")))
        except (ValueError, OverflowError):
            return week_of(clock.company_today())

    def back(self) -> str:
        """The review of the week."""
        return f"{reverse('tickets:review')}?week={self.week():%Y-%m-%d}"

    def context(self, form: Any) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("New improvement measure"),
            "form": form,
            "cancel_url": self.back(),
            "action_url": self.request.get_full_path(),
        }
