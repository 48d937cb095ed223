"""The recycle bin of articles: in, out again, and removal for good."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.attachments import forget_files
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import write_changes
from knowledge import moments, reminding, searching
from knowledge.choices import ArticleState
from knowledge.models import Article
from knowledge.states import STATE

#: States that must name a version, and how they are left: versions go before their article.
_LEAVING = {ArticleState.IN_REVIEW: "withdraw", ArticleState.PUBLISHED: "retire"}


@transaction.atomic
def delete_article(article: Article, *, actor: Any) -> None:
    """Put an article into the bin; nobody reads it there."""
    policies.require(actor, verbs.DELETE, article)
    write_changes(article, {"deleted_at": clock.now(), "deleted_by": actor})
    searching.forget(article)
    moments.changed()
    reminding.replan([article.pk])
    record("knowledge.article.deleted", article, actor=actor)


@transaction.atomic
def restore_article(article: Article, *, actor: Any) -> Article:
    """Bring an article back."""
    policies.require(actor, verbs.DELETE, article)
    write_changes(article, {"deleted_at": None, "deleted_by": None})
    searching.reindex([article.pk])
    moments.changed()
    reminding.replan([article.pk])
    record("knowledge.article.restored", article, actor=actor)
    return article


@transaction.atomic
def purge_article(article: Article, *, actor: Any) -> None:
    """Remove an article with its versions and files for good; the log keeps its title."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, article)
    if way := _LEAVING.get(article.status):
        said = _("removed for good")
        run_transition(
            STATE, article, way, actor=actor, by_rule=True, note=said,
            unlogged=("candidate",), candidate=None,
        )  # fmt: skip
    record("knowledge.article.purged", article, actor=actor)
    forget_files(article)
    reminding.forget(article)
    searching.forget(article)
    moments.changed()
    article.delete()
