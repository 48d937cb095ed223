"""On an article: how often the public form offered it, and how often that was enough."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.panels import Panel, register
from knowledge.models import Article
from tickets.portal import offering


class OffersPanel(Panel):
    """Suggested, opened, not sent: for each version (`service.md` 8.7)."""

    name = "offers"
    title = gettext_lazy("Requests that became unnecessary")
    icon = "shield-check"
    side = "right"
    order = 60
    empty = gettext_lazy("No public form has offered this article yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        text = _("offered %(offered)d · opened %(opened)d · no request after that %(spared)d")
        rows = [
            {"title": _("Version %(number)d") % row, "meta": text % row}
            for row in offering.figures_of_article(obj)
        ]
        return {"rows": rows}


register(Article, OffersPanel)
