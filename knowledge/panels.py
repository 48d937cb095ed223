"""Panels of the page of an article: its text, versions, feedback and files."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.panels import FilesPanel
from crm.web.navigation import address
from crm.web.panels import Panel, register
from knowledge import reading
from knowledge.choices import Lack, Outcome
from knowledge.models import Article, ArticleVersion

#: Versions and answers shown in a panel.
LIMIT = 20
COLORS = {
    Outcome.PENDING: "orange",
    Outcome.RELEASED: "green",
    Outcome.RETURNED: "red",
    Outcome.WITHDRAWN: "gray",
}


class TextPanel(Panel):
    """What the article says, and the question whether it helped."""

    name = "text"
    title = gettext_lazy("Text")
    icon = "file-text"
    side = "main"
    order = 10
    lazy = False
    model = Article
    template = "knowledge/_text.html"
    empty = gettext_lazy("The article has no text that can be read at present.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        text = reading.for_reader(obj, user)
        asked = text is not None and text.version is not None
        return {
            "text": text,
            "keywords": text.version.keywords if asked else obj.keywords,
            "lacks": Lack.choices,
            "feedback_url": address("knowledge:feedback", obj.pk) if asked else "",
        }


class VersionsPanel(Panel):
    """All versions with what became of them; each can be read and compared."""

    name = "versions"
    title = gettext_lazy("Versions")
    icon = "versions"
    side = "right"
    order = 20
    model = Article
    empty = gettext_lazy("Nothing was handed in yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = list(reading.versions_for(obj, user).order_by("-number")[: LIMIT + 1])
        return {"rows": [_version(obj, row) for row in rows[:LIMIT]], "count": len(rows)}


def _version(article: Any, row: ArticleVersion) -> dict[str, Any]:
    author = row.author.name if row.author else ""
    return {
        "title": f"v{row.number} {row.note or row.title}",
        "url": address("knowledge:version", article.pk, row.number),
        "meta": " · ".join(filter(None, [author, row.decision_note])),
        "badge": {"text": row.get_decision_display(), "color": COLORS[row.decision]},
        "at": row.decided_at or row.created_at,
    }


class FeedbackPanel(Panel):
    """What readers said; for those who look after the article."""

    name = "feedback"
    title = gettext_lazy("Feedback of readers")
    icon = "thumb-up"
    side = "right"
    order = 40
    model = Article
    verb = verbs.CHANGE
    empty = gettext_lazy("No reader has answered yet.")

    def is_for(self, obj: models.Model, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, obj))

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = obj.feedback.select_related("version", "user").order_by("-pk")[:LIMIT]
        return {"rows": [_answer(row) for row in rows], "count": _count(obj)}


def _count(obj: Any) -> str:
    return f"{obj.helpful_count} / {obj.unhelpful_count}"


def _answer(row: Any) -> dict[str, Any]:
    words = _("Helped") if row.is_helpful else row.get_lack_display() or _("Did not help")
    who = row.user.name if row.user else _("Visitor")
    return {
        "title": row.text or words,
        "meta": " · ".join([f"v{row.version.number}", who]),
        "badge": {"text": words, "color": "green" if row.is_helpful else "red"},
        "at": row.created_at,
    }


for panel in (TextPanel, VersionsPanel, FeedbackPanel, FilesPanel):
    register(Article, panel)
