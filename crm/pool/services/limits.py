"""Quotas and caps: each refusal names the rule and what is left (`market` 2.1, T37)."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core import clock as time
from crm.core.clock import COMPANY_ZONE
from crm.core.errors import LimitReached
from crm.pool import dates, rules
from crm.pool.choices import Action, Purpose
from crm.pool.models import Claimant, OwnershipSpan
from crm.pool.registry import PooledKind
from crm.pool.rules import Rules


def lock_claimant(kind: PooledKind, user_id: int) -> None:
    """Let nobody else count this person's claims and records until the transaction ends."""
    now = time.now()
    mine = Claimant.objects.filter(user_id=user_id, kind=kind.code)
    if not mine.update(touched_at=now):
        new = Claimant(user_id=user_id, kind=kind.code, touched_at=now)
        Claimant.objects.bulk_create([new], ignore_conflicts=True)
        mine.update(touched_at=now)


def check_claim(kind: PooledKind, row: Any, user: Any, *, locks: bool = True) -> None:
    """Raise LimitReached where the rules of the record's pool forbid this person's claim.

    What is counted here must not move until the claim is written, so the person is locked first;
    a page that only asks does not lock.
    """
    if locks:
        lock_claimant(kind, user.pk)
    in_force = rules.in_force(row.pool_id)
    _check_new_entry(row, in_force)
    _check_former_owner(kind, row, user, in_force)
    _check_gap(user, row, in_force)
    if not has_deal(kind, row):
        _check_quota(kind, user, row, in_force)
    check_cap(kind, user, {user.pk: [has_deal(kind, row)]}, locks=False)


def has_deal(kind: PooledKind, row: Any) -> bool:
    """Whether a record stands in a state with a deal."""
    return bool(kind.state_field) and getattr(row, kind.state_field) in kind.deal_states


def _check_new_entry(row: Any, in_force: Rules) -> None:
    days = in_force.new_entry_days
    if not days:
        return
    free = dates.midnight(row.pool_entered_at, days)
    if free > time.now():
        raise LimitReached(
            _(
                "Claiming failed: a new entry can be claimed after %(days)d days, "
                "this one from %(date)s on."
            )
            % {"days": days, "date": day_text(free)},
            code="new_entry",
        )


def _check_former_owner(kind: PooledKind, row: Any, user: Any, in_force: Rules) -> None:
    days = in_force.former_owner_days
    if not days:
        return
    last = (
        OwnershipSpan.objects.filter(
            subject_type=ContentType.objects.get_for_model(kind.model),
            subject_id=row.pk,
            owner_id=user.pk,
        )
        .order_by("-id")
        .values_list("ended_at", flat=True)
        .first()
    )
    if last is None:
        return
    free = dates.midnight(last, days)
    if free > time.now():
        raise LimitReached(
            _(
                "Claiming failed: a former owner may claim again after %(days)d days, "
                "you from %(date)s on."
            )
            % {"days": days, "date": day_text(free)},
            code="former_owner",
        )


def _claims(user_id: int, pool_id: int) -> Any:
    return OwnershipSpan.objects.filter(
        next_owner_id=user_id, action=Action.CLAIMED, pool_id=pool_id
    )


def _check_gap(user: Any, row: Any, in_force: Rules) -> None:
    minutes = in_force.claim_gap_minutes
    if not minutes:
        return
    recent = _claims(user.pk, row.pool_id).filter(
        ended_at__gt=time.now() - timedelta(minutes=minutes)
    )
    last = recent.order_by("-ended_at").values_list("ended_at", flat=True).first()
    if last is not None:
        wait = math.ceil((last + timedelta(minutes=minutes) - time.now()).total_seconds() / 60)
        raise LimitReached(
            ngettext(
                "Claiming failed: there must be %(gap)d minutes between two claims; "
                "wait %(n)d more minute.",
                "Claiming failed: there must be %(gap)d minutes between two claims; "
                "wait %(n)d more minutes.",
                max(wait, 1),
            )
            % {"gap": minutes, "n": max(wait, 1)},
            code="claim_gap",
        )


def _check_quota(kind: PooledKind, user: Any, row: Any, in_force: Rules) -> None:
    left = claims_left(user.pk, row.pool_id, in_force)
    if left is not None and left <= 0:
        raise LimitReached(_quota_text(kind, row, user, in_force), code="claim_limit")


def _quota_text(kind: PooledKind, row: Any, user: Any, in_force: Rules) -> str:
    """Each pool has a quota of its own, so where there are several its name is said."""
    text = _("Claiming failed: today's %(limit)d claims are used up. You can claim 0 more today.")
    if len(rules.open_to(kind.code, user.pk)) > 1:
        text = _(
            "Claiming failed: today's %(limit)d claims from “%(pool)s” are used up. "
            "You can claim 0 more from it today."
        )
    pool = rules.pool(row.pool_id)
    return text % {"limit": in_force.claim_limit, "pool": pool.name if pool else ""}


