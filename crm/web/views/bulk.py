"""The two pages of a bulk action: confirm with count, sample and refused rows, then the report."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies
from crm.core.messages import NOT_ALLOWED
from crm.web import bulk, htmx
from crm.web.bulk import BulkAction, Order, Report, Selection
from crm.web.listing import ListSpec
from crm.web.paging import COUNT_CAP, capped_count
from crm.web.views.base import PageView


class BulkView(PageView):
    """First POST shows the confirmation, the second one (`confirmed=1`) does it (P20)."""

    spec: ClassVar[ListSpec]
    actions: ClassVar[tuple[type[BulkAction], ...]] = ()
    url_prefix: ClassVar[str] = ""
    template = "generic/bulk.html"
    partials = {"dialog-body": "generic/_bulk.html"}
    http_method_names = ["post"]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "spec" in cls.__dict__:
            cls.model = cls.spec.model

    def check_right(self) -> None:
        """The right of the action in the address."""
        known = {action.name: action for action in self.actions}
        if self.kwargs["action"] not in known:
            raise Http404
        self.action = known[self.kwargs["action"]]()
        policies.require(self.request.user, self.action.verb, self.spec.model)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        selection = Selection.from_post(self.spec, request.user, self.action.verb, request.POST)
        sent = request.POST.get("step") == "run"
        form = self.action.form(request.POST if sent else None, request.user)
        if sent and (form is None or form.is_valid()):
            return self.execute(selection, form.cleaned_data if form else {})
        return self.show(self.confirm_context(selection, form), status=422 if sent else 200)

    def confirm_context(self, selection: Selection, form: Any) -> dict[str, Any]:
        """Count, sample and refused rows of the selection."""
        permitted = selection.permitted
        count, seen = capped_count(permitted), capped_count(selection.visible)
        sample = list(permitted.order_by("-pk")[: bulk.SAMPLE])
        allowed = permitted.values("pk")
        refused = selection.visible.exclude(pk__in=allowed).order_by("-pk")[: bulk.SAMPLE]
        return {
            "title": self.action.label,
            "action_label": self.action.label,
            "count": count,
            "count_text": f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}",
            "sample": [self.named(obj) for obj in sample],
            "more_count": max(0, count - len(sample)),
            "refused": [{**self.named(obj), "reason": NOT_ALLOWED} for obj in refused],
            "refused_count": max(0, seen - count),
            "consequences": self.action.consequences(permitted),
            "form": form,
            "hidden": [*selection.hidden, ("step", "run")],
            "submit_label": self.action.label,
            "cancel_url": self.list_url(),
            "as_job": count > bulk.AT_ONCE,
            "danger": self.action.danger,
        }

    def execute(self, selection: Selection, data: dict[str, Any]) -> HttpResponse:
        """Run at once, or as a job above the limit."""
        ids = list(
            selection.permitted.order_by("pk").values_list("pk", flat=True)[: bulk.AT_ONCE + 1]
        )
        if len(ids) > bulk.AT_ONCE:
            return self.execute_later(selection)
        objects = self.spec.model.objects.filter(pk__in=ids).order_by("pk")
        report = self.action.run(objects, data, self.request.user)
        return self.report(report, {obj.pk: self.url_of(obj) for obj in objects})

    def execute_later(self, selection: Selection) -> HttpResponse:
        """Have a job do it, with the rows that are selected now, and show that job."""
        order = Order(
            self.action,
            self.request.user,
            selection.keys(),
            selection.query,
            bulk.sent_fields(self.request.POST),
            self.list_url(),
        )
        url = bulk.run_later[0](order)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def report(self, report: Report, urls: dict[int, str]) -> HttpResponse:
        """The result per row; what was not done is to be looked at."""
        self.template = "generic/bulk_result.html"
        self.partials = {"dialog-body": "generic/_bulk_result.html"}
        context = {
            "title": _("Result: %(action)s") % {"action": self.action.label},
            "done": report.count("done"),
            "refused": report.count("refused"),
            "failed": report.count("failed"),
            "rows": [
                {
                    "label": row.label,
                    "url": "" if row.state == "done" else urls.get(row.pk, ""),
                    "state": row.state,
                    "reason": row.reason,
                }
                for row in report.rows
            ],
            "back_url": self.list_url(),
        }
        response = self.show(context)
        return htmx.trigger(response, refresh="results") if self.request.htmx else response

    def list_url(self) -> str:
        """Back to the list, with its filters."""
        query = self.request.POST.get("query", "")
        url = reverse(f"{self.url_prefix}_list")
        return f"{url}?{query}" if query else url

    def named(self, obj: Any) -> dict[str, str]:
        """A record as a link."""
        return {"label": self.action.label_of(obj), "url": self.url_of(obj)}

    def url_of(self, obj: Any) -> str:
        """Address of a record."""
        return obj.get_absolute_url()
