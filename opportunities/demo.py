"""Demo opportunities: a lively pipeline on the demo customers, with products and competitors."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from crm.core import clock
from crm.dictionaries import lookups, stamps
from crm.workbench.demo import DemoPart, People, register
from customers.models import Contact, Customer
from opportunities import movement, pipelines
from opportunities.choices import (
    INVALID_REASON,
    LOSS_REASON,
    PRODUCT_CATEGORY,
    PRODUCT_UNIT,
    RIVAL_WON,
)
from opportunities.drafts import LineDraft, RivalDraft
from opportunities.models import Competitor, Opportunity, Product, Snapshot, StageChange, Target
from opportunities.models.planning import MONTHS
from opportunities.services.creating import create_opportunity
from opportunities.services.removing import purge_opportunity
from opportunities.services.stages import close_invalid, lose, move_stage, win
from opportunities.services.targets import (
    Holder,
    MonthPlan,
    forget_demo_targets,
    set_targets,
    spread,
)

NUMBER = 36
PRODUCTS = (
    ("CRM-STD", "和客 CRM 标准版", "software", "year", "9800"),
    ("CRM-PRO", "和客 CRM 专业版", "software", "year", "29800"),
    ("SRV-DESK", "工单服务模块", "software", "year", "12000"),
    ("IMPL", "实施与培训", "service", "day", "2600"),
    ("MIG", "历史数据迁移", "service", "time", "18000"),
    ("PAD-10", "外勤平板", "hardware", "unit", "3299"),
    ("CALL-BOX", "话务盒子", "hardware", "unit", "1480"),
    ("SUPPORT", "年度维护服务", "service", "year", "15000"),
)
COMPETITORS = (
    ("用友", "品牌知名度高，财务一体化", "实施周期长，价格高"),
    ("金蝶", "中小企业覆盖广", "售后响应慢"),
    ("纷享销客", "移动端体验好", "本地部署能力弱"),
    ("销售易", "大客户案例多", "定制费用高"),
)
SUBJECTS = (
    "CRM 系统采购", "销售管理平台升级", "售后工单系统建设", "客户数据迁移与实施", "年度维护续约",
    "外勤移动终端采购", "呼叫中心改造", "多部门推广二期",
)  # fmt: skip
NOTES = (
    "客户认可初步思路，安排了需求调研。",
    "需求已确认，预算在范围内，等待立项。",
    "方案已提交并完成演示，客户要求补充报价明细。",
    "进入商务谈判，折扣和付款方式待确认。",
    "合同条款基本达成一致，走客户内部流程。",
)


def make(people: People) -> None:
    """Open ones in every stage, some late, some without a next step; won and lost ones."""
    random = Random(30)
    products, rivals = _catalogue()
    customers = list(
        Customer.objects.filter(is_demo=True, deleted_at__isnull=True, owner__isnull=False)
        .select_related("owner")
        .order_by("pk")[: NUMBER * 2]
    )
    contacts = dict(
        Contact.objects.primary().filter(customer__in=customers).values_list("customer_id", "pk")
    )
    for place, customer in enumerate(random.sample(customers, k=min(NUMBER, len(customers)))):
        row = _made(random, customer, contacts.get(customer.pk), products, rivals, people["admin"])
        _walk(random, row, place, rivals)
        _backdate(random, row, place)
    _last_week(random)
    _targets(people)


def _last_week(random: Random) -> None:
    """The pipeline as it was a week ago, so that its movement has something to tell."""
    day = movement.base_day()
    made = []
    rows = Opportunity.objects.open().filter(is_demo=True, created_at__lt=movement.end_of(day))
    for place, row in enumerate(rows.order_by("pk")):
        step = pipelines.step_of(row.stage_id)
        steps = pipelines.line(row.pipeline_id).active_steps
        before = steps[max(0, steps.index(step) - (place % 3 == 0))]
        expected = row.expected_on
        if expected and place % 4 == 1:
            expected -= timedelta(days=20)
        made.append(
            Snapshot(
                day=day,
                opportunity=row,
                stage_id=before.pk,
                stage_order=before.order,
                outcome=row.outcome,
                amount=row.amount * (Decimal("1.2") if place % 5 == 2 else 1),
                expected_on=expected,
            )
        )
    Snapshot.objects.bulk_create(made)
    stamps.bump(movement.STAMP)
    since = movement.end_of(day)
    rows.filter(updated_at__lt=since).update(updated_at=since + timedelta(days=3))


def _targets(people: People) -> None:
    """This year's targets of the sellers and of the manager's department."""
    year = clock.company_today().year
    wanted = {"sales1": 1_800_000, "sales2": 1_500_000, "manager": 1_200_000}
    holders = [(Holder(owner=people[login]), amount) for login, amount in wanted.items()]
    department = people["manager"].main_department
    if department is not None:
        holders.append((Holder(department=department), sum(wanted.values())))
    for holder, amount in holders:
        lines = [spread(Decimal(amount) * share / 10) for share in (10, 12, 15)]
        plans = {month: MonthPlan(*(line[month - 1] for line in lines)) for month in MONTHS}
        if not Target.objects.filter(year=year, **holder.keys).exists():
            set_targets(holder, year, plans, actor=people["admin"])
            Target.objects.filter(year=year, **holder.keys).update(is_demo=True)


def _catalogue() -> tuple[list[Product], list[Competitor]]:
    products = [
        Product(
            code=code,
            name=name,
            category_id=lookups.by_code(PRODUCT_CATEGORY, category).pk,
            unit_id=lookups.by_code(PRODUCT_UNIT, unit).pk,
            list_price=Decimal(price),
            is_demo=True,
        )
        for code, name, category, unit, price in PRODUCTS
    ]
    Product.objects.bulk_create(products, ignore_conflicts=True)
    rivals = [
        Competitor(name=name, strengths=strong, weaknesses=weak, is_demo=True)
        for name, strong, weak in COMPETITORS
    ]
    Competitor.objects.bulk_create(rivals, ignore_conflicts=True)
    return (
        list(Product.objects.filter(code__in=[row[0] for row in PRODUCTS])),
        list(Competitor.objects.filter(name__in=[row[0] for row in COMPETITORS])),
    )


def _made(
    random: Random,
    customer: Customer,
    contact_id: int | None,
    products: list[Product],
    rivals: list[Competitor],
    admin: Any,
) -> Opportunity:
    lines = [
        LineDraft(product, Decimal(random.choice((1, 1, 2, 5, 10))), None, Decimal(discount))
        for product, discount in zip(
            random.sample(products, k=random.choice((1, 2, 3))), (0, 5, 10), strict=False
        )
    ]
    amount = sum(line.product.list_price * line.quantity for line in lines)
    row = Opportunity(
        customer=customer,
        contact_id=contact_id,
        name=random.choice(SUBJECTS),
        owner=customer.owner,
        amount=(amount * random.choice((1, 1, 2, 4))).quantize(Decimal(1)),
        expected_on=clock.company_today() + timedelta(days=random.randrange(-12, 100)),
        source_id=customer.source_id,
        strengths=random.choice(("交付快，本地服务团队", "产品贴合业务流程", "")),
        weaknesses=random.choice(("品牌知名度不如对手", "缺少同行业案例", "")),
        is_demo=True,
    )
    chosen = random.sample(rivals, k=random.choice((0, 1, 1, 2)))
    drafts = [RivalDraft(rival.pk) for rival in chosen]
    return create_opportunity(row, actor=admin, lines=lines, rivals=drafts)


def _walk(random: Random, row: Opportunity, place: int, rivals: list[Competitor]) -> None:
    """Bring it to one of the stages, and some to an end."""
    steps = pipelines.line(row.pipeline_id).active_steps
    goal = (0, 1, 1, 2, 2, 3, 3, 4, 2)[place % 9]
    for step in steps[1 : goal + 1]:
        note = NOTES[steps.index(step) - 1]
        move_stage(row, pipelines.stage_row(step.pk), note=note, actor=row.owner)
    if place % 4 == 1 and goal >= 2:
        paid = (row.amount * Decimal("0.95")).quantize(Decimal("0.01"))
        win(row, actual_amount=paid, contract_number=f"HT-{place:04d}", actor=row.owner)
    elif place % 7 == 4:
        why = lookups.by_code(LOSS_REASON, random.choice(("budget", RIVAL_WON, "price"))).pk
        lose(row, reason=why, competitor=random.choice(rivals), actor=row.owner)
    elif place % 17 == 9:
        why = lookups.by_code(INVALID_REASON, "no_need").pk
        close_invalid(row, reason=why, actor=row.owner)


def _backdate(random: Random, row: Opportunity, place: int) -> None:
    """Spread the steps over the past weeks, and plan the next contact."""
    changes = list(StageChange.objects.filter(opportunity=row).order_by("pk"))
    moment = clock.now() - timedelta(days=random.randrange(1, 9))
    values: dict[str, Any] = {"stage_since": moment, "updated_at": moment}
    if row.closed_at:
        closed = moment - timedelta(days=random.randrange(0, 25))
        values["closed_at"] = closed
        if row.deal_on:
            values["deal_on"] = closed.date()
    for change in reversed(changes):
        change.at, moment = moment, moment - timedelta(days=random.randrange(2, 20))
        if change.seconds is not None:
            change.seconds = int((change.at - moment).total_seconds())
    StageChange.objects.bulk_update(changes, ["at", "seconds"])
    values["created_at"] = changes[0].at
    if not row.closed_at and place % 5 != 3:
        values["next_contact_at"] = _next(place)
    Opportunity.objects.filter(pk=row.pk).update(**values)


def _next(place: int) -> datetime:
    days = (-3, 1, 2, 4, 6, 9, -1)[place % 7]
    return clock.at_hour(clock.today() + timedelta(days=days), 10)


def count() -> int:
    """Demo opportunities, those in the bin included."""
    return Opportunity.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo opportunities and targets; demo products and rivals where nothing names them."""
    removed = 0
    forget_demo_targets()
    for row in Opportunity.objects.filter(is_demo=True).select_related("customer"):
        purge_opportunity(row, actor=None)
        removed += 1
    Product.objects.filter(is_demo=True, lines__isnull=True).delete()
    Competitor.objects.filter(is_demo=True, rivals__isnull=True).delete()
    return removed


register(DemoPart("opportunities", 20, make, count, clear))
