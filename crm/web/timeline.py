"""The timeline of a record: its events, and what other packages add (follow-ups, calls …).

A source gives entries with an instant and a key; those of all sources are merged newest first, and
only those that the page shows are made into items. One or two bounded queries a source, none per
item. The next page begins in each source behind the last item shown of it, so that no item of the
same instant is lost or shown twice. A source that has looked at enough without filling a page ends
it with a `stop()`; the next page looks on there.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext_lazy as _

from crm.access.masking import Masking
from crm.access.policies import POLICIES
from crm.access.verbs import VIEW
from crm.audit.events import EVENT_TYPES, EventType
from crm.audit.models import Event
from crm.audit.querysets import timeline_of
from crm.core.emails import mask_email
from crm.core.phones import mask_phone

PAGE = 15
#: Reads of events for one page, and the size of all but the first; more than one are needed only
#: where readers may not see most of them.
ROUNDS, WIDE = 10, 200
#: The largest key of the databases; a forged larger one must not reach them.
_LARGEST_KEY = 2**63 - 1


class Position(NamedTuple):
    """The last item shown of a source: its instant and its key."""

    at: datetime
    pk: int


class Entry(NamedTuple):
    """What a source found: where it stands, and what makes its item; nothing for a `stop()`."""

    at: datetime
    pk: int
    item: Callable[[], dict[str, Any]] | None


Source = Callable[[models.Model, Any, Position | None, int], list[Entry]]
SOURCES: dict[str, tuple[Any, Source]] = {}
#: Fields that timelines of a model (`app.model`) call otherwise than the model's base does.
LABELS: dict[tuple[str, str], Any] = {}
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
    "watcher": _("Watcher"),
}


def register(kind: str, label: Any, source: Source) -> None:
    """Add a source: `source(obj, user, behind, limit) -> entries`. A second one is an error.

    Its entries come in an order of its own that never changes, newest first; those up to and with
    the position `behind` are left out. The last of fewer than `limit` may be a `stop()`.
    """
    if kind in SOURCES:
        raise ValueError(f"timeline source {kind!r} is registered twice")
    SOURCES[kind] = (label, source)


def stop(at: datetime, pk: int) -> Entry:
    """What a source puts at its end when there may be more behind this place; never shown."""
    return Entry(at, pk, None)


class Page(NamedTuple):
    """At most `PAGE` items, and the marks that ask for the next page; none at the end.

    There may be no items and yet marks, where nothing of what was looked at may be seen.
    """

    items: list[dict[str, Any]]
    older: list[str]


def page_of(obj: models.Model, user: Any, *, kind: str = "", marks: Iterable[str] = ()) -> Page:
    """The newest items of one kind, or of all, behind the marks of the page before."""
    names = [kind] if kind in SOURCES else list(SOURCES)
    places = _read_marks(marks)
    streams = [
        [(name, entry) for entry in SOURCES[name][1](obj, user, places.get(name), PAGE + 1)]
        for name in names
    ]
    # each source keeps its order, whatever its instants are
    merged = list(heapq.merge(*streams, key=lambda pair: pair[1].at, reverse=True))
    passed, has_more = _first(merged)
    places |= {name: Position(entry.at, entry.pk) for name, entry in passed}
    older = [f"{name}~{place.at.isoformat()}~{place.pk}" for name, place in places.items()]
    items = [entry.item() for _name, entry in passed if entry.item is not None]
    return Page(items, older if has_more else [])


def _first(merged: list[tuple[str, Entry]]) -> tuple[list[tuple[str, Entry]], bool]:
    """What one page passes, a stop included, and whether there is more behind it.

    Behind a stop nothing is known of its source, so that nothing older of others is shown either.
    """
    for place, (_name, entry) in enumerate(merged[:PAGE]):
        if entry.item is None:
            return merged[: place + 1], True
    return merged[:PAGE], len(merged) > PAGE


def _read_marks(marks: Iterable[str]) -> dict[str, Position]:
    """The positions written in an address; what is no mark is passed over."""
    found = {}
    for mark in marks:
        name, _sign, rest = mark.partition("~")
        at, _sign, pk = rest.partition("~")
        try:
            place = Position(parse_datetime(at), int(pk))
        except ValueError:
            continue
        if name in SOURCES and _is_possible(place):
            found[name] = place
    return found


def _is_possible(place: Position) -> bool:
    """Whether a database can compare with it: a forged mark must not make it fail."""
    at = place.at
    good = at is not None and is_aware(at) and 1 < at.year < 9999
    return good and 0 < place.pk <= _LARGEST_KEY


def _events(obj: models.Model, user: Any, behind: Position | None, limit: int) -> list[Entry]:
    masking = Masking(user, type(obj)) if hasattr(obj, "owner_id") else None
    hidden = masking is not None and masking.hides(obj.owner_id)
    events, last = _seen_events(obj, user, behind and behind.pk, limit)
    found = [
        Entry(event.at, event.pk, partial(event_item, event, obj, hidden=hidden))
        for event in events
    ]
    return [*found, stop(last.at, last.pk)] if last else found


def _seen_events(
    obj: models.Model, user: Any, before: int | None, limit: int
) -> tuple[list[Event], Event | None]:
    """Events of the record itself, and of other records those that the reader may see.

    With them the last one looked at, where there are too few of them and the end is not reached.
    """
    found: list[Event] = []
    size = limit
    for _round in range(ROUNDS):
        batch = timeline_of(obj, limit=size, before=before)
        unseen = _unseen(batch, obj, user)
        found += [event for event in batch if _subject_of(event) not in unseen]
        if len(batch) < size or len(found) >= limit:
            return found[:limit], None
        before, size = batch[-1].pk, WIDE
    return found, batch[-1]


def _subject_of(event: Event) -> tuple[Any, int | None]:
    model = event.subject_type.model_class() if event.subject_type_id else None
    return model, event.subject_id


def _unseen(events: Iterable[Event], obj: models.Model, user: Any) -> set[tuple[Any, int]]:
    """Other records that some events are about and that the reader may not see.

    A customer is seen by people who see neither his opportunities nor his tickets. One read for
    each kind of record; none where the reader sees all of them. What was removed for good is
    hidden from nobody but those who see nothing of its kind.
    """
    others: dict[Any, set[int]] = defaultdict(set)
    for model, pk in map(_subject_of, events):
        if model is not None and pk is not None and (model, pk) != (type(obj), obj.pk):
            others[model].add(pk)
    unseen = set()
    for model, keys in others.items():
        policy = POLICIES.get(model._meta.label_lower)
        if policy is None or policy.rows(user, VIEW) is None:
            continue
        if not policy.allows(user, VIEW):
            unseen |= {(model, pk) for pk in keys}
            continue
        seen = model._base_manager.filter(pk__in=keys).filter(policy.rows(user, VIEW))
        rows = model._base_manager.filter(pk__in=keys).exclude(pk__in=seen.values("pk"))
        unseen |= {(model, pk) for pk in rows.values_list("pk", flat=True)}
    return unseen


def event_item(event: Event, obj: models.Model, *, hidden: bool) -> dict[str, Any]:
    """One event as a timeline item; the template puts the actor in front of the sentence."""
    kind = EVENT_TYPES[event.code]
    model, _key = subject = _subject_of(event)
    about = "" if subject == (type(obj), obj.pk) else event.label
    said = kind.sentence(model._meta.label_lower if model else "")
    return {
        "kind": "created" if event.code.endswith(".created") else "changed",
        "icon": kind.icon,
        "pk": event.pk,
        "actor": event.actor or (_("The system") if kind.has_actor else ""),
        "title": str(said) % {"actor": "", "label": event.label},
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
    if kind.fields_of:
        model = apps.get_model(kind.fields_of)
    found = []
    for name, pair in event.changes.items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if hidden and name in kind.masked:
            old, new = _masked(old), _masked(new)
        words = _words_of(model, name)
        old, new = (_local(model, name, words.get(value, value)) for value in (old, new))
        found.append({"label": label_of(model, name), "old": _text(old), "new": _text(new)})
    return found


def _words_of(model: type[models.Model] | None, name: str) -> dict[Any, Any]:
    """What the values of a closed list are called."""
    names = {field.name: field for field in model._meta.concrete_fields} if model else {}
    return dict(getattr(names.get(name), "flatchoices", ()))


def _local(model: type[models.Model] | None, name: str, value: Any) -> Any:
    """An instant, which the log keeps in UTC, as the pages write it; other values as they are."""
    names = {field.name: field for field in model._meta.concrete_fields} if model else {}
    if not isinstance(names.get(name), models.DateTimeField) or not isinstance(value, str):
        return value
    try:
        at = parse_datetime(value)
    except ValueError:
        return value
    return date_format(localtime(at), "DATETIME_FORMAT") if at and is_aware(at) else value


def label_of(model: type[models.Model] | None, name: str) -> str:
    """The field's label, what related rows are called, or the name as it was written."""
    if model is not None and (model._meta.label_lower, name) in LABELS:
        return str(LABELS[model._meta.label_lower, name])
    names = {field.name: field for field in model._meta.get_fields()} if model else {}
    field = names.get(name)
    if field is None:
        return str(WORDS.get(name, name))
    if isinstance(field, models.ForeignObjectRel):
        return str(field.related_model._meta.verbose_name_plural)
    return str(getattr(field, "verbose_name", name))


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


register("changed", _("Changes"), _events)
