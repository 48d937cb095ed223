"""Further records that follow-ups are about: writing the links, reading them for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from crm.activities import related
from crm.activities.anchors import type_of
from crm.activities.models import FollowUp, FollowUpLink
from crm.activities.querysets import on_any
from crm.activities.subjects import model_of
from crm.core.errors import NotAllowed


def check_choice(subject: models.Model, chosen: Iterable[models.Model], actor: Any) -> None:
    """Raise NotAllowed for a record that no picker offers this actor on this subject."""
    pickers = {item.model: item for item in related.pickers(subject)}
    for obj in chosen:
        picker = pickers.get(type(obj))
        if picker is None or not picker.rows(subject, actor).filter(pk=obj.pk).exists():
            raise NotAllowed(
                _("Saving failed: “%(name)s” does not belong to this record.") % {"name": obj},
                field=picker.name if picker else None,
            )


def further(chosen: Iterable[models.Model], *anchors: models.Model) -> list[models.Model]:
    """The chosen records without repeats and without those the follow-up stands on anyway."""
    return [obj for obj in dict.fromkeys(chosen) if obj not in anchors]


def write(follow_up: FollowUp, objects: Sequence[models.Model]) -> None:
    """The links of a new follow-up; its `link_count` is the caller's."""
    FollowUpLink.objects.bulk_create(
        FollowUpLink(follow_up=follow_up, object_type=type_of(obj), object_id=obj.pk)
        for obj in objects
    )


def link_to(follow_up: FollowUp, obj: models.Model) -> None:
    """One more record a follow-up is about: the opportunity that came of it."""
    known = follow_up.links.filter(object_type=type_of(obj), object_id=obj.pk)
    if not known.exists():
        write(follow_up, [obj])
        FollowUp.objects.filter(pk=follow_up.pk).update(link_count=models.F("link_count") + 1)


def replace(follow_up: FollowUp, objects: Sequence[models.Model]) -> bool:
    """Make the links these; returns whether anything changed."""
    old = {(link.object_type_id, link.object_id) for link in follow_up.links.all()}
    if old == {(type_of(obj).pk, obj.pk) for obj in objects}:
        return False
    follow_up.links.all().delete()
    write(follow_up, objects)
    FollowUp.objects.filter(pk=follow_up.pk).update(link_count=len(objects))
    return True


def objects_of(follow_up: FollowUp) -> list[models.Model]:
    """The further records of one follow-up that still exist."""
    return objects_for([follow_up.pk]).get(follow_up.pk, []) if follow_up.link_count else []


def objects_for(ids: Iterable[int]) -> dict[int, list[models.Model]]:
    """Further records by follow-up: one query, and one for each model among them."""
    rows = FollowUpLink.objects.filter(follow_up__in=list(ids)).order_by("pk")
    links = list(rows.values_list("follow_up_id", "object_type_id", "object_id"))
    keys: dict[int, set[int]] = defaultdict(set)
    for _follow_up, kind, pk in links:
        keys[kind].add(pk)
    known = {
        (kind, obj.pk): obj
        for kind, pks in keys.items()
        for obj in model_of(kind)._base_manager.filter(pk__in=pks)
    }
    found: dict[int, list[models.Model]] = defaultdict(list)
    for follow_up, kind, pk in links:
        if (kind, pk) in known:
            found[follow_up].append(known[kind, pk])
    return found


def carry(old: models.Model, new: models.Model) -> None:
    """Let links lead to another record; a follow-up that names it already loses the old one."""
    to_new = FollowUpLink.objects.filter(object_type=type_of(new), object_id=new.pk)
    to_old = FollowUpLink.objects.filter(object_type=type_of(old), object_id=old.pk)
    to_old.exclude(follow_up__in=to_new.values("follow_up")).update(
        object_type=type_of(new), object_id=new.pk
    )


def forget(*subjects: models.Model) -> None:
    """Remove the links to records that are removed for good."""
    FollowUpLink.objects.filter(on_any(subjects, "object_type", "object_id")).delete()
