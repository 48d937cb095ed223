"""The wizard: upload, mapping, check, run, result; one address per import, shown by its state."""

import io
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core.errors import DomainError
from crm.core.messages import listed, sentences
from crm.core.workbook.writer import Column, Template, write_template
from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.importing.forms import DecisionForm, MappingForm, UploadForm
from crm.jobs.importing.resources import Resource
from crm.jobs.models import Job, JobRow, State
from crm.jobs.presenting import progress_of
from crm.web.views.base import PageView

#: Problems on one page of the check.
PAGE = 50
HISTORY = 10
KEPT = 200
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ImportPage(PageView):
    """Shared: the resource, its jobs, the steps."""

    resource: ClassVar[Resource]
    dictionaries: ClassVar[dict[str, str]] = {}
    list_url_name: ClassVar[str] = ""
    verb = verbs.IMPORT

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "resource"):
            cls.model = cls.resource.model

    def jobs(self) -> Any:
        """Imports of this resource by this user; nobody sees another one's."""
        codes = [f"{self.resource.code}.import", f"{self.resource.code}.import_undo"]
        return Job.objects.of(self.request.user).filter(kind__in=codes)

    def job(self) -> Job:
        """The job of the address."""
        found = self.jobs().select_related("actor").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def url(self, page: str, *args: Any) -> str:
        """An address of the wizard."""
        name = f"{self.resource.url_name}_{page}" if page else self.resource.url_name
        return reverse(name, args=args)

    def frame(self, step: int) -> dict[str, Any]:
        """Title and steps; `step` counts from 0."""
        labels = [_("Upload"), _("Mapping"), _("Check"), _("Import"), _("Result")]
        return {
            "title": _("Import: %(what)s") % {"what": self.resource.label},
            "entity_label": self.resource.label,
            "cancel_url": reverse(self.list_url_name),
            "steps": [
                {
                    "label": label,
                    "state": "done" if place < step else "now" if place == step else "next",
                }
                for place, label in enumerate(labels)
            ],
        }


class UploadView(ImportPage):
    """Step 1."""

    template = "generic/import_upload.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(UploadForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                job = services.start(self.resource, upload, upload.name, actor=request.user)
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect(self.url("job", job.pk))
        return self.show(self.context(form), status=422)

    def context(self, form: UploadForm) -> dict[str, Any]:
        """The form, the template workbook and earlier imports."""
        return self.frame(0) | {
            "form": form,
            "template_url": self.url("template"),
            "limits": [
                _("Excel (.xlsx) or CSV, UTF-8 or GB18030, up to 20 MB and 100,000 rows."),
                _("The heading row is found by itself; titles and totals are left out."),
                _("Nothing is written before you have seen every problem."),
                _("An import can be undone."),
            ],
            "history": [self.history_row(job) for job in self.history()],
        }

    def history(self) -> Any:
        """Earlier imports, newest first."""
        ended = (State.DONE, State.FAILED, State.CANCELLED, State.CHECKED, State.RUNNING)
        rows = self.jobs().filter(kind=services.code_of(self.resource), state__in=ended)
        return rows.order_by("-pk")[:HISTORY]

    def history_row(self, job: Job) -> dict[str, Any]:
        """One earlier import."""
        counts = job.counters
        text = _("%(created)s created, %(updated)s updated, %(refused)s refused") % {
            "created": counts.get("created", 0),
            "updated": counts.get("updated", 0),
            "refused": counts.get("refused", 0),
        }
        return {
            "file": job.source_name,
            "at": job.created_at,
            "state": job.get_state_display(),
            "text": text if job.state == State.DONE else job.message,
            "url": self.url("job", job.pk),
        }


