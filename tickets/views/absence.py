"""My leave: from when to when, and who stands in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import verbs
from crm.accounts.models import User
from crm.core.errors import DomainError
from crm.web.fields import RemoteChoiceField
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets.models import AgentProfile, Ticket
from tickets.services.standing_in import set_leave

DAY = {"data-controller": "date", "data-kind": "date"}


class LeaveForm(forms.Form):
    """Empty days end the leave."""

    leave_from = forms.DateField(
        label=gettext_lazy("On leave from"), required=False, widget=forms.DateInput(DAY)
    )
    leave_until = forms.DateField(
        label=gettext_lazy("On leave until"), required=False, widget=forms.DateInput(DAY)
    )
    substitute = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=gettext_lazy("Substitute"),
        required=False,
        help_text=gettext_lazy("Without one your open tickets go back to be assigned."),
    )


class LeaveView(PageView):
    """Everybody who handles tickets says it of himself; administrators do it in his profile."""

    model = Ticket
    verb = verbs.ADD
    template = "generic/form.html"
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        profile = AgentProfile.objects.filter(user=request.user).first()
        initial = {
            "leave_from": profile.leave_from,
            "leave_until": profile.leave_until,
            "substitute": profile.substitute_id,
        } if profile else {}  # fmt: skip
        return self.show(self.context(LeaveForm(initial=initial)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LeaveForm(request.POST)
        if form.is_valid():
            try:
                profile = set_leave(request.user, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                messages.success(request, self.said(profile))
                return redirect(address("tickets:leave"))
        return self.show(self.context(form), status=422)

    @staticmethod
    def said(profile: AgentProfile) -> str:
        """What was stored."""
        return _("Your leave was saved.") if profile.leave_from else _("Your leave has ended.")

    def context(self, form: LeaveForm) -> dict[str, Any]:
        """Values of the form page."""
        user = self.request.user
        number = Ticket.objects.in_work().visible_to(user).filter(owner=user).count()
        text = ngettext(
            "You handle %(n)d open ticket. When the leave begins, it goes to your substitute, "
            "and automatic assignment leaves you out.",
            "You handle %(n)d open tickets. When the leave begins, they go to your substitute, "
            "and automatic assignment leaves you out.",
            number,
        )
        return {
            "title": _("My leave"),
            "form": form,
            "help": text % {"n": number},
            "submit_label": _("Save"),
            "cancel_url": address("accounts:profile"),
            "action_url": self.request.path,
        }
