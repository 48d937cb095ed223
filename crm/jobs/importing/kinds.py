"""The job kinds of an import and of its undo (`contracts.md` 1.1, 1.7; `reliability.md` 4.6)."""

import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.audit.services import record
from crm.core.bulk import Maker, commit_without_waiting, insert_many
from crm.core.messages import sentences
from crm.core.workbook.headings import SKIP_MESSAGES
from crm.core.workbook.writer import Column, write_table
from crm.jobs.files import attach
from crm.jobs.importing import tables
from crm.jobs.importing.fields import MISSING
from crm.jobs.importing.resources import REFUSE, SAME, SKIP, Options, Resource, Row, Written
from crm.jobs.kinds import JobKind
from crm.jobs.leases import Lease
from crm.jobs.models import Job, JobRow

#: Rows converted and looked up together.
BATCH = 500
#: Seconds between two signs of life of a check.
SIGN_OF_LIFE = 0.5
#: Problems of each severity kept for the check page; the error workbook holds all that count.
PROBLEMS = 1_000
#: How the page sorts them: what costs a row first, what costs nothing last.
GROUPS = ("refused", "dropped", "warning", "repaired")
#: Words of one field that the check page asks about.
WORDS = 200

Outcome = JobRow.Outcome
_new_entry = Maker(JobRow)
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ImportKind(JobKind):
    """Import of one resource: check reads and converts, slice writes hundreds of rows at a time."""

    resource: Resource
    verb = verbs.IMPORT
    source = "import"
    icon = "upload"
    group = "import"
    row_by_row = True

    # --- check ----------------------------------------------------------------------------------
    def check(self, job: Job, lease: Lease) -> bool:
        """Convert and examine every row, write nothing but the rows file (`contracts.md` 1.1)."""
        report = CheckReport()
        path = tables.rows_path(job)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as out:
            rows = tables.records(job)
            said = time.monotonic()
            for batch in self._examined(job, rows):
                for row in batch:
                    out.write(_as_json(row.dump()) + "\n")
                    report.add(row)
                if time.monotonic() - said >= SIGN_OF_LIFE:
                    with lease.step(job):
                        job.done = report.rows
                    said = time.monotonic()
        Path(out.name).replace(path)
        with lease.step(job):
            job.total = job.done = report.rows
            job.counters = dict(report.counts)
            job.params = {
                **job.params,
                "place": 0,
                "problems": report.problems,
                "problems_total": report.problems_total,
                "unknown": {name: dict(words) for name, words in report.unknown.items()},
                "left_out": {str(SKIP_MESSAGES[key]): n for key, n in rows.counts.items()},
            }
        return False

    def _examined(self, job: Job, rows: Any) -> Any:
        options = Options.of(job.params)
        known = self.resource.known(job.actor)
        converter = tables.Converter(self.resource, job.params, known)
        seen: dict[Any, Any] = {}
        for part in tables.batches(rows, BATCH):
            converted = [converter.row(number, cells) for number, cells in part]
            for row in converted:
                apply_switches(row, options)
            self.resource.examine(converted, job.actor, options, seen)
            yield converted

    # --- run ------------------------------------------------------------------------------------
    def slice(self, job: Job, lease: Lease) -> bool:
        """Write the next rows with their ledger entries in one transaction."""
        place = int(job.params.get("place", 0))
        rows, behind = tables.read_rows(job, place, lease.limit)
        if not rows:
            return False
        with lease.step(job):
            commit_without_waiting()
            written = self.resource.write(rows, job.actor, Options.of(job.params), job.source_name)
            self._ledger(job, written)
            job.params = {**job.params, "place": behind}
        return True

    def refuse_row(self, job: Job, lease: Lease, reason: str) -> None:
        """The next row alone broke: refuse it and go on."""
        rows, behind = tables.read_rows(job, int(job.params.get("place", 0)), 1)
        with lease.step(job):
            self._ledger(job, [Written(row, Outcome.REFUSED, reason=reason) for row in rows])
            job.params = {**job.params, "place": behind}

    def _ledger(self, job: Job, written: list[Written]) -> None:
        kind = ContentType.objects.get_for_model(self.resource.model)
        entries = []
        for item in written:
            stored = item.outcome in (Outcome.CREATED, Outcome.UPDATED)
            level = item.row.level if stored else ""
            job.count(item.outcome)
            if level:
                job.count(level)
            entries.append(
                _new_entry(
                    job_id=job.pk,
                    row_no=item.row.number,
                    outcome=str(item.outcome),
                    level=level,
                    message=message_of(item),
                    content_type_id=kind.pk if item.obj is not None else None,
                    object_id=item.obj.pk if item.obj is not None else None,
                    data=item.data,
                )
            )
        insert_many(entries)
        job.done += len(entries)

    # --- end ------------------------------------------------------------------------------------
    def prepare_result(self, job: Job, lease: Lease) -> None:
        """The error workbook: why, the row's number, then the user's own cells."""
        rows = job.rows.exclude(message="").order_by("row_no")
        reasons = dict(
            rows.exclude(outcome=Outcome.SKIPPED, level="").values_list("row_no", "message")
        )
        if not reasons:
            return
        columns = [Column(_("Reason"), width=40), Column(_("Row"), width=6)]
        columns += [Column(name or "-") for name in job.params["heading"][1]]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "errors.xlsx"
            cells = (
                [reasons[number], str(number), *texts]
                for number, texts in tables.original_rows(job, set(reasons))
            )
            write_table(path, columns, cells)
            name = f"{Path(job.source_name).stem}-{_('errors')}.xlsx"
            attach(job, "errors", label=_("Error workbook"), name=name, source=path)

    def finish(self, job: Job) -> None:
        """One summary event."""
        counts = {name: [None, job.counters.get(name, 0)] for name in RESULT_COUNTS}
        record(
            self.resource.summary_event,
            None,
            actor=job.actor,
            changes=counts,
            note=job.source_name,
            label=str(self.resource.label),
        )

    def page(self, job: Job) -> str:
        return self.resource.job_url(job)


