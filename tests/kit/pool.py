"""What is wrong with claims and the pool's clock, tried in one process; empty where all is well."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from crm.core import clock as time
from crm.core.errors import DomainError
from crm.dictionaries import stamps
from crm.pool import clock, rules
from crm.pool.choices import Kind
from crm.pool.models import OwnedCap, Pool, PoolRuleVersion
from crm.pool.services.claiming import claim
from customers.models import Customer
from customers.pooling import CUSTOMERS
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def set_rules(**values: Any) -> Pool:
    """Rules of the customers' pool, in force since long ago."""
    pool = Pool.objects.get(kind="customer")
    pool.rule_versions.all().delete()
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=date(2020, 1, 1), created_at=LONG_AGO, **values
    )
    stamps.bump(rules.STAMP)
    return pool


def pool_faults(company: Company) -> list[str]:
    """A stale claim, one beyond the quota, one beyond the cap, and a follow-up on the clock."""
    set_rules(claim_limit=2, recycles=True, follow_up_days=30, grace_days=0)
    first, second = company["sales1"], company["sales2"]
    row = make_customer(company, None)
    stale = Customer.objects.get(pk=row.pk)
    claim(row, actor=first)
    faults = ["two people got one record"] if _gets(stale, second) else []
    claim(make_customer(company, None), actor=first)
    faults += ["a quota was exceeded"] if _gets(make_customer(company, None), first) else []
    now = time.now()
    make_customer(company, second)
    OwnedCap.objects.create(kind=Kind.CUSTOMER, limit=1, created_at=now, updated_at=now)
    stamps.bump(rules.STAMP)
    faults += ["a cap was exceeded"] if _gets(make_customer(company, None), second) else []
    Customer.objects.filter(pk=row.pk).update(owner_since=LONG_AGO)
    make_follow_up(Customer.objects.get(pk=row.pk), company.admin)
    ((stored, computed),) = clock.compute(CUSTOMERS, [row.pk]).values()
    return faults + (["the clock stands"] if stored != computed else [])


def _gets(row: Customer, user: Any) -> bool:
    try:
        with transaction.atomic():
            claim(row, actor=user)
    except DomainError:
        return False
    return True
