"""Panels of the page of a lead: why it has its score, and its files."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from crm.activities.panels import FilesPanel
from crm.web.panels import Panel, register
from leads import scoring
from leads.models import Lead


class ScorePanel(Panel):
    """The score line by line: every rule, and what the lead gets by it."""

    name = "score"
    title = gettext_lazy("Lead score")
    icon = "star"
    side = "right"
    order = 20
    model = Lead
    template = "leads/_score.html"
    empty = gettext_lazy("There are no score rules yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        lines = scoring.explain(obj)
        return {"lines": lines, "total": sum(line.points for line in lines)}


register(Lead, ScorePanel)
register(Lead, FilesPanel)
