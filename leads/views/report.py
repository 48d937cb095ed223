"""潜在客户报表: every lead there was, converted ones read-only (P9, C7)."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core import clock
from crm.dictionaries.tagging import tags_of
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.navigation import address
from crm.web.views.base import PageView
from crm.web.views.detail import DetailView
from crm.web.views.list import ListView
from customers.models import Customer
from leads import facts, lists
from leads.analysis import Period, Table, overview, reasons
from leads.choices import LeadState
from leads.models import Lead
from leads.views.leads import badges, created_text
from opportunities.models import Opportunity

PREFIX = "leads:report"


class PeriodForm(forms.Form):
    """The days a report is about."""

    after = forms.DateField(label=gettext_lazy("From"), required=False)
    before = forms.DateField(label=gettext_lazy("To"), required=False)


class AnalysisView(PageView):
    """A page of tables over a period; every number leads to its rows."""

    model = Lead
    template = "leads/report.html"
    partials = {"report": "leads/_report.html"}
    title: ClassVar[Any] = ""
    #: The date that the period is about, as the list's filter calls it.
    day: ClassVar[str] = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        period = self.period()
        return self.show(
            {
                "title": self.title,
                "parts": self.parts(),
                "period": period,
                "choices": self.choices(period),
                "tables": self.tables(period),
                "rows_url": address("leads:report_list"),
                "actions": self.actions(period),
            }
        )

    def tables(self, period: Period) -> list[Table]:
        """The numbers."""
        raise NotImplementedError

    def period(self) -> Period:
        """The days of the address; this year where none are given."""
        data = self.request.GET
        form = PeriodForm(data if "after" in data or "before" in data else None)
        if form.is_valid():
            return Period(form.cleaned_data["after"], form.cleaned_data["before"])
        return Period(clock.today().replace(month=1, day=1), clock.today())

    def choices(self, period: Period) -> list[dict[str, Any]]:
        """This month, quarter and year, and all time."""
        today = clock.today()
        starts = (
            (_("This month"), today.replace(day=1)),
            (_("This quarter"), today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)),
            (_("This year"), today.replace(month=1, day=1)),
        )
        found = [(label, Period(start, today)) for label, start in starts]
        return [
            {
                "label": label,
                "url": "?" + urlencode({"after": days.start or "", "before": days.end or ""}),
                "active": days == period,
            }
            for label, days in [*found, (_("All"), Period())]
        ]

    def parts(self) -> list[dict[str, Any]]:
        """The report, the reasons, and the rows behind both."""
        pages = (
            (_("What became of them"), "leads:report"),
            (_("Why they were given up"), "leads:reasons"),
            (_("All rows"), "leads:report_list"),
        )
        urls = [(label, address(name)) for label, name in pages]
        return [
            {"label": label, "url": url, "active": url == self.request.path} for label, url in urls
        ]

    def actions(self, period: Period) -> list[dict[str, Any]]:
        """Export of the rows of the period, for those who may."""
        if not policies.can(self.request.user, verbs.EXPORT, Lead):
            return []
        return [export_action(PREFIX, urlencode(self.query(period)))]

    def query(self, period: Period) -> dict[str, str]:
        """The rows the page is about."""
        return {"scene": "all", **period.query(self.day)}


class ReportView(AnalysisView):
    """潜在客户报表: by state, source and owner, with the conversion rate."""

    title = gettext_lazy("Potential customer report")
    day = "created"

    def tables(self, period: Period) -> list[Table]:
        return overview(self.request.user, period)


class ReasonsView(AnalysisView):
    """线索无效原因分析 (E7)."""

    title = gettext_lazy("Reasons for invalid leads")
    day = "abandoned"

    def tables(self, period: Period) -> list[Table]:
        return reasons(self.request.user, period)

    def query(self, period: Period) -> dict[str, str]:
        return super().query(period) | {"status": LeadState.ABANDONED.value}


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
