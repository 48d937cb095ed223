"""Follow-ups on the timeline of their records."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.accounts.models import shown_name
from crm.activities import links, mentions, services
from crm.activities.choices import Attitude, Result
from crm.activities.models import Attachment, FollowUp
from crm.activities.panels import shown
from crm.activities.subjects import is_subject, model_of, subject_for
from crm.core import prepared
from crm.core.emails import mask_email
from crm.core.phones import mask_phone
from crm.dictionaries import lookups
from crm.web import timeline
from crm.web.navigation import address


class Line(NamedTuple):
    """What the timeline shows of a follow-up: reading three whole rows for each costs a page."""

    pk: int
    author_id: int
    author: str
    author_is_active: bool
    recorder: str | None
    created_by_id: int | None
    created_at: datetime
    happened_at: datetime
    next_contact_at: datetime | None
    method_id: int
    attitude: str
    result: str
    text: str
    subject_type_id: int
    subject_id: int
    address: str
    topic: str
    minutes: int | None
    file_count: int
    link_count: int


VALUES = (
    "pk", "author_id", "author__name", "author__is_active", "created_by__name", "created_by_id",
    "created_at", "happened_at", "next_contact_at", "method_id", "attitude", "result", "text",
    "subject_type_id", "subject_id", "address", "topic", "minutes", "file_count", "link_count",
)  # fmt: skip


def entries(
    obj: models.Model, user: Any, behind: timeline.Position | None, limit: int
) -> list[timeline.Entry]:
    """The newest follow-ups on a record and on those below it: at most two queries."""
    if not is_subject(obj) or not policies.policy_for(FollowUp).allows(user, verbs.VIEW):
        return []
    kind = type(obj), subject_for(obj).parent(obj) == obj
    rights = policies.shape(user, verbs.VIEW, FollowUp)
    if behind is None:
        shape = "follow-ups of", kind, rights, limit
        found = prepared.rows(shape, lambda pk: _of(*kind, pk, user)[:limit], obj.pk, by_key=True)
    else:
        same = Q(happened_at=behind.at, pk__gte=behind.pk)
        older = _of(*kind, obj.pk, user).filter(happened_at__lte=behind.at).exclude(same)
        found = older[:limit]
    lines = [Line(*row) for row in found]
    others, more = _others(lines, obj), Extras(lines, obj, user)
    actions, said = Actions(user), _("followed up")

    def made(row: Line) -> dict[str, Any]:
        about = others.get((row.subject_type_id, row.subject_id))
        return item(row, said, about, more) | {"actions": actions.of(row)}

    return [timeline.Entry(row.happened_at, row.pk, partial(made, row)) for row in lines]


def _of(model: type[models.Model], below: bool, pk: int, user: Any) -> models.QuerySet:
    """The follow-ups on a record, or on it and those below it, that the reader sees."""
    obj = model(pk=pk)
    rows = FollowUp.objects.under(obj) if below else FollowUp.objects.about(obj)
    return rows.kept().visible_to(user).newest_first().values_list(*VALUES)


def _others(found: list[Line], obj: models.Model) -> dict[tuple[int, int], models.Model]:
    """Records below `obj` that some of these follow-ups stand on: one query a model."""
    own = ContentType.objects.get_for_model(type(obj)).pk
    keys: dict[int, set[int]] = {}
    for row in found:
        if row.subject_type_id != own:
            keys.setdefault(row.subject_type_id, set()).add(row.subject_id)
    return {
        (kind, other.pk): other
        for kind, ids in keys.items()
        for other in model_of(kind)._base_manager.filter(pk__in=ids)
    }


class Extras:
    """What only some follow-ups have, asked for those alone: files, further records, mentions."""

    def __init__(self, lines: list[Line], obj: models.Model, user: Any) -> None:
        self.page_of = obj
        self.files = _files([row.pk for row in lines if row.file_count], user)
        self.records = links.objects_for(linked) if (linked := _linked(lines)) else {}
        self.mentions = mentions.typed_in({row.pk: row.text for row in lines})
        masking = Masking(user, type(obj)) if hasattr(obj, "owner_id") else None
        self.hidden = masking is not None and masking.hides(obj.owner_id)

    def of(self, row: Line) -> dict[str, Any]:
        """The extras of one item."""
        found: dict[str, Any] = {"files": self.files.get(row.pk, ())}
        if row.pk in self.mentions:
            found["marked"] = mentions.marked(row.text, self.mentions[row.pk])
        found["links"] = [
            {"label": str(other), "url": other.get_absolute_url()}
            for other in self.records.get(row.pk, ())
            if other != self.page_of
        ]
        return found

    def reached(self, row: Line) -> str:
        """The number or address, masked like on the page."""
        if not row.address or not self.hidden:
            return row.address
        return mask_email(row.address) if "@" in row.address else mask_phone(row.address)


def _linked(lines: list[Line]) -> list[int]:
    return [row.pk for row in lines if row.link_count]


def _files(ids: list[int], user: Any) -> dict[int, list[dict[str, Any]]]:
    """Files by follow-up."""
    found: dict[int, list[dict[str, Any]]] = {}
    if ids:
        rows = Attachment.objects.visible_to(user).filter(follow_up__in=ids)
        for row in rows.select_related("created_by").order_by("pk"):
            found.setdefault(row.follow_up_id, []).append(shown(row, may_delete=False))
    return found


def item(row: Line, title: str, about: models.Model | None, more: Extras) -> dict[str, Any]:
    """One follow-up as a timeline item."""
    return {
        "kind": "follow_up",
        "pk": row.pk,
        "actor": shown_name(row.author, row.author_is_active),
        "title": title,
        "body": row.text,
        "at": row.happened_at,
        "badges": badges(row),
        "about": about and {"label": str(about), "url": about.get_absolute_url()},
        "extra": extra(row, more.reached(row)),
        **more.of(row),
    }


def badges(row: Line) -> list[dict[str, str]]:
    """Method, attitude and result."""
    method = lookups.item(row.method_id)
    found = [{"text": method.label, "color": method.color}] if method else []
    if row.attitude:
        color = Attitude.colors()[Attitude(row.attitude)]
        found.append({"text": str(Attitude(row.attitude).label), "color": color})
    if row.result:
        color = Result.colors()[Result(row.result)]
        found.append({"text": str(Result(row.result).label), "color": color})
    return found


def extra(row: Line, reached: str) -> str:
    """How the customer was reached, the next contact, and who typed it in for somebody else."""
    parts = [reached] if reached else []
    if row.minutes:
        text = ngettext("%(count)d minute", "%(count)d minutes", row.minutes)
        parts.append(text % {"count": row.minutes})
    if row.topic:
        parts.append(_("Subject: %(topic)s") % {"topic": row.topic})
    if row.next_contact_at:
        when = date_format(localtime(row.next_contact_at), "Y-m-d H:i")
        parts.append(_("Next contact %(when)s") % {"when": when})
    if row.created_by_id and row.created_by_id != row.author_id:
        parts.append(_("recorded by %(name)s") % {"name": row.recorder})
    return " · ".join(parts)


#: Further actions of a follow-up that apps add: (reader) -> (line) -> actions.
FURTHER: list[Callable[[Any], Callable[[Any], list[dict[str, Any]]]]] = []


class Actions:
    """Edit and delete of follow-ups, as far as the reader may; rights and words are asked once."""

    def __init__(self, user: Any) -> None:
        self.changes = services.changing(user)
        self.deletes = services.deleting(user)
        self.edit, self.delete = _("Edit"), _("Delete")
        self.further = [make(user) for make in FURTHER]

    def of(self, row: Line) -> list[dict[str, Any]]:
        """The actions of one follow-up."""
        found = []
        if self.changes(row):
            url = address("activities:follow_up_edit", row.pk)
            found.append({"label": self.edit, "url": url, "dialog": True})
        if self.deletes(row):
            url = address("activities:follow_up_delete", row.pk)
            found.append({"label": self.delete, "url": url, "dialog": True})
        return [action for make in self.further for action in make(row)] + found


timeline.register("follow_up", gettext_lazy("Follow-ups"), entries)
