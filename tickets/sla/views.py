"""豁免: a supervisor excuses a promise that was not kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core.errors import DomainError, NotAllowed
from crm.core.messages import NOT_ALLOWED
from crm.web import htmx
from crm.web.views.base import PageView
from tickets.models import SlaClock, Ticket
from tickets.sla.models import ClockKind
from tickets.sla.services import waive_clock


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
