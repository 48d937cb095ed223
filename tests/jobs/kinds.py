"""Kinds of jobs for the tests: they write tags, because tags exist in every database."""

from typing import Any

from crm.access import verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidValue
from crm.dictionaries.models import Tag
from crm.jobs.kinds import JobKind
from crm.jobs.models import Job, JobRow


def open_rows(job: Job, limit: int) -> list[int]:
    """Row numbers without a ledger entry, by the ledger and never by a count."""
    seen = set(job.rows.values_list("row_no", flat=True))
    return [number for number in range(1, job.params["rows"] + 1) if number not in seen][:limit]


class TagsKind(JobKind):
    """Writes one tag a row; `params` may name a row that breaks or a rule that is broken."""

    code = "tests.tags"
    label = "Test tags"
    model = Tag
    verb = verbs.ADD
    source = "import"
    row_by_row = True
    #: Called with (job, lease) in each step, before it commits.
    probe: Any = None

    def check(self, job: Job, lease: Any) -> bool:
        with lease.step(job):
            job.done += 1
            job.count("problems", 2)
        return job.done < job.params.get("checks", 1)

    def slice(self, job: Job, lease: Any) -> bool:
        job.total = job.params["rows"]
        with lease.step(job):
            for number in open_rows(job, min(lease.limit, job.params.get("batch", 200))):
                self.write(job, number)
            if self.probe is not None:
                self.probe(job, lease)
        return job.done < job.total

    def write(self, job: Job, number: int) -> None:
        """One row: entity, audit and ledger."""
        if number == job.params.get("breaks"):
            raise RuntimeError("a row that nobody foresaw")
        if number == job.params.get("forbids"):
            raise InvalidValue("the company is closed")
        now = clock.now()
        tag = Tag(name=f"t{job.pk}-{number}", created_at=now, updated_at=now, created_by=job.actor)
        tag.save(force_insert=True)
        record("dictionaries.tag.created", tag, actor=job.actor)
        JobRow.objects.create(
            job=job, row_no=number, outcome=JobRow.Outcome.CREATED, object_id=tag.pk
        )
        job.done += 1
        job.count("created")

    def refuse_row(self, job: Job, lease: Any, reason: str) -> None:
        number = open_rows(job, 1)[0]
        with lease.step(job):
            JobRow.objects.create(
                job=job, row_no=number, outcome=JobRow.Outcome.FAILED, message=reason
            )
            job.done += 1
            job.count("failed")


class FragileKind(TagsKind):
    """The same without the row-by-row fallback."""

    code = "tests.fragile"
    row_by_row = False


class AloneKind(TagsKind):
    """One at a time per user, as exports are."""

    code = "tests.alone"
    group = "tests"
