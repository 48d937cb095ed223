"""What the pages of tasks and appointments share: the start of a form, answers to a step."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.activities.planning import links
from crm.activities.planning.models import Appointment, Task
from crm.core.errors import NotAllowed
from crm.web import htmx
from crm.web.views.base import ObjectMixin, PageView

#: Parts of any page that may show what a step has changed; a page refreshes those it has.
CHANGED_PARTS = (
    "timeline,results,figures,calendar,record-head,panel-tasks,panel-appointments,"
    "panel-my-tasks,panel-my-day,panel-checklist,panel-outcome"
)


def initial_subject(request: HttpRequest) -> dict[str, Any]:
    """The linked record of the address (`?subject=customers.customer:12`)."""
    key = request.GET.get("subject", "")
    return {"subject": key} if key else {}


def back_to(request: HttpRequest, url: str) -> str:
    """The page of this site that the reader came from, else `url`."""
    where = urlsplit(request.headers.get("Referer", ""))
    same = where.netloc == request.get_host() and where.path != request.path
    if not same or not where.path.startswith("/"):
        return url
    return f"{where.path}?{where.query}" if where.query else where.path


def stepped(
    request: HttpRequest, text: str, url: str, *, undo: str = "", level: str = "success"
) -> HttpResponse:
    """Say what happened: a toast with an undo for scripts, a message and another page without.

    A dialog that asked closes; parts that may show the change are asked for again.
    """
    if request.htmx:
        toast = {"level": level, "text": text, "undo_url": undo}
        answer = HttpResponse(status=204)
        return htmx.trigger(answer, toast=toast, dialog_close=True, refresh=CHANGED_PARTS)
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return HttpResponseRedirect(url)


class StepView(ObjectMixin, PageView):
    """One step of a record: asked by GET where there are no scripts, done by POST."""

    verb = verbs.CHANGE
    template = "generic/confirm_delete.html"
    partials = {"dialog-body": "generic/_confirm.html"}
    title: Any = ""
    question: Any = ""
    #: False for steps that throw something away: their button warns.
    is_harmless = True

    def do(self, obj: Any) -> HttpResponse:
        """Call the service and answer with `stepped()`."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        return self.show(
            {
                "title": self.title,
                "object_label": str(obj),
                "text": self.question,
                "submit_label": self.title,
                "harmless": self.is_harmless,
                "cancel_url": obj.get_absolute_url(),
                "action_url": request.path,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.do(self.get_object())

    def stepped(self, obj: Any, text: str, *, undo: str = "") -> HttpResponse:
        """`stepped()` back to the page the reader came from."""
        url = back_to(self.request, obj.get_absolute_url())
        return stepped(self.request, text, url, undo=undo)


class SubjectOptionsView(PageView):
    """`?q=` → records that can be linked; with `?people=1` only people of customers."""

    def check_right(self) -> None:
        """Whoever may plan anything."""
        user = self.request.user
        if not any(user.reach(verbs.ADD, model._meta.label_lower) for model in (Task, Appointment)):
            raise NotAllowed(_("You may not plan tasks or appointments."))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        people = "people" in request.GET
        results = [
            {"value": links.key_of(row), "label": str(row), "hint": kind.hint(row)}
            for kind in links.LINKABLE.values()
            if kind.is_person or not people
            for row in kind.find(text, request.user, links.OFFERED)
        ]
        return JsonResponse({"results": results})
