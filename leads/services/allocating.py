"""Allocation by rules: in turn, by load or ratio, with a quota a day (D06-7, D03-15)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.core.errors import InvalidValue, LimitReached
from crm.pool import registry
from crm.pool.services.limits import check_cap
from customers import hooks
from customers.models import Customer
from customers.pooling import CUSTOMERS
from customers.services.distributing import loads as customer_loads
from leads import ratios, regions
from leads.choices import OPEN_STATES, Subject, Way
from leads.models import AllocationCount, AllocationRule, Lead
from leads.pooling import LEADS
from leads.services.changing import give_lead

KINDS = {Subject.LEAD: LEADS, Subject.CUSTOMER: CUSTOMERS}
#: Tries to move a rule's turn while others move it too.
_ROUNDS = 20


@dataclass(frozen=True)
class Choice:
    """Who gets a record, and why."""

    owner: Any
    reason: str


def active_rules(subject: str = Subject.LEAD) -> list[AllocationRule]:
    """All active rules of a subject in order, with sources and people."""
    rows = AllocationRule.objects.filter(is_active=True, subject=subject)
    return list(rows.prefetch_related("sources", "people"))


def rule_for(row: Lead | Customer, rules: Sequence[AllocationRule]) -> AllocationRule | None:
    """The first rule that fits this record."""
    return next((rule for rule in rules if _fits(rule, row)), None)


def _fits(rule: AllocationRule, row: Lead | Customer) -> bool:
    sources = {item.pk for item in rule.sources.all()}
    return (not sources or row.source_id in sources) and regions.covers(rule.regions, row.region_id)


def choose(row: Lead | Customer) -> Choice | None:
    """Who gets this record by the rules; takes turn and quota. None where no rule gives it away.

    Must run in the transaction that gives the record, so that a rolled back one takes nothing.
    """
    rule = rule_for(row, active_rules(registry.kind_of(row).code))
    if rule is None:
        return None
    for user in _candidates(rule, _take_turn(rule)):
        if _has_room(rule, user) and _take_quota(rule, user.pk, clock.company_today()):
            values = {"rule": rule.name, "way": rule.get_way_display()}
            return Choice(user, _("Rule “%(rule)s”: %(way)s") % values)
    return None


def offer_owner(customer: Customer, offers: list[tuple[Any, str]]) -> None:
    """Add who gets this customer by the rules, and why (`customers.hooks.allocating`)."""
    if (choice := choose(customer)) is not None:
        offers.append((choice.owner, choice.reason))


hooks.allocating.register(offer_owner)


def _has_room(rule: AllocationRule, user: Any, more: int = 1, *, locks: bool = True) -> bool:
    """Whether the person may own so many records more (保有量)."""
    try:
        check_cap(KINDS[rule.subject], user, {user.pk: [False] * more}, locks=locks)
    except LimitReached:
        return False
    return True


def _people(rule: AllocationRule) -> list[Any]:
    people = [user for user in rule.people.all() if user.is_active]
    return sorted(people, key=lambda user: user.pk)


def _candidates(rule: AllocationRule, turn: int) -> list[Any]:
    """The people of a rule, whoever is first in line first."""
    people = _people(rule)
    if rule.way == Way.LOAD:
        have = loads(rule, [user.pk for user in people])
        return sorted(people, key=lambda user: (have[user.pk], user.pk))
    return _line(rule, people, turn)


def _line(rule: AllocationRule, people: list[Any], turn: int) -> list[Any]:
    """The people in turn or by ratio."""
    if rule.way == Way.RATIO:
        weights = {user.pk: rule.weights.get(str(user.pk), 1) for user in people}
        by_key = {user.pk: user for user in people}
        return [by_key[pk] for pk in ratios.line(weights, turn)]
    start = turn % len(people) if people else 0
    return people[start:] + people[:start]


def loads(rule: AllocationRule, ids: Iterable[int]) -> dict[int, int]:
    """Number of open leads, or of customers that are not lost, of each of these people."""
    keys = list(ids)
    if rule.subject == Subject.CUSTOMER:
        return customer_loads(keys)
    rows = Lead.objects.kept().filter(owner_id__in=keys, status__in=OPEN_STATES).order_by()
    counted = dict(rows.values_list("owner_id").annotate(Count("pk")))
    return {pk: counted.get(pk, 0) for pk in keys}


def _take_turn(rule: AllocationRule) -> int:
    """The number of this record in the line of a rule; two at once never get the same."""
    for _round in range(_ROUNDS):
        turn = AllocationRule.objects.values_list("turn", flat=True).get(pk=rule.pk)
        if AllocationRule.objects.filter(pk=rule.pk, turn=turn).update(turn=F("turn") + 1):
            return turn
    return 0


def _take_quota(rule: AllocationRule, user_id: int, day: date) -> bool:
    """Count one record for a person's day; False where the quota is used up."""
    quota, counted = rule.daily_quota, {"user_id": user_id, "day": day, "subject": rule.subject}
    rows = AllocationCount.objects.filter(**counted)
    room = rows if quota is None else rows.filter(given__lt=quota)
    if room.update(given=F("given") + 1):
        return True
    if quota == 0:
        return False
    new = AllocationCount(**counted, given=0)
    AllocationCount.objects.bulk_create([new], ignore_conflicts=True)
    return bool(room.update(given=F("given") + 1))


@transaction.atomic
def allocate_lead(lead: Lead, *, actor: Any) -> Lead:
    """Give a lead to whom the rules say. Raises InvalidValue where none gives it to somebody else.

    `actor` needs the right to assign this row; None is the system.
    """
    if actor is not None:
        policies.require(actor, verbs.ASSIGN, lead)
    if lead.status not in OPEN_STATES:
        raise InvalidValue(_("Allocation failed: nobody works on this lead any more."))
    choice = choose(lead)
    if choice is None:
        raise InvalidValue(
            _("Allocation failed: no rule fits, or everybody has reached the quota of today.")
        )
    if choice.owner.pk == lead.owner_id:
        raise InvalidValue(_("Allocation failed: by the rules this person is the owner already."))
    give_lead(lead, choice.owner, actor=actor, note=choice.reason)
    return lead


def allocate_new(leads: Iterable[Lead], *, actor: Any) -> None:
    """The same for leads just created; whom no rule gives to anybody waits in the pool."""
    for lead in leads:
        if lead.owner_id is None:
            with suppress(InvalidValue, LimitReached):
                allocate_lead(lead, actor=actor)


def preview(rule: AllocationRule, number: int = 10) -> list[Any]:
    """Who would get the next records of a rule; nothing is taken. None: nobody may get more."""
    people, given = _people(rule), _given_today(rule)
    have, found = loads(rule, [user.pk for user in people]), []
    quota, more = rule.daily_quota, Counter[int]()
    for turn in range(rule.turn, rule.turn + number):
        line = _line(rule, people, turn)
        if rule.way == Way.LOAD:
            line = sorted(people, key=lambda user: (have[user.pk], user.pk))
        below = (user for user in line if quota is None or given.get(user.pk, 0) < quota)
        free = (user for user in below if _has_room(rule, user, more[user.pk] + 1, locks=False))
        found.append(next(free, None))
        if found[-1] is not None:
            have[found[-1].pk] += 1
            given[found[-1].pk] = given.get(found[-1].pk, 0) + 1
            more[found[-1].pk] += 1
    return found


def _given_today(rule: AllocationRule) -> dict[int, int]:
    rows = AllocationCount.objects.filter(day=clock.company_today(), subject=rule.subject)
    return dict(rows.values_list("user_id", "given"))
