"""What claiming, giving, releasing, locking and recycling write, refuse and record."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction

from crm.audit.models import Event
from crm.core import context
from crm.core.errors import DomainError, InvalidValue, LimitReached, NotAllowed
from crm.dictionaries import stamps
from crm.notifications.models import Notification
from crm.pool import registry, rules
from crm.pool.choices import Kind, Purpose
from crm.pool.models import ClockRun, OwnedCap, OwnershipSpan, Pool, PoolRuleVersion
from crm.pool.seeds import default_pool
from crm.pool.services import keeping, pools
from crm.pool.services.claiming import claim, release, set_locked
from crm.pool.services.moving import history_of
from crm.pool.services.recycling import recycle_due
from customers.choices import LifeCycle
from customers.models import Customer, CustomerShare
from customers.pooling import CUSTOMERS
from customers.services.changing import assign_customer
from customers.services.transferring import transfer_customer
from leads.services.changing import assign_lead
from opportunities.services.stages import win
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.leads import make_lead
from tests.factories.opportunities import make_opportunity
from tests.pool.test_clock import recycle_with

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def sales(company: Company) -> Any:
    return company["sales1"]


@pytest.fixture
def entry(company: Company) -> Customer:
    """A customer in the pool."""
    return make_customer(company, None)


def again(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def with_rules(**values: Any) -> None:
    """Claim rules without recycling."""
    recycle_with(recycles=False, **values)


# --- claim --------------------------------------------------------------------------------------
def test_claim_gives_protects_and_remembers(sales: Any, entry: Customer) -> None:
    with_rules(protection_days=7)
    with time_machine.travel(NOON, tick=False):
        claim(entry, actor=sales)
    fresh = again(entry)
    assert (fresh.owner, fresh.pool, fresh.claimed_at) == (sales, None, NOON)
    assert fresh.protected_until == datetime(2026, 11, 9, 16, tzinfo=UTC)
    span = history_of(fresh).get()
    assert (span.action, span.next_owner, span.pool.name) == ("claimed", sales, "客户公海")
    assert Event.objects.filter(code="pool.entry.claimed", subject_id=entry.pk).count() == 1


def test_the_second_claim_is_told_who_was_first(
    company: Company, sales: Any, entry: Customer
) -> None:
    late = again(entry)
    claim(entry, actor=sales)
    with pytest.raises(DomainError, match=sales.name):
        claim(late, actor=company["sales2"])
    assert OwnershipSpan.objects.filter(subject_id=entry.pk).count() == 1


@pytest.mark.parametrize("login", ["auditor", "agent1", "norole"])
def test_claim_needs_the_right(company: Company, entry: Customer, login: str) -> None:
    with pytest.raises(NotAllowed):
        claim(entry, actor=company[login])


def test_claim_needs_membership(company: Company, entry: Customer) -> None:
    pools.update_pool(
        default_pool(Kind.CUSTOMER),
        changes={},
        lists={"members": [company["sales2"]]},
        actor=company.admin,
    )
    with pytest.raises(NotAllowed):
        claim(entry, actor=company["sales1"])
    claim(again(entry), actor=company["sales2"])


def test_quota_says_what_is_left(company: Company, sales: Any) -> None:
    with_rules(claim_limit=2)
    first, second, third, won = (make_customer(company, None) for _place in range(4))
    Customer.objects.filter(pk=won.pk).update(life_cycle=LifeCycle.CLOSED)
    with time_machine.travel(NOON, tick=False) as traveller:
        claim(first, actor=sales)
        claim(second, actor=sales)
        with pytest.raises(LimitReached) as refused:
            claim(third, actor=sales)
        assert refused.value.code == "claim_limit"
        claim(again(won), actor=sales)  # records with a deal do not use up the quota
        traveller.shift(timedelta(hours=13))
        claim(again(third), actor=sales)


@pytest.mark.parametrize(
    ("values", "code", "hours"),
    [
        ({"claim_gap_minutes": 30}, "claim_gap", 1),
        ({"new_entry_days": 2}, "new_entry", 48),
    ],
)
def test_waiting(
    company: Company, sales: Any, values: dict[str, int], code: str, hours: int
) -> None:
    with_rules(**values)
    with time_machine.travel(NOON, tick=False) as traveller:
        rows = [make_customer(company, None) for _place in range(2)]
        if code == "claim_gap":
            claim(rows[0], actor=sales)
        with pytest.raises(LimitReached) as refused:
            claim(rows[1], actor=sales)
        assert refused.value.code == code
        traveller.shift(timedelta(hours=hours))
        claim(again(rows[1]), actor=sales)


def test_former_owner_waits_others_do_not(company: Company, sales: Any) -> None:
    with_rules(former_owner_days=3)
    with time_machine.travel(NOON, tick=False):
        customer = make_customer(company, sales)
        release(customer, note="没有预算", actor=sales)
        with pytest.raises(LimitReached, match="3"):
            claim(again(customer), actor=sales)
        claim(again(customer), actor=company["sales2"])


def test_cap_takes_the_lowest_and_keeps_the_excess(company: Company, sales: Any) -> None:
    held = [make_customer(company, sales) for _place in range(3)]
    Customer.objects.filter(pk=held[0].pk).update(life_cycle=LifeCycle.CLOSED)
    for limit in (5, 3):
        cap = OwnedCap(kind=Kind.CUSTOMER, purpose=Purpose.OWNED, limit=limit)
        pools.create_cap(cap, actor=company.admin, lists={"people": [sales]})
    claim(make_customer(company, None), actor=sales)  # two without a deal, then three
    with pytest.raises(LimitReached) as refused:
        claim(make_customer(company, None), actor=sales)
    assert refused.value.code == "owned_cap"
    with pytest.raises(LimitReached), transaction.atomic():
        make_customer(company, sales)
    with pytest.raises(LimitReached):
        assign_customer(make_customer(company, None), sales, actor=company.admin)
    assert Customer.objects.filter(owner=sales).count() == 4


def test_each_pool_has_its_quota_and_each_person_one_cap(company: Company, sales: Any) -> None:
    with_rules(claim_limit=1)
    other = pools.create_pool(Pool(kind=Kind.CUSTOMER, name="华东公海"), actor=company.admin)
    PoolRuleVersion.objects.filter(pool=other).update(claim_limit=1, valid_from=date(2020, 1, 1))
    stamps.bump(rules.STAMP)
    here, there = ([make_customer(company, None) for _place in range(2)] for _pool in range(2))
    Customer.objects.filter(pk__in=[row.pk for row in there]).update(pool=other)
    for first, second, name in ((*here, "客户公海"), (*there, "华东公海")):
        claim(again(first), actor=sales)
        with pytest.raises(LimitReached, match=name) as refused:
            claim(again(second), actor=sales)
        assert refused.value.code == "claim_limit"
    cap = OwnedCap(kind=Kind.CUSTOMER, purpose=Purpose.OWNED, limit=2)
    pools.create_cap(cap, actor=company.admin, lists={"people": [sales]})
    PoolRuleVersion.objects.update(claim_limit=9)
    stamps.bump(rules.STAMP)
    for row in (here[1], there[1]):
        with pytest.raises(LimitReached) as refused:
            claim(again(row), actor=sales)
        assert refused.value.code == "owned_cap"


# --- release and lock ---------------------------------------------------------------------------
def test_release_wants_a_reason_and_an_unlocked_record(company: Company, sales: Any) -> None:
    customer = make_customer(company, sales)
    with pytest.raises(InvalidValue):
        release(customer, actor=sales)
    set_locked(customer, locked=True, actor=sales)
    with pytest.raises(InvalidValue):
        release(customer, note="没有预算", actor=sales)
    set_locked(customer, locked=False, actor=sales)
    release(customer, note="没有预算", actor=sales)
    fresh = again(customer)
    assert (fresh.owner, fresh.previous_owner, fresh.pool_due_rule) == (None, sales, "manual")
    assert history_of(fresh).get().note == "没有预算"


def test_giving_to_nobody_is_a_release(company: Company, sales: Any) -> None:
    for row, assign in (
        (make_customer(company, sales), assign_customer),
        (make_lead(company, sales), assign_lead),
    ):
        with pytest.raises(InvalidValue, match="原因"):
            assign(row, None, actor=company.admin, note=" ")
        set_locked(row, locked=True, actor=sales)
        with pytest.raises(InvalidValue, match="锁定"):
            assign(row, None, actor=company.admin, note="没有预算")
        row.refresh_from_db()
        assert row.owner == sales
        set_locked(row, locked=False, actor=sales)
        assign(row, None, actor=company.admin, note="没有预算")
        assert history_of(row).get().note == "没有预算"


def test_only_the_owner_releases(company: Company, sales: Any) -> None:
    customer = make_customer(company, company["sales2"])
    with pytest.raises(NotAllowed):
        release(customer, note="没有预算", actor=sales)


def test_lock_cap(company: Company, sales: Any) -> None:
    cap = OwnedCap(kind=Kind.CUSTOMER, purpose=Purpose.LOCKED, limit=1)
    pools.create_cap(cap, actor=company.admin)
    set_locked(make_customer(company, sales), locked=True, actor=sales)
    with pytest.raises(LimitReached):
        set_locked(make_customer(company, sales), locked=True, actor=sales)


# --- recycling ----------------------------------------------------------------------------------
def test_recycle_once_with_notice_and_history(company: Company, sales: Any) -> None:
    recycle_with(warn_days=[7, 3])
    with time_machine.travel(NOON, tick=False) as traveller:
        due, locked, fresh = (make_customer(company, sales) for _place in range(3))
        set_locked(locked, locked=True, actor=sales)
        traveller.shift(timedelta(days=28))
        make_follow_up(again(fresh), sales)
        keeping.keep_all()
        warned = Notification.objects.filter(kind="pool_warning", user=sales)
        assert warned.count() == 1 and "1" in warned.get().title
        traveller.shift(timedelta(days=3))
        keeping.keep_all()
        keeping.keep_all()
    assert again(due).owner is None
    assert (again(due).pool_due_rule, again(due).pool_due_days) == ("follow_up", 30)
    assert {again(locked).owner, again(fresh).owner} == {sales}
    assert history_of(due).get().action == "recycled"
    assert Notification.objects.filter(kind="pool_recycled", user=sales).count() == 1
    assert Event.objects.filter(code="pool.entry.recycled").count() == 1


def won(company: Company, customer: Customer, sales: Any) -> None:
    deal = make_opportunity(company, sales, customer=customer)
    win(deal, actual_amount=Decimal(5), contract_number="HT-1", actor=sales)


def asked(company: Company, customer: Customer, sales: Any) -> None:
    make_opportunity(company, sales, customer=customer)


@pytest.mark.parametrize(("rule", "keep"), [("opportunity", asked), ("deal", won)])
def test_one_rule_alone_recycles(company: Company, sales: Any, rule: str, keep: Any) -> None:
    """No new opportunity, or no deal, in N days: follow-ups do not help, only the thing itself."""
    days = {"follow_up_days": None, "deal_days": None, f"{rule}_days": 20}
    recycle_with(spares_open_opportunities=False, **days)
    with time_machine.travel(NOON, tick=False) as traveller:
        kept, due = (make_customer(company, sales) for _place in range(2))
        traveller.shift(timedelta(days=15))
        keep(company, again(kept), sales)
        for row in (kept, due):
            make_follow_up(again(row), sales)
        assert again(due).pool_due_at == datetime(2026, 11, 22, 16, tzinfo=UTC)
        traveller.shift(timedelta(days=5))
        keeping.keep_all()
        assert again(due).owner == sales
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
        assert again(due).owner is None
        assert (again(due).pool_due_rule, again(due).pool_due_days) == (rule, 20)
        assert again(kept).owner == sales
        traveller.shift(timedelta(days=15))
        keeping.keep_all()
    assert again(kept).owner == (None if rule == "opportunity" else sales)


def test_a_date_that_has_moved_does_not_fall(company: Company, sales: Any) -> None:
    recycle_with()
    customer = make_customer(company, sales)
    Customer.objects.filter(pk=customer.pk).update(pool_due_at=NOON - timedelta(days=400))
    keeping.keep_all()
    assert again(customer).owner == sales
    assert again(customer).pool_due_at > NOON


def test_recycle_in_a_fixed_number_of_statements(
    company: Company, sales: Any, django_assert_max_num_queries: Any
) -> None:
    recycle_with()
    with time_machine.travel(NOON, tick=False) as traveller:
        for _place in range(12):
            make_customer(company, sales)
        traveller.shift(timedelta(days=40))
        rules.recycles("customer")
        with context.working_as("system"), django_assert_max_num_queries(32):
            assert recycle_due(CUSTOMERS) == 12


def test_rules_begin_tomorrow_and_walk(company: Company, sales: Any) -> None:
    pool = default_pool(Kind.CUSTOMER)
    with time_machine.travel(NOON, tick=False) as traveller:
        pool.rule_versions.update(valid_from=date(2026, 1, 1))
        stamps.bump(rules.STAMP)
        customer = make_customer(company, sales)
        pools.set_rules(pool, {"recycles": True, "grace_days": 0}, actor=company.admin)
        keeping.keep_all()
        assert again(customer).pool_due_at is None
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
        assert again(customer).pool_due_at == datetime(2026, 12, 2, 16, tzinfo=UTC)
        pools.set_rules(pool, {"recycles": False}, actor=company.admin)
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
        assert again(customer).pool_due_at is None
        assert ClockRun.objects.get(kind="customer").applied == "off"


def test_pools_that_must_stay(company: Company, entry: Customer) -> None:
    pool = Pool.objects.get(pk=entry.pool_id)
    with pytest.raises(InvalidValue):
        pools.update_pool(pool, changes={"is_active": False}, actor=company.admin)
    pools.create_pool(Pool(kind=Kind.CUSTOMER, name="华东公海"), actor=company.admin)
    with pytest.raises(InvalidValue):
        pools.delete_pool(pool, actor=company.admin)
    with pytest.raises(InvalidValue):
        pools.update_pool(
            pool,
            changes={"hidden_columns": list(pools.columns_of("customer"))[1:]},
            actor=company.admin,
        )
    with pytest.raises(InvalidValue):
        pools.set_rules(
            pool, {"recycles": True, "follow_up_days": None, "deal_days": None}, actor=company.admin
        )


# --- transfer -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("keep", "rights"), [("", []), ("read", [False]), ("write", [True])])
def test_transfer_keeps_the_old_owner_as_wished(
    company: Company, sales: Any, keep: str, rights: list[bool]
) -> None:
    customer = make_customer(company, sales)
    follow_up = make_follow_up(customer, sales)
    transfer_customer(again(customer), company["sales2"], actor=sales, old_owner=keep)
    fresh = again(customer)
    assert (fresh.owner, fresh.previous_owner) == (company["sales2"], sales)
    shares = CustomerShare.objects.filter(content_object=customer, user=sales)
    assert [share.may_change for share in shares] == rights
    follow_up.refresh_from_db()
    assert follow_up.author == sales
    assert history_of(fresh).get().action == "transferred"
    assert Notification.objects.filter(kind="customer_assigned", user=company["sales2"]).exists()


def test_transfer_refuses(company: Company, sales: Any) -> None:
    customer = make_customer(company, sales)
    for person in (sales, company["finance"]):
        with pytest.raises(InvalidValue):
            transfer_customer(customer, person, actor=sales)
    with pytest.raises(NotAllowed):
        transfer_customer(customer, sales, actor=company["sales2"])


def test_every_move_tells_higher_apps(company: Company, sales: Any, entry: Customer) -> None:
    moves: list[registry.Move] = []
    registry.moved.register(moves.append)
    try:
        claim(entry, actor=sales)
        release(again(entry), note="没有预算", actor=sales)
    finally:
        registry.moved.receivers.remove(moves.append)
    assert [(move.action, move.owner, move.ids) for move in moves] == [
        ("claimed", sales, (entry.pk,)),
        ("released", None, (entry.pk,)),
    ]
