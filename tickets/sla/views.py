"""豁免: a supervisor excuses a promise that was not kept, or several after days were entered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.core.errors import DomainError, NotAllowed
from crm.core.messages import NOT_ALLOWED, listed
from crm.core.rowkeys import key_of
from crm.jobs.models import Job
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets.models import SlaClock, Ticket
from tickets.services.access import leads
from tickets.sla import reconsidering, waiving
from tickets.sla.book import calendar_name
from tickets.sla.models import ClockKind, SlaPolicy
from tickets.sla.services import waive_clock, waive_clocks
from tickets.sla.words import duration


class WaiveForm(forms.Form):
    """Why a broken promise is excused."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea({"rows": 3})
    )


class ClockWaiveView(PageView):
    """One clock of a ticket that the reader sees and distributes."""

    model = Ticket
    verb = verbs.ASSIGN
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.clock(), WaiveForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        clock = self.clock()
        form = WaiveForm(request.POST)
        if form.is_valid():
            try:
                waive_clock(clock, reason=form.cleaned_data["reason"], actor=request.user)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, _("The promise is waived; it is counted apart."))
                url = clock.ticket.get_absolute_url()
                return htmx.redirect(url) if request.htmx else redirect(url)
        return self.show(self.context(clock, form), status=422)

    def clock(self) -> SlaClock:
        """The clock of the address, of a ticket within sight."""
        tickets = Ticket.objects.kept().visible_to(self.request.user, verbs.VIEW)
        rows = SlaClock.objects.filter(pk=self.kwargs["pk"], ticket__in=tickets)
        found = rows.select_related("ticket").first()
        if found is None:
            raise Http404
        if not policies.can(self.request.user, verbs.ASSIGN, found.ticket):
            raise NotAllowed(str(NOT_ALLOWED))
        return found

    def context(self, clock: SlaClock, form: WaiveForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Waive: %(kind)s · %(number)s")
            % {"kind": ClockKind(clock.kind).label, "number": clock.ticket.number},
            "form": form,
            "help": _("It stays in the figures, counted apart from kept and broken ones."),
            "submit_label": _("Waive"),
            "cancel_url": clock.ticket.get_absolute_url(),
            "action_url": self.request.path,
        }


class ReconsiderView(PageView):
    """追溯调整: promises that days entered afterwards would have kept; supervisors waive them."""

    model = SlaPolicy
    template = "tickets/sla/reconsider.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(WaiveForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        policies.require(request.user, verbs.ASSIGN, Ticket)
        if request.POST.get("act") == "count":
            return redirect(waiving.count_all(request.user))
        form = WaiveForm(request.POST)
        if job := self.counted():
            return self.waive_all(job, form)
        chosen = self.chosen()
        if form.is_valid() and not chosen:
            form.add_error(None, _("Waiving failed: no promise is chosen."))
        elif form.is_valid():
            try:
                done = waive_clocks(chosen, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                said = ngettext("%(n)d promise is waived.", "%(n)d promises are waived.", done)
                messages.success(request, said % {"n": done})
                return redirect(request.get_full_path())
        return self.show(self.context(form), status=422)

    def waive_all(self, job: Job, form: WaiveForm) -> HttpResponse:
        """All that was counted, in the background."""
        if not form.is_valid():
            return self.show(self.context(form), status=422)
        return redirect(waiving.waive_all(job, form.cleaned_data["reason"]))

    def counted(self) -> Job | None:
        """The count of the address that waits to be confirmed."""
        return waiving.counted(self.request.user, key_of(self.request.GET.get("job", "")))

    def chosen(self) -> list[SlaClock]:
        """The ticked promises, of those that the page offers."""
        keys = {key_of(text) for text in self.request.POST.getlist("clock")}
        return [each.clock for each in self.found().verdicts if each.clock.pk in keys]

    def found(self) -> reconsidering.Found:
        """The page of the address."""
        return reconsidering.find(self.request.user, after=self.request.GET.get("after", ""))

    def context(self, form: WaiveForm) -> dict[str, Any]:
        """Values of the page: the list, or what was counted of all."""
        if job := self.counted():
            return {
                "title": _("Promises to reconsider"),
                "form": form,
                "counted": job.counters.get("found", 0),
                "number": f"{job.counters.get('found', 0):,}",
                "looked": f"{job.done:,}",
                "newest_url": address("tickets:clocks_reconsider"),
            }
        found, user = self.found(), self.request.user
        rows = [{**_shown(each), "may": leads(user, each.clock.ticket)} for each in found.verdicts]
        return {
            "title": _("Promises to reconsider"),
            "form": form,
            "days": found.days,
            "calendars": listed(map(calendar_name, found.calendars)),
            "rows": rows,
            "ticked": set(self.request.POST.getlist("clock")),
            "may_all": bool(policies.can(user, verbs.ASSIGN, Ticket)),
            "may": any(row["may"] for row in rows),
            "older_url": f"?after={found.after}" if found.after else "",
            "newest_url": address("tickets:clocks_reconsider"),
        }


def _shown(verdict: reconsidering.Verdict) -> dict[str, Any]:
    clock = verdict.clock
    return {
        "key": str(clock.pk),
        "ticket": clock.ticket,
        "kind": ClockKind(clock.kind).label,
        "started_at": clock.started_at,
        "breach_at": clock.breach_at,
        "due_at": verdict.due_at,
        "target": duration(clock.target),
        "judged": duration(clock.elapsed),
        "used": duration(verdict.used),
    }
