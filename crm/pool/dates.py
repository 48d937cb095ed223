"""When a record falls into the pool, and by which rule: the one computation, without a database.

A record falls at midnight of the company's day after the last day allowed, so that all of a day
fall together (`market` 2.1). Not here: whose dates are computed and stored when (`crm.pool.clock`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from crm.core import clock
from crm.core.clock import COMPANY_ZONE
from crm.dictionaries import lookups
from crm.pool.choices import COUNTED, Rule
from crm.pool.registry import NO_FACTS, Facts, PooledKind
from crm.pool.rules import Rules


@dataclass(frozen=True)
class Due:
    """When, by which rule and after how many days; `at` None means never.

    `not_before` is the end of the days of warning kept since a change brought the day near.
    """

    at: datetime | None = None
    rule: str = ""
    days: int | None = None
    not_before: datetime | None = None


NEVER = Due()


@dataclass(frozen=True)
class Standing:
    """What the clock looks at in a record."""

    owner_id: int | None
    since: datetime | None
    last_contact_at: datetime | None
    is_locked: bool
    protected_until: datetime | None
    state: str
    grade_id: int | None
    is_deleted: bool
    not_before: datetime | None = None


def due(standing: Standing, rules_: Rules, kind: PooledKind, facts: Facts = NO_FACTS) -> Due:
    """When a record falls by these rules. Pure: the same arguments, the same answer."""
    if _is_spared(standing, rules_, kind, facts):
        return NEVER
    has_deal = standing.state in kind.deal_states
    found = [
        Due(_after(base, days), rule, days)
        for rule in COUNTED
        if (days := rules_.days(rule, _grade(standing)))
        and not (rule == Rule.DEAL and has_deal)
        and (base := _base(rule, standing, facts, rules_)) is not None
    ]
    if standing.protected_until is not None:
        found = [
            Due(max(item.at, standing.protected_until), item.rule, item.days) for item in found
        ]
        if rules_.ends_protection and not has_deal:
            days = rules_.protection_days or rules_.protect_days
            found.append(Due(standing.protected_until, Rule.PROTECTION, days))
    if not found:
        return NEVER
    first = min(found, key=lambda item: (item.at, item.rule))
    kept = standing.not_before
    floors = [_grace_end(rules_), *([kept] if kept else [])]
    return Due(max(first.at, *floors), first.rule, first.days, kept)


def _is_spared(standing: Standing, rules_: Rules, kind: PooledKind, facts: Facts) -> bool:
    """Whether no rule reaches the record at all."""
    return (
        not rules_.recycles
        or standing.owner_id is None
        or standing.is_locked
        or standing.is_deleted
        or standing.state in kind.resting_states
        or (rules_.spares_deals and standing.state in kind.deal_states)
        or (rules_.spares_open_opportunities and facts.has_open_opportunity)
    )


def _base(rule: str, standing: Standing, facts: Facts, rules_: Rules) -> datetime | None:
    """The instant from which a rule counts: what happened last, never before the ownership.

    Where open opportunities spare, the days begin with the end of the last one: otherwise a
    customer would fall, without any warning, in the minute in which a deal is marked as lost.
    """
    latest = {
        Rule.FOLLOW_UP: standing.last_contact_at,
        Rule.OPPORTUNITY: facts.last_opportunity_at,
        Rule.DEAL: None,
    }[Rule(rule)]
    spared = facts.last_ended_at if rules_.spares_open_opportunities else None
    known = [moment for moment in (standing.since, latest, spared) if moment is not None]
    return max(known, default=None)


def _grade(standing: Standing) -> str:
    value = lookups.item(standing.grade_id)
    return value.code if value else ""


def _after(base: datetime, days: int) -> datetime:
    """Midnight after so many whole days of the company's calendar."""
    return midnight(base, days + 1)


def midnight(moment: datetime, days: int) -> datetime:
    """The start of the company's day so many days after the one of `moment`."""
    day = day_of(moment) + timedelta(days=days)
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


def warned(old: Due, new: Due, rules_: Rules, now: datetime) -> datetime | None:
    """The end of the days of warning where a change brings the day near; None without need.

    There is none where the day is not nearer than before, where its rule counts all of its days
    from now on (a new owner), and where no warning is configured. What was to fall within the
    days of warning anyway keeps its day: it was announced, and is neither hurried nor put off.
    """
    if new.at in (None, old.at) or not rules_.warn_days or (old.at and old.at <= now):
        return None
    end = _after(now, max(rules_.warn_days))
    whole = _after(now, new.days or 0)
    if old.at is not None:
        end = min(end, old.at)
    return end if new.at < min(end, whole) else None


def _grace_end(rules_: Rules) -> datetime:
    day = rules_.valid_from + timedelta(days=rules_.grace_days)
    return datetime.combine(day, time.min, tzinfo=COMPANY_ZONE)


def day_of(moment: datetime) -> date:
    """The day of the company's calendar."""
    return timezone.localtime(moment, COMPANY_ZONE).date()


def last_day(until: datetime) -> date:
    """The last day of a protection that ends at midnight."""
    return day_of(until - timedelta(microseconds=1))


def is_protected(row: Any) -> bool:
    """Whether a record is protected at this moment."""
    return row.protected_until is not None and row.protected_until > clock.now()


def days_left(due_at: datetime) -> int:
    """Whole days of the company's calendar until a record falls; 0 and less: it is due."""
    today = timezone.localdate(timezone=COMPANY_ZONE)
    return (day_of(due_at) - today).days


def columns(kind: PooledKind) -> tuple[str, ...]:
    """The columns of a `Standing` behind the key, as `values_list()` takes them."""
    return (
        "pk",
        "owner_id",
        "owner_since",
        "created_at",
        "last_contact_at",
        "is_locked",
        "protected_until",
        kind.state_field or "pool_due_rule",
        f"{kind.grade_field}_id" if kind.grade_field else "owner_id",
        "deleted_at",
        "pool_not_before",
    )


def standing_from(kind: PooledKind, values: tuple) -> Standing:
    """A `Standing` from the values of `columns()`."""
    _pk, owner, since, created, contact, locked, protected, state, grade, deleted, kept = values
    return Standing(
        owner,
        since or created,
        contact,
        locked,
        protected,
        state if kind.state_field else "",
        grade if kind.grade_field else None,
        deleted is not None,
        kept,
    )


def standing_of(kind: PooledKind, row: Any) -> Standing:
    """A `Standing` from a record in memory."""
    return standing_from(kind, tuple(getattr(row, name) for name in columns(kind)))
