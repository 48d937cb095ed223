"""The notice at the end of a job. The page of a finished job marks it as read (`views`)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.jobs.kinds import KINDS
from crm.jobs.models import Job, State
from crm.notifications.kinds import declare
from crm.notifications.services import notify

FINISHED = declare("job_finished", gettext_lazy("A background job has ended"), icon="list-check")


def tell_finished(job: Job) -> None:
    """Tell the actor once per end of the job, in the transaction that ends it."""
    notify(
        [job.actor],
        FINISHED.code,
        title=lambda: _title(job),
        text=job.message,
        url=job.get_absolute_url(),
        dedupe_key=notice_key(job),
    )


def notice_key(job: Job) -> str:
    """A retried job ends again and is told again."""
    return f"job:{job.pk}:{job.finished_at:%Y%m%dT%H%M%S%f}"


def _title(job: Job) -> str:
    kind = KINDS.get(job.kind)
    label = kind.label if kind else job.kind
    name = label
    if job.source_name:
        name = _("%(job)s: %(file)s") % {"job": label, "file": job.source_name}
    if job.state == State.DONE:
        return _("%(job)s is done") % {"job": name}
    return _("%(job)s has failed") % {"job": name}
