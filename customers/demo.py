"""Demo customers: 120 that look like a company's daily work, or any number for measurements."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.base import ModelState
from PIL import Image

from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up, forget_demo
from crm.core import clock, pinyin, text
from crm.core.bulk import insert_many, without_indexes
from crm.dictionaries import lookups
from crm.dictionaries.numbers import take_serials
from crm.dictionaries.services import ensure_tags
from crm.search import index
from crm.workbench.demo import DemoPart, People, register
from customers import next_contacts, rhythm, searching
from customers.choices import GRADE, INDUSTRY, SOURCE, LifeCycle
from customers.demo_names import Names
from customers.drafts import CustomerDraft
from customers.models import Category, Contact, Customer
from customers.rules import default_nature
from customers.services.creating import create_customers
from customers.services.removing import purge_customer

SMALL = 120
BATCH = 5_000
#: From so many rows on, indexes are built after the rows.
LARGE = 50_000
OWNERS = ("sales1", "sales1", "sales2", "manager", "admin")
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
#: Of so many customers one has files.
FILES_EVERY = 12
OFFER = "一期：客户与商机，12 个账号。\n二期：工单与知识库。\n报价有效期 30 天。\n"
COLOURS = ("#2f6f73", "#8a6d3b", "#4b5d7a")


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
    keys = [customer.pk for customer in customers]
    next_contacts.replan_customers(keys)
    rhythm.refresh(keys)


def _classes() -> list[Category]:
    scheme, _made = Category.objects.get_or_create(name="合作模式", parent=None)
    return [
        Category.objects.get_or_create(name=name, parent=scheme)[0]
        for name in ("直销", "渠道", "代理")
    ]


def _draft(
    random: Random, names: Names, picks: Picks, owner_id: int, tags: list, classes: list
) -> CustomerDraft:
    customer = Customer(**_customer_values(random, names, picks, owner_id))
    customer.need = random.choice(NEEDS)
    contacts = [
        Contact(**_contact_values(random, names)) for _n in range(random.choice((1, 1, 2, 3)))
    ]
    chosen = random.sample(tags, k=random.choice((0, 1, 2)))
    return CustomerDraft(
        customer, contacts, [tag.pk for tag in chosen], [random.choice(classes).pk]
    )


def _customer_values(
    random: Random, names: Names, picks: Picks, owner_id: int | None
) -> dict[str, Any]:
    name, region = names.company()
    return {
        "name": name,
        "owner_id": owner_id,
        "nature_id": picks.nature,
        "region_id": region,
        "address": names.street(),
        "life_cycle": random.choice(STAGES),
        "grade_id": random.choice(picks.grades),
        "source_id": random.choice(picks.sources),
        "industry_id": random.choice(picks.industries),
        "phone": names.landline(region) if random.random() < 0.6 else "",
        "entered_on": picks.today - timedelta(days=random.randrange(900)),
        "is_demo": True,
    }


def _contact_values(random: Random, names: Names) -> dict[str, Any]:
    return {
        "name": names.person(),
        "position": random.choice(("采购经理", "总经理", "信息主管", "财务经理", "运营总监")),
        "mobile": names.mobile(),
        "email": names.email() if random.random() < 0.5 else "",
        "is_decision_maker": random.random() < 0.3,
    }


def _live(random: Random, customer: Customer, place: int) -> None:
    """Past follow-ups and a next contact: some overdue, some today, most in the coming days."""
    for step in range(random.choice((0, 1, 1, 2, 3))):
        day = clock.today() - timedelta(days=random.randrange(1, 60) + step)
        method = _method(random)
        said = Said(
            text=random.choice(SAID),
            method=method,
            happened_at=clock.at_hour(day, random.randrange(9, 18), random.randrange(60)),
            attitude=random.choice(("positive", "neutral", "negative", "")),
        )
        _reach(random, said, customer)
        if place % FILES_EVERY == 0 and not step:
            said.files = [ContentFile(OFFER.encode(), name="报价说明.txt"), _photograph(place)]
        follow_up = create_follow_up(customer, said, actor=customer.owner)
        FollowUp.objects.filter(pk=follow_up.pk).update(is_demo=True)
    days = (-2, -1, 0, 0, 1, 2, 3, 5, 8)[place % 9]
    when = clock.at_hour(clock.today() + timedelta(days=days), 17 if not days else 9)
    if place % 4 != 3:
        Customer.objects.filter(pk=customer.pk).update(next_contact_at=when)


def _reach(random: Random, said: Said, customer: Customer) -> None:
    """Whom one spoke with, under which number or address, and how long."""
    person = Contact.objects.filter(customer=customer).order_by("-is_primary", "pk").first()
    said.related = [person]
    if said.method.code == "phone":
        said.address, said.minutes = person.mobile, random.randrange(2, 25)
    if said.method.code == "email":
        said.address, said.topic = person.email, "报价单与实施计划"


def _photograph(place: int) -> ContentFile:
    """A picture of one colour that stands for one from the customer's site."""
    out = BytesIO()
    Image.new("RGB", (960, 640), COLOURS[place % len(COLOURS)]).save(out, "JPEG")
    return ContentFile(out.getvalue(), name="客户现场.jpg")


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
    source = Many(seed, people)
    first = take_serials(f"demo:{seed}", number) - number
    with ExitStack() as stack:
        if number >= LARGE:
            stack.enter_context(without_indexes(Customer, Contact))
        for start in range(0, number, BATCH):
            size = min(BATCH, number - start)
            _write_batch(source, first + start + 1, size)
            yield start + size
    for done in index.rebuild(searching.LABEL, from_empty=True):
        yield min(done, number)


