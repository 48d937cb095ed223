"""商机评估表: the evaluation form of an opportunity as a sheet of paper (S11-60)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from crm.web.views.base import PageView
from opportunities import evaluation
from opportunities.models import Opportunity
from opportunities.views.opportunities import OpportunityRows


class OpportunityEvaluationView(OpportunityRows, PageView):
    """Number, customer, amount, competitors, own strengths and weaknesses; asks to be printed."""

    model = Opportunity
    template = "opportunities/evaluation.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        title = _("Opportunity evaluation form")
        return self.show({"title": title, "subtitle": obj.number, **evaluation.sheet_of(obj)})
