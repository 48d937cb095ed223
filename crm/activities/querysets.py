"""Named reads of follow-ups and of files."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.access.querysets import ScopedQuerySet


class AnchoredQuerySet(ScopedQuerySet):
    """Rows that stand on a record (`subject`) and on the one above it (`parent`)."""

    def on(self, obj: models.Model) -> Self:
        """Written on exactly this record."""
        return self.filter(subject_type=_type_of(obj), subject_id=obj.pk)

    def on_any(self, objs: Iterable[models.Model]) -> Self:
        """Written on one of these records."""
        return self.filter(on_any(objs, "subject_type", "subject_id"))

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


def on_any(objs: Iterable[models.Model], type_field: str, key_field: str) -> models.Q:
    """Rows whose generic key is one of these records; none for none."""
    keys: dict[ContentType, list[int]] = defaultdict(list)
    for obj in objs:
        keys[_type_of(obj)].append(obj.pk)
    found = models.Q(pk__in=[])
    for kind, wanted in keys.items():
        found |= models.Q(**{type_field: kind, f"{key_field}__in": wanted})
    return found