class TemplateView(ImportPage):
    """The template workbook with notes, drop-downs and the region cascade."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        columns = [
            Column(
                str(item.label) if get_language() == "en" else item.label_zh,
                required=item.required,
                note=str(item.help),
                choices=tuple(item.choices()) if item.choices else (),
            )
            for item in self.resource.fields
        ]
        notes = (
            _("Red headings are required. Keep the heading row; delete the example row."),
            _("Dates: 2026-01-15. Several tags or numbers in one cell: separate them by commas."),
        )
        title = str(self.resource.label)
        template = Template(title, notes, (), **self.resource.extra_template())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "template.xlsx"
            write_template(path, columns, template)
            data = io.BytesIO(path.read_bytes())
        name = _("Import template") + f"-{title}.xlsx"
        response = FileResponse(data, as_attachment=True, filename=name)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class JobView(ImportPage):
    """Steps 2 to 5: what an import's state asks for."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.job()
        if job.kind.endswith("_undo"):
            return self.show_undo(job)
        if job.state == State.DRAFT or (
            job.state == State.CHECKED and request.GET.get("step") == "mapping"
        ):
            return self.show_mapping(job, MappingForm(self.resource, job))
        if job.state == State.CHECKED:
            return self.show_check(job, self.decision_form(job))
        if job.state in (State.CHECKING, State.QUEUED, State.RUNNING):
            return self.show_run(job)
        return self.show_result(job)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.job()
        if "run" in request.POST and job.state == State.CHECKED:
            return self.run(job)
        form = MappingForm(self.resource, job, request.POST)
        if not form.is_valid():
            return self.show_mapping(job, form, status=422)
        job = services.configure(job, mapping=form.mapping(), options=form.options(), decisions={})
        services.remember_mapping(self.resource, request.user, job)
        states.start_check(job)
        return redirect(self.url("job", job.pk))

    def run(self, job: Job) -> HttpResponse:
        """Store what was decided and queue the job; a second click is refused by its state."""
        form = self.decision_form(job, self.request.POST)
        if form.is_valid():
            job = services.configure(job, decisions=form.decisions())
            states.start_run(job)
            return redirect(self.url("job", job.pk))
        return self.show_check(job, form, status=422)

    def decision_form(self, job: Job, data: Any = None) -> DecisionForm:
        """The form about unknown values."""
        return DecisionForm(self.resource, job, self.dictionaries, data)

    # --- pages ----------------------------------------------------------------------------------
    def show_mapping(self, job: Job, form: MappingForm, status: int = 200) -> HttpResponse:
        """Step 2."""
        self.template = "generic/import_mapping.html"
        chosen = set(job.params["mapping"].values())
        earlier = services.earlier_import(job)
        if earlier and status == 200:
            messages.warning(
                self.request,
                _("This file has been imported already on %(day)s.")
                % {"day": date_format(localtime(earlier.created_at), "DATE_FORMAT")},
            )
        context = self.frame(1) | {
            "file_name": job.source_name,
            "heading_row": job.params["heading"][0],
            "row_count": job.total if job.total is not None else "…",
            "mapping": [self.mapping_row(column, form) for column in job.params["columns"]],
            "options": form.switches(),
            "missing": [
                item.label
                for item in self.resource.fields
                if item.required and item.name not in chosen
            ],
            "form": form,
            "back_url": self.url(""),
        }
        return self.show(context, status=status)

    def mapping_row(self, column: dict[str, Any], form: MappingForm) -> dict[str, Any]:
        """One column of the file."""
        sure = "sure" if column["confidence"] >= 0.9 else "guess"
        place = column["index"]
        high, low = divmod(place, 26)
        return {
            "heading": column["heading"],
            "letter": (LETTERS[high - 1] if high else "") + LETTERS[low],
            "samples": column["samples"],
            "field": form[f"col_{place}"],
            "state": sure if column["field"] else "none",
        }

    def show_check(self, job: Job, form: DecisionForm, status: int = 200) -> HttpResponse:
        """Step 3."""
        self.template = "generic/import_check.html"
        labels = {item.name: item.label for item in self.resource.fields}
        problems = job.params.get("problems", [])
        level = self.request.GET.get("level", "")
        shown = [item for item in problems if not level or item["level"] == level]
        page = self.page_number()
        context = self.frame(2) | {
            "counts": self.check_counts(job),
            "summary": self.summary(job),
            "problems": [
                {**item, "column": labels.get(item["field"], "")}
                for item in shown[(page - 1) * PAGE : page * PAGE]
            ],
            "problems_total": job.params.get("problems_total", 0),
            "problem_kinds": self.problem_kinds(problems, level),
            "pager": self.problem_pager(page, len(shown), level),
            "unknown": [
                {"label": labels[name], "value": word, "count": count, "field": form[key]}
                for key, name, word, count in form.asked
            ],
            "invite_role": form["invite_role"] if "invite_role" in form.fields else None,
            "can_run": bool(job.total),
            "refuse_reason": "" if job.total else _("The file has no data rows."),
            "submit_label": self.run_label(job),
            "back_url": f"{self.url('job', job.pk)}?step=mapping",
        }
        return self.show(context, status=status)

    def run_label(self, job: Job) -> str:
        """What the run will write, as the check sees it; without anything it only reports."""
        rows = int(job.counters.get("new", 0) + job.counters.get("update", 0))
        return (
            _("Import %(n)s rows") % {"n": f"{rows:,}"} if rows else _("Finish, nothing to write")
        )

    def page_number(self) -> int:
        """The page of problems."""
        value = self.request.GET.get("page", "1")
        return max(1, int(value)) if value.isdecimal() and len(value) < 6 else 1

    def problem_kinds(self, problems: list[dict[str, Any]], level: str) -> list[dict[str, Any]]:
        """Filters above the problems."""
        names = {
            "": _("All"),
            "refused": _("Rows refused"),
            "dropped": _("Values left empty"),
            "repaired": _("Repaired"),
            "warning": _("Please look"),
        }
        counts = dict.fromkeys(names, 0)
        for item in problems:
            counts[item["level"]] += 1
        counts[""] = len(problems)
        return [
            {"label": label, "url": f"?level={key}", "active": key == level, "count": counts[key]}
            for key, label in names.items()
            if counts[key]
        ]

    def problem_pager(self, page: int, total: int, level: str) -> dict[str, Any] | None:
        """Previous and next page of problems."""
        if total <= PAGE:
            return None
        pages = -(-total // PAGE)
        base = f"?level={level}&page="
        return {
            "page": page,
            "pages": pages,
            "numbers": [],
            "prev_url": f"{base}{page - 1}" if page > 1 else None,
            "next_url": f"{base}{page + 1}" if page < pages else None,
            "page_size": PAGE,
            "sizes": [],
            "first_row": (page - 1) * PAGE + 1,
            "last_row": min(page * PAGE, total),
        }

    def summary(self, job: Job) -> str:
        """What was passed over, in words."""
        left_out = job.params.get("left_out", {})
        rows = _("%(n)s data rows.") % {"n": f"{job.total or 0:,}"}
        if not left_out:
            return rows
        parts = listed(f"{_(label)} {count}" for label, count in left_out.items())
        return sentences([rows, _("Left out: %(parts)s") % {"parts": parts}])

    def check_counts(self, job: Job) -> list[dict[str, Any]]:
        """Number cards of the check."""
        counts = job.counters
        skipped = counts.get("skip", 0) + counts.get("same", 0)
        cards = (
            ("new", _("New"), counts.get("new", 0), "new"),
            ("update", _("Update"), counts.get("update", 0), "update"),
            ("skip", _("Skipped"), skipped, "same"),
            ("refuse", _("Refused"), counts.get("refuse", 0), "refused"),
            ("repaired", _("Repaired"), counts.get("repaired", 0), "repaired"),
            ("incomplete", _("Incomplete"), counts.get("incomplete", 0), "incomplete"),
        )
        return [card(*values) for values in cards]

    def show_run(self, job: Job) -> HttpResponse:
        """Step 3 while it is checked, step 4 while it runs."""
        self.template = "generic/import_run.html"
        step = 2 if job.state == State.CHECKING else 3
        return self.show(self.frame(step) | {"job": progress_of(job, self.request.user)})

    def show_result(self, job: Job) -> HttpResponse:
        """Step 5."""
        self.template = "generic/import_result.html"
        errors = job.files.filter(code="errors").first()
        counts = job.counters
        undone = self.jobs().filter(kind=f"{job.kind}_undo", params__import=job.pk).first()
        written = counts.get("created", 0) + counts.get("updated", 0)
        cards = (
            ("created", _("Created"), counts.get("created", 0), "new"),
            ("updated", _("Updated"), counts.get("updated", 0), "update"),
            ("skipped", _("Skipped"), counts.get("skipped", 0), "same"),
            ("refused", _("Refused"), counts.get("refused", 0), "refused"),
            ("repaired", _("Repaired"), counts.get("repaired", 0), "repaired"),
            ("incomplete", _("Incomplete"), counts.get("incomplete", 0), "incomplete"),
        )
        context = self.frame(4) | {
            "job": progress_of(job, self.request.user) | {"files": []},
            "counts": [card(*values) for values in cards],
            "error_url": reverse("jobs:job_file", args=[job.pk, errors.pk]) if errors else "",
            "undo_url": self.url("undo", job.pk) if written and not undone else "",
            "undo_text": _("Records changed since are left as they are."),
            "list_url": reverse(self.list_url_name),
        }
        return self.show(context)

    def show_undo(self, job: Job) -> HttpResponse:
        """What an undo has taken back, and what it had to leave."""
        if not job.is_finished:
            return self.show_run(job)
        self.template = "generic/import_result.html"
        rows = job.rows.filter(outcome=JobRow.Outcome.KEPT).order_by("row_no")[:KEPT]
        found = self.model.objects.visible_to(self.request.user).in_bulk(
            [row.object_id for row in rows]
        )
        kept = [
            {
                "label": str(found.get(row.object_id, f"#{row.row_no}")),
                "url": found[row.object_id].get_absolute_url() if row.object_id in found else "",
                "reason": row.message,
            }
            for row in rows
        ]
        cards = (
            ("reverted", _("Reverted"), job.counters.get("reverted", 0), "update"),
            ("kept", _("Kept"), job.counters.get("kept", 0), "incomplete"),
        )
        context = self.frame(4) | {
            "job": progress_of(job, self.request.user),
            "counts": [card(*values) for values in cards],
            "reverted": job.counters.get("reverted", 0),
            "kept": kept,
            "list_url": reverse(self.list_url_name),
        }
        return self.show(context)


class UndoView(ImportPage):
    """Take an import back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        undo = services.undo(self.job(), actor=request.user)
        return redirect(self.url("job", undo.pk))


def card(key: str, label: str, value: int, tone: str) -> dict[str, Any]:
    """One number card."""
    return {"key": key, "label": label, "value": f"{value:,}", "tone": tone}