def claims_left(user_id: int, pool_id: int, in_force: Rules | None = None) -> int | None:
    """How many records a person may still claim today from a pool; None without a limit."""
    limit = (in_force or rules.in_force(pool_id)).claim_limit
    if limit is None:
        return None
    start = dates.midnight(time.now(), 0)
    used = _claims(user_id, pool_id).filter(ended_at__gte=start, is_counted=True).count()
    return max(0, limit - used)


def check_cap(
    kind: PooledKind, actor: Any, coming: Mapping[int, list[bool]], *, locks: bool = True
) -> None:
    """Raise LimitReached where a person would own more than his cap (保有量).

    `coming` holds, by person, whether each new record has a deal. Who stands above his cap keeps
    what he has. Nothing is asked where no cap binds; persons are locked first otherwise.
    """
    for user_id in sorted(coming):
        limit = rules.cap(kind.code, Purpose.OWNED, user_id)
        if limit is None:
            continue
        new = len(coming[user_id]) if limit.counts_deals else coming[user_id].count(False)
        if not new:
            continue
        if locks:
            lock_claimant(kind, user_id)
        left = limit.limit - owned(kind, user_id, counts_deals=limit.counts_deals)
        if left < new:
            _refuse_cap(limit.limit, max(left, 0), own=user_id == actor.pk)


def room(kind: PooledKind, user_id: int) -> int | None:
    """How many more records a person may own (保有量); None without a cap. Locks the person."""
    limit = rules.cap(kind.code, Purpose.OWNED, user_id)
    if limit is None:
        return None
    lock_claimant(kind, user_id)
    return max(0, limit.limit - owned(kind, user_id, counts_deals=limit.counts_deals))


def takes_room(kind: PooledKind, row: Any, user_id: int) -> bool:
    """Whether a record counts against the cap of a person."""
    limit = rules.cap(kind.code, Purpose.OWNED, user_id)
    return limit is not None and (limit.counts_deals or not has_deal(kind, row))


def _refuse_cap(limit: int, left: int, *, own: bool) -> None:
    if own:
        text = _("Failed: you may own at most %(limit)d records; %(left)d more are possible.")
    else:
        text = _(
            "Failed: this person may own at most %(limit)d records; %(left)d more are possible."
        )
    raise LimitReached(text % {"limit": limit, "left": left}, code="owned_cap", field="owner")


def owned(kind: PooledKind, user_id: int, *, counts_deals: bool) -> int:
    """How many records a person owns, as a cap counts them."""
    mine = kind.model._base_manager.filter(owner_id=user_id, deleted_at__isnull=True)
    mine = mine.exclude(kind.rests) if kind.resting_states else mine
    counted = mine if counts_deals or not kind.deal_states else mine.filter(~Q(kind.has_deal))
    return counted.count()


def check_lock(kind: PooledKind, owner_id: int, actor: Any) -> None:
    """Raise LimitReached where the owner has locked as many records as he may."""
    limit = rules.cap(kind.code, Purpose.LOCKED, owner_id)
    if limit is None:
        return
    lock_claimant(kind, owner_id)
    locked = kind.model._base_manager.filter(
        owner_id=owner_id, is_locked=True, deleted_at__isnull=True
    ).count()
    if locked >= limit.limit:
        raise LimitReached(
            _("Locking failed: at most %(limit)d records may be locked; 0 more are possible.")
            % {"limit": limit.limit},
            code="locked_cap",
        )


def check_protection(kind: PooledKind, owner_id: int, in_force: Rules) -> None:
    """Raise LimitReached where the owner protects as many records by hand as he may."""
    if in_force.protect_limit is None:
        return
    lock_claimant(kind, owner_id)
    if not protections_left(kind, owner_id, in_force):
        raise LimitReached(
            _("Protecting failed: at most %(limit)d records may be protected; 0 more are possible.")
            % {"limit": in_force.protect_limit},
            code="protect_limit",
        )


def protections_left(kind: PooledKind, owner_id: int, in_force: Rules) -> int | None:
    """How many more records of a person may be protected by hand; None without a limit."""
    if in_force.protect_limit is None:
        return None
    used = kind.model._base_manager.filter(
        owner_id=owner_id,
        protected_until__gt=time.now(),
        protected_by__isnull=False,
        deleted_at__isnull=True,
    )
    return max(0, in_force.protect_limit - used.count())


def day_text(moment: datetime) -> str:
    """A day in the reader's way of writing, by the company's calendar."""
    return date_format(timezone.localtime(moment, COMPANY_ZONE).date(), "SHORT_DATE_FORMAT")
