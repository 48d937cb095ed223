"""The recycle bin of articles empties by itself after the days of the system settings."""

from collections.abc import Iterable
from datetime import datetime

from crm.workbench.bins import register
from knowledge.models import Article
from knowledge.services.removing import purge_article


def due(before: datetime) -> Iterable[Article]:
    """Articles that were deleted before an instant."""
    return Article.objects.filter(deleted_at__lt=before).order_by("deleted_at")


def purge(article: Article) -> None:
    """Remove one for good, as the system."""
    purge_article(article, actor=None)


register(due, purge)
