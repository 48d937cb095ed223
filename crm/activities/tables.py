"""Columns of the follow-up list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.activities import links
from crm.activities.choices import Attitude, Result
from crm.activities.models import FollowUp
from crm.activities.subjects import JOINT
from crm.core.emails import mask_email
from crm.core.phones import mask_phone
from crm.dictionaries.columns import ItemColumn
from crm.web.columns import CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.tables import Table

EXCERPT = 160


class SubjectColumn(Column):
    """The record a follow-up stands on, with the one above it: one query a model and page."""

    model: ClassVar[type[models.Model]] = FollowUp

    def prepare(self, ids: Sequence[int], ctx: CellContext) -> None:
        rows = self.model.objects.filter(pk__in=ids).values_list(
            "pk", "subject_type", "subject_id", "parent_type", "parent_id"
        )
        anchors = {
            pk: dict.fromkeys([(subject_type, subject_id), (parent_type, parent_id)])
            for pk, subject_type, subject_id, parent_type, parent_id in rows
        }
        names = names_of(key for keys in anchors.values() for key in keys)
        ctx.prepared[self.name] = {
            pk: JOINT.join(names[key] for key in keys if key in names)
            for pk, keys in anchors.items()
        }

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return ctx.prepared[self.name].get(pk, "")


def names_of(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Names of records by (content type, key): one query for each kind of record."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for kind, pk in keys:
        wanted[kind].add(pk)
    found = {}
    for kind, ids in wanted.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        for obj in model._base_manager.filter(pk__in=ids) if model else ():
            found[kind, obj.pk] = str(obj)
    return found


class LinkedColumn(Column):
    """Further records a follow-up is about: one query for the links, one for each kind."""

    def prepare(self, ids: Sequence[int], ctx: CellContext) -> None:
        found = links.objects_for(ids)
        ctx.prepared[self.name] = {
            pk: " · ".join(map(str, objects)) for pk, objects in found.items()
        }

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return ctx.prepared[self.name].get(pk, "")


class ReachedColumn(Column):
    """The number or address, masked where the record's own are."""

    def prepare(self, ids: Sequence[int], ctx: CellContext) -> None:
        rows = FollowUp.objects.filter(pk__in=ids).exclude(address="")
        wanted = {pk: (kind, key) for pk, kind, key in rows.values_list(*PARENT)}
        owners = owners_of(set(wanted.values()))
        ctx.prepared[self.name] = {
            pk for pk, place in wanted.items() if not hidden(place, owners, ctx.user)
        }

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        reached = values[0]
        if not reached or pk in ctx.prepared[self.name]:
            return reached
        return mask_email(reached) if "@" in reached else mask_phone(reached)


PARENT = ("pk", "parent_type", "parent_id")
#: A record by its content type and key.
Place = tuple[int, int]


def owners_of(places: set[Place]) -> dict[Place, int | None]:
    """Who owns these records: one query for each kind."""
    found: dict[Place, int | None] = {}
    for kind in {kind for kind, _pk in places}:
        model = ContentType.objects.get_for_id(kind).model_class()
        ids = [pk for place, pk in places if place == kind]
        for obj in model._base_manager.filter(pk__in=ids) if model else ():
            found[kind, obj.pk] = getattr(obj, "owner_id", None)
    return found


def hidden(place: Place, owners: dict[Place, int | None], user: Any) -> bool:
    """Whether the reader sees the contact data of a record masked."""
    model = ContentType.objects.get_for_id(place[0]).model_class()
    return model is None or Masking(user, model).hides(owners.get(place))


class TextColumn(Column):
    """A long text: the list shows its beginning, an export all of it."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> str:
        text = " ".join(values[0].split())
        short = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
        return super().cell((short,), ctx, pk)


class FollowUpTable(Table):
    """All that a follow-up says (S11-21)."""

    name = "follow_ups"
    model = FollowUp
    columns = (
        SubjectColumn("subject", _("Customer or contact"), paths=("pk",)),
        DateColumn("happened_at", _("Follow-up time"), fmt="datetime", sort="happened_at"),
        ItemColumn("method", _("Follow-up method"), badge=True),
        TextColumn("text", _("Follow-up content"), css="wrap", width=360),
        ChoiceColumn("attitude", _("Customer attitude"), Attitude),
        ChoiceColumn("result", _("Follow-up result"), Result),
        DateColumn("next_contact_at", _("Next contact"), fmt="short"),
        PersonColumn("author", _("Follow-up person")),
        LinkedColumn("related", _("Related records"), paths=("pk",)),
        ReachedColumn("address", _("Number or address"), default=False),
        Column("minutes", _("Duration in minutes"), css="num", default=False),
        Column("topic", _("Subject of the mail"), default=False),
        Column("file_count", _("Attachments"), css="num", default=False),
        PersonColumn("created_by", _("Recorded by"), default=False),
        DateColumn("created_at", _("Created at"), fmt="datetime", default=False),
    )
