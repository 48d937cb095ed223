"""The job kind of an export, one for each declared list, and the declaration itself."""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core.bulk import reading_once
from crm.core.errors import LimitReached
from crm.jobs import kinds, stopping
from crm.jobs.exporting.exports import EXPORTS, Export, Wanted
from crm.jobs.exporting.rows import Extract
from crm.jobs.exporting.services import record_export
from crm.jobs.files import attach
from crm.jobs.leases import LEASE, Lease, LeaseLost, moment
from crm.jobs.models import Job
from crm.web.listing import ListSpec

#: Seconds between two signs of life of a running export.
TICK = 1.0


class Interrupted(Exception):
    """The worker ends or the user wants to stop: give the half-written file up."""


class ExportKind(kinds.JobKind):
    """Writes the file in one go: it changes nothing, so a broken one is begun again.

    The progress is stored without resetting the attempts: an export that kills its worker is
    poison although it got far (F09).
    """

    label = gettext_lazy("Export")
    icon = "download"
    verb = verbs.EXPORT
    source = "job"
    group = "export"
    export: ClassVar[Export]

    def slice(self, job: Job, lease: Lease) -> bool:
        """Write and attach the file; True where the work was interrupted."""
        extract = self.extract(job)
        with TemporaryDirectory(prefix="export-") as folder:
            path = Path(folder) / "table"
            try:
                with reading_once():
                    rows = self._write(extract, path, job, lease)
            except Interrupted:
                return True
            except SoftTimeLimitExceeded:
                reason = _("The export failed: it takes too long. Please narrow the list.")
                raise LimitReached(reason) from None
            with lease.step(job):
                label = str(self.export.title)
                attach(job, "table", label=label, name=extract.file_name, source=path)
                job.total = job.done = rows
                job.counters = {"exported": rows}
        return False

    def extract(self, job: Job) -> Extract:
        """What the job's user wants, with the rights he has now."""
        return Extract(self.export, Wanted.of(job.params), job.actor)

    def _write(self, extract: Extract, path: Path, job: Job, lease: Lease) -> int:
        keys = extract.keys()
        told = 0.0

        def tick(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= TICK:
                _report(lease, total=len(keys), done=done)
                told = time.monotonic()

        tick(0)
        return extract.write(path, keys, tick)

    def finish(self, job: Job) -> None:
        """Tell the log, in the transaction that says done."""
        record_export(self.extract(job), job.counters.get("exported", 0))

    def facts(self, job: Job) -> list[dict[str, Any]]:
        """Format, columns and choice of rows."""
        extract = self.extract(job)
        return [
            {"label": _("Format"), "value": extract.wanted.fmt},
            {"label": _("Columns"), "value": len(extract.columns)},
            {"label": _("Rows chosen by"), "value": extract.filter_text()},
        ]


def _report(lease: Lease, *, total: int, done: int) -> None:
    """Hold the job and show how far it is. Raises LeaseLost, Interrupted."""
    with transaction.atomic():
        if not lease.mine().update(total=total, done=done, lease_until=moment(LEASE)):
            raise LeaseLost
    if stopping.is_stopping() or lease.mine().filter(cancel_requested=True).exists():
        raise Interrupted


def declare(
    spec: ListSpec,
    *,
    event: str,
    title: Any,
    hidden: Callable[[Any], Collection[str]] = lambda user: (),
) -> Export:
    """Make a list exportable: `declare(CUSTOMERS, event="customers.customer.exported", …)`.

    Its policy must know the verb `export`. `hidden(user)` names columns that are left out for a
    user. A second declaration of a list is an error.
    """
    if spec.name in EXPORTS:
        raise ValueError(f"list {spec.name!r} is declared for export twice")
    export = EXPORTS[spec.name] = Export(spec, event, title, hidden)
    members = {"code": export.kind, "export": export, "model": spec.model, "__doc__": None}
    kinds.register(type("ExportKind", (ExportKind,), members))
    return export
