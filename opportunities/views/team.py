"""Team of an opportunity: add a member, remove one, leave."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.accounts.models import User
from crm.core import clock
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.views.base import PageView
from customers.forms import ShareForm
from opportunities.models import Opportunity
from opportunities.services.team import share_opportunity, unshare_opportunity
from opportunities.views.opportunities import OpportunityRows


class ShareView(OpportunityRows, PageView):
    """Add a colleague to the team."""

    model = Opportunity
    verb = verbs.SHARE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), ShareForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, form = self.get_object(), ShareForm(request.POST)
        if not form.is_valid():
            return self.show(self.context(obj, form), status=422)
        data, end = form.cleaned_data, None
        if data["expires_on"]:
            end = clock.day_bounds(data["expires_on"])[1]
        try:
            share_opportunity(
                obj, data["user"], write=data["write"], actor=request.user, expires_at=end
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(self.context(obj, form), status=422)
        messages.success(request, _("%(name)s is in the team now.") % {"name": data["user"].name})
        url = obj.get_absolute_url()
        return htmx.redirect(url) if request.htmx else redirect(url)

    def context(self, obj: Opportunity, form: ShareForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Add team member"),
            "form": form,
            "cancel_url": obj.get_absolute_url(),
            "action_url": self.request.path,
        }


class UnshareView(OpportunityRows, PageView):
    """Take a colleague out of the team, or leave it."""

    model = Opportunity
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        member = User.objects.filter(pk=kwargs["user"]).first()
        if member is None:
            raise Http404
        unshare_opportunity(obj, member, actor=request.user)
        if Opportunity.objects.visible_to(request.user).filter(pk=obj.pk).exists():
            return redirect(obj.get_absolute_url())
        return redirect("opportunities:opportunity_list")
