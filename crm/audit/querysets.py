"""Named reads of the log: the timeline of a record."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event, EventLink


def timeline_of(obj: models.Model, *, limit: int, before: int | None = None) -> list[Event]:
    """The newest `limit` timeline events of a record, its own and those about it.

    Two bounded reads in index order; `before` is the key of the last event already shown, because
    many events may have the same instant.
    """
    kind = ContentType.objects.get_for_model(type(obj))
    own = Event.objects.filter(subject_type=kind, subject_id=obj.pk)
    links = EventLink.objects.filter(about_type=kind, about_id=obj.pk)
    if before is not None:
        own, links = own.filter(pk__lt=before), links.filter(event__lt=before)
    hidden = [code for code, item in EVENT_TYPES.items() if not item.timeline]
    own = own.exclude(code__in=hidden).order_by("-id")
    links = links.exclude(event__code__in=hidden)
    own = own.select_related("actor", "subject_type")[:limit]
    about = list(links.order_by("-event").values_list("event", flat=True)[:limit])
    found = {event.pk: event for event in own}
    if about:
        extra = Event.objects.filter(pk__in=about)
        found.update({event.pk: event for event in extra.select_related("actor", "subject_type")})
    return sorted(found.values(), key=lambda event: -event.pk)[:limit]
