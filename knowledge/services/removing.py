"""The recycle bin of articles: in, out again, and removal for good."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.activities.attachments import forget_files
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.search import index
from knowledge import moments, reminding, searching
from knowledge.choices import ArticleState
from knowledge.models import Article
from knowledge.services.writing import reindex


@transaction.atomic
def delete_article(article: Article, *, actor: Any) -> None:
    """Put an article into the bin; nobody reads it there."""
    policies.require(actor, verbs.DELETE, article)
    write_changes(article, {"deleted_at": clock.now(), "deleted_by": actor})
    index.remove(searching.LABEL, [article.pk])
    moments.changed()
    reminding.replan([article.pk])
    record("knowledge.article.deleted", article, actor=actor)


@transaction.atomic
def restore_article(article: Article, *, actor: Any) -> Article:
    """Bring an article back."""
    policies.require(actor, verbs.DELETE, article)
    write_changes(article, {"deleted_at": None, "deleted_by": None})
    reindex([article.pk])
    moments.changed()
    reminding.replan([article.pk])
    record("knowledge.article.restored", article, actor=actor)
    return article


@transaction.atomic
def purge_article(article: Article, *, actor: Any) -> None:
    """Remove an article with its versions and files for good; the log keeps its title."""
    if actor is not None:
        policies.require(actor, verbs.DELETE, article)
    record("knowledge.article.purged", article, actor=actor)
    forget_files(article)
    reminding.forget(article)
    index.remove(searching.LABEL, [article.pk])
    moments.changed()
    # a text in review or published must name its version, and the versions go first
    Article.objects.filter(pk=article.pk).update(status=ArticleState.DRAFT, candidate=None)
    article.delete()
