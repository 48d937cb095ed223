"""No change brings a record into the pool before its owner could be warned (`market` 2.1)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.accounts.models import Department
from crm.accounts.services import create_department, update_department
from crm.activities.services import delete_follow_up, update_follow_up
from crm.audit.models import Event
from crm.dictionaries import lookups, stamps
from crm.notifications.models import Notification
from crm.pool import rules, texts
from crm.pool.models import Pool, PoolRuleVersion
from crm.pool.services import keeping, pools
from crm.pool.services.preview import proposed_rules, try_out
from customers.choices import GRADE
from customers.models import Customer
from customers.services.changing import update_customer
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.leads import make_lead
from tests.factories.opportunities import make_opportunity
from tests.pool.test_clock import assert_fresh, on, recycle_with

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture
def sales(company: Company) -> Any:
    return company["sales1"]


def again(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def strict_pool(places: list[Department], *, kind: str = "customer", **values: Any) -> Pool:
    """A pool of some departments whose rules are in force since long ago."""
    Pool.objects.update(order=10)
    pool = Pool.objects.create(
        kind=kind, name="华东公海", order=0, created_at=NOON, updated_at=NOON
    )
    pool.departments.set(places)
    settings = {"recycles": True, "follow_up_days": 10, "grace_days": 0, "warn_days": [7, 3]}
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=date(2020, 1, 1), created_at=NOON, **{**settings, **values}
    )
    stamps.bump(rules.STAMP)
    return pool


def move_below(person: Any, above: Department, company: Company) -> None:
    """Move the department of a person in the tree."""
    place = Department.objects.get(pk=person.main_department_id)
    update_department(place, changes={"parent": above}, actor=company.admin)


# --- the organisation ---------------------------------------------------------------------------
@pytest.mark.parametrize("before", [None, 60], ids=["never", "later"])
def test_a_department_under_another_pool(company: Company, sales: Any, before: int | None) -> None:
    if before:
        recycle_with(follow_up_days=before, deal_days=None, warn_days=[7])
    east = create_department(Department(name="华东大区"), actor=None)
    with time_machine.travel(NOON, tick=False) as traveller:
        strict_pool([east])
        customer = make_customer(company, sales)
        keeping.keep_all()
        traveller.shift(timedelta(days=40))
        move_below(sales, east, company)
        keeping.keep_all()
        customer = again(customer)
        assert customer.owner == sales
        assert customer.pool_due_at == on(2026, 12, 19)  # 7 whole days after 11 December
        assert (customer.pool_due_rule, customer.pool_due_days) == ("follow_up", 10)
        assert_fresh(customer)
        keeping.keep_all()
        assert again(customer).pool_due_at == on(2026, 12, 19)
        traveller.move_to(on(2026, 12, 12) + timedelta(hours=10))
        keeping.keep_all()
        assert Notification.objects.filter(kind="pool_warning", user=sales).count() == 1
        traveller.move_to(on(2026, 12, 19))
        keeping.keep_all()
        assert again(customer).owner is None


def test_new_rules_bring_their_own_days_of_grace(company: Company, sales: Any) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        pool = recycle_with(follow_up_days=60, deal_days=None, warn_days=[7])
        customer = make_customer(company, sales)
        keeping.keep_all()
        traveller.shift(timedelta(days=40))
        pools.set_rules(pool, {"follow_up_days": 10, "grace_days": 2}, actor=company.admin)
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
        assert again(customer).pool_due_at == on(2026, 12, 14)


def test_a_trial_knows_what_rules_that_are_off_would_spare(company: Company, sales: Any) -> None:
    pool = Pool.objects.get(kind="customer")
    values = {"recycles": True, "follow_up_days": 30, "deal_days": None, "grace_days": 0}
    with time_machine.travel(NOON, tick=False) as traveller:
        bare, busy = (make_customer(company, sales) for _place in range(2))
        make_opportunity(company, sales, customer=busy)
        traveller.shift(timedelta(days=100))
        trial = try_out(pool, proposed_rules(pool, values))
        pools.set_rules(pool, values, actor=company.admin)
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
        fallen = Customer.objects.filter(owner__isnull=True)
        assert (trial.at_once, list(fallen)) == (1, [bare])


def test_leads_are_warned_alike(company: Company, sales: Any) -> None:
    east = create_department(Department(name="华东大区"), actor=None)
    with time_machine.travel(NOON, tick=False) as traveller:
        strict_pool([east], kind="lead")
        lead = make_lead(company, sales)
        keeping.keep_all()
        traveller.shift(timedelta(days=40))
        move_below(sales, east, company)
        keeping.keep_all()
        lead.refresh_from_db()
        assert (lead.owner, lead.pool_due_at) == (sales, on(2026, 12, 19))


# --- the record ---------------------------------------------------------------------------------
def graded() -> dict[str, Any]:
    """A has 90 days, the others have 10."""
    codes = [value.code for value in lookups.items(GRADE)]
    days = {code: {"follow_up": 10} for code in codes[1:]}
    return {"by_grade": True, "grade_days": {codes[0]: {"follow_up": 90}, **days}}


def test_a_stricter_grade(company: Company, sales: Any) -> None:
    recycle_with(warn_days=[7, 3], **graded())
    first, second = (value.pk for value in lookups.items(GRADE)[:2])
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales, grade_id=first)
        assert customer.pool_due_at == on(2027, 1, 31)
        traveller.shift(timedelta(days=40))
        update_customer(customer, changes={"grade": second}, actor=sales)
        keeping.keep_all()
        customer = again(customer)
        assert (customer.owner, customer.pool_due_at) == (sales, on(2026, 12, 19))
        told = Event.objects.get(code="pool.entry.nearer", subject_id=customer.pk)
        assert told.changes == {"pool_due_at": ["2027-01-31", "2026-12-19"]}
        assert "仍保留提前提醒期" in texts.badges_of(customer)[0]["title"]
        assert_fresh(customer)


def test_a_date_that_was_announced_is_not_put_off(company: Company, sales: Any) -> None:
    recycle_with(warn_days=[7, 3], **graded())
    first, second = (value.pk for value in lookups.items(GRADE)[:2])
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales, grade_id=first)
        traveller.shift(timedelta(days=87))  # 3 days are left
        update_customer(customer, changes={"grade": second}, actor=sales)
        customer = again(customer)
        assert (customer.pool_due_at, customer.pool_due_days) == (on(2027, 1, 31), 10)
        assert not Event.objects.filter(code="pool.entry.nearer").exists()
        traveller.move_to(on(2027, 1, 31) + timedelta(hours=1))
        update_customer(customer, changes={"grade": first}, actor=sales)
        assert again(customer).pool_due_at == on(2027, 1, 31)
        keeping.keep_all()
        assert again(customer).owner is None


def test_a_nearer_date_that_leaves_time_stays(company: Company, sales: Any) -> None:
    recycle_with(warn_days=[7, 3], **graded())
    first, second = (value.pk for value in lookups.items(GRADE)[:2])
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales, grade_id=first)
        traveller.shift(timedelta(days=1))
        update_customer(customer, changes={"grade": second}, actor=sales)
        customer = again(customer)
        assert (customer.pool_due_at, customer.pool_not_before) == (on(2026, 11, 12), None)


@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_a_follow_up_that_goes(company: Company, sales: Any, how: str) -> None:
    recycle_with(warn_days=[7, 3], deal_days=None)
    with time_machine.travel(NOON, tick=False) as traveller:
        customer = make_customer(company, sales)
        traveller.shift(timedelta(days=29))
        follow_up = make_follow_up(customer, sales)
        assert again(customer).pool_due_at == on(2026, 12, 31)
        traveller.shift(timedelta(days=11))
        if how == "deleted":
            delete_follow_up(follow_up, actor=company.admin)
        else:
            earlier = {"happened_at": NOON + timedelta(hours=1)}
            update_follow_up(follow_up, changes=earlier, actor=company.admin)
        keeping.keep_all()
        customer = again(customer)
        assert (customer.owner, customer.pool_due_at) == (sales, on(2026, 12, 19))
        assert_fresh(customer)
        traveller.move_to(on(2026, 12, 19))
        keeping.keep_all()
        assert again(customer).owner is None
