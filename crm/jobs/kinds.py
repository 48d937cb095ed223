"""Kinds of jobs: the base class that domain apps subclass, and the registry.

A kind holds what to do; when, how often and by whom it is done is the runner's business.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from crm.access import policies
from crm.core.errors import InvalidValue

if TYPE_CHECKING:
    from crm.jobs.leases import Lease
    from crm.jobs.models import Job

KINDS: dict[str, "JobKind"] = {}


class JobKind:
    """One kind of background work.

    Writes of `slice` and `check` happen inside `with lease.step(job):` only: entity rows, their
    ledger rows, audit and progress then commit together or not at all. At most `lease.limit` rows
    belong in one step. What is done is read from the ledger (rows without a `JobRow`), never
    from a count, so a slice can be repeated after any crash.
    """

    #: `app.verb`, for example `customers.import`.
    code: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    icon: ClassVar[str] = "list-check"
    #: The right that is checked when the job is made and again whenever it runs.
    model: ClassVar[type[models.Model] | None] = None
    verb: ClassVar[str] = ""
    #: Where changes come from in the operation log (`crm.core.context`).
    source: ClassVar[str] = "job"
    #: One running job of this group per user; the others wait. Empty: no such limit.
    group: ClassVar[str] = ""
    #: Whether a chunk that broke is repeated row by row (then `refuse_row` must be given).
    row_by_row: ClassVar[bool] = False

    def authorise(self, job: "Job") -> None:
        """Raise NotAllowed unless the actor may (still) do this."""
        if self.model is not None:
            policies.require(job.actor, self.verb, self.model)

    def check(self, job: "Job", lease: "Lease") -> bool:
        """One slice of the check before the first write; True while there is more to check."""
        raise NotImplementedError(f"{self.code} has no check")

    def slice(self, job: "Job", lease: "Lease") -> bool:
        """One slice of work; True while there is more. May raise DomainError: the job fails."""
        raise NotImplementedError

    def refuse_row(self, job: "Job", lease: "Lease", reason: str) -> None:
        """Write the ledger row of the next open row as failed, inside `lease.step(job)`."""
        raise NotImplementedError(f"{self.code} does not work row by row")

    def prepare_result(self, job: "Job", lease: "Lease") -> None:
        """Make result files after the last slice; may run again after a crash."""

    def broken_off(self, job: "Job", lease: "Lease") -> None:
        """Make result files of a job that is stopped or refused on its way; may run again."""

    def finish(self, job: "Job") -> None:
        """Write what belongs to the end (a summary event), in the transaction that says done."""

    def facts(self, job: "Job") -> list[dict[str, Any]]:
        """Pairs of label and value for the job's page."""
        return []

    def links(self, job: "Job") -> list[dict[str, Any]]:
        """Links (label, url) for the job's page."""
        return []

    def page(self, job: "Job") -> str:
        """Address of the kind's own page for this job (a wizard); empty: the usual job page."""
        return ""


def register(kind: type[JobKind]) -> type[JobKind]:
    """Add a kind; usable as a class decorator. A second one with the same code is an error."""
    if not kind.code or kind.code in KINDS:
        raise ValueError(f"job kind {kind.code!r} has no code or is registered twice")
    KINDS[kind.code] = kind()
    return kind


def kind_of(job: "Job") -> JobKind:
    """The kind of a job. Raises InvalidValue for one this version does not know (F12)."""
    if job.kind not in KINDS:
        raise InvalidValue(f"unknown kind of job {job.kind!r}", code="unknown_kind")
    return KINDS[job.kind]
