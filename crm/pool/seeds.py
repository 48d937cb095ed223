"""What every installation starts with: one pool of each kind in use, its rules, and reasons.

Recycling is off; the days are those of `market` 2.1 (30 without a follow-up, 90 without a deal,
warned 7 days before), so that switching it on is one click.
"""

from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.seeding import DictionarySeed, ItemSeed, declare, seeding
from crm.pool import registry, rules
from crm.pool.choices import RELEASE_REASON, Kind
from crm.pool.models import Pool, PoolRuleVersion

NAMES = {Kind.CUSTOMER: "客户公海", Kind.LEAD: "线索池"}
WARN_DAYS = [7]

declare(
    DictionarySeed(
        RELEASE_REASON,
        "放入公海原因",
        "Reason for the pool",
        (
            ItemSeed("no_need", "客户暂无需求", "No need at present", "gray", "无需求,暂无需求"),
            ItemSeed(
                "no_answer", "多次联系不上", "Cannot be reached", "orange", "联系不上,无人接听"
            ),
            ItemSeed("wrong_region", "不在负责范围", "Outside my area", "azure", "区域不符"),
            ItemSeed("no_budget", "预算不足", "No budget", "yellow"),
            ItemSeed("competitor", "已选择竞品", "Chose a competitor", "red", "选择竞品"),
            ItemSeed("no_capacity", "精力不足", "No capacity", "gray", "跟进不过来"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)


def default_pool(kind: str) -> Pool:
    """The first pool of a kind, made with its rules where there is none."""
    pool = Pool.objects.filter(kind=kind).order_by("order", "id").first()
    now = clock.now()
    if pool is None:
        name = NAMES[Kind(kind)]
        pool = Pool.objects.create(kind=kind, name=name, created_at=now, updated_at=now)
        stamps.bump(rules.STAMP)
    if not pool.rule_versions.exists():
        PoolRuleVersion.objects.create(
            pool=pool, valid_from=clock.company_today(), created_at=now, warn_days=WARN_DAYS
        )
        stamps.bump(rules.STAMP)
    return pool


def seed_pools() -> None:
    """Called by `seed_dictionaries` in its transaction."""
    for kind in registry.KINDS:
        default_pool(kind)


seeding.register(seed_pools)
