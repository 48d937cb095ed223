"""The timeline of a record: its events, and what other packages add (follow-ups, calls …).

A source gives items with an instant and a kind; items of all sources are merged newest first.
One or two bounded queries a source, none per item.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.audit.events import EVENT_TYPES, EventType
from crm.audit.models import Event
from crm.audit.querysets import timeline_of
from crm.core.emails import mask_email
from crm.core.phones import mask_phone

PAGE = 20
Source = Callable[[models.Model, Any, datetime | None, int], list[dict[str, Any]]]
SOURCES: dict[str, tuple[Any, Source]] = {}
#: What an event may count or name that is no field of its record.
WORDS = {
    "created": _("Created"),
    "updated": _("Updated"),
    "skipped": _("Skipped"),
    "refused": _("Refused"),
    "repaired": _("Repaired"),
    "incomplete": _("Incomplete"),
    "reverted": _("Reverted"),
    "kept": _("Kept"),
    "rows": _("Rows"),
    "columns": _("Columns"),
    "format": _("Format"),
    "owner": _("Owner"),
    "tags": _("Tags"),
}


def register(kind: str, label: Any, source: Source) -> None:
    """Add a source: `source(obj, user, before, limit) -> items`. A second one is an error."""
    if kind in SOURCES:
        raise ValueError(f"timeline source {kind!r} is registered twice")
    SOURCES[kind] = (label, source)


def items_of(
    obj: models.Model, user: Any, *, kind: str = "", before: datetime | None = None
) -> list[dict[str, Any]]:
    """The newest items of one kind, or of all, before an instant."""
    sources = [SOURCES[kind][1]] if kind in SOURCES else [item[1] for item in SOURCES.values()]
    found = [item for source in sources for item in source(obj, user, before, PAGE + 1)]
    return sorted(found, key=lambda item: item["at"], reverse=True)


def _event_items(
    obj: models.Model, user: Any, before: datetime | None, limit: int
) -> list[dict[str, Any]]:
    masking = Masking(user, type(obj)) if hasattr(obj, "owner_id") else None
    hidden = masking is not None and masking.hides(obj.owner_id)
    events = timeline_of(obj, limit=limit, before=before)
    return [event_item(event, obj, hidden=hidden) for event in events]


def event_item(event: Event, obj: models.Model, *, hidden: bool) -> dict[str, Any]:
    """One event as a timeline item; the template puts the actor in front of the sentence."""
    kind = EVENT_TYPES[event.code]
    about = event.label if event.subject_id != obj.pk or not event.label else ""
    return {
        "kind": "created" if event.code.endswith(".created") else "changed",
        "icon": kind.icon,
        "pk": event.pk,
        "actor": event.actor,
        "title": str(kind.text) % {"actor": "", "label": event.label},
        "body": event.note,
        "at": event.at,
        "changes": changes_of(event, kind, obj, hidden=hidden),
        "extra": about,
    }


def changes_of(
    event: Event, kind: EventType, obj: models.Model, *, hidden: bool
) -> list[dict[str, str]]:
    """Label, old and new value of every changed field; contact data masked like on the page."""
    model = event.subject_type.model_class() if event.subject_type_id else type(obj)
    found = []
    for name, pair in event.changes.items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if hidden and name in kind.masked:
            old, new = _masked(old), _masked(new)
        found.append({"label": label_of(model, name), "old": _text(old), "new": _text(new)})
    return found


def label_of(model: type[models.Model] | None, name: str) -> str:
    """The field's label, or the name as it was written."""
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    field = names.get(name)
    return str(getattr(field, "verbose_name", name) if field else WORDS.get(name, name))


def _masked(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    return mask_email(value) if "@" in value else mask_phone(value)


def _text(value: Any) -> str:
    if value in (None, ""):
        return ""
    if value is True or value is False:
        return str(_("Yes") if value else _("No"))
    return str(value)


register("changed", _("Changes"), _event_items)
