"""Named reads of articles and their versions."""

from datetime import date, datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from crm.access.querysets import ScopedQuerySet
from crm.core import clock


def in_window(at: datetime) -> Q:
    """Released versions that are to be read at an instant; windows of one article never overlap."""
    open_end = Q(visible_to__isnull=True) | Q(visible_to__gt=at)
    return Q(visible_from__lte=at) & open_end


def readable(at: datetime) -> Q:
    """Articles with a version that is to be read at an instant.

    A scalar subquery on purpose. PostgreSQL would answer EXISTS from a hash of all versions, where
    a page needs to look at a few articles.
    """
    versions = apps.get_model("knowledge", "ArticleVersion").objects.filter(
        in_window(at), article=OuterRef("pk")
    )
    return Q(IsNull(Subquery(versions.order_by().values("visible_from")[:1]), False))


class VersionQuerySet(models.QuerySet):
    """Versions."""

    def live(self, at: datetime | None = None) -> Self:
        """Those to be read at an instant (now), one of an article at most."""
        return self.filter(in_window(at or clock.now()))


class ArticleQuerySet(ScopedQuerySet):
    """Articles."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def live(self, at: datetime | None = None) -> Self:
        """Those with a version to be read at an instant (now)."""
        return self.filter(readable(at or clock.now()))

    def review_due(self, day: date) -> Self:
        """Those whose text somebody should look at again by a day."""
        return self.kept().filter(review_due__lte=day)
