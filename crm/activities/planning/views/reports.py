"""Pages of work reports: write, read, comment, and who of the team has sent one."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.rights import organisation
from crm.activities.planning import duties, report_lists, reporting
from crm.activities.planning.choices import ReportKind, ReportStatus
from crm.activities.planning.fields import PeopleField
from crm.activities.planning.models_personal import REPORT_LIMIT, WorkReport
from crm.activities.planning.services import reports as services
from crm.activities.planning.views.calendar import parse_day
from crm.activities.planning.views.common import StepView
from crm.audit.models import View as Seen
from crm.audit.services import record_view
from crm.core import clock
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.list import ListView

PREFIX = "planning:report"
#: Labels of the three texts by kind.
LABELS = {
    ReportKind.DAILY: (gettext_lazy("Work of today"), gettext_lazy("Plan for tomorrow")),
    ReportKind.WEEKLY: (gettext_lazy("Work of this week"), gettext_lazy("Plan for next week")),
    ReportKind.MONTHLY: (gettext_lazy("Work of this month"), gettext_lazy("Plan for next month")),
}


def write_url(kind: str, day: date) -> str:
    """Where the report of a span is written."""
    return address("planning:report_write", kind, day.isoformat())


class ReportListView(ListView):
    """日报/周报/月报."""

    spec = report_lists.REPORTS
    title = gettext_lazy("Work reports")
    url_prefix = PREFIX
    empty = {
        "icon": "report",
        "title": gettext_lazy("No work reports"),
        "text": gettext_lazy("Reports you write or receive stand here."),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.ADD):
            return []
        found = [
            {
                "label": ReportKind(kind).label,
                "url": write_url(kind, clock.today()),
                "icon": "pencil",
                "name": f"write-{kind}",
            }
            for kind in (ReportKind.MONTHLY, ReportKind.WEEKLY, ReportKind.DAILY)
        ]
        found[-1] |= {"style": "primary"}
        if organisation().reports_of(self.request.user.pk):
            team = {"label": _("Sent and missing"), "url": address("planning:report_team")}
            found.insert(0, {**team, "icon": "users", "name": "team"})
        return found


class ReportForm(forms.Form):
    """The three texts and who shall read them."""

    work = forms.CharField(max_length=REPORT_LIMIT, required=False, widget=forms.Textarea)
    plan = forms.CharField(max_length=REPORT_LIMIT, required=False, widget=forms.Textarea)
    problems = forms.CharField(
        label=gettext_lazy("Problems"),
        max_length=REPORT_LIMIT,
        required=False,
        widget=forms.Textarea,
    )
    recipients = PeopleField(label=gettext_lazy("Send to"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: str, readers: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].keep(readers)
        for name, label in zip(("work", "plan"), LABELS[ReportKind(kind)], strict=True):
            self.fields[name].label = label
        for name, rows in (("work", 12), ("plan", 5), ("problems", 3)):
            self.fields[name].widget.attrs["rows"] = rows


class ReportWriteView(PageView):
    """Write the report of a span; a new one is filled with what the records say."""

    model = WorkReport
    verb = verbs.ADD
    template = "planning/report_form.html"

    @cached_property
    def kind(self) -> str:
        """Daily, weekly or monthly, else 404."""
        if self.kwargs["kind"] not in ReportKind.values:
            raise Http404
        return self.kwargs["kind"]

    @cached_property
    def span(self) -> tuple[date, date]:
        """The first and the last day, else 404."""
        day = parse_day(self.kwargs["day"])
        if day is None:
            raise Http404
        return reporting.span_of(self.kind, day)

    @cached_property
    def report(self) -> WorkReport | None:
        """What is written already."""
        rows = WorkReport.objects.visible_to(self.request.user, verbs.CHANGE)
        return rows.filter(kind=self.kind, starts_on=self.span[0]).first()

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """What the records say."""
        return reporting.facts_of(self.request.user, *self.span)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.form(initial=self.known())))

    @cached_property
    def readers(self) -> list[int]:
        """Who has been chosen to read it."""
        if self.report is None:
            return []
        return list(self.report.readers.values_list("user_id", flat=True))

    def form(self, *args: Any, **values: Any) -> ReportForm:
        """The form of this report."""
        return ReportForm(*args, kind=self.kind, readers=self.readers, **values)

    def known(self) -> dict[str, Any]:
        """The stored texts, or the facts in words and the superior."""
        if self.report is None:
            superior = self.request.user.superior_id
            people = [superior] if superior else []
            return {"work": reporting.in_words(self.facts), "recipients": people}
        names = (*services.TEXTS, "version")
        return {name: getattr(self.report, name) for name in names} | {"recipients": self.readers}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if request.POST.get("step") == "keep":
            return self.keep(form)
        if form.is_valid():
            try:
                return self.save(form, submits=request.POST.get("step") == "submit")
            except (DomainError, ValidationError) as error:
                name = getattr(error, "field", None)
                field = name if name in form.fields else None
                form.add_error(field, getattr(error, "message", None) or error)
        return self.show(self.context(form), status=422)

    def save(self, form: ReportForm, *, submits: bool) -> HttpResponse:
        """Keep the texts, and send them where that is asked; both or nothing.

        A save without the sending would leave the form behind with an old version.
        """
        data, user = form.cleaned_data, self.request.user
        with transaction.atomic():
            report = services.report_for(self.kind, self.span[0], actor=user)
            services.save_report(
                report,
                changes=data,
                recipients=data["recipients"],
                version=data["version"] or services.BEGUN,
                actor=user,
            )
            if submits:
                services.submit_report(report, actor=user)
        text = _("The report was sent.") if submits else _("The report was saved.")
        messages.success(self.request, text)
        return HttpResponseRedirect(report.get_absolute_url())

    def keep(self, form: ReportForm) -> HttpResponse:
        """Answer a script that keeps the draft: the new version, or why it was not kept."""
        if not form.is_valid():
            said = sentences(text for texts in form.errors.values() for text in texts)
            return JsonResponse({"text": said}, status=422)
        data = form.cleaned_data
        try:
            report = services.keep_draft(
                self.kind,
                self.span[0],
                changes=data,
                recipients=data["recipients"],
                version=data["version"],
                actor=self.request.user,
            )
        except (DomainError, ValidationError) as error:
            said = getattr(error, "message", None) or sentences(error.messages)
            return JsonResponse({"text": said}, status=409)
        text = _("Draft kept at %(time)s") % {"time": f"{localtime(clock.now()):%H:%M}"}
        return JsonResponse({"version": report.version, "text": text})

    def context(self, form: ReportForm) -> dict[str, Any]:
        """Values of the form page."""
        first, last = self.span
        probe = WorkReport(kind=self.kind, starts_on=first, ends_on=last)
        return {
            "title": str(probe),
            "form": form,
            "facts": [{**each, "label": reporting.label_of(each["name"])} for each in self.facts],
            "is_submitted": bool(self.report and self.report.is_submitted),
            "before_url": write_url(self.kind, first - timedelta(days=1)),
            "behind_url": write_url(self.kind, last + timedelta(days=1))
            if last < clock.today()
            else "",
            "cancel_url": address("planning:report_list"),
            "draft_key": f"report-{self.kind}-{first}",
        }


class ReportDetailView(ObjectMixin, PageView):
    """One report: texts, the facts of its days, who has read it, comments."""

    model = WorkReport
    template = "planning/report.html"

    def rows(self) -> Any:
        return WorkReport.objects.select_related("author")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object()))

    def context(self, report: WorkReport, *, error: str = "", typed: str = "") -> dict[str, Any]:
        """Values of the page."""
        user = self.request.user
        record_view(user, report)
        work, plan = LABELS[ReportKind(report.kind)]
        facts = report.facts
        if not report.is_submitted:
            facts = reporting.facts_of(report.author, report.starts_on, report.ends_on)
        return {
            "title": str(report),
            "report": report,
            "badge": {
                "text": ReportStatus(report.status).label,
                "color": ReportStatus.colors()[ReportStatus(report.status)],
            },
            "texts": [
                (label, text)
                for label, text in (
                    (work, report.work), (plan, report.plan), (_("Problems"), report.problems)
                )
            ],
            "facts": [{**each, "label": reporting.label_of(each["name"])} for each in facts],
            "readers": self.readers(report),
            "comments": report.comments.select_related("author")[:200],
            "may_change": bool(policies.can(user, verbs.CHANGE, report)),
            "edit_url": write_url(report.kind, report.starts_on),
            "delete_url": address("planning:report_delete", report.pk),
            "comment_url": address("planning:report_comment", report.pk),
            "error": error,
            "typed": typed,
        }  # fmt: skip

    def readers(self, report: WorkReport) -> list[dict[str, Any]]:
        """Each reader, with the time he last looked at the report; two queries."""
        people = [each.user for each in report.readers.select_related("user")]
        kind = ContentType.objects.get_for_model(WorkReport)
        seen = Seen.objects.filter(content_type=kind, object_id=report.pk, user__in=people)
        times = dict(seen.values_list("user_id", "viewed_at"))
        return [{"person": person, "read_at": times.get(person.pk)} for person in people]


class ReportCommentView(ReportDetailView):
    """Write a remark on a report; whoever only reads (an auditor) does not."""

    http_method_names = ["post"]

    def check_right(self) -> None:
        """Readers who write reports themselves."""
        policies.require(self.request.user, verbs.ADD, WorkReport)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report, text = self.get_object(), request.POST.get("text", "")
        try:
            services.comment_report(report, text, actor=request.user)
        except (DomainError, ValidationError) as error:
            said = getattr(error, "message", None) or sentences(error.messages)
            return self.show(self.context(report, error=said, typed=text), status=422)
        messages.success(request, _("The comment was saved."))
        return HttpResponseRedirect(report.get_absolute_url())


class ReportDeleteView(StepView):
    """Throw a draft away."""

    model = WorkReport
    verb = verbs.DELETE
    title = gettext_lazy("Delete the draft")
    question = gettext_lazy("Delete this draft for good?")
    is_harmless = False

    def do(self, obj: WorkReport) -> HttpResponse:
        services.delete_report(obj, actor=self.request.user)
        messages.success(self.request, _("The draft was deleted."))
        return HttpResponseRedirect(address("planning:report_list"))


class ReportTeamView(PageView):
    """Who of my people has sent a report of a span, and who has not."""

    model = WorkReport
    template = "planning/report_team.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("kind", "")
        kind = kind if kind in ReportKind.values else ReportKind.DAILY
        day = parse_day(request.GET.get("day", "")) or clock.today()
        first, last = reporting.span_of(kind, day)
        lines = duties.lines_for(request.user, kind, first)
        sent = sum(line.report is not None for line in lines)
        return self.show(
            {
                "title": _("Sent and missing"),
                "span": str(WorkReport(kind=kind, starts_on=first, ends_on=last)),
                "lines": lines,
                "sent": sent,
                "missing": len(lines) - sent,
                "is_due": kind != ReportKind.DAILY or duties.is_due_on(first),
                "kinds": [
                    (label, self.url(value, day), value == kind)
                    for value, label in ReportKind.choices
                ],
                "before_url": self.url(kind, first - timedelta(days=1)),
                "behind_url": self.url(kind, last + timedelta(days=1)),
            }
        )

    def url(self, kind: str, day: date) -> str:
        """This page for another span."""
        return f"{self.request.path}?{urlencode({'kind': kind, 'day': day.isoformat()})}"
