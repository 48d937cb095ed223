"""Instants at which a customer or lead is to be contacted: on the calendar, and in its feed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from crm.activities.planning import feeding
from crm.activities.planning.feeding import Wanted
from crm.activities.planning.ics import FeedEvent
from crm.activities.planning.layers import Ask, Entry, Found, per_day
from crm.activities.planning.own_layers import move_url
from crm.core import clock
from crm.web.navigation import address

HALF_HOUR = timedelta(minutes=30)


def entries_of(
    ask: Ask, rows: QuerySet, column: str, *, layer: str, url_name: str, movable: bool
) -> Found:
    """What a layer shows of rows that the reader sees, by one column of theirs."""
    rows = rows.filter(**{f"{column}__gte": ask.start, f"{column}__lt": ask.end})
    if ask.people is not None:
        rows = rows.filter(owner_id__in=ask.people)
    found, now = Found(), clock.now()
    values = ("pk", "name", column, "owner__name", "day_of", "total")
    for pk, name, at, owner, day, total in per_day(rows, column, ask.limit).values_list(*values):
        entry = Entry(
            layer=layer,
            pk=pk,
            day=day,
            title=name,
            url=address(url_name, pk),
            at=localtime(at),
            who=owner or "",
            is_late=at < now,
            move_url=move_url(layer, pk) if movable else "",
        )
        found.add(entry, total)
    return found


def feed_of(
    wanted: Wanted, rows: QuerySet, column: str, *, kind: str, title: Any
) -> Iterable[FeedEvent]:
    """The person's own rows as half hours of a feed; `title` has the place `%(name)s`."""
    between = {f"{column}__gte": wanted.start, f"{column}__lt": wanted.end}
    rows = rows.filter(owner_id=wanted.user.pk, **between)
    for row in rows.order_by(column, "pk")[: feeding.MOST]:
        at = getattr(row, column)
        yield FeedEvent(
            feeding.uid(kind, row.pk),
            title % {"name": row.name},
            at,
            at + HALF_HOUR,
            changed_at=row.updated_at,
            url=wanted.url(row.get_absolute_url()),
            text=row.last_contact_summary,
            is_free=True,
        )
