"""Who is told what fell: one notice for each owner, kind and day of the company (`market` 2.1).

A chunk of a fall marks its owners in its own transaction; when nothing is due any more, or the day
is over, the notices are made from the ownership history and the marks go, in one transaction. So a
killed run loses no notice, and none is told twice. What falls later on a day that is told already
brings its notice up to date. Not here: what falls (`recycling`), the warnings before (`keeping`).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.http import urlencode
from django.utils.translation import ngettext

from crm.core import clock as time
from crm.core.messages import listed
from crm.notifications.services import Notice, notify_each
from crm.pool import dates
from crm.pool.choices import Action, Kind
from crm.pool.models import OwnershipSpan, UntoldFall
from crm.pool.registry import PooledKind
from crm.web.navigation import address

#: Owners told in one transaction.
CHUNK = 200
#: So many records are named in a notice; the link shows them all.
NAMED = 5


def mark(kind: PooledKind, owners: Iterable[int], now: datetime) -> None:
    """Note whose records fall in this transaction, to be told when the run is over.

    The update of a mark that is there waits for whoever is telling it, and makes it anew where it
    is gone, so that nothing falls between.
    """
    rows = [
        UntoldFall(kind=kind.code, owner_id=owner, day=dates.day_of(now), touched_at=now)
        for owner in sorted(owners)  # in one order: two workers never wait for each other
    ]
    UntoldFall.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "day", "owner"],
        update_fields=["touched_at"],
    )


@transaction.atomic
def tell_fallen(kind: PooledKind) -> int | None:
    """Tell at most one chunk of owners what fell; returns how many, None when none is left.

    A day that is not over waits until nothing of it is due any more, also at other workers.
    """
    marks = UntoldFall.objects.filter(kind=kind.code)
    if _is_falling(kind):
        marks = marks.filter(day__lt=time.company_today())
    if connection.features.has_select_for_update_skip_locked:
        marks = marks.select_for_update(skip_locked=True, of=("self",))
    found = list(marks.order_by("day", "owner_id")[:CHUNK])
    if not found:
        return None
    day = found[0].day
    found = [mark for mark in found if mark.day == day]
    notices = _notices(kind, day, {mark.owner_id for mark in found})
    notify_each("pool_recycled", notices, renew=True)
    UntoldFall.objects.filter(pk__in=[mark.pk for mark in found]).delete()
    return len(found)


def _is_falling(kind: PooledKind) -> bool:
    due = kind.model._base_manager.filter(
        pool_due_at__lte=time.now(), owner__isnull=False, deleted_at__isnull=True
    )
    return due.exists()


def fallen(kind: PooledKind, day: date, owners: Collection[int]) -> QuerySet[OwnershipSpan]:
    """The ends of ownership by rule on a day of the company, of these owners."""
    start, end = time.company_day_bounds(day)
    return OwnershipSpan.objects.filter(
        subject_type=ContentType.objects.get_for_model(kind.model),
        owner__in=owners,
        action=Action.RECYCLED,
        ended_at__gte=start,
        ended_at__lt=end,
    ).order_by()


def _notices(kind: PooledKind, day: date, owners: set[int]) -> list[Notice]:
    """One notice for each owner, with how many records fell and the names of the first."""
    spans = fallen(kind, day, owners)
    counts = dict(spans.values_list("owner_id").annotate(n=Count("pk")))
    names = _names(kind, spans)
    people = get_user_model()._base_manager.in_bulk(list(counts))
    query = urlencode({"scene": "pool", "fallen": day})
    url = f"{address(kind.pool_list_name)}?{query}" if kind.pool_list_name else ""
    return [
        Notice(
            people[owner],
            _headline(kind, count),
            f"pool-recycled:{kind.code}:{day}",
            _text(names.get(owner, []), count),
            url,
        )
        for owner, count in counts.items()
    ]


def _names(kind: PooledKind, spans: QuerySet[OwnershipSpan]) -> dict[int, list[str]]:
    """The names of each owner's first records that are still there."""
    place = Window(RowNumber(), partition_by="owner_id", order_by=["ended_at", "subject_id"])
    firsts = spans.annotate(place=place).filter(place__lte=NAMED)
    pairs = list(firsts.values_list("owner_id", "subject_id"))
    rows = kind.model._base_manager.in_bulk([subject for _owner, subject in pairs])
    found: dict[int, list[str]] = {}
    for owner, subject in pairs:
        if subject in rows:
            found.setdefault(owner, []).append(str(rows[subject]))
    return found


def _text(names: list[str], count: int) -> Any:
    more = count - len(names)
    if not names or not more:
        return lambda: listed(names)
    return lambda: (
        ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more)
        % {"names": listed(names), "n": more}
    )


def _headline(kind: PooledKind, count: int) -> Any:
    if kind.code == Kind.LEAD:
        return lambda: (
            ngettext(
                "By rule, %(n)d lead of yours has fallen into the pool",
                "By rule, %(n)d leads of yours have fallen into the pool",
                count,
            )
            % {"n": count}
        )
    return lambda: (
        ngettext(
            "By rule, %(n)d customer of yours has fallen into the pool",
            "By rule, %(n)d customers of yours have fallen into the pool",
            count,
        )
        % {"n": count}
    )
