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
    side = "left"
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
    side = "left"
    order = 40
    model = Article
    verb = verbs.CHANGE

    def is_for(self, obj: models.Model, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, obj))

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        """What did not help, the newest first; the head counts both."""
        said = obj.feedback.filter(is_helpful=False).select_related("version", "user")
        words = {"yes": obj.helpful_count, "no": obj.unhelpful_count}
        return {
            "rows": [_answer(row) for row in said.order_by("-pk")[:LIMIT]],
            "count": _("%(yes)d yes, %(no)d no") % words if any(words.values()) else "",
            "empty": _("Nobody has said that it did not help."),
        }


def _answer(row: Any) -> dict[str, Any]:
    lack = row.get_lack_display() or _("Did not help")
    who = row.user.name if row.user else _("Visitor")
    words = [f"v{row.version.number}", who, lack if row.text else ""]
    return {
        "title": row.text or lack,
        "meta": " · ".join(filter(None, words)),
        "at": row.created_at,
    }


class ArticleFilesPanel(FilesPanel):
    """Pictures of the text, with the number it shows them by, and what is to be downloaded."""

    side = "left"
    template = "knowledge/_files.html"
    empty = gettext_lazy("No file yet. Pictures stand in the text as ![words](file:number).")


for panel in (TextPanel, VersionsPanel, FeedbackPanel, ArticleFilesPanel):
    register(Article, panel)
