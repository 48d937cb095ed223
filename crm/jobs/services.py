"""Making jobs. Moving them along is in `states`, running them in `runner`."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core.errors import InvalidTransition
from crm.jobs import states
from crm.jobs.kinds import KINDS
from crm.jobs.models import Job, State


@transaction.atomic
def prepare(
    kind: str,
    *,
    actor: Any,
    params: dict[str, Any] | None = None,
    source: str = "",
    source_name: str = "",
    total: int | None = None,
) -> Job:
    """Make a draft, to be completed by a wizard, then `states.start_check` or `start_run`.

    `source` is a name in the file storage, `source_name` the file as the user calls it. Raises
    KeyError for an unknown kind, NotAllowed where the actor lacks the right.
    """
    job = Job(
        kind=kind,
        actor=actor,
        params=params or {},
        source_file=source,
        source_name=source_name[:255],
        total=total,
    )
    KINDS[kind].authorise(job)
    job.save(force_insert=True)
    return job


@transaction.atomic
def enqueue(
    kind: str,
    *,
    actor: Any,
    params: dict[str, Any] | None = None,
    source: str = "",
    source_name: str = "",
    total: int | None = None,
    rings: bool = True,
) -> Job:
    """Make a job that a worker takes after commit; `rings=False` for `runner.run_in_process`.

    Raises KeyError for an unknown kind, NotAllowed where the actor lacks the right.
    """
    job = prepare(
        kind, actor=actor, params=params, source=source, source_name=source_name, total=total
    )
    return states.start_run(job, rings=rings)


def set_params(job: Job, params: dict[str, Any], *, total: int | None = None) -> Job:
    """Store what the wizard has learned so far. Raises InvalidTransition once the job runs."""
    moved = Job.objects.filter(pk=job.pk, state__in=(State.DRAFT, State.CHECKED)).update(
        params=params, total=job.total if total is None else total
    )
    if not moved:
        raise InvalidTransition(_("Saving failed: the job has been started already."))
    job.refresh_from_db()
    return job


def remove_draft(job: Job) -> None:
    """Forget a job that never ran, with its file. Raises InvalidTransition for any other."""
    gone = Job.objects.filter(pk=job.pk, state__in=(State.DRAFT, State.CHECKED)).delete()[0]
    if not gone:
        raise InvalidTransition(_("Deleting failed: the job has been started already."))
    if job.source_file:
        default_storage.delete(job.source_file)
