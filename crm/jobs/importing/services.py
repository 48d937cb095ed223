"""The steps of an import, shared by the wizard and the command (`contracts.md` 2)."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core.errors import InvalidTransition
from crm.core.text import storable
from crm.core.workbook.limits import FILE_BYTES, MB
from crm.core.workbook.reader import refused
from crm.jobs import services, states
from crm.jobs.files import store_upload
from crm.jobs.importing import tables
from crm.jobs.importing.resources import RESOURCES, Resource
from crm.jobs.models import Job, JobRow, State

Outcome = JobRow.Outcome


def code_of(resource: Resource) -> str:
    """The job kind of a resource's import."""
    return f"{resource.code}.import"


def start(resource: Resource, upload: File, name: str, *, actor: Any) -> Job:
    """Keep the file and find out what is in it. Raises FileRefused with a reason."""
    if upload.size > FILE_BYTES:
        raise refused("too_large", {"limit": FILE_BYTES // MB})
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    job = services.prepare(code_of(resource), actor=actor, source_name=storable(Path(name).name))
    stored = store_upload(upload)
    try:
        Job.objects.filter(pk=job.pk).update(source_file=stored)
        job.source_file = stored
        params = {**tables.inspect(job, resource), "sha256": digest.hexdigest(), "options": {}}
        remembered = remembered_mapping(resource, actor, params["heading"][1])
        if remembered:
            params["mapping"] = remembered
        return services.set_params(job, params)
    except Exception:
        default_storage.delete(stored)
        Job.objects.filter(pk=job.pk).update(source_file="")
        services.remove_draft(job)
        raise


def remembered_mapping(resource: Resource, actor: Any, names: list[str]) -> dict[str, str]:
    """The mapping this user chose for the same headings last time."""
    kept = actor.preferences.get("import", {}).get(resource.code, {})
    known = resource.by_name()
    if set(kept) != set(names):
        return {}
    return {str(place): kept[name] for place, name in enumerate(names) if kept.get(name) in known}


def remember_mapping(resource: Resource, actor: Any, job: Job) -> None:
    """Keep the mapping for the next file with the same headings."""
    names = job.params["heading"][1]
    mapping = job.params["mapping"]
    chosen = {name: mapping.get(str(place), "") for place, name in enumerate(names)}
    actor.remember("import", resource.code, chosen)


def earlier_import(job: Job) -> Job | None:
    """A finished import of the same file by anybody the actor can see: himself."""
    same = Job.objects.of(job.actor).filter(kind=job.kind, state=State.DONE).exclude(pk=job.pk)
    return same.filter(params__sha256=job.params.get("sha256")).order_by("-pk").first()


def configure(job: Job, **changes: Any) -> Job:
    """Store mapping, options or decisions."""
    return services.set_params(job, {**job.params, **changes})


@transaction.atomic
def undo(job: Job, *, actor: Any, rings: bool = True) -> Job:
    """Start to take a finished import back. Raises InvalidTransition where that was done."""
    undo_kind = f"{job.kind}_undo"
    if job.state not in (State.DONE, State.FAILED, State.CANCELLED):
        raise InvalidTransition(_("Undoing failed: the import has not ended yet."))
    if Job.objects.filter(kind=undo_kind, params__import=job.pk).exists():
        raise InvalidTransition(_("Undoing failed: this import has been undone already."))
    rows = job.rows.filter(outcome__in=(Outcome.CREATED, Outcome.UPDATED)).count()
    if not rows:
        raise InvalidTransition(_("Undoing failed: the import has written nothing."))
    return services.enqueue(
        undo_kind,
        actor=actor,
        params={"import": job.pk},
        source_name=job.source_name,
        total=rows,
        rings=rings,
    )


def check_here(job: Job) -> Job:
    """Check in this process (commands); the caller runs it with the job runner."""
    return states.start_check(job, rings=False)


def resource_of(job: Job) -> Resource:
    """The resource of an import or undo job. Raises KeyError."""
    return RESOURCES[job.kind.partition(".")[0]]
