"""Export and import of a small table on the pages of its administration.

The check shows everything and writes nothing; what it has shown comes back with the answer,
signed, and is checked again before it is written. Not here: what a table is (`resources`).
"""

import tempfile
from dataclasses import astuple
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core import clock
from crm.core.errors import DomainError, InvalidValue
from crm.core.messages import sentences
from crm.core.workbook.headings import LOOK_AHEAD
from crm.core.workbook.small import small_table, too_large
from crm.core.workbook.writer import Column, write_table
from crm.web.workbooks.plans import Plan, Table
from crm.web.workbooks.resources import LIMIT, WorkbookResource

#: Characters of a form that are read (`DATA_UPLOAD_MAX_MEMORY_SIZE`), with room for the rest.
MOST_ANSWER = 2_000_000
#: Problems and changes on the page.
SHOWN = 500
MOVED = gettext_lazy(
    "Importing failed: somebody has changed these entries in the meantime."
    " Look at what would happen now."
)


class WorkbookForm(forms.Form):
    """A file, or what was understood of it before; `plan` is what it would do."""

    file = forms.FileField(
        label=gettext_lazy("File (.xlsx or .csv)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    checked = forms.CharField(required=False, widget=forms.HiddenInput)
    #: Set by `clean`.
    table: Table | None = None
    plan: Plan | None = None
    #: Whether a plan was seen, and still holds.
    is_confirmed = False

    def __init__(self, *args: Any, resource: WorkbookResource, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        self.salt = f"workbook of {resource._meta.model._meta.label}"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        try:
            table, digest = self.read(data.get("file"), data.get("checked", ""))
            self.table, self.plan = table, self.resource.check(table)
            if len(self.answer) > MOST_ANSWER:
                raise too_large()
        except DomainError as error:
            self.plan = None
            self.add_error("file", error.message)
            return data
        self.is_confirmed = digest == self.plan.digest and self.plan.can_run
        if digest and digest != self.plan.digest:
            self.add_error(None, MOVED)
        elif not table.rows:
            self.add_error("file", _("Reading the file failed: there is no row below the heading."))
        return data

    def read(self, upload: UploadedFile | None, checked: str) -> tuple[Table, str]:
        """The table and, where it was checked before, what was found then."""
        if upload:
            return self.resource.table(small_table(upload, LIMIT + LOOK_AHEAD)), ""
        try:
            heading, names, rows, digest = signing.loads(checked, salt=self.salt)
        except signing.BadSignature as error:
            raise InvalidValue(_("Importing failed: choose a file first.")) from error
        return Table(heading, names, rows), digest

    @cached_property
    def answer(self) -> str:
        """What comes back with the answer to what the check has found."""
        content = (*astuple(self.table), self.plan.digest)
        return signing.dumps(content, salt=self.salt, compress=True)


class WorkbookAdmin:
    """Adds to an administration: Export on the list, Import for whoever may add and change."""

    resource: ClassVar[type[WorkbookResource]]

    def get_urls(self) -> list[URLPattern]:
        guard, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("export/", guard(self.export_view), name=f"{name}_export"),
            path("import/", guard(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = [{"label": _("Export"), "url": self.url("export"), "icon": "download"}]
        if self.may_import(request):
            found.append({"label": _("Import"), "url": self.url("import"), "icon": "upload"})
        return [*found, *super().list_tools(request)]

    def may_import(self, request: HttpRequest) -> bool:
        """Whether the user may add and change such rows anyway."""
        model = self.resource._meta.model
        may = (policies.can(request.user, verb, model) for verb in (verbs.ADD, verbs.CHANGE))
        return self.has_view_permission(request) and all(may)

    def rows_out(self, request: HttpRequest, resource: WorkbookResource) -> models.QuerySet:
        """The rows an export holds."""
        return resource.get_queryset()

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """The table as a workbook that the import takes back."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        resource = self.resource(request.user)
        title = str(resource._meta.model._meta.verbose_name_plural)
        columns = [Column(label, width=20) for label in resource.labels()]
        with tempfile.TemporaryDirectory(prefix="table-") as folder:
            place = Path(folder) / "table.xlsx"
            write_table(
                place, columns, resource.cells(self.rows_out(request, resource)), sheet=title
            )
            stream = place.open("rb")  # stays readable after the folder has gone
        name = f"{title}-{clock.today():%Y%m%d}.xlsx"
        response = FileResponse(stream, as_attachment=True, filename=name)
        response["Cache-Control"] = "private, no-store"
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file is checked, what it would do is shown; the answer writes all of it or nothing."""
        if not self.may_import(request):
            raise PermissionDenied
        resource = self.resource(request.user)
        form = WorkbookForm(request.POST or None, request.FILES or None, resource=resource)
        if form.is_valid() and form.is_confirmed and self._written(request, form):
            return HttpResponseRedirect(self.url("changelist"))
        title = _("Import into “%(kind)s”") % {
            "kind": resource._meta.model._meta.verbose_name_plural
        }
        return self.page(
            request,
            "admin/workbooks/import.html",
            title=title,
            form=form,
            **(_found(form.plan) if form.plan else {}),
            headings=resource.labels(),
            kept=[resource.label(name) for name in resource._meta.fields if resource.keeps(name)],
            found_by=[resource.label(name) for name in resource._meta.import_id_fields],
            export_url=self.url("export"),
            list_url=self.url("changelist"),
            limit=LIMIT,
        )

    @staticmethod
    def _written(request: HttpRequest, form: WorkbookForm) -> bool:
        try:
            form.resource.write(form.plan)
        except DomainError as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            form.add_error(None, sentences(error.messages))
        except IntegrityError:
            form.add_error(None, MOVED)
        else:
            counts = {"made": form.plan.made, "changed": form.plan.changed, "same": form.plan.same}
            text = _("Imported: %(made)s created, %(changed)s changed, %(same)s left as they were.")
            messages.success(request, text % counts)
            return True
        return False


def _found(plan: Plan) -> dict[str, Any]:
    """What the page shows of a plan."""
    counts = (
        ("created", _("To be created"), plan.made, "new"),
        ("updated", _("To be changed"), plan.changed, "update"),
        ("same", _("As they are"), plan.same, "same"),
        ("refused", _("Problems"), len(plan.problems), "refused" if plan.problems else "same"),
    )
    names = ("key", "label", "value", "tone")
    return {
        "plan": plan,
        "counts": [dict(zip(names, each, strict=True)) for each in counts],
        "problems": plan.problems[:SHOWN],
        "changes": plan.changes[:SHOWN],
        "most": SHOWN,
    }
