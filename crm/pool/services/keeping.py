"""The nightly work: new rules walk over all due dates, owners are warned, what is due falls, and
its owners are told.

Runs from the scheduler every few minutes and picks up where it was; dates lie on midnight of the
company's calendar, so all the falling happens in the first minutes of a day, and what a day of
downtime has missed is done at the next run.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext

from crm.core import clock as time
from crm.core.clock import COMPANY_ZONE
from crm.notifications.services import Notice, notify_each
from crm.pool import clock, dates, rules
from crm.pool.choices import Kind
from crm.pool.clock import CHUNK
from crm.pool.models import ClockRun
from crm.pool.registry import KINDS, PooledKind
from crm.pool.rules import Rules
from crm.pool.services.recycling import recycle_due
from crm.pool.services.telling import tell_fallen
from crm.web.navigation import address

#: Warnings go out from this hour of the company's day on.
WARN_FROM_HOUR = 9
#: Days that a longer downtime makes up for; older warnings would come after the fall.
WARN_BACK_DAYS = 7
Stop = Callable[[], bool]


def keep_all(stop: Stop = lambda: False) -> None:
    """Everything that is due for every kind, until `stop()`; the next run goes on."""
    for kind in KINDS.values():
        if walk(kind, stop):  # nothing falls by dates of rules that are over
            warn(kind)
            while not stop() and recycle_due(kind) is not None:
                pass
        while not stop() and tell_fallen(kind) is not None:
            pass


def walk(kind: PooledKind, stop: Stop = lambda: False) -> bool:
    """Bring all due dates to the rules in force; True when they are. A chunk a transaction."""
    run, _made = ClockRun.objects.get_or_create(kind=kind.code)
    wanted = rules.digest(kind.code)
    if run.applied == wanted:
        return True
    if run.walking != wanted:
        run.walking, run.last_id = wanted, 0
        ClockRun.objects.filter(pk=run.pk).update(walking=wanted, last_id=0, applied="")
    while not stop():
        if not _walk_chunk(kind, run):
            ClockRun.objects.filter(pk=run.pk, walking=wanted).update(applied=wanted)
            return True
    return False


@transaction.atomic
def _walk_chunk(kind: PooledKind, run: ClockRun) -> bool:
    """The next chunk of records; False when there are none. Two walkers do the same work twice."""
    rows = kind.model._base_manager.filter(pk__gt=run.last_id, owner__isnull=False)
    if run.walking == "off":  # only what still has a date from before
        rows = rows.filter(pool_due_at__isnull=False)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    if not keys:
        return False
    clock.refresh_ids(kind.model, keys, always=True, warns=_are_known)
    run.last_id = keys[-1]
    ClockRun.objects.filter(pk=run.pk).update(last_id=run.last_id)
    return True


def _are_known(found: Rules) -> bool:
    """Rules that begin today bring their own days of grace, and nobody was to be warned by them.

    With older ones it is the organisation or the people of a pool that have changed.
    """
    return found.valid_from < time.company_today()


def warn(kind: PooledKind) -> int:
    """Tell owners what will fall, on each step of days before; once a day, in the morning.

    Returns how many people were told. Steps that a downtime has skipped are made up for.
    """
    now = timezone.localtime(time.now(), COMPANY_ZONE)
    if now.hour < WARN_FROM_HOUR or not rules.recycles(kind.code):
        return 0
    run, _made = ClockRun.objects.get_or_create(kind=kind.code)
    today = now.date()
    if run.warned_on is not None and run.warned_on >= today:
        return 0
    since = max(run.warned_on or today - timedelta(days=1), today - timedelta(days=WARN_BACK_DAYS))
    with transaction.atomic():
        told = sum(
            _warn_of(kind, day, today, pools)
            for day, pools in sorted(_announced(kind, since, today).items())
        )
        ClockRun.objects.filter(pk=run.pk).update(warned_on=today)
    return told


def _announced(kind: PooledKind, since: date, today: date) -> dict[date, set[int]]:
    """The days of falling announced between the last warning and today, and by which pools."""
    found: dict[date, set[int]] = defaultdict(set)
    for item in rules.pools(kind.code):
        for step in rules.in_force(item.pk).warn_days:
            for back in range((today - since).days):
                day = today + timedelta(days=step - back)
                if day > today:
                    found[day].add(item.pk)
    return found


def _warn_of(kind: PooledKind, day: date, today: date, pools: set[int]) -> int:
    """Tell each owner how many of his records fall on a day, where his pool announces it."""
    at = dates.midnight(time.now(), (day - today).days)
    rows = kind.model._base_manager.filter(
        pool_due_at=at, owner__isnull=False, deleted_at__isnull=True
    )
    found = rows.values_list("owner_id").annotate(n=Count("pk")).order_by("owner_id")
    counts = [(owner, count) for owner, count in found if rules.home(kind.code, owner).pk in pools]
    query = urlencode({"scene": "mine", "falls_on": day})
    url = f"{address(kind.list_name)}?{query}" if kind.list_name else ""
    key = f"pool-warning:{kind.code}:{day}:{today}"
    told = 0
    for start in range(0, len(counts), CHUNK):
        chunk = dict(counts[start : start + CHUNK])
        people = get_user_model()._base_manager.in_bulk(list(chunk))
        notices = [
            Notice(people[owner], _warning(kind, count, (day - today).days), key, url=url)
            for owner, count in chunk.items()
        ]
        told += notify_each("pool_warning", notices)
    return told


def _warning(kind: PooledKind, count: int, days: int) -> Any:
    values = {"n": count, "days": days}
    if kind.code == Kind.LEAD:
        return lambda: (
            ngettext(
                "%(n)d lead of yours falls into the pool in %(days)d days",
                "%(n)d leads of yours fall into the pool in %(days)d days",
                count,
            )
            % values
        )
    return lambda: (
        ngettext(
            "%(n)d customer of yours falls into the pool in %(days)d days",
            "%(n)d customers of yours fall into the pool in %(days)d days",
            count,
        )
        % values
    )
