"""后台任务: the list, the page with progress, stop, retry, download. No rules: see `states`."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.jobs import presenting, states
from crm.jobs.files import downloadable
from crm.jobs.kinds import KINDS
from crm.jobs.models import ACTIVE, FINISHED, Job, State
from crm.jobs.notices import notice_key
from crm.notifications.models import Notification
from crm.notifications.pager import paginate
from crm.notifications.services import mark_read
from crm.web.views.base import PageView


class JobListView(PageView):
    """The reader's own jobs, newest first; `?show=active|finished` narrows."""

    template = "jobs/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        jobs = Job.objects.of(request.user).prefetch_related("files")
        show = request.GET.get("show", "")
        if show in ("active", "finished"):
            jobs = jobs.filter(state__in=ACTIVE if show == "active" else FINISHED)
        rows, pager = paginate(request, jobs)
        context = {
            "title": _("My background jobs"),
            "scenes": _scenes(show),
            "rows": [presenting.row_of(job) | {"files": len(job.files.all())} for job in rows],
            "pager": pager,
            "total": pager["total"],
        }
        return self.show(context)


def _scenes(show: str) -> list[dict[str, Any]]:
    scenes = [("", _("All")), ("active", _("In progress")), ("finished", _("Finished"))]
    return [
        {"label": label, "url": f"?show={name}" if name else "?", "active": name == show}
        for name, label in scenes
    ]


class JobPage(PageView):
    """Base: finds the job among those the reader may see, else 404."""

    def get_job(self) -> Job:
        """The job of the address, with its actor."""
        jobs = Job.objects.visible_to(self.request.user, verbs.VIEW).select_related("actor")
        job = jobs.filter(pk=self.kwargs["pk"]).first()
        if job is None:
            raise Http404
        return job

    def get_own_job(self) -> Job:
        """The job, if it is the reader's own: nobody stops or repeats the work of others."""
        job = self.get_job()
        if job.actor_id != self.request.user.pk:
            raise Http404
        return job

    def context(self, job: Job) -> dict[str, Any]:
        """What the page and its progress part need."""
        return {
            "title": presenting.kind_label(job),
            "job": presenting.progress_of(job, self.request.user),
            "job_id": job.pk,
            "seen": not _notices(job, self.request.user).unread().exists(),
        }


class JobDetailView(JobPage):
    """One job; kinds with a page of their own (a wizard) are shown there."""

    template = "jobs/detail.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.get_job()
        own = _own_page(job) if job.actor_id == request.user.pk else ""
        return redirect(own) if own else self.show(self.context(job))


class JobProgressView(JobPage):
    """The polled part; without htmx the whole page."""

    template = "jobs/detail.html"
    partials = {"job-progress": "jobs/_progress.html"}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.get_job()
        response = self.show(self.context(job))
        ended = job.is_finished or job.state == State.CHECKED
        own = _own_page(job) if ended and job.actor_id == request.user.pk else ""
        if own and request.htmx:
            response["HX-Redirect"] = own
        return response


class JobCancelView(JobPage):
    """Stop: at once while waiting, else after the running step."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = states.cancel(self.get_own_job())
        if job.is_finished:
            messages.success(request, _("The job was stopped."))
        else:
            messages.info(request, _("The job will stop after the step that runs now."))
        return redirect(job)


class JobRetryView(JobPage):
    """Go on with a failed job."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = states.retry(self.get_own_job())
        messages.success(request, _("The job goes on where it stopped."))
        return redirect(job)


class JobSeenView(JobPage):
    """The page tells that its reader saw the end: the bell need not ring for it."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        mark_read(_notices(self.get_own_job(), request.user))
        return HttpResponse(status=204)


class JobFileView(JobPage):
    """A result, for the job's owner only."""

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponse:
        found = downloadable(request.user).filter(job_id=pk, pk=file).first()
        if found is None or not default_storage.exists(found.path):
            raise Http404
        response = FileResponse(
            default_storage.open(found.path, "rb"), as_attachment=True, filename=found.name
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox"
        return response


def _own_page(job: Job) -> str:
    kind = KINDS.get(job.kind)
    return kind.page(job) if kind else ""


def _notices(job: Job, reader: Any) -> Any:
    """The notice about the present end of a job, for this reader."""
    if job.finished_at is None:
        return Notification.objects.none()
    return Notification.objects.of(reader).filter(dedupe_key=notice_key(job))
