"""The only writers of the log. Called by services inside their own transaction."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, models, transaction
from django.db.models import F

from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event, EventLink, View
from crm.core import clock, context, prepared
from crm.core.bulk import Maker, insert_many
from crm.core.hooks import Hook

logger = logging.getLogger(__name__)

#: A view is stored at most once per user and record in this time (`contracts.md` 1.3).
VIEW_INTERVAL = timedelta(minutes=5)


@dataclass
class Fact:
    """One event to record: type code, subject, what changed, and what else it is about."""

    code: str
    subject: models.Model | None
    changes: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    about: Sequence[models.Model] = ()
    label: str = ""


def _events_recorded(events: list[Event]) -> None:
    """Signature of the hook: the events just written, in the same transaction."""


_new_event = Maker(Event)

#: Notifications hang here; called once per `record()` or `record_many()`.
events_recorded: Hook[[list[Event]]] = Hook("audit.events_recorded", _events_recorded)


def record(
    code: str,
    subject: models.Model | None,
    *,
    actor: Any,
    changes: dict[str, Any] | None = None,
    note: str = "",
    about: Sequence[models.Model] = (),
    label: str = "",
) -> Event:
    """Write one event. Raises KeyError for a code that is not declared."""
    return record_many([Fact(code, subject, changes or {}, note, about, label)], actor=actor)[0]


def record_many(facts: Iterable[Fact], *, actor: Any) -> list[Event]:
    """Write many events in one statement (imports, bulk actions)."""
    facts = list(facts)
    events = write(list(_events(facts, actor)))
    links = [
        EventLink(event=event, about_type=_type_of(other), about_id=other.pk)
        for fact, event in zip(facts, events, strict=True)
        for other in fact.about
    ]
    write(links)
    events_recorded.call(events)
    return events


def write(rows: list[Any]) -> list[Any]:
    """Insert rows of the log; the fast way needs the transaction that services are in."""
    if transaction.get_connection().in_atomic_block:
        return insert_many(rows)
    return type(rows[0])._base_manager.bulk_create(rows) if rows else rows


def _events(facts: Iterable[Fact], actor: Any) -> Iterator[Event]:
    here, now = context.current(), clock.now()
    actor_id = actor.pk if actor is not None else None
    types: dict[type[models.Model], int] = {}
    for fact in facts:
        EVENT_TYPES[fact.code]  # an undeclared code is a programming error
        subject = fact.subject
        if subject is not None and type(subject) not in types:
            types[type(subject)] = _type_of(subject).pk
        yield _new_event(
            code=fact.code,
            at=now,
            actor_id=actor_id,
            source=here.source,
            request_id=here.request_id,
            ip=here.ip,
            subject_type_id=types[type(subject)] if subject is not None else None,
            subject_id=subject.pk if subject is not None else None,
            label=(fact.label or (str(subject) if subject is not None else ""))[:255],
            changes=fact.changes,
            note=fact.note,
        )


def _type_of(obj: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(type(obj))


def record_view(user: Any, obj: models.Model) -> None:
    """Remember that a user opened a record. Best effort: never blocks or breaks the page.

    A page that reads `last_view()` along, as `last_viewed_at`, spares the question.
    """
    now, kind = clock.now(), _type_of(obj)
    key = {"user": user, "content_type": kind, "object_id": obj.pk}
    try:
        if "last_viewed_at" in obj.__dict__:
            last = obj.last_viewed_at
        else:
            found = prepared.rows("last view", _views, user.pk, kind.pk, int(obj.pk))
            last = found[0][0] if found else None
        if last is not None and now - last < VIEW_INTERVAL:
            return
        with transaction.atomic():
            seen = View.objects.filter(**key)
            if not seen.update(viewed_at=now, times=F("times") + 1):
                View.objects.create(viewed_at=now, **key)
    except DatabaseError:
        logger.warning("view of %s %s was not stored", obj._meta.label, obj.pk, exc_info=True)


def last_view(model: type[models.Model], user_id: int) -> models.Subquery:
    """When a user opened the row last, as a value of the row; null for never."""
    kind = ContentType.objects.get_for_model(model)
    return models.Subquery(_views(user_id, kind.pk, models.OuterRef("pk"))[:1])


def _views(user_id: int, kind_id: int, pk: Any) -> models.QuerySet:
    seen = View.objects.filter(user_id=user_id, content_type_id=kind_id, object_id=pk)
    return seen.values_list("viewed_at")
