"""The clock of the pool: the arithmetic, and that every path equals a fresh computation."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.audit.models import Event
from crm.core import clock as time
from crm.core import context
from crm.core.clock import COMPANY_ZONE
from crm.dictionaries import lookups, stamps
from crm.pool import clock, dates, rules, texts
from crm.pool.choices import Rule
from crm.pool.dates import Standing, due
from crm.pool.models import Pool, PoolRuleVersion
from crm.pool.registry import Facts
from crm.pool.rules import Rules
from crm.pool.services.claiming import claim, release, set_locked
from crm.pool.services.protecting import protect, unprotect
from crm.pool.services.recycling import recycle_due
from customers.choices import GRADE, LifeCycle
from customers.models import Customer
from customers.pooling import CUSTOMERS
from customers.services.changing import assign_customer, set_life_cycle, update_customer
from customers.services.removing import delete_customer, restore_customer
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)  # noon in Shanghai
PLAIN = Rules(1, date(2026, 1, 1), recycles=True, follow_up_days=30, deal_days=90)


def standing(**values: Any) -> Standing:
    fields = {
        "owner_id": 1,
        "since": NOON,
        "last_contact_at": None,
        "is_locked": False,
        "protected_until": None,
        "state": LifeCycle.POTENTIAL.value,
        "grade_id": None,
        "is_deleted": False,
    }
    return Standing(**{**fields, **values})


def on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=COMPANY_ZONE)


@pytest.mark.parametrize(
    ("changes", "at", "rule"),
    [
        ({}, on(2026, 12, 2), "follow_up"),
        ({"last_contact_at": NOON + timedelta(days=5)}, on(2026, 12, 7), "follow_up"),
        ({"last_contact_at": NOON - timedelta(days=5)}, on(2026, 12, 2), "follow_up"),
        ({"last_contact_at": NOON + timedelta(days=80)}, on(2027, 1, 31), "deal"),
        ({"protected_until": on(2026, 12, 20)}, on(2026, 12, 20), "follow_up"),
        ({"is_locked": True}, None, ""),
        ({"is_deleted": True}, None, ""),
        ({"owner_id": None}, None, ""),
        ({"state": LifeCycle.CLOSED.value}, None, ""),
    ],
)
def test_arithmetic(changes: dict[str, Any], at: datetime | None, rule: str) -> None:
    found = due(standing(**changes), PLAIN, CUSTOMERS)
    assert (found.at, found.rule) == (at, rule)


def test_open_opportunity_spares() -> None:
    facts = Facts(last_opportunity_at=NOON, has_open_opportunity=True)
    assert due(standing(), PLAIN, CUSTOMERS, facts) == dates.NEVER


def test_the_days_begin_when_the_last_opportunity_has_ended() -> None:
    facts = Facts(last_opportunity_at=NOON, last_ended_at=NOON + timedelta(days=60))
    assert due(standing(), PLAIN, CUSTOMERS, facts).at == on(2027, 1, 31)
    strict = replace(PLAIN, spares_open_opportunities=False)
    assert due(standing(), strict, CUSTOMERS, facts).at == on(2026, 12, 2)


def test_grace_and_protection() -> None:
    late = Rules(1, date(2026, 12, 30), recycles=True, follow_up_days=30, grace_days=7)
    assert due(standing(), late, CUSTOMERS).at == on(2027, 1, 6)
    ends = Rules(1, date(2026, 1, 1), recycles=True, ends_protection=True, protection_days=15)
    found = due(standing(protected_until=on(2026, 11, 17)), ends, CUSTOMERS)
    assert (found.at, found.rule, found.days) == (on(2026, 11, 17), Rule.PROTECTION, 15)


# --- every path ---------------------------------------------------------------------------------
def recycle_with(**values: Any) -> Pool:
    """Rules of the customers' pool, in force since long ago."""
    pool = Pool.objects.get(kind="customer")
    pool.rule_versions.all().delete()
    settings_ = {"recycles": True, "follow_up_days": 30, "deal_days": 90, "grace_days": 0}
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=date(2020, 1, 1), created_at=NOON, **{**settings_, **values}
    )
    stamps.bump(rules.STAMP)
    return pool


def assert_fresh(*customers: Customer) -> None:
    """What is stored equals what is computed now."""
    answer = clock.compute(CUSTOMERS, [customer.pk for customer in customers])
    for stored, computed in answer.values():
        assert stored == computed


@pytest.fixture
def sales(company: Company) -> Any:
    return company["sales1"]


def test_off_costs_nothing(company: Company, sales: Any, django_assert_num_queries: Any) -> None:
    customer = make_customer(company, sales)
    assert customer.pool_due_at is None
    with context.working_as("web"):
        rules.recycles("customer")
        with django_assert_num_queries(0):
            clock.refresh([customer])
            clock.stamp([customer])


STEPS = (
    "follow", "grade", "state", "assign", "release", "claim", "lock", "protect", "bin",
    "wait",
)  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=10), data=st.data())
def test_every_path_equals_a_fresh_computation(
    built_company: Company, django_db_blocker: Any, steps: list[str], data: Any
) -> None:

    with django_db_blocker.unblock(), transaction.atomic():
        walk(built_company, steps, data)
        transaction.set_rollback(True)


