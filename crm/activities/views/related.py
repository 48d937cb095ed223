"""Options of the pickers of a follow-up: records that belong to the one it is written on."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from crm.access import verbs
from crm.activities import related
from crm.activities.models import FollowUp
from crm.activities.views.base import SubjectMixin
from crm.web.views.autocomplete import LIMIT
from crm.web.views.base import PageView


class RelatedOptionsView(SubjectMixin, PageView):
    """`?q=` -> `{"results": [{"value", "label", "hint"}]}` of one picker on one record."""

    model = FollowUp
    verb = verbs.ADD

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        subject = self.subject
        picker = next(
            (item for item in related.pickers(subject) if item.name == self.kwargs["name"]), None
        )
        if picker is None:
            raise Http404
        rows = picker.rows(subject, request.user)
        text = request.GET.get("q", "").strip()[:100]
        found = picker.matching(rows, text) if text else rows
        results = [
            {"value": obj.pk, "label": str(obj), "hint": picker.hint(obj)} for obj in found[:LIMIT]
        ]
        return JsonResponse({"results": results})
