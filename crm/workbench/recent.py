"""The records a user opened last, among those he still may see."""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.audit.models import View
from crm.workbench.search import ENTITIES, SearchGroup


def recently_viewed(user: Any, limit: int) -> list[tuple[View, models.Model, SearchGroup]]:
    """The newest views with their records: one query, and one for each kind of record.

    Records that were deleted or have left the user's scope are passed over.
    """
    kinds = {
        ContentType.objects.get_for_model(group.model).pk: group
        for group in ENTITIES.values()
        if group.allowed(user)
    }
    views = View.objects.filter(user=user, content_type__in=list(kinds)).order_by("-viewed_at")
    newest = list(views[: limit * 2])
    wanted: dict[int, list[int]] = defaultdict(list)
    for view in newest:
        wanted[view.content_type_id].append(view.object_id)
    objects = {
        (kind, obj.pk): obj for kind, ids in wanted.items() for obj in _seen(kinds[kind], user, ids)
    }
    found = [
        (view, objects[key], kinds[view.content_type_id])
        for view in newest
        if (key := (view.content_type_id, view.object_id)) in objects
    ]
    return found[:limit]


def _seen(group: SearchGroup, user: Any, ids: list[int]) -> models.QuerySet:
    rows = group.model.objects.visible_to(user)
    return (rows.kept() if hasattr(rows, "kept") else rows).filter(pk__in=ids)