def walk(company: Company, steps: list[str], data: Any) -> None:
    by_grade = data.draw(st.booleans())
    days = {"a": {"follow_up": 10}, "b": {"follow_up": 20, "deal": 40}}
    steps_ahead = data.draw(st.sampled_from([[], [7, 3]]))
    recycle_with(
        by_grade=by_grade,
        grade_days=days,
        protection_days=5,
        protect_days=60,
        ends_protection=by_grade,
        warn_days=steps_ahead,
    )
    sales, other = company["sales1"], company["sales2"]
    grades = [value.pk for value in lookups.items(GRADE)]
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales, grade_id=grades[0])
        assert_fresh(customer)
        for step in steps:
            customer = Customer.objects.get(pk=customer.pk)
            traveller.shift(timedelta(hours=data.draw(st.integers(1, 60))))
            take(step, customer, company, sales, other, grades, data)
            assert_fresh(customer)
            if steps_ahead:
                assert_warned(customer)


def assert_warned(before: Customer) -> None:
    """A day that comes near leaves all days of warning, or all days of its rule, or is the old."""
    after = Customer.objects.get(pk=before.pk)
    old, new, now = before.pool_due_at, after.pool_due_at, time.now()
    if new is not None and not (old is not None and old <= now):
        days = min(7, after.pool_due_days)
        floors = [dates.midnight(now, days + 1), *([old] if old else [])]
        assert new >= min(floors)


SPARED: dict[str, tuple[Any, Any]] = {
    "lock": (
        lambda customer, actor: set_locked(customer, locked=True, actor=actor),
        lambda customer, actor: set_locked(customer, locked=False, actor=actor),
    ),
    "bin": (
        lambda customer, actor: delete_customer(customer, actor=actor),
        lambda customer, actor: restore_customer(customer, actor=actor),
    ),
    "deal": (
        lambda customer, actor: set_life_cycle(customer, LifeCycle.CLOSED, actor=actor),
        lambda customer, actor: set_life_cycle(customer, LifeCycle.POTENTIAL, actor=actor),
    ),
    "grade": (
        lambda customer, actor: update_customer(customer, changes={"grade": None}, actor=actor),
        lambda customer, actor: update_customer(
            customer, changes={"grade": lookups.items(GRADE)[0].pk}, actor=actor
        ),
    ),
}


@pytest.mark.parametrize("how", SPARED)
def test_what_was_spared_keeps_the_days_of_warning(company: Company, sales: Any, how: str) -> None:
    grade = lookups.items(GRADE)[0]
    by_grade = {"by_grade": True, "grade_days": {grade.code: {"follow_up": 30}}}
    recycle_with(warn_days=[1, 7, 3], **(by_grade if how == "grade" else {}))
    spare, end = SPARED[how]
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales, grade_id=grade.pk)
        spare(customer, company.admin)
        assert Customer.objects.get(pk=customer.pk).pool_due_at is None
        traveller.shift(timedelta(days=100))
        end(Customer.objects.get(pk=customer.pk), company.admin)
        assert recycle_due(CUSTOMERS) is None
        customer = Customer.objects.get(pk=customer.pk)
        assert customer.pool_due_at == on(2027, 2, 17)  # 7 whole days after 9 February
        assert (customer.pool_due_rule, customer.pool_due_days) == ("follow_up", 30)
        told = Event.objects.get(code="pool.entry.freed", subject_id=customer.pk)
        assert told.changes == {"pool_due_at": ["", "2027-02-17"]}
        title = texts.badges_of(customer)[0]["title"]
        assert "仍保留提前提醒期" in title
        assert_fresh(customer)
        traveller.move_to(on(2027, 2, 17))
        assert recycle_due(CUSTOMERS) == 1


def test_the_days_of_warning_are_no_new_start(company: Company, sales: Any) -> None:
    recycle_with(warn_days=[7], deal_days=None)
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales)
        traveller.shift(timedelta(days=3))
        set_locked(customer, locked=True, actor=company.admin)
        set_locked(customer, locked=False, actor=company.admin)
        assert customer.pool_due_at == on(2026, 12, 2)  # more than the warning is left
        set_locked(customer, locked=True, actor=company.admin)
        traveller.shift(timedelta(days=60))
        set_locked(customer, locked=False, actor=company.admin)
        assert customer.pool_not_before == on(2027, 1, 11)
        make_follow_up(customer, company.admin)
        customer.refresh_from_db()
        assert customer.pool_due_at == on(2027, 2, 3)
        assert "仍保留" not in texts.badges_of(customer)[0]["title"]
        assign_customer(customer, company["sales2"], actor=company.admin)
        assert Customer.objects.get(pk=customer.pk).pool_not_before is None


def protect_or_end(customer: Customer, days: int, actor: Any) -> None:
    if dates.is_protected(customer):
        unprotect(customer, actor=actor)
    else:
        protect(customer, days=days, actor=actor)


def take(
    step: str, customer: Customer, company: Company, sales: Any, other: Any, grades: Any, data: Any
) -> None:
    owned = customer.owner_id is not None
    if step == "follow" and owned:
        make_follow_up(customer, company.admin)
    elif step == "grade":
        changes = {"grade": data.draw(st.sampled_from([*grades, None]))}
        update_customer(customer, changes=changes, actor=company.admin)
    elif step == "state":
        state = data.draw(st.sampled_from(LifeCycle.values))
        set_life_cycle(customer, state, actor=company.admin)
    elif step == "assign":
        target = other if customer.owner_id == sales.pk else sales
        assign_customer(customer, target, actor=company.admin)
    elif step == "release" and owned and not customer.is_locked:
        release(customer, note="暂无需求", actor=company.admin)
    elif step == "claim" and not owned:
        claim(customer, actor=sales)
    elif step == "lock" and owned:
        set_locked(customer, locked=not customer.is_locked, actor=company.admin)
    elif step == "protect" and owned:
        protect_or_end(customer, data.draw(st.integers(1, 60)), company.admin)
    elif step == "bin" and owned:
        delete_customer(customer, actor=company.admin)
        assert_fresh(customer)
        restore_customer(Customer.objects.get(pk=customer.pk), actor=company.admin)
