"""One thing to do: done, or put off, with one click on the start page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.core.errors import DomainError, InvalidValue, NotAllowed
from crm.web import htmx
from crm.web.views.base import PageView
from crm.workbench.todos import PUT_OFF, SOURCES, TodoSource

#: Parts of the start page that show what such a click has changed.
CHANGED_PARTS = "panel-todo,panel-team,figures"


class TodoView(PageView):
    """POST `done=1` or `until=<code>` for a row of a source."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        source = SOURCES.get(kwargs["source"])
        if source is None or not source.is_for(request.user):
            raise Http404
        try:
            text, level = self.act(source), "success"
        except NotAllowed:
            raise
        except (DomainError, ValidationError) as error:
            text, level = str(getattr(error, "message", error)), "error"
        if request.htmx:
            return htmx.trigger(
                HttpResponse(status=204),
                toast={"level": level, "text": text},
                refresh=CHANGED_PARTS,
            )
        messages.add_message(
            request, messages.SUCCESS if level == "success" else messages.ERROR, text
        )
        return redirect("workbench:home")

    def act(self, source: TodoSource) -> str:
        """Do it; what to say then. Raises DomainError, ValidationError, Http404."""
        user, pk, until = self.request.user, self.kwargs["pk"], self.request.POST.get("until", "")
        if until in source.put_offs:
            source.put_off(user, pk, until)
            return _("Put off: %(when)s.") % {"when": PUT_OFF[until]}
        if "done" in self.request.POST:
            source.finish(user, pk)
            return _("Done.")
        raise InvalidValue(_("Putting off failed: choose until when."))
