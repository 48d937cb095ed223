"""Named reads of follow-ups and of files."""

from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.access.querysets import ScopedQuerySet


class AnchoredQuerySet(ScopedQuerySet):
    """Rows that stand on a record (`subject`) and on the one above it (`parent`)."""

    def on(self, obj: models.Model) -> Self:
        """Written on exactly this record."""
        return self.filter(subject_type=_type_of(obj), subject_id=obj.pk)

    def under(self, obj: models.Model) -> Self:
        """Written on this record or on one below it (a customer's contacts)."""
        return self.filter(parent_type=_type_of(obj), parent_id=obj.pk)


class FollowUpQuerySet(AnchoredQuerySet):
    """Follow-ups."""

    def kept(self) -> Self:
        """Not deleted."""
        return self.filter(deleted_at__isnull=True)

    def about(self, obj: models.Model) -> Self:
        """Written on exactly this record, or naming it (a person spoken with, an opportunity)."""
        own = self.model.objects.on(obj).order_by().values("pk")
        links = self.model._meta.get_field("links").related_model._base_manager
        named = links.filter(object_type=_type_of(obj), object_id=obj.pk).values("follow_up")
        return self.filter(pk__in=own.union(named))

    def newest_first(self) -> Self:
        """By the time of the contact."""
        return self.order_by("-happened_at", "-pk")


class AttachmentQuerySet(AnchoredQuerySet):
    """Files on records."""

    def kept(self) -> Self:
        """Without those of follow-ups that were deleted."""
        return self.filter(follow_up__deleted_at__isnull=True)


class PhraseQuerySet(models.QuerySet):
    """Personal phrases."""

    def of(self, user: Any) -> Self:
        """Those of one person."""
        return self.filter(user_id=user.pk)


def _type_of(obj: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(type(obj))
