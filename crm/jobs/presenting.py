"""A job as its page shows it: percent, rate, remaining time, links and actions."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core import clock
from crm.jobs.files import downloadable
from crm.jobs.kinds import KINDS
from crm.jobs.models import Job, State

#: States of the ledger and the five that pages know.
SHOWN = {
    State.DRAFT: "waiting",
    State.CHECKING: "running",
    State.CHECKED: "waiting",
    State.QUEUED: "waiting",
    State.RUNNING: "running",
    State.DONE: "done",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}
COLORS = {
    "waiting": "gray",
    "running": "blue",
    "done": "green",
    "failed": "red",
    "cancelled": "orange",
}


def kind_label(job: Job) -> str:
    """The kind in the reader's language, its code where this version does not know it."""
    kind = KINDS.get(job.kind)
    return str(kind.label) if kind else job.kind


def title_of(job: Job) -> str:
    """What the job is called in lists: its file, else its number."""
    return job.source_name or _("No. %(number)s") % {"number": job.pk}


def percent(job: Job) -> int | None:
    """How far the job is, 0 to 100; None while the number of rows is not known."""
    if job.state == State.DONE:
        return 100
    return min(100, job.done * 100 // job.total) if job.total else None


def rate(job: Job) -> int | None:
    """Rows per second since the run began; None before anything is done."""
    seconds = _elapsed(job).total_seconds()
    return round(job.done / seconds) if job.done and seconds >= 1 else None


def remaining(job: Job) -> str:
    """The time left at the present rate, in words; empty where nobody can tell."""
    pace = rate(job)
    if not pace or not job.total or job.state != State.RUNNING:
        return ""
    seconds = max(0, job.total - job.done) // pace
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


def _elapsed(job: Job) -> timedelta:
    begin = job.started_at or job.created_at
    return (job.finished_at or clock.now()) - begin


def progress_of(job: Job, reader: Any) -> dict[str, Any]:
    """The context `job` of `generic/_job_progress.html` for one reader."""
    kind = KINDS.get(job.kind)
    failed = job.state == State.FAILED
    owns = job.actor_id == reader.pk
    return {
        "title": title_of(job),
        "kind_label": kind_label(job),
        "state": SHOWN[State(job.state)],
        "state_label": _state_label(job),
        "done": job.done,
        "total": job.total,
        "percent": percent(job),
        "rate": rate(job),
        "remaining": remaining(job),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "user": job.actor,
        "message": "" if failed else job.message,
        "error": job.message if failed else "",
        "files": _files(job, reader),
        "facts": kind.facts(job) if kind else [],
        "links": kind.links(job) if kind and owns else [],
        "finished": job.is_finished or job.state in (State.DRAFT, State.CHECKED),
        **_addresses(job, owns),
    }


def _state_label(job: Job) -> str:
    if job.cancel_requested and not job.is_finished:
        return _("Stopping")
    return str(job.get_state_display())


def _addresses(job: Job, owns: bool) -> dict[str, str]:
    """Where the page asks and posts; only the owner stops and retries."""
    stoppable = owns and not job.is_finished and not job.cancel_requested
    return {
        "progress_url": reverse("jobs:job_progress", args=[job.pk]),
        "cancel_url": reverse("jobs:job_cancel", args=[job.pk]) if stoppable else "",
        "retry_url": (
            reverse("jobs:job_retry", args=[job.pk]) if owns and job.state == State.FAILED else ""
        ),
    }


def _files(job: Job, reader: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": file.label,
            "name": file.name,
            "url": reverse("jobs:job_file", args=[job.pk, file.pk]),
            "size": file.size,
            "expires_at": file.expires_at,
        }
        for file in downloadable(reader).filter(job=job)
    ]


def row_of(job: Job) -> dict[str, Any]:
    """One line of 后台任务."""
    state = SHOWN[State(job.state)]
    return {
        "pk": job.pk,
        "title": title_of(job),
        "kind_label": kind_label(job),
        "url": job.get_absolute_url(),
        "state_label": _state_label(job),
        "color": COLORS[state],
        "done": job.done,
        "total": job.total,
        "percent": percent(job),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
