"""潜在客户报表: every lead there was, converted ones read-only (P9, C7)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.views.detail import DetailView
from crm.web.views.list import ListView
from customers.models import Customer
from leads import facts, lists
from leads.choices import LeadState
from leads.models import Lead
from leads.views.leads import badges, created_text, tags_of
from opportunities.models import Opportunity

PREFIX = "leads:report"


class ReportListView(ListView):
    """The rows of the report."""

    spec = lists.REPORT
    title = gettext_lazy("Potential customer report")
    url_prefix = PREFIX
    bulk_actions = (ExportSelected,)
    empty = {
        "icon": "report-analytics",
        "title": gettext_lazy("No leads yet"),
        "text": gettext_lazy("Every lead appears here, converted and invalid ones too."),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        """None: leads are made on their own pages."""
        return []

    def more_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.EXPORT):
            return []
        return [export_action(PREFIX, self.query(page=None, after=None))]


class ReportDetailView(DetailView):
    """A converted lead, read-only, with the customer it became; others have their own page."""

    model = Lead
    spec = lists.REPORT
    url_prefix = PREFIX

    def rows(self) -> Any:
        related = (
            "owner",
            "created_by",
            "converted_by",
            "converted_customer",
            "converted_opportunity",
        )
        return Lead.objects.kept().select_related(*related)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = self.get_object()
        if lead.status != LeadState.CONVERTED:
            return redirect(lead.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def header(self, obj: Lead) -> dict[str, Any]:
        return {
            "number": obj.number,
            "badges": badges(obj),
            "tags": tags_of(obj),
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "notices": [{"level": "info", "text": self.became(obj)}],
            "created_text": created_text(obj),
        }

    def became(self, obj: Lead) -> str:
        """When and by whom it was converted, and that it is locked."""
        name = obj.converted_by.display_name if obj.converted_by else _("The system")
        return _(
            "Converted on %(day)s by %(name)s. The lead is locked; work goes on with the customer."
        ) % {"day": facts.moment(obj.converted_at), "name": name}

    def facts(self, obj: Lead) -> list[dict[str, Any]]:
        items = [
            {"label": _("Lead state"), "value": obj.get_status_display()},
            {"label": _("Converted at"), "value": facts.moment(obj.converted_at)},
        ]
        customer = obj.converted_customer
        if customer is not None:
            items.append({"label": _("Customer made from it"), **self.link(customer)})
        opportunity = obj.converted_opportunity
        if opportunity is not None:
            items.append({"label": _("Opportunity made from it"), **self.link(opportunity)})
        group = {"title": _("Conversion"), "items": items}
        return [group, *facts.lead_facts(obj, self.request.user)]

    def link(self, made: Customer | Opportunity) -> dict[str, Any]:
        """What the lead became, as a link for readers who may open it."""
        seen = policies.can(self.request.user, verbs.VIEW, made) and not made.deleted_at
        return {"value": made.name, "url": made.get_absolute_url() if seen else ""}

    def actions(self, obj: Lead) -> list[dict[str, Any]]:
        customer = obj.converted_customer
        link = self.link(customer) if customer else {"url": ""}
        if not link["url"]:
            return []
        label = _("Open the customer")
        return [{"label": label, "url": link["url"], "icon": "building", "name": "customer"}]

    def more_actions(self, obj: Lead) -> list[dict[str, Any]]:
        return [{"label": _("Print"), "url": "?print=1", "icon": "printer", "name": "print"}]

    def panels(self, obj: Lead) -> dict[str, list[dict[str, Any]]]:
        """None: what others register belongs to leads in work."""
        return {"left_panels": [], "main_panels": [], "right_panels": []}
