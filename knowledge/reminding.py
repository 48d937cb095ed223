"""Asks the owner of a released article to look at it again on the day of its review.

Called by services after they have written; the rows are read again, so that what is planned is
what the database says.
"""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reminders.planning import Plan, plan_many
from crm.reminders.rules import NEXT_DAY, RuleKind, register
from crm.reminders.services import cancel_many
from knowledge.choices import ArticleState
from knowledge.models import Article

RULE = "article_review"
COLUMNS = ("shown_title", "owner_id", "review_due", "released_id", "status", "deleted_at")


def _title(subject: Article, params: dict[str, Any]) -> str:
    return _("Please review “%(title)s”") % {"title": subject}


def _text(subject: Article, params: dict[str, Any]) -> str:
    return _("Is the text still right? Confirm it, change it or take it down.")


def wants_review(article: Article) -> bool:
    """Whether readers rely on the text."""
    released = article.released_id is not None and article.status != ArticleState.RETIRED
    return released and article.deleted_at is None


register(
    RuleKind(
        RULE,
        gettext_lazy("Review of a knowledge article"),
        title=_title,
        text=_text,
        help=gettext_lazy("Asks the owner on the day of the review."),
        icon="book",
        working_days=NEXT_DAY,
        is_open=wants_review,
    )
)


def replan(keys: Collection[int]) -> None:
    """Plan anew for articles whose owner, state or day of review has changed."""
    rows = Article.objects.filter(pk__in=keys).only(*COLUMNS)
    plans = [
        Plan(row, row.owner_id if wants_review(row) else None, due_on=row.review_due)
        for row in rows
    ]
    plan_many(RULE, Article, plans)


def forget(article: Article) -> None:
    """Cancel what is planned for an article that is removed for good."""
    cancel_many(Article, [article.pk])
