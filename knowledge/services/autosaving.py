"""What somebody types into the form of an article, kept until it is saved (zammad#2836)."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.core import clock
from knowledge.models import BODY_LIMIT, TITLE_LIMIT, Article, Autosave

FIELDS = {"title": TITLE_LIMIT, "keywords": 200, "problem": 4000, "body": BODY_LIMIT}
KEPT = timedelta(days=30)


@transaction.atomic
def autosave(article: Article, values: dict[str, str], *, base_version: int, actor: Any) -> None:
    """Keep the text of a form, one a person and article; the article itself stays as it is."""
    policies.require(actor, verbs.CHANGE, article)
    text = {name: values.get(name, "")[:limit] for name, limit in FIELDS.items()}
    row = {"values": text, "base_version": base_version, "saved_at": clock.now()}
    kept = Autosave.objects.filter(user=actor, article=article)
    if not kept.update(**row):
        Autosave.objects.bulk_create(
            [Autosave(user=actor, article=article, **row)], ignore_conflicts=True
        )
        kept.update(**row)


def autosaved(article: Article, user: Any) -> Autosave | None:
    """What this person typed and did not save, where it differs from the text in hand."""
    row = Autosave.objects.filter(user=user, article=article).first()
    if row is None or all(getattr(article, name) == row.values.get(name) for name in FIELDS):
        return None
    return row


def forget_autosave(article: Article, *, actor: Any) -> None:
    """The text was saved, or is not wanted."""
    Autosave.objects.filter(user=actor, article=article).delete()


def expire() -> int:
    """Remove what is older than 30 days; returns how many."""
    return Autosave.objects.filter(saved_at__lt=clock.now() - KEPT).delete()[0]