class Many:
    """Makes customers and contacts by copying a prepared object: `Model()` is most of the cost."""

    def __init__(self, seed: int, people: People) -> None:
        self.random, self.seed, self.now = Random(seed), seed, clock.now()
        self.names, self.picks = Names(self.random), Picks()
        self.first_owner = people["sales1"].pk
        self.owners = [
            user.pk for login, user in sorted(people.by_login.items()) if login != "sales1"
        ]
        self.customer_pattern, self.contact_pattern = Customer(), Contact(is_primary=True)

    def customer(self, serial: int) -> Customer:
        """A customer without a contact."""
        random = self.random
        owner = self.first_owner if random.random() < 0.1 else random.choice(self.owners)
        values = _customer_values(random, self.names, self.picks, owner)
        name, stamp = values["name"], self.now - timedelta(seconds=random.randrange(86_400 * 700))
        spelled = pinyin.company(name)
        values |= {
            "number": f"DEMO{self.seed}-{serial:07d}",
            "created_at": stamp,
            "owner_since": stamp,
            "updated_at": stamp + timedelta(seconds=random.randrange(86_400 * 20)),
            "name_key": text.name_key(name),
            "name_pinyin": " ".join(spelled.syllables)[:255],
            "name_initials": spelled.initials,
        }
        if random.random() < 0.6:
            values["last_contact_at"] = stamp
            values["next_contact_at"] = self.now + timedelta(hours=random.randrange(-200, 900))
        return _copy(self.customer_pattern, values)

    def contact(self, customer: Customer) -> Contact:
        """The primary contact of a customer that has its key."""
        values = _contact_values(self.random, self.names)
        spelled = pinyin.person(values["name"])
        values |= {
            "customer_id": customer.pk,
            "created_at": customer.created_at,
            "updated_at": customer.updated_at,
            "name_pinyin": " ".join(spelled.syllables),
            "name_initials": spelled.initials,
        }
        return _copy(self.contact_pattern, values)


def _copy(pattern: Any, values: dict[str, Any]) -> Any:
    made = type(pattern).__new__(type(pattern))
    made.__dict__ = {**pattern.__dict__, **values, "_state": ModelState()}
    return made


@transaction.atomic
def _write_batch(source: Many, first: int, size: int) -> None:
    customers = insert_many([source.customer(first + place) for place in range(size)])
    insert_many([source.contact(customer) for customer in customers])


def count() -> int:
    """Demo customers, those in the bin included."""
    return Customer.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo customers with their contacts and demo follow-ups."""
    removed = 0
    forget_demo()
    for customer in Customer.objects.filter(is_demo=True).iterator(chunk_size=500):
        index.remove(searching.LABEL, [customer.pk])
        purge_customer(customer, actor=None)
        removed += 1
    return removed


register(DemoPart("customers", 10, make, count, clear, make_many))
