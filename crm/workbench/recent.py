"""The records a user opened last, among those he still may see."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from crm.access import policies, verbs
from crm.audit.models import View
from crm.core import prepared
from crm.core.prepared import Ask
from crm.workbench.search import ENTITIES, SearchGroup

#: No name or address of a record is made of these.
LONG = (models.TextField, models.JSONField)


def recently_viewed(user: Any, limit: int) -> list[tuple[View, models.Model, SearchGroup]]:
    """The newest views with their records, in one query.

    Records that were deleted or have left the user's scope are passed over.
    """
    kinds = {
        ContentType.objects.get_for_model(group.model).pk: group
        for group in ENTITIES.values()
        if group.allowed(user)
    }
    shape = "recently viewed", tuple(kinds), limit

    def newest(reader: int) -> QuerySet:
        views = View.objects.filter(user_id=reader, content_type__in=list(kinds))
        return views.order_by("-viewed_at")[: limit * 2]

    def asked(kind: int, group: SearchGroup) -> Ask:
        def seen(reader: int) -> QuerySet:
            views = View.objects.filter(pk__in=newest(reader).values("pk"), content_type=kind)
            return _seen(group.model, user).filter(pk__in=views.values("object_id"))

        rights = policies.shape(user, verbs.VIEW, group.model)
        return Ask(prepared.OBJECTS, (*shape, kind, rights), seen, (user.pk,))

    views, *records = prepared.together(
        Ask(prepared.OBJECTS, shape, newest, (user.pk,)),
        *(asked(kind, group) for kind, group in kinds.items()),
    )
    both = zip(kinds, records, strict=True)
    objects = {(kind, obj.pk): obj for kind, found in both for obj in found}
    found = [
        (view, objects[key], kinds[view.content_type_id])
        for view in views
        if (key := (view.content_type_id, view.object_id)) in objects
    ]
    return found[:limit]


def _seen(model: Any, user: Any) -> QuerySet:
    """The records the user sees, without their long texts."""
    rows = model.objects.visible_to(user)
    long = [each.name for each in model._meta.concrete_fields if isinstance(each, LONG)]
    return (rows.kept() if hasattr(rows, "kept") else rows).defer(*long)
