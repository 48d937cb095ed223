"""Allocation by rules: in turn, by load or ratio, with a quota a day (D06-7, D03-15)."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.scopes import EVERYTHING
from crm.core import clock
from crm.core.bulk import update_many
from crm.core.errors import InvalidValue, LimitReached
from crm.pool import registry
from crm.pool.services.giving import may_get_from
from crm.pool.services.limits import check_cap, room, takes_room
from customers import hooks
from customers.choices import LifeCycle
from customers.models import Customer
from customers.pooling import CUSTOMERS
from customers.services.distributing import kept_text, nobody_text
from customers.services.distributing import loads as customer_loads
from leads import ratios, regions
from leads.choices import OPEN_STATES, Subject, Way
from leads.models import AllocationCount, AllocationRule, Lead
from leads.pooling import LEADS
from leads.services.changing import give_lead, give_leads

KINDS = {Subject.LEAD: LEADS, Subject.CUSTOMER: CUSTOMERS}


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


def anybody(_user_id: int) -> bool:
    """Everybody may get a record."""
    return True


def choose(row: Lead | Customer, may_get: Callable[[int], bool] = anybody) -> Choice | None:
    """Who gets this record by the rules; takes turn and quota. None where no rule gives it away.

    Must run in the transaction that gives the record, so that a rolled back one takes nothing.
    """
    return choose_many([row], may_get)[0]


def choose_many(
    rows: Sequence[Lead | Customer], may_get: Callable[[int], bool] = anybody
) -> list[Choice | None]:
    """The same for records of one kind one after the other, in a fixed number of statements.

    Whoever may not get one (`may_get` of his key) is passed over like somebody without room.
    Rules and people are locked until the transaction ends, so that no turn or place of a quota is
    given twice.
    """
    if not rows:
        return []
    subject = registry.kind_of(rows[0]).code
    active = active_rules(subject)
    fitting = [rule_for(row, active) for row in rows]
    if not any(fitting):
        return [None] * len(rows)
    desk = _Desk(subject, [rule for rule in active if rule in fitting], may_get)
    found = [rule and desk.give(rule, row) for rule, row in zip(fitting, rows, strict=True)]
    desk.close()
    return found


class _Desk:
    """Turns, loads, quotas and room of the people of some rules while records are given away."""

    def __init__(
        self, subject: str, rules: Sequence[AllocationRule], may_get: Callable[[int], bool]
    ) -> None:
        self.kind = KINDS[Subject(subject)]
        self.rules = rules
        self.people = {rule.pk: _people(rule) for rule in rules}
        locked = AllocationRule.objects.select_for_update().filter(pk__in=self.people)
        self.turns = dict(locked.order_by("pk").values_list("pk", "turn"))
        self.begun = dict(self.turns)
        everybody = {user.pk for people in self.people.values() for user in people}
        self.able = {pk for pk in everybody if may_get(pk)}
        by_load = [rule for rule in rules if rule.way == Way.LOAD]
        self.loads = loads(by_load[0], sorted(everybody)) if by_load else {}
        self.counts = _counts(subject, self.able)
        self.taken: set[int] = set()
        self.rooms: dict[int, int | None] = {}

    def give(self, rule: AllocationRule, row: Lead | Customer) -> Choice | None:
        """Who gets this record by this rule: its turn, a place of his quota and his room."""
        for user in self._line(rule):
            if user.pk not in self.able:
                continue
            if self._has_quota(rule, user.pk) and self._has_room(user.pk):
                self._take(rule, row, user.pk)
                values = {"rule": rule.name, "way": rule.get_way_display()}
                return Choice(user, _("Rule “%(rule)s”: %(way)s") % values)
        return None

    def close(self) -> None:
        """Write what was taken."""
        moved = [rule for rule in self.rules if self.turns[rule.pk] != self.begun[rule.pk]]
        for rule in moved:
            rule.turn = self.turns[rule.pk]
        update_many(moved, ["turn"])
        update_many([self.counts[pk] for pk in sorted(self.taken)], ["given"])

    def _line(self, rule: AllocationRule) -> list[Any]:
        people = self.people[rule.pk]
        if rule.way == Way.LOAD:
            return sorted(people, key=lambda user: (self.loads[user.pk], user.pk))
        return _line(rule, people, self.turns[rule.pk])

    def _has_quota(self, rule: AllocationRule, user_id: int) -> bool:
        return rule.daily_quota is None or self.counts[user_id].given < rule.daily_quota

    def _has_room(self, user_id: int) -> bool:
        if user_id not in self.rooms:
            self.rooms[user_id] = room(self.kind, user_id)
        left = self.rooms[user_id]
        return left is None or left > 0

    def _take(self, rule: AllocationRule, row: Lead | Customer, user_id: int) -> None:
        self.turns[rule.pk] += 1
        self.counts[user_id].given += 1
        self.taken.add(user_id)
        if user_id in self.loads and _is_load(row):
            self.loads[user_id] += 1
        if takes_room(self.kind, row, user_id):
            self.rooms[user_id] -= 1


def _counts(subject: str, people: Collection[int]) -> dict[int, AllocationCount]:
    """What these people got today, locked; those who got nothing yet begin with 0."""
    today = {"subject": subject, "day": clock.company_today()}
    locked = AllocationCount.objects.select_for_update().filter(**today, user_id__in=people)
    found = {count.user_id: count for count in locked.order_by("user_id")}
    missing = sorted(set(people) - set(found))
    if missing:
        new = [AllocationCount(**today, user_id=pk, given=0) for pk in missing]
        AllocationCount.objects.bulk_create(new, ignore_conflicts=True)
        found = {count.user_id: count for count in locked.order_by("user_id")}
    return found


def _is_load(row: Lead | Customer) -> bool:
    """Whether a record counts for the load of its owner."""
    if isinstance(row, Customer):
        return row.life_cycle != LifeCycle.LOST
    return row.status in OPEN_STATES


def offer_owners(
    customers: Sequence[Customer],
    offers: dict[int, tuple[Any, str]],
    may_get: Callable[[int], bool],
) -> None:
    """Say who gets these customers by the rules, and why (`customers.hooks.allocating`)."""
    for customer, choice in zip(customers, choose_many(customers, may_get), strict=True):
        if choice is not None:
            offers[customer.pk] = (choice.owner, choice.reason)


hooks.allocating.register(offer_owners)


def _has_room(rule: AllocationRule, user: Any, more: int) -> bool:
    """Whether the person may own so many records more (保有量); nobody is locked."""
    try:
        check_cap(KINDS[rule.subject], user, {user.pk: [False] * more}, locks=False)
    except LimitReached:
        return False
    return True


def _people(rule: AllocationRule) -> list[Any]:
    people = [user for user in rule.people.all() if user.is_active]
    return sorted(people, key=lambda user: user.pk)


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


@transaction.atomic
def allocate_lead(lead: Lead, *, actor: Any) -> Lead:
    """Give a lead to whom the rules say. Raises InvalidValue where none gives it to somebody else.

    `actor` needs the right to assign this row; None is the system.
    """
    if actor is not None:
        policies.require(actor, verbs.ASSIGN, lead)
    if lead.status not in OPEN_STATES:
        raise InvalidValue(_("Allocation failed: nobody works on this lead any more."))
    choice = choose(lead, anybody if actor is None else may_get_from(lead, actor))
    if choice is None:
        raise InvalidValue(nobody_text(Lead, actor))
    if choice.owner.pk == lead.owner_id:
        raise InvalidValue(_("Allocation failed: by the rules this person is the owner already."))
    give_lead(lead, choice.owner, actor=actor, note=choice.reason)
    return lead


def allocate_new(leads: Iterable[Lead], *, actor: Any) -> None:
    """The same for leads just created, together; whom no rule gives to anybody waits in the pool.

    Who may not leave records to nobody (`contracts.md` 1.5) gets those himself. Raises
    LimitReached at his cap.
    """
    pooled = [lead for lead in leads if lead.owner_id is None]
    waiting = [lead for lead in pooled if lead.status in OPEN_STATES]
    reach = EVERYTHING if actor is None else policies.policy_for(Lead).reach(actor, verbs.ASSIGN)
    choices = zip(waiting, choose_many(waiting, reach.covers), strict=True)
    given = [(lead, choice.owner, choice.reason) for lead, choice in choices if choice]
    if not reach.everything:
        chosen = {lead.pk for lead, _owner, _reason in given}
        kept = [lead for lead in pooled if lead.pk not in chosen]
        check_cap(LEADS, actor, {actor.pk: [False] * len(kept)})
        given += [(lead, actor, kept_text()) for lead in kept]
    give_leads(given, actor=actor)


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
        free = (user for user in below if _has_room(rule, user, more[user.pk] + 1))
        found.append(next(free, None))
        if found[-1] is not None:
            have[found[-1].pk] += 1
            given[found[-1].pk] = given.get(found[-1].pk, 0) + 1
            more[found[-1].pk] += 1
    return found


def _given_today(rule: AllocationRule) -> dict[int, int]:
    rows = AllocationCount.objects.filter(day=clock.company_today(), subject=rule.subject)
    return dict(rows.values_list("user_id", "given"))
