"""The demo company's pool: rules that recycle, customers that will fall, and some that have.

The rules of the demo go with the demo data, so that nobody's own customers fall by them.
"""

from datetime import timedelta
from random import Random
from typing import Any

from crm.core import clock as time
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Item
from crm.pool import clock, rules
from crm.pool.choices import RELEASE_REASON, Kind
from crm.pool.models import PoolRuleVersion
from crm.pool.seeds import default_pool
from crm.pool.services.claiming import claim, release
from crm.pool.services.moving import history_of
from crm.pool.services.protecting import protect
from crm.workbench.demo import DemoPart, People, register
from customers.choices import LifeCycle
from customers.models import Customer

#: Rules of a company that has used its pool for a while.
RULES: dict[str, Any] = {
    "claim_limit": 10,
    "former_owner_days": 3,
    "protection_days": 7,
    "protect_days": 30,
    "protect_limit": 10,
    "recycles": True,
    "follow_up_days": 30,
    "deal_days": 90,
    "warn_days": [7, 3, 1],
    "grace_days": 0,
}
RELEASED, CLAIMED, FALLING, PROTECTED = 14, 2, 8, 2
NOTES = (
    "电话三次未接，微信未通过",
    "今年预算已冻结，明年一季度再联系",
    "客户总部在西南，不在我的负责范围",
    "已签竞品两年合同",
    "",
)


def make(people: People) -> None:
    """Switch recycling on from long ago, give some customers up, let others come close."""
    pool = default_pool(Kind.CUSTOMER)
    PoolRuleVersion.objects.filter(pool=pool).update(
        valid_from=time.company_today() - timedelta(days=400)
    )
    began = time.company_today() - timedelta(days=365)
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=began, created_at=time.now(), is_demo=True, **RULES
    )
    stamps.bump(rules.STAMP)
    open_ = Customer.objects.kept().filter(is_demo=True, owner__isnull=False)
    open_ = open_.exclude(life_cycle=LifeCycle.CLOSED).select_related("owner").order_by("pk")
    rows = list(open_)
    _give_up(rows[:RELEASED], people)
    mine = [row for row in rows[RELEASED:] if row.owner.username == "sales1"]
    _come_close(mine[:FALLING])
    for row in mine[FALLING : FALLING + PROTECTED]:
        protect(Customer.objects.get(pk=row.pk), days=21, actor=row.owner)
    close = [row.pk for row in rows[RELEASED:]]
    clock.refresh_ids(Customer, close, warns=lambda _rules: False)  # they have been announced


def _give_up(rows: list[Customer], people: People) -> None:
    random = Random(11)
    reasons = [Item.objects.get(pk=value.pk) for value in lookups.items(RELEASE_REASON)]
    for row in rows:
        reason = random.choice(reasons)
        release(row, reason=reason, note=random.choice(NOTES), actor=row.owner)
    for place, row in enumerate(rows):
        entered = time.now() - timedelta(days=place * 3, hours=place)
        Customer.objects.filter(pk=row.pk).update(pool_entered_at=entered)
        began = entered - timedelta(days=40)
        history_of(row).update(ended_at=entered, started_at=began)
    for row in rows[-CLAIMED:]:
        claimant = people["sales1"]
        if row.previous_owner_id == claimant.pk:
            claimant = people["sales2"]
        claim(Customer.objects.get(pk=row.pk), actor=claimant)


def _come_close(rows: list[Customer]) -> None:
    """Nobody has talked to these for weeks: they fall in 1, 2, 3 … days."""
    for place, row in enumerate(rows):
        since = time.now() - timedelta(days=30 - place * 2)
        Customer.objects.filter(pk=row.pk).update(
            owner_since=since - timedelta(days=20), last_contact_at=since
        )


def count() -> int:
    """The rules of the demo."""
    return PoolRuleVersion.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Take the demo's rules away; the customers are the other part's."""
    removed, _details = PoolRuleVersion.objects.filter(is_demo=True).delete()
    stamps.bump(rules.STAMP)
    return removed


register(DemoPart("pool", 12, make, count, clear))
