"""An article in a reply: the words to insert, and the note which version they were."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidValue
from knowledge import tree
from knowledge.choices import Audience
from knowledge.links import public_url
from knowledge.markdown import to_text
from knowledge.models import Article, ArticleUse, ArticleVersion


@dataclass(frozen=True)
class Quote:
    """What goes into a reply: plain text, and the version it was taken from."""

    version: ArticleVersion
    text: str
    #: Address in the help centre, "" for an article that visitors do not see.
    url: str


def quote(article: Article, *, actor: Any, public: bool = True) -> Quote:
    """The words of an article for a reply.

    `public` replies go to a customer: Raises InvalidValue for an article that only colleagues
    may read, or that cannot be read now; NotAllowed outside the reader's scope.
    """
    policies.require(actor, verbs.VIEW, article)
    version = article.versions.live().first()
    if version is None or article.deleted_at is not None:
        raise InvalidValue(_("Inserting failed: the article cannot be read at present."))
    readers = tree.readers(article.audience, article.category_id)
    if public and readers == Audience.STAFF:
        raise InvalidValue(
            _("Inserting failed: the article is for colleagues only; an internal note may hold it.")
        )
    url = public_url(article) if readers == Audience.PUBLIC else ""
    return Quote(version, to_text(version.body), url)


@transaction.atomic
def record_use(version: ArticleVersion, subject: models.Model, *, actor: Any) -> ArticleUse:
    """Remember that a version went into a reply on a record."""
    article = version.article
    policies.require(actor, verbs.VIEW, article)
    use = ArticleUse.objects.create(
        version=version,
        subject_type=ContentType.objects.get_for_model(type(subject)),
        subject_id=subject.pk,
        user=actor,
        used_at=clock.now(),
    )
    Article.objects.filter(pk=article.pk).update(used_count=F("used_count") + 1)
    record("knowledge.article.used", article, actor=actor, about=[subject])
    return use
