"""The export page: asks for format and columns, then hands out the file or starts a job."""

from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.workbook.writer import CSV, XLSX
from crm.jobs.exporting import services
from crm.jobs.exporting.exports import AT_ONCE, Export, Wanted, shown_columns
from crm.jobs.exporting.forms import LIST, SHOWN, ExportForm
from crm.jobs.exporting.rows import Extract
from crm.web.bulk import Selection
from crm.web.paging import COUNT_CAP, capped_count
from crm.web.views.base import PageView

TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


class ExportView(PageView):
    """GET asks for the list of the query, POST for marked rows; `step=run` does it."""

    export: ClassVar[Export | None] = None
    url_prefix: ClassVar[str] = ""
    #: The list's own name, where it is not `<url_prefix>_list`.
    list_name: ClassVar[str] = ""
    verb = verbs.EXPORT
    template = "generic/export.html"
    partials = {"dialog-body": "generic/_export.html"}

    def check_right(self) -> None:
        """The verb `export` of the list's model."""
        policies.require(self.request.user, self.verb, self.export.spec.model)

    @cached_property
    def marked(self) -> Selection:
        """What the page was opened with: marked rows, or the whole list of a query."""
        request, spec = self.request, self.export.spec
        if request.method == "POST":
            return Selection.from_post(spec, request.user, self.verb, request.POST)
        query = request.GET.urlencode()
        return Selection(spec, request.user, self.verb, [], everything=True, query=query)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.form(None)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") != "run":
            return self.show(self.context(self.form(None)))
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(self.context(form), status=422)
        return self.hand_out(self.extract(form.cleaned_data))

    def form(self, data: Any) -> ExportForm:
        """The questions."""
        return ExportForm(data, marked=not self.marked.everything)

    def extract(self, data: dict[str, Any]) -> Extract:
        """What the answers ask for."""
        whole = self.marked.everything or data.get("rows") == LIST
        names = shown_columns(self.export, self.request.user) if data["columns"] == SHOWN else []
        wanted = Wanted(
            query=self.marked.query,
            ids=None if whole else tuple(self.marked.ids),
            columns=tuple(names),
            fmt=data["fmt"],
        )
        return Extract(self.export, wanted, self.request.user)

    def hand_out(self, extract: Extract) -> HttpResponse:
        """The file at once where it is small, else the page of the job that writes it."""
        keys = extract.keys(AT_ONCE + 1)
        if len(keys) > AT_ONCE:
            job = services.enqueue(extract)
            messages.info(
                self.request, _("The file is being written; the bell tells when it is done.")
            )
            return redirect(job)
        with TemporaryDirectory(prefix="export-") as folder:
            path = Path(folder) / "table"
            services.write_file(extract, path, keys)
            stream = path.open("rb")  # stays readable after the folder has gone
        name, kind = extract.file_name, TYPES[extract.wanted.fmt]
        response = FileResponse(stream, as_attachment=True, filename=name, content_type=kind)
        response["Cache-Control"] = "private, no-store"
        return response

    def context(self, form: ExportForm) -> dict[str, Any]:
        """What the page shows: how many rows, chosen by what, and the questions."""
        selection = self.marked
        ids = None if selection.everything else tuple(selection.ids)
        extract = Extract(self.export, Wanted(selection.query, ids), self.request.user)
        count = capped_count(selection.permitted)
        left_out = capped_count(selection.visible) - count
        return {
            "title": _("Export: %(list)s") % {"list": self.export.title},
            "form": form,
            "count": count,
            "count_text": f"{COUNT_CAP:,}+" if count > COUNT_CAP else f"{count:,}",
            "left_out": left_out,
            "filter_text": extract.filter_text(),
            "as_job": count > AT_ONCE,
            "hidden": [*self.hidden(), ("step", "run")],
            "action_url": self.request.path,
            "cancel_url": self.list_url(),
        }

    def hidden(self) -> list[tuple[str, str]]:
        """The rows for the second step; the query stays with marked rows for their order."""
        if self.marked.everything:
            return self.marked.hidden
        return [*self.marked.hidden, ("query", self.marked.query)]

    def list_url(self) -> str:
        """Back to the list, with its filters."""
        url, query = reverse(self.list_name or f"{self.url_prefix}_list"), self.marked.query
        return f"{url}?{query}" if query else url