RESULT_COUNTS = ("created", "updated", "skipped", "refused", "repaired", "incomplete")


def message_of(item: Written) -> str:
    """Everything a user should know about a row: the refusal, else the remarks that matter."""
    if item.reason:
        return item.reason
    if not item.row.notes:
        return ""
    texts = [note.text() for _field, note in item.row.notes if note.severity != "repaired"]
    return sentences(dict.fromkeys(texts))


def apply_switches(row: Row, options: Options) -> None:
    """坏值即拒绝: a row with a lost value is refused where the user wants that."""
    if not options.refuse_bad:
        return
    lost = [
        note.text()
        for _field, note in row.notes
        if note.severity == "dropped" and note.code != MISSING
    ]
    if lost:
        row.refuse(sentences(lost))


class CheckReport:
    """Counts and problems of a check, in flat memory."""

    def __init__(self) -> None:
        self.rows = 0
        self.counts: Counter[str] = Counter()
        self.kept: dict[str, list[dict[str, Any]]] = {group: [] for group in GROUPS}
        self.problems_total = 0
        self.unknown: dict[str, Counter[str]] = {}

    def add(self, row: Row) -> None:
        """Count one row and keep its problems for the page."""
        self.rows += 1
        self.counts[row.outcome] += 1
        if row.outcome not in (REFUSE, SKIP, SAME) and row.level:
            self.counts[row.level] += 1
        for name, word in row.unknown():
            words = self.unknown.setdefault(name, Counter())
            if word in words or len(words) < WORDS:
                words[word] += 1
        if row.reason:
            self._problem(row, "", row.reason, "", row.outcome)
        for name, note in row.notes:
            self._problem(row, name, note.text(), note.suggestion, str(note.severity))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems kept, the gravest first."""
        return [item for group in GROUPS for item in self.kept[group]]

    def _problem(self, row: Row, name: str, reason: str, repair: str, level: str) -> None:
        self.problems_total += 1
        group = group_of(level)
        if len(self.kept[group]) < PROBLEMS:
            self.kept[group].append(
                {
                    "row": row.number,
                    "field": name,
                    "value": row.typed.get(name, ""),
                    "reason": reason,
                    "repair": repair,
                    "level": group,
                }
            )


def group_of(level: str) -> str:
    """The severity of an outcome or a remark as the check page groups it."""
    known = {REFUSE: "refused", SKIP: "warning", SAME: "warning", "suspect": "warning"}
    return known.get(level, level)


class UndoKind(JobKind):
    """Takes an import back where nobody has touched its rows since."""

    resource: Resource
    verb = verbs.IMPORT
    source = "import"
    icon = "arrow-back-up"
    group = "import"

    def slice(self, job: Job, lease: Lease) -> bool:
        """Take back the next rows, last ones first, each with its own ledger entry."""
        done = job.rows.values("row_no")
        source = JobRow.objects.filter(
            job_id=job.params["import"], outcome__in=(Outcome.CREATED, Outcome.UPDATED)
        )
        rows = list(source.exclude(row_no__in=done).order_by("-row_no")[: lease.limit])
        if not rows:
            return False
        with lease.step(job):
            reasons = self.resource.undo_many(rows, job.actor)
            entries = [self._entry(job, *pair) for pair in zip(rows, reasons, strict=True)]
            JobRow.objects.bulk_create(entries)
            job.done += len(entries)
        return True

    def _entry(self, job: Job, row: JobRow, reason: str) -> JobRow:
        outcome = Outcome.KEPT if reason else Outcome.REVERTED
        job.count(outcome)
        return JobRow(
            job=job,
            row_no=row.row_no,
            outcome=outcome,
            message=reason,
            content_type_id=row.content_type_id,
            object_id=row.object_id,
        )

    def page(self, job: Job) -> str:
        return self.resource.job_url(job)
