"""The job kind of bulk actions on more rows than one request does (`crm.web.bulk`).

The rows are those that were confirmed, by key; each one is looked for again among what the user
may touch when its turn comes, and done by the same service as a single row.
"""

import tempfile
from array import array
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Max
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies
from crm.core.errors import InvalidValue
from crm.core.messages import sentences
from crm.core.workbook.writer import Column, ColumnKind, write_table
from crm.jobs import services
from crm.jobs.files import attach, store_upload
from crm.jobs.kinds import JobKind, register
from crm.jobs.leases import Lease
from crm.jobs.models import Job, JobRow
from crm.web import bulk
from crm.web.bulk import BulkAction, Order, Selection

#: Rows in one transaction: services are slower than imports, and SQLite has one writer.
STEP = 25
#: Bytes of one key in the file of keys.
WIDTH = 8

Outcome = JobRow.Outcome
OUTCOMES = {"done": Outcome.DONE, "refused": Outcome.REFUSED, "failed": Outcome.FAILED}


@register
class BulkKind(JobKind):
    """Any registered bulk action; `params` name it, `source_file` holds the keys of the rows."""

    code = "jobs.bulk"
    label = gettext_lazy("Bulk action")
    group = "bulk"
    row_by_row = True

    def authorise(self, job: Job) -> None:
        """The right of the action on its model."""
        action = action_of(job)
        policies.require(job.actor, action.verb, action.spec.model)

    def slice(self, job: Job, lease: Lease) -> bool:
        """Do the next rows, with their ledger entries in one transaction."""
        place, keys = _next_keys(job, min(lease.limit, STEP))
        if not keys:
            return False
        action = action_of(job)
        data = _form_data(job, action)
        with lease.step(job):
            rows = {row.pk: row for row in _selection(job, action, keys).permitted}
            entries = []
            for number, key in enumerate(keys, place + 1):
                entry = _entry(job, action, rows.get(key), data)
                entries.append(_numbered(entry, number, key))
            _store(job, entries)
        return True

    def refuse_row(self, job: Job, lease: Lease, reason: str) -> None:
        """The next row alone broke: say so and go on."""
        place, keys = _next_keys(job, 1)
        action = action_of(job)
        with lease.step(job):
            entry = JobRow(job=job, outcome=Outcome.FAILED, message=reason)
            entry.content_type = ContentType.objects.get_for_model(action.spec.model)
            _store(job, [_numbered(entry, place + 1, keys[0])])

    def prepare_result(self, job: Job, lease: Lease) -> None:
        """What became of each row, as a workbook."""
        columns = [
            Column(_("No."), ColumnKind.NUMBER, width=8),
            Column(_("Record"), width=36),
            Column(_("Result"), width=10),
            Column(_("Reason"), width=60),
        ]
        labels = dict(Outcome.choices)
        rows = job.rows.order_by("row_no").values_list("row_no", "data", "outcome", "message")
        cells = (
            [number, data.get("label", ""), str(labels[outcome]), message]
            for number, data, outcome, message in rows.iterator(chunk_size=2_000)
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.xlsx"
            write_table(path, columns, cells)
            name = f"{_('Report')}-{job.pk}.xlsx"
            attach(job, "report", label=_("Report per row"), name=name, source=path)

    def broken_off(self, job: Job, lease: Lease) -> None:
        """The rows that were done before."""
        if job.done:
            self.prepare_result(job, lease)

    def facts(self, job: Job) -> list[dict[str, Any]]:
        """How many rows were done, refused, failed."""
        names = [("done", _("Done")), ("refused", _("Refused")), ("failed", _("Failed"))]
        return [{"label": label, "value": job.counters.get(name, 0)} for name, label in names]

    def links(self, job: Job) -> list[dict[str, Any]]:
        """Back to the list the rows were marked on."""
        return [{"label": _("Back to the list"), "url": job.params["back"]}]


def run_later(order: Order) -> str:
    """Make the job of an order; returns its address. Raises NotAllowed."""
    action = order.action
    keys = ContentFile(array("q", order.ids).tobytes(), name="keys.bin")
    job = services.enqueue(
        BulkKind.code,
        actor=order.user,
        params={
            "action": action.key(),
            "query": order.query,
            "data": dict(order.data),
            "back": order.back,
        },
        source=store_upload(keys),
        source_name=f"{action.label} · {action.spec.model._meta.verbose_name_plural}",
        total=len(order.ids),
    )
    return job.get_absolute_url()


bulk.run_later.append(run_later)


def action_of(job: Job) -> BulkAction:
    """The action of a job. Raises InvalidValue for one this version does not know."""
    found = bulk.ACTIONS.get(job.params["action"])
    if found is None:
        raise InvalidValue(
            _("The bulk action failed: this version does not know it."), code="unknown_action"
        )
    return found()


def _next_keys(job: Job, limit: int) -> "tuple[int, array[int]]":
    """The number of rows in the ledger, and the keys behind them. Raises InvalidValue."""
    place = job.rows.aggregate(last=Max("row_no"))["last"] or 0
    keys = array("q")
    if not job.source_file or not default_storage.exists(job.source_file):
        raise InvalidValue(
            _("The bulk action failed: the list of its rows is not kept any more."), code="expired"
        )
    with default_storage.open(job.source_file, "rb") as stream:
        stream.seek(place * WIDTH)
        keys.frombytes(stream.read(limit * WIDTH))
    return place, keys


def _form_data(job: Job, action: BulkAction) -> dict[str, Any]:
    """The action's form as the user may fill it now. Raises InvalidValue, for example where the
    chosen colleague has left.
    """
    sent = QueryDict(mutable=True)
    for name, values in job.params["data"].items():
        sent.setlist(name, values)
    form = action.form(sent, job.actor)
    if form is None:
        return {}
    if not form.is_valid():
        reasons = [text for errors in form.errors.values() for text in errors]
        raise InvalidValue(
            _("The bulk action failed: %(reason)s") % {"reason": sentences(reasons)}, code="form"
        )
    return form.cleaned_data


def _selection(job: Job, action: BulkAction, keys: "array[int]") -> Selection:
    return Selection(action.spec, job.actor, action.verb, list(keys), query=job.params["query"])


def _entry(job: Job, action: BulkAction, obj: Any, data: dict[str, Any]) -> JobRow:
    """Do one row; what the user cannot reach any more is refused without its name."""
    kind = ContentType.objects.get_for_model(action.spec.model)
    if obj is None:
        reason = _("Failed: the record is gone, or you may not do this with it any more.")
        return JobRow(job=job, outcome=Outcome.REFUSED, message=reason, content_type=kind)
    done = action.run_one(obj, data, job.actor)
    return JobRow(
        job=job,
        outcome=OUTCOMES[done.state],
        message=done.reason,
        content_type=kind,
        data={"label": done.label},
    )


def _numbered(entry: JobRow, number: int, key: int) -> JobRow:
    entry.row_no, entry.object_id = number, key
    return entry


def _store(job: Job, entries: list[JobRow]) -> None:
    """The ledger rows and what they add to the counts."""
    JobRow.objects.bulk_create(entries)
    for entry in entries:
        job.count(str(entry.outcome))
    job.done += len(entries)
