"""What pages of follow-ups and files share: the record they stand on, the answer of a save."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from crm.activities.subjects import SUBJECTS, Subject
from crm.web import htmx

#: Parts of any page that may show what a follow-up has changed; a page refreshes those it has.
CHANGED_PARTS = "timeline,results,figures,panel-todo,panel-team,panel-follow-ups,panel-files"


class SubjectMixin:
    """A page about a record; the address gives its key, and its model or `label` does."""

    request: HttpRequest
    kwargs: dict[str, Any]
    label = ""

    def registration(self) -> Subject | None:
        """What the model of the address says about itself."""
        return SUBJECTS.get(self.kwargs.get("label", self.label))

    @cached_property
    def subject(self) -> Any:
        """The record, among those the reader sees, else 404."""
        registration = self.registration()
        if registration is None:
            raise Http404
        rows = registration.model.objects.visible_to(self.request.user)
        found = registration.kept(rows).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


def saved_in_dialog(text: str) -> HttpResponse:
    """Close the dialog, say so, and refresh what is concerned."""
    return htmx.trigger(
        HttpResponse(status=204),
        toast={"level": "success", "text": text},
        dialog_close=True,
        refresh=CHANGED_PARTS,
    )
