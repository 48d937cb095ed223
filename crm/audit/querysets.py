"""Named reads of the log: the timeline of a record."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event, EventLink
from crm.core import prepared


def timeline_of(obj: models.Model, *, limit: int, before: int | None = None) -> list[Event]:
    """The newest `limit` timeline events of a record, its own and those about it.

    Two bounded reads in index order; `before` is the key of the last event already shown, because
    many events may have the same instant.
    """
    shape = type(obj), limit, before is None
    pk = int(obj.pk)
    keys = (pk,) if before is None else (pk, before)
    own = prepared.objects(("own events", shape), lambda *at: _own(*shape, *at), *keys)
    about = prepared.rows(("events about", shape), lambda *at: _about(*shape, *at), *keys)
    found = {event.pk: event for event in own}
    extra = [pk for (pk,) in about if pk not in found]
    if extra:
        events = Event.objects.filter(pk__in=extra).select_related("actor", "subject_type")
        found.update({event.pk: event for event in events})
    return sorted(found.values(), key=lambda event: -event.pk)[:limit]


def _own(
    model: type[models.Model], limit: int, _newest: bool, pk: int, before: int | None = None
) -> models.QuerySet:
    kind = ContentType.objects.get_for_model(model)
    events = Event.objects.filter(subject_type=kind, subject_id=pk).exclude(code__in=_hidden())
    if before is not None:
        events = events.filter(pk__lt=before)
    return events.order_by("-id").select_related("actor", "subject_type")[:limit]


def _about(
    model: type[models.Model], limit: int, _newest: bool, pk: int, before: int | None = None
) -> models.QuerySet:
    kind = ContentType.objects.get_for_model(model)
    links = EventLink.objects.filter(about_type=kind, about_id=pk)
    links = links.exclude(event__code__in=_hidden())
    if before is not None:
        links = links.filter(event__lt=before)
    return links.order_by("-event").values_list("event")[:limit]


def _hidden() -> list[str]:
    """Codes that the operation log alone shows."""
    return [code for code, item in EVENT_TYPES.items() if not item.timeline]
