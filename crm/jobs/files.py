"""Files of jobs: uploads kept for a run, results for download until they expire.

Names in the storage are random and say nothing; the user's name of a file only stands in the
database and in the download header (T10, T25).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string

from crm.core import clock
from crm.dictionaries import settings as parameters
from crm.jobs.models import FINISHED, Job, JobFile, State

FOLDER = "jobs"
#: A file without a row is an upload or a result that is being stored; older ones are left-overs.
GRACE = timedelta(hours=24)
_KNOWN_ENDINGS = {".xlsx", ".csv", ".zip", ".pdf", ".json"}


def store_upload(upload: File) -> str:
    """Keep an uploaded file for a job; returns its name in the storage (`Job.source_file`)."""
    return default_storage.save(_random_name(upload.name or ""), upload)


def attach(job: Job, code: str, *, label: str, name: str, source: Path) -> JobFile:
    """Add the file at `source` as a result called `name`; the one with the same code is replaced.

    Kept for the parameter `result_days`. Safe to repeat after a crash.
    """
    with source.open("rb") as stream:
        path = default_storage.save(_random_name(name), File(stream))
    try:
        with transaction.atomic():
            for old in JobFile.objects.filter(job=job, code=code):
                _drop_later(old.path)
                old.delete()
            return JobFile.objects.create(
                job=job,
                code=code,
                label=label,
                name=name,
                path=path,
                size=source.stat().st_size,
                expires_at=clock.now() + timedelta(days=parameters.get("result_days")),
            )
    except BaseException:
        default_storage.delete(path)
        raise


def _random_name(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    ending = ending if ending in _KNOWN_ENDINGS else ".bin"
    return f"{FOLDER}/{clock.now():%Y%m}/{get_random_string(32)}{ending}"


def _drop_later(path: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(path), robust=True)


def downloadable(user: Any) -> Any:
    """The results this user may fetch: of own jobs, not expired; nobody else's (T03)."""
    return JobFile.objects.filter(job__actor_id=user.pk, expires_at__gt=clock.now())


def expire() -> int:
    """Remove expired results, uploads of old jobs and left-overs; returns how many files."""
    removed = 0
    for row in JobFile.objects.filter(expires_at__lte=clock.now()):
        default_storage.delete(row.path)
        row.delete()
        removed += 1
    return removed + _expire_uploads() + _remove_leftovers()


def _expire_uploads() -> int:
    limit = clock.now() - timedelta(days=parameters.get("result_days"))
    over = Q(state__in=FINISHED, finished_at__lt=limit)
    never = Q(state__in=(State.DRAFT, State.CHECKED), created_at__lt=limit)
    rows = list(
        Job.objects.filter(over | never).exclude(source_file="").values_list("pk", "source_file")
    )
    for pk, path in rows:
        default_storage.delete(path)
        Job.objects.filter(pk=pk).update(source_file="")
    return len(rows)


def _remove_leftovers() -> int:
    """Files that a crash left between the storage and the database (I5)."""
    limit = clock.now() - GRACE
    old = [path for path in _stored() if default_storage.get_modified_time(path) < limit]
    known = set(JobFile.objects.filter(path__in=old).values_list("path", flat=True))
    known |= set(Job.objects.filter(source_file__in=old).values_list("source_file", flat=True))
    for path in set(old) - known:
        default_storage.delete(path)
    return len(set(old) - known)


def _stored() -> Iterator[str]:
    if not default_storage.exists(FOLDER):
        return
    for month in default_storage.listdir(FOLDER)[0]:
        for name in default_storage.listdir(f"{FOLDER}/{month}")[1]:
            yield f"{FOLDER}/{month}/{name}"
