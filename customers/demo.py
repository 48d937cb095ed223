"""Demo customers: 120 that look like a company's daily work, or any number for measurements."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction

from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.core import clock, pinyin, text
from crm.core.bulk import insert_many
from crm.dictionaries import lookups
from crm.dictionaries.numbers import take_serials
from crm.dictionaries.services import ensure_tags
from crm.search import index
from crm.workbench.demo import DemoPart, People, register
from customers import searching
from customers.choices import GRADE, INDUSTRY, SOURCE, LifeCycle
from customers.demo_names import Names
from customers.drafts import CustomerDraft
from customers.models import Category, Contact, Customer
from customers.rules import default_nature
from customers.services.creating import create_customers
from customers.services.removing import purge_customer

SMALL = 120
BATCH = 5_000
OWNERS = ("sales1", "sales1", "sales2", "manager")
TAGS = (
    "高潜力",
    "重点维护",
    "高预算",
    "决策周期短",
    "竞品客户",
    "转介绍客户",
    "对产品A感兴趣",
)
SAID = (
    "客户已看过方案，预算在 50 万以内，希望一周内拿到正式报价。",
    "电话沟通需求：现有系统导出慢，销售人员重复录入，希望先试用两个部门。",
    "上门拜访采购经理，确认对接人和评审流程，月底前组织一次演示。",
    "客户反馈竞品报价低 8%，但更看重售后响应时间，需要补充服务承诺。",
    "微信沟通，客户出差，约定下周一再确认合同条款。",
    "老客户回访：使用稳定，提出增加库存模块的需求，已转交产品同事评估。",
    "客户介绍了同行业的一家新客户，已约好下周共同拜访。",
)
NEEDS = (
    "统一客户资料，减少重复录入",
    "销售过程可视化，周报自动生成",
    "售后工单与客户档案打通",
    "",
)
STAGES = (
    [LifeCycle.POTENTIAL] * 9
    + [LifeCycle.INTERESTED] * 5
    + [LifeCycle.CLOSED] * 4
    + [LifeCycle.LOST] * 2
)
METHODS = ("phone", "visit", "email", "wechat", "meeting")


class Picks:
    """The dictionary values to choose from, read once."""

    def __init__(self) -> None:
        self.nature = default_nature()
        self.grades = [value.pk for value in lookups.items(GRADE)]
        self.sources = [value.pk for value in lookups.items(SOURCE)]
        self.industries = [value.pk for value in lookups.items(INDUSTRY)]
        self.today = clock.company_today()


def make(people: People) -> None:
    """The small set: owners, tags, follow-ups in the past, contacts due today and overdue."""
    random = Random(20)
    names, picks = Names(random), Picks()
    tags = list(ensure_tags(TAGS, actor=people["admin"]).values())
    classes = _classes()
    drafts = [
        _draft(random, names, picks, people[OWNERS[place % len(OWNERS)]].pk, tags, classes)
        for place in range(SMALL)
    ]
    customers = create_customers(drafts, actor=people["admin"])
    for place, customer in enumerate(customers):
        _live(random, customer, place)


def _classes() -> list[Category]:
    scheme, _made = Category.objects.get_or_create(name="合作模式", parent=None)
    return [
        Category.objects.get_or_create(name=name, parent=scheme)[0]
        for name in ("直销", "渠道", "代理")
    ]


def _draft(
    random: Random, names: Names, picks: Picks, owner_id: int, tags: list, classes: list
) -> CustomerDraft:
    customer = _customer(random, names, picks, owner_id)
    customer.need = random.choice(NEEDS)
    contacts = [_contact(random, names) for _n in range(random.choice((1, 1, 2, 3)))]
    chosen = random.sample(tags, k=random.choice((0, 1, 2)))
    return CustomerDraft(
        customer, contacts, [tag.pk for tag in chosen], [random.choice(classes).pk]
    )


def _customer(random: Random, names: Names, picks: Picks, owner_id: int | None) -> Customer:
    name, region = names.company()
    return Customer(
        name=name,
        owner_id=owner_id,
        nature_id=picks.nature,
        region_id=region,
        address=names.street(),
        life_cycle=random.choice(STAGES),
        grade_id=random.choice(picks.grades),
        source_id=random.choice(picks.sources),
        industry_id=random.choice(picks.industries),
        phone=names.landline(region) if random.random() < 0.6 else "",
        entered_on=picks.today - timedelta(days=random.randrange(900)),
        is_demo=True,
    )


def _contact(random: Random, names: Names) -> Contact:
    return Contact(
        name=names.person(),
        position=random.choice(("采购经理", "总经理", "信息主管", "财务经理", "运营总监")),
        mobile=names.mobile(),
        email=names.email() if random.random() < 0.5 else "",
        is_decision_maker=random.random() < 0.3,
    )


def _live(random: Random, customer: Customer, place: int) -> None:
    """Past follow-ups and a next contact: some overdue, some today, most in the coming days."""
    now = clock.now()
    for step in range(random.choice((0, 1, 1, 2, 3))):
        days = random.randrange(1, 60) + step
        said = Said(
            text=random.choice(SAID),
            method=_method(random),
            happened_at=now - timedelta(days=days, minutes=random.randrange(600)),
            attitude=random.choice(("positive", "neutral", "negative", "")),
        )
        follow_up = create_follow_up(customer, said, actor=customer.owner)
        FollowUp.objects.filter(pk=follow_up.pk).update(is_demo=True)
    days = (-2, -1, 0, 0, 1, 2, 3, 5, 8)[place % 9]
    when = clock.at_hour(clock.today() + timedelta(days=days), 17 if not days else 9)
    if place % 4 != 3:
        Customer.objects.filter(pk=customer.pk).update(next_contact_at=when)


def _method(random: Random) -> Any:
    code = random.choice(METHODS)
    return FollowUp._meta.get_field("method").related_model.objects.get(
        dictionary__code="follow_up_method", code=code
    )


def make_many(number: int, seed: int, people: People) -> Iterator[int]:
    """`number` customers with one contact each, in bulk; the search index is built behind them.

    A tenth belongs to sales1; the rest is spread over the other accounts. No events: these rows
    are for measuring, not for showing. Yields how many are written.
    """
    random = Random(seed)
    names, picks = Names(random), Picks()
    owners = [people[login].pk for login in ("sales1", *sorted(people.by_login))]
    first = take_serials(f"demo:{seed}", number) - number
    for start in range(0, number, BATCH):
        size = min(BATCH, number - start)
        batch = [_many_customer(random, names, picks, owners) for _n in range(size)]
        for place, customer in enumerate(batch, start=first + start + 1):
            customer.number = f"DEMO{seed}-{place:07d}"
        _write_batch(batch, random, names)
        yield start + size
    for done in index.rebuild(searching.LABEL, from_empty=True):
        yield min(done, number)


def _many_customer(random: Random, names: Names, picks: Picks, owners: list[int]) -> Customer:
    owner = owners[0] if random.random() < 0.1 else random.choice(owners[1:])
    customer = _customer(random, names, picks, owner)
    now = clock.now()
    stamp = now - timedelta(seconds=random.randrange(86_400 * 700))
    customer.created_at = customer.owner_since = stamp
    customer.updated_at = stamp + timedelta(seconds=random.randrange(86_400 * 20))
    spelled = pinyin.company(customer.name)
    customer.name_key = text.name_key(customer.name)
    customer.name_pinyin = " ".join(spelled.syllables)[:255]
    customer.name_initials = spelled.initials
    if random.random() < 0.6:
        customer.last_contact_at = stamp
        customer.next_contact_at = now + timedelta(hours=random.randrange(-200, 900))
    return customer


@transaction.atomic
def _write_batch(customers: list[Customer], random: Random, names: Names) -> None:
    insert_many(customers)
    contacts = [_contact(random, names) for _customer in customers]
    for customer, contact in zip(customers, contacts, strict=True):
        contact.customer = customer
        contact.is_primary = True
        contact.created_at, contact.updated_at = (
            customer.created_at,
            customer.updated_at,
        )
        spelled = pinyin.person(contact.name)
        contact.name_pinyin = " ".join(spelled.syllables)
        contact.name_initials = spelled.initials
    insert_many(contacts)


def count() -> int:
    """Demo customers, those in the bin included."""
    return Customer.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo customers with their contacts and demo follow-ups."""
    removed = 0
    FollowUp.objects.filter(is_demo=True).delete()
    for customer in Customer.objects.filter(is_demo=True).iterator(chunk_size=500):
        index.remove(searching.LABEL, [customer.pk])
        purge_customer(customer, actor=None)
        removed += 1
    return removed


register(DemoPart("customers", 10, make, count, clear, make_many))
